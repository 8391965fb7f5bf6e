"""Who follows which ticket. (Since when, and who no longer does, stands in the history.)"""

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session

from supportcli.domain.mail import Address
from supportcli.storage.engine import rows
from supportcli.storage.tables import AgentRow, TicketFollowerRow

_FOLLOWER = rows.table_of(TicketFollowerRow)
_AGENT = rows.table_of(AgentRow)

_OF_TICKET = (
    select(_AGENT.c.id, _AGENT.c.name, _AGENT.c.address)
    .join(_FOLLOWER, _FOLLOWER.c.agent_id == _AGENT.c.id)
    .where(_FOLLOWER.c.ticket_number == bindparam("of_ticket"))
    .order_by(_AGENT.c.name, _AGENT.c.id)
)


def put(tx: Session, number: int, agent_id: int, *, follows: bool) -> bool:
    """Have an agent follow a ticket, or no longer; False where that is so already."""
    there = {row.id for row in tx.connection().execute(_OF_TICKET, {"of_ticket": number})}
    if (agent_id in there) == follows:
        return False
    if follows:
        rows.add(tx, TicketFollowerRow, {"ticket_number": number, "agent_id": agent_id})
    else:
        tx.connection().execute(
            delete(_FOLLOWER).where(
                _FOLLOWER.c.ticket_number == number, _FOLLOWER.c.agent_id == agent_id
            )
        )
    return True


def of_ticket(tx: Session, number: int) -> tuple[Address, ...]:
    """Who follows a ticket, by name."""
    return tuple(
        Address(row.name, row.address)
        for row in tx.connection().execute(_OF_TICKET, {"of_ticket": number})
    )
