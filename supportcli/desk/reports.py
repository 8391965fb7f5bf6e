"""Reports: a question becomes a period, and the lives of its tickets become tables, in one read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

import supportcli.domain.reports  # noqa: F401  # fills the registry
from supportcli.clock import system_zone
from supportcli.desk import Desk
from supportcli.desk.sla import calendars
from supportcli.desk.tickets import lists
from supportcli.desk.tickets.filling_in import field_there
from supportcli.desk.tickets.lists import asking
from supportcli.domain.custom_fields import PREFIX
from supportcli.domain.query.parse import parse
from supportcli.domain.reports.dashboard import desk_day as whole_desk
from supportcli.domain.reports.dashboard import my_day
from supportcli.domain.reports.dashboard.desk_day import Asking, DeskDay
from supportcli.domain.reports.dashboard.figures import Figure
from supportcli.domain.reports.dashboard.my_day import MyDay
from supportcli.domain.reports.period import period_of
from supportcli.domain.reports.registry import Asked, begin, report_named, tables
from supportcli.domain.reports.table import Frame, ReportTable
from supportcli.domain.sla.calendar_text import zone_of
from supportcli.domain.sla.policy import CLOCK
from supportcli.domain.tickets.ticket import TicketLine
from supportcli.storage import reports
from supportcli.storage.tickets import people


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks: since and until when (`domain.reports.period`), grouped by what (empty:
    the report's default), in which zone (empty: the calendar's, or this machine's), by which
    business calendar (empty: all hours), and whether compared with the period before."""

    since: str = "30d"
    until: str = ""
    by: str = ""
    zone: str = ""
    calendar: str = ""
    compare: bool = False


def run(desk: Desk, wanted: Sequence[tuple[str, Question]], where: str = "") -> list[ReportTable]:
    """The tables of these reports over the tickets that a query finds, all from the same moment.

    Raises WordUnknown, PeriodInvalid, RowsTooMany, CalendarInvalid (the zone), NotFound (a
    calendar, a custom field) and QueryError."""
    now, node = desk.now(), parse(where)
    with desk.db.read() as tx:
        asked = [_asked(tx, name, question, where, now) for name, question in wanted]
        names = {agent.address: agent.name for agent in people.agents(tx)}
        named = [replace(one, frame=replace(one.frame, names=names)) for one in asked]
        return tables(reports.lives(tx, node, asking(desk, tx, now), begin(named)), named)


def desk_day(desk: Desk, most: int = 0) -> DeskDay:
    """The figures of the dashboard, all from the same moment, and the first `most` of all open
    tickets that are due next."""
    due = next_due(desk, most)
    return replace(whole_desk.desk_day(run(desk, _questions(whole_desk.ASKED))), next_due=due)


def next_due(desk: Desk, most: int, *, mine: bool = False) -> tuple[TicketLine, ...]:
    """The first `most` of all open tickets that are due next, or of mine: at hand long before the
    figures are."""
    if not most:
        return ()
    query = whole_desk.NEXT
    if mine:
        with desk.db.read() as tx:
            query = my_day.NEXT.format(desk.me(tx).address)
    found = lists.lines(desk, lists.numbers(desk, query, most=most))
    return tuple(one for one in found if one.clock is not None and one.clock.due_at is not None)


def of_me(desk: Desk, most: int) -> MyDay:
    """My day, with `most` of my tickets that are due next, and of those that I answered.
    AgentUnknown or NotAllowed as in `Desk.me`."""
    with desk.db.read() as tx:
        me = desk.me(tx)
    due = lists.lines(desk, lists.numbers(desk, my_day.NEXT.format(me.address), most=most))
    asked = _questions(my_day.ASKED)
    day = my_day.my_day(run(desk, asked), me.name or me.address, me.address, due)
    answered = lists.lines(desk, day.done[0].figure.numbers[: -most - 1 : -1])
    return replace(day, answered=tuple(answered))


def _questions(asked: Sequence[Asking]) -> list[tuple[str, Question]]:
    return [(one.report, Question(one.since, by=one.by)) for one in asked]


MOST_NUMBERED = 5_000
"""So many tickets are named by their numbers at most."""


def query_of(desk: Desk, figure: Figure) -> tuple[str, int]:
    """A query that finds exactly the tickets behind a figure: the one that says what they are, if
    it finds the same just now, else one that numbers them. And how many there are: of more than
    MOST_NUMBERED that must be numbered the query finds the newest. Empty if there are none."""
    numbers = sorted(figure.numbers)
    if figure.query and sorted(lists.numbers(desk, figure.query)) == numbers:
        return figure.query if numbers else "", len(numbers)
    numbered = ",".join(map(str, numbers[-MOST_NUMBERED:]))
    return f"number:{numbered}" if numbered else "", len(numbers)


def _asked(tx: Session, name: str, question: Question, where: str, now: datetime) -> Asked:
    report, calendar = (
        report_named(name),
        calendars.in_force(tx, question.calendar, now) if question.calendar else None,
    )
    zone = ZoneInfo(
        zone_of(question.zone) if question.zone else calendar.zone if calendar else system_zone()
    )
    period = period_of(question.since, question.until, now, zone)
    frame = Frame(period, zone, calendar or CLOCK, calendar.name if calendar else None, where=where)
    by = report.grouping(question.by)
    if by.startswith(PREFIX):
        by = PREFIX + field_there(tx, by.removeprefix(PREFIX)).name
    return Asked(report, by, frame, question.compare)
