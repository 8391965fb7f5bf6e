"""All reports. A report is a function from a ticket's life to the facts that count, with its
definition as docstring, and the columns that count them: a new report is one function under
`@report`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from inspect import cleandoc

from supportcli.domain.custom_fields import PREFIX
from supportcli.domain.reports.dimensions import dimension
from supportcli.domain.reports.period import TIMES, buckets, check_rows
from supportcli.domain.reports.table import Column, Fact, Frame, Pile, ReportTable, TableRow, row_of
from supportcli.domain.reports.ticket_life import Life
from supportcli.domain.text.periods import Period
from supportcli.domain.text.words import nearest
from supportcli.errors.names import WordUnknown

Counts = Callable[[Life, Frame], Iterator[Fact]]

GROUPS = (*TIMES, "agent", "team", "mailbox", "tag", "priority")
"""The dimensions of nearly every report."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report: what it is, what its rows can be, and its columns."""

    name: str
    title: str
    sentence: str
    """What it does."""
    definition: str
    by: tuple[str, ...]
    """What its rows can be; the first is the default."""
    figures: tuple[Column, ...]
    drawn: str
    """The column that a chart draws."""
    lengths: tuple[str, ...]
    """The columns for rows by length or age, where a column of times would be pointless."""
    counts: Counts
    of_work: bool = False
    """It counts only what was done to tickets: nothing in those that only came in."""

    def grouping(self, asked: str) -> str:
        """What its rows are for the request `asked` (empty: the default). What can be grouped by
        tags can be grouped by custom fields. WordUnknown if it has no such rows."""
        wanted = asked.strip().lower() or self.by[0]
        if wanted.startswith(PREFIX) and "tag" in self.by:
            return wanted
        if wanted not in self.by:
            raise WordUnknown(
                f"The report {self.name} cannot be grouped by",
                asked,
                f"It can be grouped by {', '.join(self.by)}.",
                nearest(wanted, self.by),
            )
        return wanted

    def table(self, facts: Iterable[Fact], by: str, frame: Frame) -> ReportTable:
        """The table of these facts."""
        found = list(facts)
        columns = tuple(
            column
            for column in self.figures
            if by not in {"length", "age"} or column.name in self.lengths
        )
        whole = Pile(found)
        total = row_of(None, "Total", whole, frame.period, self.figures)
        rows = (
            _by_time(whole, by, frame, columns)
            if by in TIMES
            else _by_group(found, by, frame, columns)
        )
        drawn = (
            self.drawn
            if self.drawn in {column.name for column in columns}
            else self.lengths[0]
            if self.lengths
            else ""
        )
        return ReportTable(
            self.name,
            self.title,
            self.definition,
            by,
            frame,
            columns,
            self.figures,
            tuple(rows),
            total,
            drawn,
        )


REPORTS: dict[str, Report] = {}
"""All reports by name, in the order in which a page shows them."""


def report(
    name: str,
    title: str,
    sentence: str,
    *,
    by: Sequence[str],
    columns: Sequence[Column],
    drawn: str = "",
    lengths: Sequence[str] = (),
    of_work: bool = False,
) -> Callable[[Counts], Counts]:
    """Register a function as a report; its docstring is the definition that is shown with each
    table."""

    def register(counts: Counts) -> Counts:
        definition = " ".join(cleandoc(counts.__doc__ or "").split())
        REPORTS[name] = Report(
            name,
            title,
            sentence,
            definition,
            tuple(by),
            tuple(columns),
            drawn,
            tuple(lengths),
            counts,
            of_work,
        )
        return counts

    return register


def report_named(name: str) -> Report:
    """The report with this name. WordUnknown if there is none."""
    if name not in REPORTS:
        hint = "See them all with: supportcli report list"
        raise WordUnknown("There is no report", name, hint, nearest(name, REPORTS))
    return REPORTS[name]


@dataclass(frozen=True, slots=True)
class Asked:
    """A requested report: by what, over which frame, and whether compared with the period before.
    RowsTooMany if that is too much."""

    report: Report
    by: str
    frame: Frame
    compare: bool = False

    def __post_init__(self) -> None:
        """Refuse too many rows before anything is read."""
        check_rows(self.frame.period, self.by)

    @property
    def earlier(self) -> "Asked":
        """The same report for the period before."""
        return replace(
            self,
            frame=replace(self.frame, period=self.frame.period.before(self.frame.zone)),
            compare=False,
        )


def tables(lives: Iterable[Life], asked: Sequence[Asked]) -> list[ReportTable]:
    """The tables of several reports from a single pass over the tickets."""
    wanted = [*asked, *(one.earlier for one in asked if one.compare)]
    found: list[list[Fact]] = [[] for _ in wanted]
    counted = [
        (facts.extend, one.report.counts, one.frame, one.report.of_work)
        for facts, one in zip(found, wanted, strict=True)
    ]
    of_untouched = [each for each in counted if not each[-1]]
    for life in lives:
        for extend, counts, frame, _ in of_untouched if life.untouched else counted:
            extend(counts(life, frame))
    made = [
        one.report.table(facts, one.by, one.frame) for facts, one in zip(found, wanted, strict=True)
    ]
    earlier = iter(made[len(asked) :])
    return [
        replace(table, before=next(earlier)) if one.compare else table
        for table, one in zip(made, asked, strict=False)
    ]


def begin(asked: Sequence[Asked]) -> datetime:
    """The first moment that any of these reports looks at."""
    return min((one.earlier if one.compare else one).frame.period.since for one in asked)


def _by_time(whole: Pile, by: str, frame: Frame, columns: Sequence[Column]) -> Iterator[TableRow]:
    for place, bucket in enumerate(buckets(frame.period, by, frame.zone)):
        yield row_of(
            bucket.key,
            _dated(bucket.key, by, bucket.period, frame),
            whole,
            bucket.period,
            columns,
            place=place,
        )


def _dated(key: str, by: str, period: Period, frame: Frame) -> str:
    return f"{key} {period.since.astimezone(frame.zone):%a}" if by == "day" else key


def _by_group(
    facts: Sequence[Fact], by: str, frame: Frame, columns: Sequence[Column]
) -> list[TableRow]:
    rows_of = dimension(by)
    grouped: dict[str | None, list[Fact]] = {key: [] for key in rows_of.known}
    for fact in facts:
        for key in rows_of.keys(fact, frame):
            grouped.setdefault(key, []).append(fact)
    names: Mapping[str, str] = frame.names if by == "agent" else {}
    rows = [
        row_of(
            key,
            rows_of.nothing if key is None else names.get(key) or key,
            Pile(of_key),
            frame.period,
            columns,
        )
        for key, of_key in grouped.items()
    ]
    if rows_of.known:
        return rows
    first = columns[0].name
    shown = [row for row in rows if any(row.values.values())]
    return sorted(shown, key=lambda row: (row.key is None, -(row.values[first] or 0), row.label))
