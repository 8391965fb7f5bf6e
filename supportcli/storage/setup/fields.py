"""Custom fields and the values of tickets in the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update
from sqlmodel import Session

from supportcli.domain.custom_fields import CustomField, FieldKind
from supportcli.storage.engine import rows
from supportcli.storage.tables import CustomFieldRow, TicketFieldRow

_FIELD = rows.table_of(CustomFieldRow)
_VALUE = rows.table_of(TicketFieldRow)

_REQUIRED = select(_FIELD).where(_FIELD.c.active, _FIELD.c.required).order_by(_FIELD.c.id)
_NAMED = select(_FIELD).where(_FIELD.c.name == bindparam("called"))


def fields(tx: Session, *, removed: bool = False) -> list[CustomField]:
    """The fields in the order in which they were made; with `removed`, including those."""
    found = tx.connection().execute(select(_FIELD).order_by(_FIELD.c.id))
    return [_field(row) for row in found if row.active or removed]


def required(tx: Session) -> list[CustomField]:
    """The fields that must be filled in before a ticket is solved."""
    return [_field(row) for row in tx.connection().execute(_REQUIRED)]


def field(tx: Session, name: str) -> CustomField | None:
    """The field of this name, even if it was removed."""
    row = tx.connection().execute(_NAMED, {"called": name}).first()
    return _field(row) if row else None


def add(tx: Session, new: CustomField, now: datetime) -> int:
    """Add a field; returns its id (that of `new` is ignored). IntegrityError if the name is
    taken."""
    values = {
        "name": new.name,
        "title": new.title,
        "kind": new.kind.value,
        "choices": list(new.choices),
        "required": new.required,
        "active": True,
        "created_at": now,
    }
    return rows.add(tx, CustomFieldRow, values)


def change(tx: Session, wanted: CustomField) -> None:
    """Write down a field as it is to be; its name and kind stay."""
    values = {
        "title": wanted.title,
        "choices": list(wanted.choices),
        "required": wanted.required,
        "active": wanted.active,
    }
    tx.connection().execute(update(_FIELD).where(_FIELD.c.id == wanted.id).values(values))


def put(tx: Session, number: int, values: Mapping[str, str | None]) -> None:
    """Give a ticket these values by the names of their fields; None takes one away. A name that no
    field has is left out."""
    for name, text in values.items():
        found = field(tx, name)
        if found is None:
            continue
        tx.connection().execute(
            delete(_VALUE).where(_VALUE.c.ticket_number == number, _VALUE.c.field_id == found.id)
        )
        if text:
            amount = float(text) if found.kind is FieldKind.NUMBER else None
            written = {"ticket_number": number, "field_id": found.id, "value": text}
            rows.add_missing(tx, TicketFieldRow, [written | {"amount": amount}])


def _field(row: Row[Any]) -> CustomField:
    return CustomField(
        row.id,
        row.name,
        row.title,
        FieldKind(row.kind),
        tuple(row.choices),
        row.required,
        row.active,
    )
