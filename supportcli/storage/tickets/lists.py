"""Lists of tickets: the numbers that a query finds, in order, and the lines of a window of them."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    TextClause,
    and_,
    bindparam,
    func,
    select,
    text,
)
from sqlmodel import Session

from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import lowered
from supportcli.domain.query.nodes import And, InStatus, Node
from supportcli.domain.text.first_words import READ
from supportcli.domain.tickets.ticket import (
    Beginning,
    Delivery,
    Order,
    SlaStatus,
    Status,
    TicketLine,
    Unread,
    worst,
)
from supportcli.domain.tickets.urgency_groups import Urgency
from supportcli.storage.engine import rows
from supportcli.storage.people import seen
from supportcli.storage.setup.identity import CLOSE_AFTER_DAYS
from supportcli.storage.sla import clocks
from supportcli.storage.tables import (
    AgentRow,
    CustomerAddressRow,
    CustomerProfileRow,
    CustomerRow,
    MailboxRow,
    MessageRow,
    OutboxRow,
    TeamRow,
    TicketRow,
)
from supportcli.storage.tickets import search, tickets
from supportcli.storage.tickets.search import Asker
from supportcli.storage.tickets.sorting import ORDERS, stretch
from supportcli.storage.tickets.tickets import TicketMarks

_TICKET, _CUSTOMER, _AGENT = (
    rows.table_of(TicketRow),
    rows.table_of(CustomerRow),
    rows.table_of(AgentRow),
)
_MAILBOX, _MESSAGE, _OUTBOX = (
    rows.table_of(MailboxRow),
    rows.table_of(MessageRow),
    rows.table_of(OutboxRow),
)
_TEAM, _PROFILE = rows.table_of(TeamRow), rows.table_of(CustomerProfileRow)

_ADDRESS = rows.table_of(CustomerAddressRow)

_LAST = (
    select(_MESSAGE.c.direction + ":" + func.substr(_MESSAGE.c.text, 1, READ))
    .where(_MESSAGE.c.ticket_number == _TICKET.c.number, _MESSAGE.c.retracted_at.is_(None))
    .order_by(_MESSAGE.c.position.desc())
    .limit(1)
    .correlate(_TICKET)
    .scalar_subquery()
)
_LINES = (
    select(
        _TICKET,
        _CUSTOMER.c.name.label("customer_name"),
        _CUSTOMER.c.address.label("customer_address"),
        _AGENT.c.name.label("agent_name"),
        _AGENT.c.address.label("agent_address"),
        _MAILBOX.c.address.label("mailbox_address"),
        _TEAM.c.name.label("team"),
        _PROFILE.c.vip,
        CLOSE_AFTER_DAYS.scalar_subquery().label("close_after_days"),
        _LAST.label("last"),
    )
    .join(_CUSTOMER, _CUSTOMER.c.id == _TICKET.c.customer_id)
    .join(_MAILBOX, _MAILBOX.c.id == _TICKET.c.mailbox_id)
    .outerjoin(_AGENT, _AGENT.c.id == _TICKET.c.assignee_id)
    .outerjoin(_TEAM, _TEAM.c.id == _TICKET.c.team_id)
    .outerjoin(_PROFILE, _PROFILE.c.customer_id == _TICKET.c.customer_id)
    .where(_TICKET.c.number.in_(bindparam("numbers", expanding=True)))
)
_DEAD = (
    select(func.coalesce(_ADDRESS.c.dead_words, ""))
    .where(_ADDRESS.c.address == _CUSTOMER.c.address, _ADDRESS.c.dead_since.is_not(None))
    .correlate(_CUSTOMER)
    .scalar_subquery()
)
_LINES_READ = _LINES.add_columns(seen.UNREAD.label("unread"), _DEAD.label("dead"))
_URGENCIES = select(_TICKET.c.number, _TICKET.c.status, _TICKET.c.due_at).where(
    _TICKET.c.number.in_(bindparam("numbers", expanding=True))
)
_STATES = (
    select(_MESSAGE.c.ticket_number, _OUTBOX.c.state)
    .join(_OUTBOX, _OUTBOX.c.message_id == _MESSAGE.c.id)
    .where(_MESSAGE.c.ticket_number.in_(bindparam("numbers", expanding=True)))
    .order_by(_OUTBOX.c.id)
)


FIRST = 200, 1_000
"""The beginning of a list is looked for among so many of the first tickets in its order, and among
all only if that is not enough. A database does not know in advance which of both is quick; this
way, more tickets make neither slow."""


def numbers(
    tx: Session, node: Node, asker: Asker, order: Order, most: int | None = None
) -> "array[int]":
    """The numbers of the tickets a query finds; the first `most` of them if given."""
    parts = node.parts if isinstance(node, And) else (node,)
    listed = And(tuple(part for part in parts if isinstance(part, InStatus)))
    rest = And(tuple(part for part in parts if not isinstance(part, InStatus)))
    of_status = and_(search.condition(tx, listed, asker), *_stretches(listed, order))
    if most is not None and rest.parts and not search.are_rare(tx, rest):
        asked = search.condition(tx, rest, asker, probing=True)
        for among in FIRST:
            first = _sorted(of_status, order).limit(among).correlate(None)
            statement = _sorted(_TICKET.c.number.in_(first) & asked, order)
            found = _numbers(tx, statement.limit(most))
            if len(found) == most:
                return found
    asked = search.condition(tx, rest, asker)
    return _numbers(tx, _sorted(of_status & asked, order).limit(most))


def _stretches(listed: And[InStatus], order: Order) -> Iterator[TextClause]:
    for part in listed.parts:
        if said := stretch(order, part.statuses):
            yield text(said)


def _sorted(asked: ColumnElement[bool], order: Order) -> Select[tuple[int]]:
    return select(_TICKET.c.number).where(asked).order_by(*map(text, ORDERS[order]))


def _numbers(tx: Session, statement: Select[tuple[int]]) -> "array[int]":
    found = (
        tx.connection().execute(statement).cursor
    )  # its rows are plain tuples: a hundred thousand in 40 ms instead of 150
    return array("q", chain.from_iterable(cast("Iterable[tuple[int]]", found)))


def count(tx: Session, node: Node, asker: Asker) -> int:
    """How many tickets a query finds."""
    statement = select(func.count()).select_from(_TICKET).where(search.condition(tx, node, asker))
    return tx.connection().execute(statement).scalar() or 0


def among(tx: Session, node: Node, asker: Asker, wanted: Collection[int]) -> frozenset[int]:
    """Those of these tickets that a query finds."""
    statement = select(_TICKET.c.number).where(
        _TICKET.c.number.in_(list(wanted)), search.condition(tx, node, asker, probing=True)
    )
    return frozenset(tx.connection().execute(statement).scalars())


def lines(tx: Session, wanted: Sequence[int], reader: str = "") -> list[TicketLine]:
    """The lines of a window of tickets, in the order asked for; numbers without a ticket are left
    out. With the address of a `reader` each says what is unread."""
    if not wanted:
        return []
    asked: dict[str, object] = {"numbers": list(wanted)}
    statement = _LINES
    if reader:
        statement, asked = _LINES_READ, {**asked, "reader": lowered(reader)}
    found = {row.number: row for row in tx.connection().execute(statement, asked)}
    there = list(found)
    labels, deliveries, of_targets = (
        tickets.labels_of(tx, there),
        _deliveries(tx, there),
        clocks.of_tickets(tx, there),
    )
    merged = [one for one, row in found.items() if row.merged_into is not None]
    ends = tickets.ends_of_merges(tx, merged) if merged else {}
    shown = (
        _line(found[one], labels.get(one, TicketMarks()), deliveries.get(one), of_targets.get(one))
        for one in wanted
        if one in found
    )
    return [
        replace(one, merged_into=ends[one.number]) if one.number in ends else one for one in shown
    ]


def urgencies(tx: Session, wanted: Sequence[int]) -> list[Urgency]:
    """The urgency of these tickets, in the order asked for; that of the one before for a number
    without a ticket."""
    rows_ = tx.connection().execute(_URGENCIES, {"numbers": list(wanted)})
    found = {number: Urgency(Status(status), due_at) for number, status, due_at in rows_}
    before = Urgency(Status.NEW, None)
    return [before := found.get(number, before) for number in wanted]


def _deliveries(tx: Session, wanted: Sequence[int]) -> dict[int, Delivery]:
    states: dict[int, list[Delivery]] = {}
    for number, state in tx.connection().execute(_STATES, {"numbers": list(wanted)}):
        states.setdefault(number, []).append(Delivery(state))
    return {number: told for number, of_replies in states.items() if (told := worst(of_replies))}


def _line(
    row: Row[Any], labels: TicketMarks, delivery: Delivery | None, clock: SlaStatus | None
) -> TicketLine:
    return TicketLine(
        number=row.number,
        subject=row.subject,
        status=Status(row.status),
        priority=row.priority,
        customer=Address(row.customer_name, row.customer_address),
        assignee=Address(row.agent_name, row.agent_address)
        if row.assignee_id is not None
        else None,
        mailbox=row.mailbox_address,
        tags=labels.tags,
        created_at=row.created_at,
        updated_at=row.updated_at,
        waiting_since=row.waiting_since,
        message_count=row.message_count,
        version=row.version,
        delivery=delivery,
        clock=clock,
        closes_at=_closes_at(row),
        snoozed_until=row.snoozed_until,
        team=row.team,
        solved_at=row.solved_at,
        fields=labels.fields,
        last=Beginning.of(row.last),
        vip=bool(row.vip),
        unread=Unread.of(getattr(row, "unread", None)),
        dead=getattr(row, "dead", None),
    )


def _closes_at(row: Row[Any]) -> datetime | None:
    if row.status != Status.SOLVED or row.solved_at is None or row.close_after_days is None:
        return None
    solved_at: datetime = row.solved_at
    return solved_at + timedelta(days=row.close_after_days)
