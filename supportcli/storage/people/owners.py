"""Who has a ticket, and is here no longer: an agent who has left, a team that was removed."""

from sqlalchemy import and_, bindparam, select
from sqlmodel import Session

from supportcli.storage import tables
from supportcli.storage.engine import rows

_AGENT = rows.table_of(tables.AgentRow)
_TEAM = rows.table_of(tables.TeamRow)

_GONE_AGENT = select(_AGENT.c.id).where(
    and_(_AGENT.c.id == bindparam("agent"), _AGENT.c.active.is_(False))
)
_GONE_TEAM = select(_TEAM.c.id).where(
    and_(_TEAM.c.name == bindparam("team"), _TEAM.c.active.is_(False))
)


def gone(tx: Session, agent: int | None, team: str | None) -> dict[str, None]:
    """The fields of a ticket to be emptied because the agent who has it (an id) has left, or its
    team was removed."""
    found: dict[str, None] = {}
    connection = tx.connection()
    if agent is not None and connection.execute(_GONE_AGENT, {"agent": agent}).first():
        found["assignee_id"] = None
    if team is not None and connection.execute(_GONE_TEAM, {"team": team}).first():
        found["team"] = None
    return found
