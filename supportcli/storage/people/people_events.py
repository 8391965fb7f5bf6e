"""The append-only history of customers and organisations."""

from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlmodel import Session

from supportcli.domain.history import known
from supportcli.domain.people.history import PeopleEvent
from supportcli.storage.engine import rows
from supportcli.storage.tables import PeopleEventRow

_EVENT = rows.table_of(PeopleEventRow)


def record(tx: Session, event: PeopleEvent) -> None:
    """Append an event; its id is ignored."""
    values = {
        "at": event.at,
        "actor": event.actor,
        "gesture": event.gesture,
        "kind": known("people", event.kind),
        "customer_id": event.customer,
        "organisation_id": event.organisation,
        "before": dict(event.before),
        "after": dict(event.after),
        "undoes": event.undoes,
    }
    rows.add(tx, PeopleEventRow, values)


def of_customer(tx: Session, customer: int) -> list[PeopleEvent]:
    """The history of a customer, oldest first."""
    return _read(tx, _EVENT.c.customer_id == customer)


def of_organisation(tx: Session, organisation: int) -> list[PeopleEvent]:
    """The history of an organisation, oldest first, without that of its members."""
    theirs = _EVENT.c.organisation_id == organisation
    return _read(tx, theirs & _EVENT.c.customer_id.is_(None))


def of_gesture(tx: Session, gesture: str) -> list[PeopleEvent]:
    """All that one verb did, oldest first."""
    return _read(tx, _EVENT.c.gesture == gesture)


def undoable(tx: Session, actor: str) -> str | None:
    """The agent's last verb about people that is not undone."""
    undone = select(_EVENT.c.undoes).where(_EVENT.c.undoes.is_not(None))
    statement = (
        select(_EVENT.c.gesture)
        .where(_EVENT.c.actor == actor, _EVENT.c.undoes.is_(None))
        .where(_EVENT.c.gesture.not_in(undone))
        .order_by(_EVENT.c.id.desc())
        .limit(1)
    )
    found: str | None = tx.connection().execute(statement).scalar()
    return found


def _read(tx: Session, condition: ColumnElement[bool]) -> list[PeopleEvent]:
    found = tx.connection().execute(select(_EVENT).where(condition).order_by(_EVENT.c.id))
    return [_event(row) for row in found]


def _event(row: Row[Any]) -> PeopleEvent:
    return PeopleEvent(
        id=row.id,
        at=row.at,
        actor=row.actor,
        gesture=row.gesture,
        kind=row.kind,
        customer=row.customer_id,
        organisation=row.organisation_id,
        before=row.before,
        after=row.after,
        undoes=row.undoes,
    )
