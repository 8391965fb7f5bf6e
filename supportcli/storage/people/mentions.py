"""Which agents are mentioned in notes. (The table is loaded when it is asked for.)"""

from collections.abc import Collection, Iterable

from sqlalchemy import Select, select
from sqlmodel import Session

from supportcli.domain.mail import Address
from supportcli.storage import tables
from supportcli.storage.engine import rows

_AGENT = rows.table_of(tables.AgentRow)
_MESSAGE = rows.table_of(tables.MessageRow)


def mention(tx: Session, message: int, agents: Iterable[int]) -> None:
    """Write down that a note mentions agents."""
    values = [{"message_id": message, "agent_id": agent} for agent in agents]
    rows.add_missing(tx, tables.MentionRow, values)


def of_ticket(tx: Session, number: int) -> tuple[Address, ...]:
    """Whom the notes of a ticket mention, by name; not those that were taken back."""
    mentioned = rows.table_of(tables.MentionRow)
    there = (
        select(mentioned.c.agent_id)
        .join(_MESSAGE, _MESSAGE.c.id == mentioned.c.message_id)
        .where(_MESSAGE.c.ticket_number == number, _MESSAGE.c.retracted_at.is_(None))
    )
    statement = select(_AGENT.c.name, _AGENT.c.address).where(_AGENT.c.id.in_(there))
    found = tx.connection().execute(statement.order_by(_AGENT.c.name, _AGENT.c.id))
    return tuple(Address(row.name, row.address) for row in found)


def tickets(agents: Collection[int] | None = None) -> Select[tuple[int]]:
    """The tickets with a note that mentions one of these agents (by id), or (None) anybody."""
    mentioned = rows.table_of(tables.MentionRow)
    found = (
        select(_MESSAGE.c.ticket_number)
        .join(mentioned, mentioned.c.message_id == _MESSAGE.c.id)
        .where(_MESSAGE.c.retracted_at.is_(None))
    )
    return found if agents is None else found.where(mentioned.c.agent_id.in_(agents))
