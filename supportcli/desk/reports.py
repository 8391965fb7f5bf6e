"""Reports: what is asked becomes a period, the lives of the tickets it is about become tables, in one read."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import supportcli.domain.reports  # noqa: F401  # fills the registry
from supportcli.desk import Desk, calendars
from supportcli.desk.views import asking
from supportcli.domain import query as queries
from supportcli.domain.policy import CLOCK
from supportcli.domain.reports.period import period_of
from supportcli.domain.reports.registry import Asked, begin, report_named, tables
from supportcli.domain.reports.table import Frame, Table
from supportcli.domain.ticket import Status
from supportcli.domain.words import nearest
from supportcli.errors import ZoneUnknown
from supportcli.storage import facts, people

COUNTED = frozenset(Status) - {Status.SPAM, Status.DELETED}
"""What reports count unless a query asks for something else: closed tickets too, which lists leave out."""

_LOCALTIME = Path("/etc/localtime")


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know: since and until when (`domain.reports.period`), by what (empty: what the report shows unasked), in which zone
    (empty: that of the calendar, or this machine's), by which business calendar (empty: on the clock), and whether beside the period before."""

    since: str = "30d"
    until: str = ""
    by: str = ""
    zone: str = ""
    calendar: str = ""
    compare: bool = False


def run(desk: Desk, wanted: Sequence[tuple[str, Question]], where: str = "") -> list[Table]:
    """The tables of these reports over the tickets that a query finds, all from the same moment.

    Raises ReportUnknown, GroupingUnknown, PeriodUnclear, ZoneUnknown, CalendarUnknown and QueryError."""
    now, node = desk.now(), queries.parse(where, COUNTED)
    asked = [_asked(desk, name, question, where, now) for name, question in wanted]
    with desk.db.read() as tx:
        names = {agent.address: agent.name for agent in people.agents(tx)}
        named = [replace(one, frame=replace(one.frame, names=names)) for one in asked]
        return tables(facts.lives(tx, node, asking(desk, tx), begin(named)), named)


def _asked(desk: Desk, name: str, question: Question, where: str, now: datetime) -> Asked:
    report, calendar = report_named(name), calendars.calendar(desk, question.calendar).calendar if question.calendar else None
    zone = zone_named(question.zone or (calendar.zone if calendar else ""))
    period = period_of(question.since, question.until, now, zone)
    frame = Frame(period, zone, calendar or CLOCK, calendar.name if calendar else None, where=where)
    return Asked(report, report.grouping(question.by), frame, question.compare)


def zone_named(name: str) -> tzinfo:
    """The time zone of an IANA name in any case, or without one this machine's; ZoneUnknown with the nearest one where there is none."""
    if not name:
        return _own_zone()
    known = {zone.lower(): zone for zone in available_timezones()}
    found = known.get(name.strip().lower().replace(" ", "_"))
    if found is None:
        near = nearest(name.lower(), known)
        raise ZoneUnknown(name, known[near] if near else "")
    return ZoneInfo(found)


def _own_zone() -> tzinfo:
    """The zone of this machine with its rules for all the year: by TZ, else by what /etc/localtime is a link to or a copy of; else UTC."""
    with suppress(KeyError, ValueError, OSError):  # a TZ that is no name of a zone, such as CET-1CEST
        return ZoneInfo(os.environ["TZ"].lstrip(":")) if os.environ.get("TZ") else _localtime()
    return UTC


def _localtime() -> tzinfo:
    name = str(_LOCALTIME.resolve()).partition("zoneinfo/")[2]
    if name in available_timezones():
        return ZoneInfo(name)
    with _LOCALTIME.open("rb") as file:
        return ZoneInfo.from_file(file, key="local time")
