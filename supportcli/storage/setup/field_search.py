"""What `field:` means in SQL."""

from sqlalchemy import Column, ColumnElement, exists, or_, select
from sqlmodel import Session

from supportcli.domain.custom_fields import FieldKind
from supportcli.domain.query.field_values import meant
from supportcli.domain.query.nodes import HasField
from supportcli.storage.engine import rows
from supportcli.storage.setup import fields
from supportcli.storage.tables import TicketFieldRow, TicketRow

_TICKET, _VALUE = rows.table_of(TicketRow), rows.table_of(TicketFieldRow)


def filled(tx: Session, term: HasField, *, probing: bool) -> ColumnElement[bool]:
    """Whether a custom field of a ticket has such a value; `probing` as in `search.condition`.
    QueryError."""
    there = {one.name: one for one in fields.fields(tx)}
    field = there.get(term.name)
    values = meant(term, field, sorted(there))
    asked = _VALUE.c.field_id == (field.id if field else None)
    if values:
        number = field is not None and field.kind is FieldKind.NUMBER
        column = _VALUE.c.amount if number else _VALUE.c.value
        wanted = [float(one) if number else one for one in values]
        asked &= or_(*(_compared(column, term.sign, one) for one in wanted))
    if probing:
        return exists().where(_VALUE.c.ticket_number == _TICKET.c.number, asked).correlate(_TICKET)
    return _TICKET.c.number.in_(select(_VALUE.c.ticket_number).where(asked))


def _compared(
    column: "Column[float] | Column[str]", sign: str, value: float | str
) -> ColumnElement[bool]:
    return column.bool_op(sign)(value)
