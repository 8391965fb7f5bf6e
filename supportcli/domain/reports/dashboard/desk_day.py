"""The dashboard: what it asks of the reports, and the figures that it makes of their tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from supportcli.domain.reports.dashboard.figures import Figure
from supportcli.domain.reports.dashboard.usual_days import earlier_days, today_so_far, usual
from supportcli.domain.reports.period import buckets
from supportcli.domain.reports.table import Frame, Number, Pile, ReportTable, TableRow, row_of
from supportcli.domain.tickets.ticket import TicketLine

DAYS = 14
"""So many days are drawn."""

_WEEKS = "29d"
"""Today, and the four weeks before it."""


class Asking(NamedTuple):
    """A report, since when, and by what (empty: its default)."""

    report: str
    since: str
    by: str = ""


class _TodayFigure(NamedTuple):
    """A figure of today: its name, and where it comes from; `query` as in `Figure`."""

    label: str
    report: str
    column: str
    query: str = ""


_OPEN = "Open"
_TODAY = (
    _TodayFigure("Created", "volume", "created", "created:today"),
    _TodayFigure("Solved", "backlog", "closed", "solved:today"),
    _TodayFigure(_OPEN, "backlog", "open", "is:unsolved"),
    _TodayFigure("Replies", "agents", "replies"),
    _TodayFigure("First response", "first-response", "median"),
    _TodayFigure("Next response", "next-response", "median"),
    _TodayFigure("Resolution", "resolution", "median"),
    _TodayFigure("Reopened", "reopened", "reopened"),
)
_LOAD = ("open", "overdue", "today")
_LOAD_QUERIES = {
    "open": "status:new,open assignee:{}",
    "overdue": "is:overdue status:new,open assignee:{}",
    "today": "due:today -is:overdue status:new,open assignee:{}",
}
_WORK = ("replies", "solved")

_NAMES = tuple(dict.fromkeys(told.report for told in _TODAY))
ASKED = (
    *(Asking(name, _WEEKS, "day") for name in _NAMES),
    Asking("workload", "today"),
    Asking("agents", "today"),
    Asking("service-levels", _WEEKS, "kind"),
    Asking("busiest-hours", "4w"),
    Asking("backlog-age", "today"),
    Asking("tags", "7d"),
)
"""What the dashboard asks; the reports of the figures of today come first."""


class LabelledFigure(NamedTuple):
    """A figure under its short name, and its values over the last days."""

    label: str
    figure: Figure
    days: Sequence[Number] = ()


class KeptPromises(NamedTuple):
    """What was promised of one kind, today: how much of it was kept, and how much was not; and
    the shares that were kept over the last days."""

    kind: str
    met: Figure
    missed: Figure
    days: Sequence[Number]

    @property
    def share(self) -> float | None:
        """How much of it was kept; None if nothing was decided."""
        met, missed = self.met.value or 0, self.missed.value or 0
        return met / (met + missed) if met + missed else None


class Day(NamedTuple):
    """What was created and solved on a day, and what was open at its end."""

    row: TableRow
    created: Figure
    solved: Figure
    open: Figure


class AgentDay(NamedTuple):
    """What an agent (or nobody) has to do, and did today: open, overdue, due today, replies,
    solved."""

    name: str
    figures: tuple[Figure, ...]


class WeekdayHours(NamedTuple):
    """How many messages came on a weekday, and in each of its hours."""

    name: str
    whole: Figure
    hours: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class DeskDay:
    """All figures of the dashboard."""

    frame: Frame = field(repr=False)
    today: tuple[LabelledFigure, ...]
    promises: tuple[KeptPromises, ...]
    days: tuple[Day, ...]
    agents: tuple[AgentDay, ...]
    weekdays: tuple[WeekdayHours, ...]
    ages: tuple[LabelledFigure, ...]
    tags: tuple[LabelledFigure, ...]
    open: Figure
    next_due: tuple[TicketLine, ...] = ()
    """Those of all open tickets that are due next."""


NEXT = "status:new,open sort:due"
"""The query of what is open, the next due first."""


def desk_day(tables: Sequence[ReportTable]) -> DeskDay:
    """The dashboard, made of the tables that were asked for (`ASKED`)."""
    weeks = {table.name: table for table in tables[: len(_NAMES)]}
    workload, agents, levels, hours, ages, tags = tables[len(_NAMES) :]
    return DeskDay(
        workload.frame,
        tuple(_of_today(weeks, workload)),
        tuple(_promises(levels)),
        tuple(_days(weeks["volume"], weeks["backlog"])),
        tuple(_agents(workload, agents)),
        tuple(_weekdays(hours)),
        tuple(_ages(ages)),
        tuple(_tags(tags)),
        Figure(
            "To do, the next due first",
            workload,
            workload.total,
            "open",
            "today",
            query=NEXT,
        ),
    )


def _of_today(weeks: Mapping[str, ReportTable], workload: ReportTable) -> Iterator[LabelledFigure]:
    frame = weeks["volume"].frame
    today, volume = today_so_far(frame.period.until, frame.zone), weeks["volume"]
    begun = next((row.period.since for row in volume.rows if row.values["created"]), None)
    before = earlier_days(today, frame.zone, begun)
    for told in _TODAY:
        table = weeks[told.report]
        column = next(one for one in table.figures if one.name == told.column)
        figure = Figure(
            f"{_OPEN} and waiting" if told.label == _OPEN else f"{told.label} today",
            table,
            row_of(None, "Today", table.total.pile, today, table.figures),
            told.column,
            "today",
            query=told.query,
            usual=usual(table.total.pile, column, before),
        )
        drawn = [row.values[told.column] for row in table.rows[-DAYS:]]
        label = _with_waiting(figure, workload) if told.label == _OPEN else told.label
        yield LabelledFigure(label, figure, drawn)


def _with_waiting(unsolved: Figure, workload: ReportTable) -> str:
    """“Open (5 waiting)”: the rest is what somebody has to do."""
    waiting = (unsolved.value or 0) - (workload.total.values["open"] or 0)
    return f"{_OPEN} ({waiting:,} waiting)" if waiting > 0 else _OPEN


def _promises(table: ReportTable) -> Iterator[KeptPromises]:
    """Those of which something was decided today; that of a first response in any case."""
    frame = table.frame
    today = today_so_far(frame.period.until, frame.zone)
    days = buckets(frame.period, "day", frame.zone)[-DAYS:]
    kept = next(column for column in table.figures if column.name == "achieved")
    for row in table.rows:
        kind = (row.key or "").replace("-", " ").capitalize()
        so_far = row_of(row.key, kind, row.pile, today, table.figures)
        met, missed = (
            Figure(f"{kind} {word} today", table, so_far, column, "today", "kind")
            for column, word in (("met", "in time"), ("missed", "late"))
        )
        if met.value or missed.value or row.key == "first-response":
            shares = [kept.measure(row.pile, day.period) for day in days]
            yield KeptPromises(kind, met, missed, shares)


def _days(volume: ReportTable, backlog: ReportTable) -> Iterator[Day]:
    zone = volume.frame.zone
    pairs = zip(volume.rows[-DAYS:], backlog.rows[-DAYS:], strict=True)
    for came, stood in pairs:
        local = came.period.since.astimezone(zone)
        on, since = f"on {local:%a} {local.day} {local:%b}", f"{DAYS}d"
        yield Day(
            came,
            Figure(f"Created {on}", volume, came, "created", since, "day", f"created:{came.key}"),
            Figure(f"Solved {on}", backlog, stood, "closed", since, "day", f"solved:{came.key}"),
            Figure(f"Open at the end of {on[3:]}", backlog, stood, "open", since, "day"),
        )


def _agents(workload: ReportTable, agents: ReportTable) -> Iterator[AgentDay]:
    """Who has most that is late comes first, what nobody has comes last."""
    labels = {row.key: row.label for row in (*workload.rows, *agents.rows)}
    has, did = ({row.key: row for row in table.rows} for table in (workload, agents))
    found = [
        AgentDay(
            label,
            (
                *(_load(workload, has.get(key), key, label, name) for name in _LOAD),
                *(_done(agents, did.get(key), key, label, name) for name in _WORK),
            ),
        )
        for key, label in labels.items()
    ]
    last = labels.get(None)
    yield from sorted(
        found,
        key=lambda one: (one.name == last, *(-(figure.value or 0) for figure in _urgency(one))),
    )


def _urgency(one: AgentDay) -> tuple[Figure, ...]:
    opened, overdue, today = one.figures[:3]
    return overdue, today, opened


def _load(
    table: ReportTable, row: TableRow | None, key: str | None, label: str, column: str
) -> Figure:
    words = {"open": "to do", "overdue": "overdue", "today": "due today"}
    return Figure(
        f"{label} · {words[column]}",
        table,
        row or nothing(table, key, label),
        column,
        "today",
        "agent",
        _LOAD_QUERIES[column].format(key or "none"),
    )


def _done(
    table: ReportTable, row: TableRow | None, key: str | None, label: str, column: str
) -> Figure:
    row = row or nothing(table, key, label)
    return Figure(f"{label} · {column} today", table, row, column, "today", "agent")


def nothing(table: ReportTable, key: str | None, label: str) -> TableRow:
    """A row without any facts."""
    return row_of(key, label, Pile(()), table.frame.period, table.figures)


def _weekdays(table: ReportTable) -> Iterator[WeekdayHours]:
    for row in table.rows:
        whole, *hours = table.columns
        yield WeekdayHours(
            row.label,
            Figure(f"Messages on {row.label}s", table, row, whole.name, "4w", "weekday"),
            tuple(
                Figure(
                    f"Messages on {row.label}s from {hour.name}:00",
                    table,
                    row,
                    hour.name,
                    "4w",
                    "weekday",
                )
                for hour in hours
            ),
        )


def _ages(table: ReportTable) -> Iterator[LabelledFigure]:
    for row in table.rows:
        title = f"Open, {row.label}"
        yield LabelledFigure(row.label, Figure(title, table, row, "open", "today", "age"))


def _tags(table: ReportTable) -> Iterator[LabelledFigure]:
    for row in table.rows:
        if row.values["created"]:
            title = f"Created in a week, {row.label}"
            yield LabelledFigure(row.label, Figure(title, table, row, "created", "7d", "tag"))
