"""My day: what an agent answered today, and what is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from supportcli.domain.reports.dashboard.desk_day import DAYS, Asking, LabelledFigure, nothing
from supportcli.domain.reports.dashboard.figures import Figure
from supportcli.domain.reports.dashboard.usual_days import earlier_days, today_so_far, usual
from supportcli.domain.reports.period import buckets
from supportcli.domain.reports.table import Frame, Number, ReportTable, TableRow, row_of
from supportcli.domain.text.periods import Period
from supportcli.domain.tickets.ticket import TicketLine

_WEEKS = "29d"
_DONE = (
    ("Answered", "agents", "replies"),
    ("Solved", "agents", "solved"),
    ("First response", "first-response", "median"),
    ("Next response", "next-response", "median"),
    ("In time", "service-levels", "achieved"),
)
_LEFT = (
    ("To do", "open", "status:new,open assignee:{}"),
    ("Overdue", "overdue", "is:overdue status:new,open assignee:{}"),
    ("Due today", "today", "due:today -is:overdue status:new,open assignee:{}"),
)
_NAMES = tuple(dict.fromkeys(report for _, report, _ in _DONE))

ASKED = (*(Asking(name, _WEEKS, "agent") for name in _NAMES), Asking("workload", "today"))
"""What it asks of the reports."""

NEXT = "assignee:{} status:new,open sort:due"
"""The query of what is left, the next due first."""


@dataclass(frozen=True, slots=True)
class MyDay:
    """What I did today, what is left, and the tickets of mine that are due next. Times are medians,
    `free` is what nobody has."""

    name: str
    address: str
    frame: Frame = field(repr=False)
    today: Period
    done: tuple[LabelledFigure, ...]
    left: tuple[LabelledFigure, ...]
    free: Figure
    next_due: tuple[TicketLine, ...] = ()
    answered: tuple[TicketLine, ...] = ()
    """Those that I answered today, the last one first."""

    @property
    def query(self) -> str:
        """What finds the tickets that are due next, in their order."""
        return NEXT.format(self.address)


def my_day(
    tables: Sequence[ReportTable], name: str, address: str, due: Sequence[TicketLine]
) -> MyDay:
    """The day of an agent, made of the tables that were asked for (`ASKED`)."""
    *weeks, workload = tables
    by_name = {table.name: table for table in weeks}
    frame = workload.frame
    today = today_so_far(frame.period.until, frame.zone)
    return MyDay(
        name,
        address,
        frame,
        today,
        tuple(
            _done(label, by_name[report], column, address, today) for label, report, column in _DONE
        ),
        tuple(
            LabelledFigure(label, _load(label, workload, column, address, query.format(address)))
            for label, column, query in _LEFT
        ),
        _load("Unassigned", workload, "open", None, "status:new,open assignee:none"),
        tuple(line for line in due if line.clock is not None and line.clock.due_at is not None),
    )


def _row(table: ReportTable, address: str | None) -> TableRow:
    rows: Mapping[str | None, TableRow] = {row.key: row for row in table.rows}
    return rows.get(address) or nothing(table, address, address or "")


def _done(label: str, table: ReportTable, name: str, address: str, today: Period) -> LabelledFigure:
    mine, zone = _row(table, address), table.frame.zone
    column = next(one for one in table.figures if one.name == name)
    days = buckets(table.frame.period, "day", zone)
    begun = next((day.period.since for day in days if column.pick(mine.pile, day.period)), None)
    drawn: list[Number] = [column.measure(mine.pile, day.period) for day in days[-DAYS:]]
    figure = Figure(
        f"{label} today",
        table,
        row_of(address, "Today", mine.pile, today, table.figures),
        name,
        "today",
        "agent",
        usual=usual(mine.pile, column, earlier_days(today, zone, begun)),
    )
    return LabelledFigure(label, figure, drawn)


def _load(label: str, table: ReportTable, column: str, key: str | None, query: str) -> Figure:
    return Figure(label, table, _row(table, key), column, "today", "agent", query)
