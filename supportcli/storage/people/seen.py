"""What each agent has seen of a ticket, and which messages are unread."""

from collections.abc import Collection, Mapping

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
)
from sqlmodel import Session

from supportcli.domain.tickets.ticket import Direction
from supportcli.storage.engine import rows
from supportcli.storage.tables import AgentRow, DeskRow, MessageRow, SeenMessageRow, TicketRow

_SEEN, _MESSAGE = rows.table_of(SeenMessageRow), rows.table_of(MessageRow)
_AGENT, _DESK, _TICKET = (
    rows.table_of(AgentRow),
    rows.table_of(DeskRow),
    rows.table_of(TicketRow),
)

_READER = (
    select(_AGENT.c.id)
    .where(_AGENT.c.address == bindparam("reader", type_=String))
    .scalar_subquery()
)
_UPTO = func.coalesce(
    select(_SEEN.c.message_id)
    .where(_SEEN.c.ticket_number == _TICKET.c.number, _SEEN.c.agent_id == _READER)
    .correlate(_TICKET)
    .scalar_subquery(),
    select(_DESK.c.all_seen_upto).scalar_subquery(),
)
_OF_THE_CUSTOMER = _MESSAGE.c.agent_id.is_(None) & (_MESSAGE.c.direction != Direction.OUT.value)
_OF_SOMEBODY_ELSE = or_(_OF_THE_CUSTOMER, _MESSAGE.c.agent_id != _READER)
"""What the desk answers by itself brings nothing to read."""

UNREAD = (
    select(
        cast(func.min(_MESSAGE.c.id), String) + ":" + cast(func.max(_MESSAGE.c.id), String),
    )
    .where(
        _MESSAGE.c.ticket_number == _TICKET.c.number,
        _MESSAGE.c.id > _UPTO,
        _MESSAGE.c.retracted_at.is_(None),
        _OF_SOMEBODY_ELSE,
    )
    .correlate(_TICKET)
    .scalar_subquery()
)
"""Of a ticket, what `Unread.of` reads, for the agent whose address is the parameter `reader`."""


def _upto(agent_id: int | None) -> ColumnElement[int]:
    """Up to which message an agent has seen a message's ticket."""
    noted = (
        select(_SEEN.c.message_id)
        .where(_SEEN.c.ticket_number == _MESSAGE.c.ticket_number, _SEEN.c.agent_id == agent_id)
        .correlate(_MESSAGE)
        .scalar_subquery()
    )
    return func.coalesce(noted, select(_DESK.c.all_seen_upto).scalar_subquery())


def _of_others(agent_id: int | None) -> ColumnElement[bool]:
    """Whether a message is there and brings an agent something to read."""
    theirs = _OF_THE_CUSTOMER | (_MESSAGE.c.agent_id != agent_id)
    return and_(_MESSAGE.c.retracted_at.is_(None), theirs)


def tickets_unread_by(agent_id: int | None) -> Select[tuple[int]]:
    """The number of a ticket for each message that an agent has not seen and somebody else wrote,
    as `UNREAD` says it of one ticket."""
    unseen = and_(_MESSAGE.c.id > _upto(agent_id), _of_others(agent_id))
    return select(_MESSAGE.c.ticket_number).where(unseen)


def forget(tx: Session, agent_id: int, numbers: Collection[int]) -> None:
    """The newest message of each of these tickets that somebody else wrote is unread again; a
    ticket in which something is unread stays as it is."""
    newest = func.max(_MESSAGE.c.id)
    seen_whole = (
        select(_MESSAGE.c.ticket_number, newest)
        .where(_MESSAGE.c.ticket_number.in_(list(numbers)), _of_others(agent_id))
        .group_by(_MESSAGE.c.ticket_number)
        .having(newest <= func.max(_upto(agent_id)))
    )
    before = [
        {"agent_id": agent_id, "ticket_number": number, "message_id": message - 1}
        for number, message in tx.connection().execute(seen_whole)
    ]
    rows.add_missing(tx, SeenMessageRow, before, put=("message_id",))


def note(tx: Session, agent_id: int, seen: Mapping[int, int]) -> None:
    """Note up to which message (by its id) an agent has seen these tickets; what is noted never
    goes back, whichever of an agent's inboxes says it last."""
    columns = (_SEEN.c.ticket_number, _SEEN.c.message_id)
    noted = select(*columns).where(
        _SEEN.c.agent_id == agent_id, _SEEN.c.ticket_number.in_(list(seen))
    )
    known = {row.ticket_number: row.message_id for row in tx.connection().execute(noted)}
    newer = [
        {"agent_id": agent_id, "ticket_number": number, "message_id": message}
        for number, message in seen.items()
        if message > known.get(number, 0)
    ]
    rows.add_missing(tx, SeenMessageRow, newer, put=("message_id",))
