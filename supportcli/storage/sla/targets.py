"""Service-level targets in the database: written with each event of their ticket, and checked again
when their time comes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    bindparam,
    delete,
    false,
    func,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlmodel import Session

from supportcli.domain.mail import Address
from supportcli.domain.sla.clock_runs import MOVED, Pause
from supportcli.domain.sla.history import OpenedTicket
from supportcli.domain.sla.policy import TargetKind
from supportcli.domain.sla.targets import Target
from supportcli.domain.tickets.ticket import Direction
from supportcli.storage.engine import rows
from supportcli.storage.tables import (
    CustomerRow,
    EventRow,
    MailboxRow,
    MessageRow,
    TargetRow,
    TicketRow,
)

_TARGET = rows.table_of(TargetRow)
_TICKET = rows.table_of(TicketRow)
_MESSAGE, _MAILBOX, _CUSTOMER = (
    rows.table_of(MessageRow),
    rows.table_of(MailboxRow),
    rows.table_of(CustomerRow),
)
_EVENT = rows.table_of(EventRow)

_NUMBERS: BindParameter[list[int]] = bindparam("numbers", expanding=True)
_ALL_OF = (
    select(_TARGET)
    .where(_TARGET.c.ticket_number.in_(_NUMBERS))
    .order_by(_TARGET.c.ticket_number, _TARGET.c.id)
)
_SAID = (
    _MESSAGE.c.ticket_number,
    _MESSAGE.c.position,
    _MESSAGE.c.id,
    _MESSAGE.c.created_at,
    _MESSAGE.c.direction,
    _MESSAGE.c.sender_name,
    _MESSAGE.c.sender_address,
)
_MESSAGES = union_all(
    select(_EVENT.c.ticket_number.label("of_ticket"), true().label("own"), *_SAID)
    .join(_MESSAGE, _MESSAGE.c.id == _EVENT.c.message_id)
    .where(_EVENT.c.ticket_number.in_(_NUMBERS)),
    select(_MESSAGE.c.ticket_number.label("of_ticket"), false().label("own"), *_SAID).where(
        _MESSAGE.c.ticket_number.in_(_NUMBERS)
    ),
)
"""The messages that came into tickets (their own), wherever a merge or a split has put them since,
and those that are there now."""

_ORIGINS = (
    select(_TICKET.c.number, _MAILBOX.c.address, _CUSTOMER.c.name, _CUSTOMER.c.address)
    .select_from(_TICKET)
    .join(_MAILBOX, _MAILBOX.c.id == _TICKET.c.mailbox_id)
    .join(_CUSTOMER, _CUSTOMER.c.id == _TICKET.c.customer_id)
    .where(_TICKET.c.number.in_(_NUMBERS))
)
_COUNTS = or_(
    _TARGET.c.cancelled_because.is_(None), _TARGET.c.cancelled_because.not_in(sorted(MOVED))
)
"""Whether a target counts in its ticket."""

_SET_DUE = (
    update(_TICKET)
    .where(
        _TICKET.c.number == bindparam("of_ticket"),
        _TICKET.c.due_at.is_distinct_from(bindparam("new_due", type_=_TICKET.c.due_at.type)),
    )
    .values(due_at=bindparam("new_due", type_=_TICKET.c.due_at.type))
)
_REPLACE = (
    update(_TARGET)
    .where(_TARGET.c.id == bindparam("of_target"))
    .values(
        {
            one.name: bindparam(f"new_{one.name}", type_=one.type)
            for one in _TARGET.c
            if one.name not in {"id", "excused_at", "excused_by", "excused_because"}
        }
    )
)


@dataclass(frozen=True, slots=True)
class Excuse:
    """The excuse for a breach: when, by whom (an address), and why."""

    at: datetime
    by: str
    because: str


@dataclass(frozen=True, slots=True)
class KeptTarget:
    """A target's row: its id, its ticket, the domain's target, and the excuse for its breach."""

    id: int
    ticket: int
    target: Target
    excuse: Excuse | None = None


def of_ticket(tx: Session, number: int) -> list[KeptTarget]:
    """The targets of a ticket, in the order in which they started."""
    return of_tickets(tx, [number]).get(number, [])


def of_tickets(tx: Session, numbers: Sequence[int]) -> dict[int, list[KeptTarget]]:
    """The targets of tickets, by number, in the order in which they started; a ticket without any
    is missing."""
    found: dict[int, list[KeptTarget]] = {}
    for row in tx.connection().execute(_ALL_OF, {"numbers": list(numbers)}):
        found.setdefault(row.ticket_number, []).append(_kept(row))
    return found


def _kept(row: Row[Any]) -> KeptTarget:
    excuse = (
        Excuse(row.excused_at, row.excused_by or "", row.excused_because or "")
        if row.excused_at is not None
        else None
    )
    return KeptTarget(row.id, row.ticket_number, _target(row), excuse)


def _target(row: Row[Any]) -> Target:
    return Target(
        kind=TargetKind(row.kind),
        ordinal=row.ordinal,
        policy_version=row.policy_version_id,
        calendar_version=row.calendar_version_id,
        started_event=row.started_event,
        started_at=row.started_at,
        goal=row.goal_s,
        spent=row.spent_s,
        due_at=row.due_at,
        pauses=tuple(
            Pause(_instant(start), _instant(end) if end else None, why)
            for start, end, why in row.pauses
        ),
        warned=tuple(map(_instant, row.warned)),
        next_at=row.next_at,
        met_at=row.met_at,
        breached_at=row.breached_at,
        cancelled_at=row.cancelled_at,
        cancelled_because=row.cancelled_because,
        ended_event=row.ended_event,
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _columns(number: int, target: Target) -> Mapping[str, Any]:
    return {
        "ticket_number": number,
        "kind": target.kind.value,
        "ordinal": target.ordinal,
        "policy_version_id": target.policy_version,
        "calendar_version_id": target.calendar_version,
        "started_event": target.started_event,
        "started_at": target.started_at,
        "goal_s": target.goal,
        "spent_s": target.spent,
        "due_at": target.due_at,
        "pauses": [
            [pause.start.isoformat(), pause.end.isoformat() if pause.end else None, pause.why]
            for pause in target.pauses
        ],
        "warned": [at.isoformat() for at in target.warned],
        "next_at": target.next_at,
        "met_at": target.met_at,
        "breached_at": target.breached_at,
        "cancelled_at": target.cancelled_at,
        "cancelled_because": target.cancelled_because,
        "ended_event": target.ended_event,
    }


def openings(
    tx: Session, numbers: Sequence[int]
) -> dict[int, tuple[OpenedTicket, dict[int, datetime]]]:
    """What each ticket was when it was opened, and when each of its messages was said, by the
    message's id."""
    wanted = {"numbers": list(numbers)}
    found: dict[int, dict[int, Row[Any]]] = {number: {} for number in numbers}
    own: set[tuple[int, int]] = set()
    for row in tx.connection().execute(_MESSAGES, wanted):
        found[row.of_ticket][row.id] = row
        if row.own:
            own.add((row.of_ticket, row.id))
    return {
        number: _opening(number, found[number].values(), own, mailbox, Address(name, address))
        for number, mailbox, name, address in tx.connection().execute(_ORIGINS, wanted)
    }


