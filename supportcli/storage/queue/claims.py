"""Claims: tickets that `next` gave to agents, for a few minutes."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, select, update
from sqlmodel import Session

from supportcli.storage.engine import rows
from supportcli.storage.tables import ClaimRow

_CLAIM = rows.table_of(ClaimRow)


class TicketClaim(NamedTuple):
    """Who has claimed a ticket, when, and until when."""

    ticket: int
    agent_id: int
    claimed_at: datetime
    until: datetime


def running(tx: Session, now: datetime) -> list[TicketClaim]:
    """The claims that have not run out and were not given back."""
    return _found(tx, _CLAIM.c.until > now)


def since(tx: Session, agent_id: int, at: datetime) -> list[TicketClaim]:
    """The claims of an agent from then on, given back or not."""
    return _found(tx, (_CLAIM.c.agent_id == agent_id) & (_CLAIM.c.claimed_at > at))


def _found(tx: Session, asked: ColumnElement[bool]) -> list[TicketClaim]:
    columns = (_CLAIM.c.ticket_number, _CLAIM.c.agent_id, _CLAIM.c.claimed_at, _CLAIM.c.until)
    return [TicketClaim(*row) for row in tx.connection().execute(select(*columns).where(asked))]


def put(tx: Session, claim: TicketClaim) -> None:
    """Let an agent have a ticket, instead of whoever had it."""
    values = {
        "ticket_number": claim.ticket,
        "agent_id": claim.agent_id,
        "claimed_at": claim.claimed_at,
        "until": claim.until,
    }
    rows.add_missing(tx, ClaimRow, [values], put=("agent_id", "claimed_at", "until"))


def extend(
    tx: Session, agent_id: int, numbers: Collection[int], now: datetime, until: datetime
) -> None:
    """Let the running claims of an agent on these tickets last until then; `now` gives them
    back."""
    tx.connection().execute(
        update(_CLAIM)
        .where(
            _CLAIM.c.agent_id == agent_id,
            _CLAIM.c.ticket_number.in_(list(numbers)),
            _CLAIM.c.until > now,
        )
        .values(until=until)
    )
