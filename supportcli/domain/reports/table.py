"""From facts to a table: rows for each day, agent, tag …, columns that count, time or compare the
facts of a row, and the total of all.

Each number knows the facts behind it (`ReportTable.behind`), so that `--ids` can list the
tickets."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from operator import attrgetter
from statistics import fmean, median_low

from supportcli.domain.reports.ticket_life import TicketLabels
from supportcli.domain.sla.policy import CLOCK, Hours
from supportcli.domain.text.periods import Period


@dataclass(frozen=True, slots=True)
class Frame:
    """What a report looks at."""

    period: Period
    zone: tzinfo
    """The zone of its days."""
    hours: Hours = CLOCK
    """What it measures time with: all hours, if there is no calendar."""
    calendar: str | None = None
    """The name of the business calendar."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The agents' names by address."""
    where: str = ""
    """The query that selected the tickets."""

    def seconds(self, start: datetime, end: datetime) -> int:
        """The time that counts from `start` to `end`, never less than 0."""
        return self.hours.elapsed(start, end)


@dataclass(frozen=True, slots=True)
class Fact:
    """An event that counts."""

    ticket: TicketLabels
    at: datetime
    sort: str
    """What it was."""
    seconds: int | None = None
    """How long it took."""
    agent: str | None = None
    """The address of its agent."""
    end: datetime | None = None
    """Of a fact that lasts from `at` on; None: it still does."""
    kind: str = ""
    """The kind of service level."""


class Unit(StrEnum):
    """What a number is: a count, seconds, or a share between 0 and 1."""

    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"


Number = int | float | None


class Pile:
    """Facts by sort, in the order of their times."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._sorts: dict[str, list[Fact]] = {}
        in_order = sorted(facts, key=lambda fact: fact.ticket.number)
        in_order.sort(key=attrgetter("at"))
        for fact in in_order:
            self._sorts.setdefault(fact.sort, []).append(fact)
        self._times = {sort: [fact.at for fact in facts] for sort, facts in self._sorts.items()}
        self._ends = {
            sort: sorted(max(fact.end, fact.at) for fact in facts if fact.end is not None)
            for sort, facts in self._sorts.items()
        }

    def within(self, sorts: Iterable[str], period: Period) -> list[Fact]:
        """The facts of these sorts whose time lies in a period."""
        found: list[Fact] = []
        for sort in sorts:
            if sort in self._sorts:
                times = self._times[sort]
                found += self._sorts[sort][
                    bisect_left(times, period.since) : bisect_left(times, period.until)
                ]
        return found

    def lasting(self, sort: str, moment: datetime) -> list[Fact]:
        """The facts of a sort that began before a moment and last until it or longer."""
        begun = self._sorts.get(sort, [])[: bisect_left(self._times.get(sort, []), moment)]
        return [fact for fact in begun if fact.end is None or fact.end >= moment]

    def count_lasting(self, sort: str, moment: datetime) -> int:
        """How many these are, without looking at each: a table of many hours asks for each of
        them."""
        return bisect_left(self._times.get(sort, []), moment) - bisect_left(
            self._ends.get(sort, []), moment
        )


Pick = Callable[[Pile, Period], list[Fact]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for programs, its heading for people, its unit, which facts of a row it
    takes, and how it makes a number of them."""

    name: str
    title: str
    unit: Unit
    pick: Pick
    measure: Callable[[Pile, Period], Number]


def _of_facts(
    name: str, title: str, unit: Unit, pick: Pick, measure: Callable[[Sequence[Fact]], Number]
) -> Column:
    """A column whose number comes from the facts one by one."""
    return Column(name, title, unit, pick, lambda pile, period: measure(pick(pile, period)))