def _opening(
    number: int,
    messages: Iterable[Row[Any]],
    own: AbstractSet[tuple[int, int]],
    mailbox: str,
    customer: Address,
) -> tuple[OpenedTicket, dict[int, datetime]]:
    """What a ticket was when it was opened: its own messages count first."""
    ordered = sorted(
        messages,
        key=lambda row: ((number, row.id) not in own, row.ticket_number != number, row.position),
    )
    writers = (
        Address.of(row.sender_name, row.sender_address)
        for row in ordered
        if row.direction == Direction.IN
    )
    opened = OpenedTicket(mailbox, next(writers, customer))
    return opened, {row.id: row.created_at for row in ordered}


def add(tx: Session, number: int, target: Target) -> None:
    """Add a target that has started."""
    rows.add(tx, TargetRow, _columns(number, target))


def replace(tx: Session, kept: KeptTarget, target: Target) -> None:
    """Update a target; its excuse stays."""
    values = {f"new_{name}": value for name, value in _columns(kept.ticket, target).items()}
    rows.change(tx, _REPLACE, {"of_target": kept.id, **values})


def forget(tx: Session, target_ids: Sequence[int]) -> None:
    """Delete targets whose beginning was taken back."""
    if target_ids:
        tx.connection().execute(delete(_TARGET).where(_TARGET.c.id.in_(target_ids)))


def excuse(tx: Session, target_id: int, said: Excuse | None) -> None:
    """Set the excuse for a breach, or remove it (None). The breach stays."""
    fields = {
        "excused_at": said.at if said else None,
        "excused_by": said.by if said else None,
        "excused_because": said.because if said else None,
    }
    tx.connection().execute(update(_TARGET).where(_TARGET.c.id == target_id).values(**fields))


def take_excuse_back(tx: Session, numbers: Collection[int], at: datetime, by: str) -> None:
    """Remove the excuses that somebody gave for the breaches of these tickets at a moment."""
    meant = (
        _TARGET.c.ticket_number.in_(list(numbers)),
        _TARGET.c.excused_at == at,
        _TARGET.c.excused_by == by,
    )
    tx.connection().execute(
        update(_TARGET).where(*meant).values(excused_at=None, excused_by=None, excused_because=None)
    )


def set_due(tx: Session, number: int, due_at: datetime | None) -> None:
    """Set when the first running target of a ticket is due. (The ticket's version does not change:
    nobody changed it.)"""
    rows.change(tx, _SET_DUE, {"of_ticket": number, "new_due": due_at})


def look_again(tx: Session, now: datetime) -> None:
    """Make the next tick check all running targets again."""
    running = _TARGET.c.met_at.is_(None), _TARGET.c.cancelled_at.is_(None)
    tx.connection().execute(update(_TARGET).where(*running).values(next_at=now))


def breached(tx: Session, among: ColumnElement[bool]) -> list[KeptTarget]:
    """The breached targets of tickets that match a condition (`search.condition`), each where it
    counts: not where a merge or a split ended it."""
    statement = (
        select(_TARGET)
        .join(_TICKET, _TICKET.c.number == _TARGET.c.ticket_number)
        .where(_TARGET.c.breached_at.is_not(None), _COUNTS, among)
    )
    return [
        _kept(row)
        for row in tx.connection().execute(
            statement.order_by(_TARGET.c.ticket_number, _TARGET.c.id)
        )
    ]


def each_ticket(tx: Session, after: int, limit: int) -> Iterator[int]:
    """The numbers of all tickets after `after`, in order, at most `limit`."""
    yield from (
        tx.connection()
        .execute(
            select(_TICKET.c.number)
            .where(_TICKET.c.number > after)
            .order_by(_TICKET.c.number)
            .limit(limit)
        )
        .scalars()
    )


def count_tickets(tx: Session) -> int:
    """How many tickets there are."""
    return tx.connection().execute(select(func.count()).select_from(_TICKET)).scalar() or 0
