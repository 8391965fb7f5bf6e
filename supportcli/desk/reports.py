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
from supportcli.desk.tickets.filling_in import field_there
from supportcli.desk.tickets.lists import asking
from supportcli.domain.custom_fields import PREFIX
from supportcli.domain.query.parse import parse
from supportcli.domain.reports.period import period_of
from supportcli.domain.reports.registry import Asked, begin, report_named, tables
from supportcli.domain.reports.table import Frame, ReportTable
from supportcli.domain.sla.calendar_text import zone_of
from supportcli.domain.sla.policy import CLOCK
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