def count(name: str, title: str, *sorts: str, once: bool = False) -> Column:
    """The number of facts of these sorts in the period; with `once`, the number of their
    tickets."""

    def pick(pile: Pile, period: Period) -> list[Fact]:
        found = pile.within(sorts, period)
        return (
            list({fact.ticket.number: fact for fact in reversed(found)}.values())[::-1]
            if once
            else found
        )

    return _of_facts(name, title, Unit.COUNT, pick, len)


def standing(name: str, title: str, sort: str) -> Column:
    """The number of facts of a sort that last at the end of the period."""
    return Column(
        name,
        title,
        Unit.COUNT,
        lambda pile, period: pile.lasting(sort, period.until),
        lambda pile, period: pile.count_lasting(sort, period.until),
    )


def timing(
    name: str, title: str, measure: Callable[[Sequence[int]], Number], *sorts: str
) -> Column:
    """A statistic of how long the facts of these sorts took."""

    def measured(facts: Sequence[Fact]) -> Number:
        seconds = sorted(fact.seconds for fact in facts if fact.seconds is not None)
        return measure(seconds) if seconds else None

    return _of_facts(
        name, title, Unit.SECONDS, lambda pile, period: pile.within(sorts, period), measured
    )


def share(name: str, title: str, part: Sequence[str], whole: Sequence[str]) -> Column:
    """The share of the facts of the sorts `whole` that have one of the sorts `part`; None if there
    are none at all."""

    def measured(facts: Sequence[Fact]) -> Number:
        return sum(fact.sort in part for fact in facts) / len(facts) if facts else None

    return _of_facts(
        name, title, Unit.SHARE, lambda pile, period: pile.within(whole, period), measured
    )


def middle(seconds: Sequence[int]) -> int:
    """The median of sorted numbers: of two in the middle the smaller, so that it is a time somebody
    really waited."""
    return median_low(seconds)


def ninetieth(seconds: Sequence[int]) -> int:
    """The smallest of sorted numbers that at least nine tenths do not exceed (nearest rank)."""
    return seconds[(9 * len(seconds) + 9) // 10 - 1]


def mean(seconds: Sequence[int]) -> int:
    """The mean, to the second."""
    return round(fmean(seconds))


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of a table: its key for programs (None for "no agent", "no tag"), its label for
    people, its numbers by column. `place` is its position among rows that are times."""

    key: str | None
    label: str
    values: Mapping[str, Number]
    pile: Pile = field(repr=False, compare=False)
    period: Period
    place: int | None = None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A report's result: its rows, and the total over all facts (which is not their sum: medians
    have none, and a ticket may have two tags)."""

    name: str
    title: str
    definition: str
    by: str
    """What its rows are."""
    frame: Frame
    columns: tuple[Column, ...]
    """Those of the rows."""
    figures: tuple[Column, ...]
    """Those of the total."""
    rows: tuple[TableRow, ...]
    total: TableRow
    drawn: str
    """The column that a chart shows; if empty, the columns after the first are the cells of a heat
    map."""
    before: "ReportTable | None" = None
    """The same table for the period before."""

    def behind(self, row: TableRow, name: str) -> list[Fact]:
        """The facts behind a number, in the order of their times."""
        column = {column.name: column for column in self.figures}[name]
        return sorted(
            column.pick(row.pile, row.period), key=lambda fact: (fact.at, fact.ticket.number)
        )

    def earlier(self, row: TableRow) -> TableRow | None:
        """The row of the period before to compare a row with: of the same name, or for times, at
        the same place."""
        if self.before is None:
            return None
        if row is self.total:
            return self.before.total
        if row.place is None:
            return next((one for one in self.before.rows if one.key == row.key), None)
        return self.before.rows[row.place] if row.place < len(self.before.rows) else None


def row_of(
    key: str | None,
    label: str,
    pile: Pile,
    period: Period,
    columns: Sequence[Column],
    *,
    place: int | None = None,
) -> TableRow:
    """A row with its numbers."""
    return TableRow(
        key,
        label,
        {column.name: column.measure(pile, period) for column in columns},
        pile,
        period,
        place,
    )
