"""Which tickets a query finds, as one integer, and what may change that: events, and time alone.

A count that is kept so costs a change no more than the tickets it touched."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import assert_never

from sqlalchemy import BigInteger, ColumnElement, cast, func, literal, or_, select
from sqlmodel import Session

from supportcli.domain.query.nodes import (
    And,
    AnsweredBy,
    AssignedTo,
    Came,
    Dated,
    DueWithin,
    Edge,
    FollowedBy,
    From,
    HasField,
    InMailbox,
    InOrganisation,
    InStatus,
    LookedUp,
    Mentioning,
    Node,
    Not,
    Numbered,
    NumberedFrom,
    OfCustomer,
    OfPriority,
    OfTeam,
    OnClock,
    Or,
    Shows,
    Tagged,
    Term,
    Timed,
    Trait,
    Words,
)
from supportcli.domain.query.spans import edge_at, moves, next_day
from supportcli.domain.tickets.ticket import SlaState, Status
from supportcli.storage.engine import rows
from supportcli.storage.setup import fields, identity, mailboxes, teams
from supportcli.storage.tables import TicketRow
from supportcli.storage.tickets import people
from supportcli.storage.tickets.search_terms import MOMENTS

_TICKET = rows.table_of(TicketRow)

_BLOCK = 32
"""Bits of a row, so that their sum is exact in both engines."""

_BLOCK_OF = _TICKET.c.number // _BLOCK
_BITS = select(
    _BLOCK_OF,
    cast(func.sum(literal(1, BigInteger).op("<<")(_TICKET.c.number % _BLOCK)), BigInteger),
).group_by(_BLOCK_OF)


def found(tx: Session, asked: ColumnElement[bool]) -> int:
    """The tickets that a condition finds: the bit of each one's number is set. (The database makes
    it, and no other thread waits for that: a hundred thousand numbers would take twice as long, and
    a thousand times the memory.)"""
    blocks = tx.connection().execute(_BITS.where(asked)).all()
    bits = bytearray((max((place for place, _ in blocks), default=-1) + 1) * (_BLOCK // 8))
    for place, block in blocks:
        begin = place * (_BLOCK // 8)
        bits[begin : begin + _BLOCK // 8] = block.to_bytes(_BLOCK // 8, "little")
    return int.from_bytes(bits, "little")


def among(
    tx: Session, asked: Sequence[ColumnElement[bool]], numbers: Collection[int]
) -> list[tuple[int, int]]:
    """For each condition, the bits of these tickets, and the bits of those that it finds."""
    all_of_them = sum(1 << number for number in set(numbers))
    answers = [condition.label(f"asked_{place}") for place, condition in enumerate(asked)]
    statement = select(_TICKET.c.number, *answers).where(_TICKET.c.number.in_(list(numbers)))
    bits = [0] * len(asked)
    for number, *holds in tx.connection().execute(statement):
        for place, yes in enumerate(holds):
            bits[place] |= bool(yes) << number
    return [(all_of_them, one) for one in bits]


def of_the_same_customers(tx: Session, numbers: Collection[int]) -> list[int]:
    """The tickets of the customers of these tickets, these included."""
    theirs = select(_TICKET.c.customer_id).where(_TICKET.c.number.in_(list(numbers)))
    statement = select(_TICKET.c.number).where(_TICKET.c.customer_id.in_(theirs))
    return list(tx.connection().execute(statement).scalars())


# Time


@dataclass(frozen=True, slots=True)
class Passing:
    """Time alone changes what a query finds: when the moment in `column` of a ticket and an `edge`
    in `zone` pass each other."""

    column: ColumnElement[datetime]
    edge: Edge
    zone: tzinfo

    def at(self, now: datetime) -> datetime:
        """Where the edge is."""
        return edge_at(self.edge, now, self.zone)


def passing(tx: Session, node: Node, zone: tzinfo) -> tuple[Passing, ...]:
    """How time alone changes what a query finds; empty if it does not."""
    moving = (one for term in terms_of(node) for one in _passing(tx, term))
    return tuple(Passing(column, edge, zone) for column, edge in moving)


def terms_of(node: Node) -> Iterator[Term]:
    """The terms of a query."""
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from terms_of(part)
    elif isinstance(node, Not):
        yield from terms_of(node.part)
    else:
        yield node


def _sets_apart(statuses: Collection[Status]) -> bool:
    """Whether it matters when solved tickets close."""
    return (Status.SOLVED in statuses) != (Status.CLOSED in statuses)


_Moving = tuple[ColumnElement[datetime], Edge]


def _passing(tx: Session, term: Term) -> Iterator[_Moving]:
    match term:
        case InStatus(statuses):
            if _sets_apart(statuses) and (after := identity.close_after(tx)) is not None:
                yield _TICKET.c.solved_at, Edge(seconds=-int(after.total_seconds()))
        case OnClock() | DueWithin() | Dated():
            yield from _timed(term)
        case Shows(trait):
            if trait is Trait.SNOOZED:
                yield _TICKET.c.snoozed_until, Edge()
        case Words() | Came() | FollowedBy() | AnsweredBy() | Mentioning() | HasField():
            return
        case (
            Numbered()
            | NumberedFrom()
            | AssignedTo()
            | OfTeam()
            | InMailbox()
            | From()
            | Tagged()
            | OfPriority()
            | OfCustomer()
            | InOrganisation()
            | LookedUp()
        ):
            return
        case _:
            assert_never(term)


def _timed(term: Timed) -> Iterator[_Moving]:
    match term:
        case OnClock(states):
            if SlaState.OVERDUE in states:
                yield _TICKET.c.due_at, Edge()
        case DueWithin(seconds):
            yield _TICKET.c.due_at, Edge(seconds=seconds)
        case Dated(moment, spans):
            for edge in (edge for span in spans for edge in (span.since, span.until)):
                if edge is not None and moves(edge):
                    yield MOMENTS[moment], edge
        case _:
            assert_never(term)


def keeps(node: Node) -> bool:
    """Whether what a query finds changes only with events on the ticket, its customer's mails, and
    time. (A link is an event on one of both tickets, a draft is none, nor is a look at a ticket,
    and what the team knows about customers has a history of its own.)"""
    return not any(map(_changes_beside, terms_of(node)))


def _changes_beside(term: Term) -> bool:
    match term:
        case OfCustomer() | InOrganisation() | LookedUp():
            return True
        case Shows(trait):
            return trait in {Trait.LINK, Trait.DRAFT, Trait.VIP, Trait.UNREAD}
        case _:
            return False


class NamesThere:
    """What the desk has of what queries name, read once in a transaction for all of them."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx
        self._read: dict[Callable[[Session], object], object] = {}

    def of(self, node: Node) -> tuple[object, ...]:
        """What the desk has of what a query names, and when tickets close: all that
        `search.condition` reads. If it is the same, the condition is. (Comparing conditions
        takes longer.)"""
        return tuple(map(self._of_term, terms_of(node)))

    def _of_term(self, term: Term) -> object:
        read = _what_is_read(term)
        if read is None:
            return None
        if read not in self._read:
            self._read[read] = read(self._tx)
        return self._read[read]


