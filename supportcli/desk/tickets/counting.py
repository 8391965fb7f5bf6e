"""How many tickets queries find, kept so that a change costs no more than the tickets it touched.

`KeptCounts` remembers for each query which tickets it finds, and asks again about those that
events have touched, or that time may have changed. What a query means depends on more than
tickets, such as who is called what: it is counted afresh when that is another."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.tickets.lists import asking
from supportcli.domain.query.nodes import From, Node
from supportcli.domain.query.parse import parse
from supportcli.errors import UsageError
from supportcli.storage.tickets import events, membership, search
from supportcli.storage.tickets.membership import NamesThere, Passing
from supportcli.storage.tickets.search import Asker

MANY = 2_000
"""With more tickets than this to ask about, counting afresh costs less."""


@dataclass(frozen=True, slots=True)
class _Membership:
    """What a query found at a moment: `bits` as `membership.found` returns them, after the event
    `seen`. `me` asked, and the desk had `named` of what the query names; as long as both are the
    same, so is the `condition`, except for the time. `next_at`: when time may change what it
    finds."""

    node: Node
    me: int | None
    named: tuple[object, ...]
    condition: ColumnElement[bool]
    by_customer: bool
    passing: tuple[Passing, ...]
    bits: int
    seen: int
    at: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many tickets each query finds, and when time alone may change that; None: never.
    `problems` says what is wrong with a query that cannot be read, or names what is not there any
    more: it finds nothing."""

    by_query: Mapping[str, int]
    next_at: datetime | None
    problems: Mapping[str, str] = field(default_factory=dict)


class KeptCounts:
    """Counts of queries, for one thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: dict[str, _Membership] = {}

    def of(self, queries: Collection[str]) -> Counted:
        """How many tickets each query finds now."""
        problems: dict[str, str] = {}
        with self._desk.db.read() as tx:
            asker, names = asking(self._desk, tx), NamesThere(tx)
            known = [query for query in queries if self._stands(names, query, asker)]
            self._ask_again(tx, known, asker)
            for query in set(queries) - set(known):
                try:
                    self._kept[query] = _counted(tx, parse(query), asker, names)
                except UsageError as error:
                    problems[query] = error.sentence
        found = {query: self._kept[query] for query in queries if query in self._kept}
        moments = (one.next_at for one in found.values() if one.next_at is not None)
        return Counted(
            {query: one.bits.bit_count() for query, one in found.items()},
            min(moments, default=None),
            problems,
        )

    def _stands(self, names: NamesThere, query: str, asker: Asker) -> bool:
        """Whether a query is kept, and asks for the same as when it was counted."""
        kept = self._kept.pop(query, None)
        if kept is None or asker.now < kept.at or not membership.keeps(kept.node):
            return False
        if (kept.me, kept.named) != (asker.me, names.of(kept.node)):
            return False
        self._kept[query] = kept
        return True

    def _ask_again(self, tx: Session, queries: Sequence[str], asker: Asker) -> None:
        """Bring counts up to date with what has happened since."""
        if not queries:
            return
        there = [self._kept[query] for query in queries]
        newest, touched = events.tickets_after(tx, min(one.seen for one in there))
        numbers = set(touched)
        if touched and any(one.by_customer for one in there):
            numbers |= set(membership.of_the_same_customers(tx, touched))
        for one in there:
            if one.next_at is not None and one.next_at <= asker.now:
                numbers |= set(membership.passed(tx, one.passing, one.at, asker.now))
        if len(numbers) > MANY:
            self._kept |= {
                query: _counted(tx, one.node, asker, NamesThere(tx))
                for query, one in zip(queries, there, strict=True)
            }
            return
        bits = [one.bits for one in there]
        if numbers:
            asked = [_now(tx, one, asker) for one in there]
            answers = membership.among(tx, asked, numbers)
            bits = [one & ~these | found for one, (these, found) in zip(bits, answers, strict=True)]
        theirs = _each_next(tx, there, asker.now, numbers)
        for query, one, found in zip(queries, there, bits, strict=True):
            next_at = _next(tx, one, asker.now, theirs.get(repr(one.passing)))
            self._kept[query] = replace(one, bits=found, seen=newest, at=asker.now, next_at=next_at)


def _now(tx: Session, kept: _Membership, asker: Asker) -> ColumnElement[bool]:
    if not kept.passing:
        return kept.condition
    return search.condition(tx, kept.node, asker, probing=True)


def _each_next(
    tx: Session, there: Sequence[_Membership], now: datetime, touched: Collection[int]
) -> dict[str, datetime | None]:
    """When time may change next what is found among these tickets, by how it passes: queries that
    time changes alike are asked for once."""
    how = {repr(one.passing): one.passing for one in there if one.passing and touched}
    return {name: membership.next_passing(tx, one, now, touched) for name, one in how.items()}


def _next(
    tx: Session, kept: _Membership, now: datetime, theirs: datetime | None
) -> datetime | None:
    """When time may change a count next; `theirs`, among the tickets that were asked about."""
    if not kept.passing:
        return None
    if kept.next_at is not None and kept.next_at <= now:
        return membership.next_passing(tx, kept.passing, now)
    return min((at for at in (kept.next_at, theirs) if at is not None), default=None)


def _counted(tx: Session, node: Node, asker: Asker, names: NamesThere) -> _Membership:
    passing = membership.passing(tx, node, asker.days)
    return _Membership(
        node,
        asker.me,
        names.of(node),
        search.condition(tx, node, asker, probing=True),
        any(isinstance(term, From) for term in membership.terms_of(node)),
        passing,
        membership.found(tx, search.condition(tx, node, asker)),
        events.last_id(tx),
        asker.now,
        membership.next_passing(tx, passing, asker.now),
    )
