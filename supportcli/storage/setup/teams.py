"""Teams of agents in the database."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlmodel import Session

from supportcli.domain.mail import Address
from supportcli.domain.teams import AgentTeam
from supportcli.domain.tickets.ticket import UNSOLVED
from supportcli.storage import tables
from supportcli.storage.engine import rows
from supportcli.storage.tables import AgentRow, TeamRow, TicketRow

_TEAM = rows.table_of(TeamRow)
_AGENT, _TICKET = rows.table_of(AgentRow), rows.table_of(TicketRow)

_ID = select(_TEAM.c.id).where(_TEAM.c.name == bindparam("called"))


def add(tx: Session, name: str, now: datetime) -> int:
    """Add a team; returns its id. IntegrityError if the name is taken, even by a removed one."""
    return rows.add(tx, TeamRow, {"name": name, "active": True, "created_at": now})


def teams(tx: Session, *, removed: bool = False) -> list[AgentTeam]:
    """The teams by name with their active members; with `removed`, including those that were
    removed."""
    member = rows.table_of(tables.TeamMemberRow)
    of_teams = (
        select(member.c.team_id, _AGENT.c.name, _AGENT.c.address)
        .join(_AGENT, _AGENT.c.id == member.c.agent_id)
        .where(_AGENT.c.active)
        .order_by(_AGENT.c.name, _AGENT.c.id)
    )
    members: dict[int, list[Address]] = {}
    for row in tx.connection().execute(of_teams):
        members.setdefault(row.team_id, []).append(Address(row.name, row.address))
    found = tx.connection().execute(select(_TEAM).order_by(func.lower(_TEAM.c.name), _TEAM.c.id))
    return [
        AgentTeam(row.id, row.name, tuple(members.get(row.id, ())), row.active)
        for row in found
        if row.active or removed
    ]


def names(tx: Session) -> dict[int, str]:
    """The names of all teams, removed ones too, by id."""
    return {row.id: row.name for row in tx.connection().execute(select(_TEAM.c.id, _TEAM.c.name))}


def change(tx: Session, team_id: int, fields: Mapping[str, Any]) -> None:
    """Set columns of a team."""
    tx.connection().execute(update(_TEAM).where(_TEAM.c.id == team_id).values(dict(fields)))


def put(tx: Session, team_id: int, agents: Iterable[int], *, belong: bool) -> None:
    """Have agents belong to a team, or no longer."""
    wanted = [{"team_id": team_id, "agent_id": agent} for agent in agents]
    if belong:
        rows.add_missing(tx, tables.TeamMemberRow, wanted)
        return
    member, gone = rows.table_of(tables.TeamMemberRow), [one["agent_id"] for one in wanted]
    tx.connection().execute(
        delete(member).where(member.c.team_id == team_id, member.c.agent_id.in_(gone))
    )


def id_of(tx: Session, name: str) -> int | None:
    """The id of the team with exactly this name; None if there is none."""
    found: int | None = tx.connection().execute(_ID, {"called": name}).scalar()
    return found


def unsolved(tx: Session, team_id: int) -> int:
    """How many tickets of a team are not solved."""
    statement = select(func.count()).select_from(_TICKET)
    asked = _TICKET.c.team_id == team_id, _TICKET.c.status.in_(sorted(UNSOLVED))
    return tx.connection().execute(statement.where(*asked)).scalar() or 0