def _what_is_read(term: Term) -> Callable[[Session], object] | None:
    match term:
        case AssignedTo(who) | FollowedBy(who) | AnsweredBy(who) | Mentioning(who):
            return _agents if set(who) != {"none"} else None
        case OfTeam():
            return teams.names
        case InMailbox():
            return mailboxes.addresses
        case HasField():
            return fields.fields
        case InStatus(statuses):
            return identity.close_after if _sets_apart(statuses) else None
        case Words() | Shows() | Came() | OnClock() | DueWithin() | Dated():
            return None
        case (
            Numbered()
            | NumberedFrom()
            | From()
            | Tagged()
            | OfPriority()
            | OfCustomer()
            | InOrganisation()
            | LookedUp()
        ):
            return None
        case _:
            assert_never(term)


def _agents(tx: Session) -> list[tuple[int, str, str]]:
    return [(agent.id, agent.name, agent.address) for agent in people.agents(tx)]


def passed(tx: Session, how: Iterable[Passing], since: datetime, until: datetime) -> list[int]:
    """The tickets that time alone may have changed between two moments."""
    when = [(one.column >= one.at(since)) & (one.column <= one.at(until)) for one in how]
    statement = select(_TICKET.c.number).where(or_(*when))
    return list(tx.connection().execute(statement).scalars())


def next_passing(
    tx: Session, how: Iterable[Passing], now: datetime, numbers: Collection[int] | None = None
) -> datetime | None:
    """When time alone may next change what a query finds, among these tickets if given; None:
    never."""
    moments = []
    for one in how:
        if one.edge.name:
            moments.append(next_day(now, one.zone))
            continue
        statement = select(func.min(one.column)).where(one.column >= one.at(now))
        if numbers is not None:
            statement = statement.where(_TICKET.c.number.in_(list(numbers)))
        at = tx.connection().execute(statement).scalar()
        if at is not None:
            moments.append(at - timedelta(seconds=one.edge.seconds))
    return min(moments, default=None)
