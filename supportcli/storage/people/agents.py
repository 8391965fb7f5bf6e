"""Agents who change, leave or are away."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import column, delete, select, table, update
from sqlmodel import Session

from supportcli.domain.mail_domains import lowered
from supportcli.domain.people import Absence
from supportcli.domain.tickets.ticket import UNSOLVED
from supportcli.storage import tables
from supportcli.storage.engine import rows
from supportcli.storage.tables import AgentRow, TicketRow

_AGENT = rows.table_of(AgentRow)
_TICKET = rows.table_of(TicketRow)
_FORMER = table("former_agent_address", column("address"), column("agent_id"))
"""Without its model, which few commands need."""


def change(tx: Session, agent: int, fields: Mapping[str, Any]) -> None:
    """Set columns of an agent."""
    tx.connection().execute(update(_AGENT).where(_AGENT.c.id == agent).values(**fields))


def change_address(tx: Session, agent: int, before: str, after: str) -> None:
    """Give an agent another address; the history keeps the one from before."""
    change(tx, agent, {"address": lowered(after)})
    former = {"address": before, "agent_id": agent}
    rows.add_missing(tx, tables.FormerAgentAddressRow, [former], put=("agent_id",))
    tx.connection().execute(delete(_FORMER).where(_FORMER.c.address == lowered(after)))


def by_address(tx: Session) -> dict[str, int]:
    """The agents by each address that they have or had."""
    former = tx.connection().execute(select(_FORMER.c.address, _FORMER.c.agent_id))
    known: dict[str, int] = {row.address: row.agent_id for row in former}
    now_is = tx.connection().execute(select(_AGENT.c.address, _AGENT.c.id))
    return known | {row.address: row.id for row in now_is}


def unsolved(tx: Session, agent: int) -> list[int]:
    """The tickets of an agent that are not solved."""
    statement = select(_TICKET.c.number).where(
        _TICKET.c.assignee_id == agent, _TICKET.c.status.in_(sorted(UNSOLVED))
    )
    return list(tx.connection().execute(statement.order_by(_TICKET.c.number)).scalars())


def unassigned(tx: Session) -> list[int]:
    """The tickets that nobody has and that are not solved."""
    statement = select(_TICKET.c.number).where(
        _TICKET.c.assignee_id.is_(None), _TICKET.c.status.in_(sorted(UNSOLVED))
    )
    return list(tx.connection().execute(statement).scalars())


def absences(tx: Session) -> dict[int, Absence]:
    """Who is away, by the id of the agent; some may be over."""
    row_of = rows.table_of(tables.AgentAbsenceRow)
    return {
        row.agent_id: Absence(row.until, row.stand_in_id, row.gesture)
        for row in tx.connection().execute(select(row_of))
    }


def go_away(tx: Session, agent: int, absence: Absence) -> None:
    """Note that an agent is away; a new absence replaces the one before."""
    values = {
        "until": absence.until,
        "stand_in_id": absence.stand_in,
        "gesture": absence.gesture,
    }
    row = {"agent_id": agent, **values}
    rows.add_missing(tx, tables.AgentAbsenceRow, [row], put=tuple(values))


def come_back(tx: Session, agent: int) -> None:
    """Forget an agent's absence."""
    row_of = rows.table_of(tables.AgentAbsenceRow)
    tx.connection().execute(delete(row_of).where(row_of.c.agent_id == agent))
