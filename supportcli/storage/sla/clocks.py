"""How the service-level targets of listed tickets stand, and which are due. Apart from `targets`:
neither a list nor a sync with nothing new loads the rules by which targets run."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from supportcli.domain.tickets.ticket import SlaStatus, TargetSummary, clock_of
from supportcli.storage.engine import rows
from supportcli.storage.tables import TargetRow

_TARGET = rows.table_of(TargetRow)

_OF_TICKETS = (
    select(
        _TARGET.c.ticket_number,
        _TARGET.c.kind,
        _TARGET.c.due_at,
        _TARGET.c.met_at,
        _TARGET.c.cancelled_at,
        _TARGET.c.breached_at,
    )
    .where(_TARGET.c.ticket_number.in_(bindparam("numbers", expanding=True)))
    .order_by(_TARGET.c.ticket_number, _TARGET.c.id)
)


def of_tickets(tx: Session, numbers: Sequence[int]) -> dict[int, SlaStatus]:
    """The SLA status of tickets; a ticket without targets is missing."""
    found = groupby(
        tx.connection().execute(_OF_TICKETS, {"numbers": list(numbers)}),
        key=lambda row: row.ticket_number,
    )
    return {
        number: clock
        for number, of_ticket in found
        if (clock := clock_of([TargetSummary(*row[1:]) for row in of_ticket]))
    }


def due_tickets(tx: Session, now: datetime, limit: int) -> list[int]:
    """Tickets with a target to be checked by `now`, longest due first."""
    earliest = func.min(_TARGET.c.next_at)
    statement = (
        select(_TARGET.c.ticket_number)
        .where(_TARGET.c.next_at <= now)
        .group_by(_TARGET.c.ticket_number)
        .order_by(earliest)
        .limit(limit)
    )
    return list(tx.connection().execute(statement).scalars())
