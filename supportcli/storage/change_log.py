"""Where the histories of tickets and of people end, and which tickets changed between two such
places: the histories are the change log of other processes."""

from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from supportcli.storage.engine import rows
from supportcli.storage.tables import EventRow, PeopleEventRow, TicketRow

_EVENT, _OF_PEOPLE = rows.table_of(EventRow), rows.table_of(PeopleEventRow)
_TICKET = rows.table_of(TicketRow)


class LogEnds(NamedTuple):
    """The ids of the last events of tickets, and of people; 0 if there is none."""

    tickets: int
    people: int


_ENDS = select(
    select(func.max(_EVENT.c.id)).scalar_subquery(),
    select(func.max(_OF_PEOPLE.c.id)).scalar_subquery(),
)
_TOUCHED = (
    select(_EVENT.c.ticket_number)
    .where(_EVENT.c.id > bindparam("after"), _EVENT.c.id <= bindparam("upto"))
    .distinct()
)
_THEIRS = select(_TICKET.c.number).where(
    _TICKET.c.customer_id.in_(
        select(_OF_PEOPLE.c.customer_id).where(
            _OF_PEOPLE.c.id > bindparam("after"), _OF_PEOPLE.c.id <= bindparam("upto")
        )
    ),
    _TICKET.c.merged_into.is_(None),
)


def ends(tx: Session) -> LogEnds:
    """Where both histories end now, asked for by one statement."""
    tickets, people = tx.connection().execute(_ENDS).one()
    return LogEnds(tickets or 0, people or 0)


def tickets_between(tx: Session, after: tuple[int, int], upto: LogEnds) -> tuple[int, ...]:
    """The numbers of the tickets that events after one place and up to another touched, each once;
    those of the customers too who changed. A history that has not moved asks nothing."""
    found: dict[int, None] = {}
    for statement, start, end in zip((_TOUCHED, _THEIRS), after, upto, strict=True):
        if start != end:
            bounds = {"after": start, "upto": end}
            found |= dict.fromkeys(tx.connection().execute(statement, bounds).scalars())
    return tuple(found)
