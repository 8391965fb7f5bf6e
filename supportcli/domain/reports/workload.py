"""What each agent has to do: what is open, and what is due."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

from supportcli.domain.reports.registry import report
from supportcli.domain.reports.table import Fact, Frame, count
from supportcli.domain.reports.ticket_life import Life, TargetLife, changes
from supportcli.domain.text.periods import midnight
from supportcli.domain.tickets.ticket import Status

_OURS = frozenset({Status.NEW, Status.OPEN})
"""In these it is our turn."""


@report(
    "workload",
    "Workload",
    "Show what each agent has to do.",
    by=("agent", "team", "mailbox", "tag", "priority"),
    columns=[
        count("open", "Open", "overdue", "today", "later"),
        count("overdue", "Overdue", "overdue"),
        count("today", "Due today", "today"),
    ],
    drawn="open",
)
def workload(life: Life, frame: Frame) -> Iterator[Fact]:
    """Tickets that are new or open at the end of the period, by their current assignee. “Overdue”:
    a service-level target of the ticket is due and not met yet. “Due today”: none is overdue, and
    the next one is due before that day ends. Due times are the current ones; a target whose clock
    is paused has none. Snoozed tickets count. Not counted: tickets that wait for the customer or
    for somebody else, those that are spam, deleted or merged now, and what was undone."""
    until = frame.period.until
    status = Status.NEW
    for change in changes(life):
        if change.at < until:
            status = change.after
    if life.created_at < until and status in _OURS:
        at = max(life.created_at, frame.period.since)
        yield Fact(life.labels, at, _due(life, frame), agent=life.labels.assignee)


def _due(life: Life, frame: Frame) -> str:
    """When the first of the targets that run is due."""
    until = frame.period.until
    times = [one.due_at for one in life.goals if one.due_at and _runs(one, until)]
    if not times or (first := min(times)) >= _tomorrow(until, frame.zone):
        return "later"
    return "overdue" if first <= until else "today"


def _runs(goal: TargetLife, moment: datetime) -> bool:
    """Whether it had begun and was neither met nor ended; a missed one is still to be met."""
    if goal.elsewhere or goal.started_at >= moment:
        return False
    met, cancelled = goal.met_at, goal.cancelled_at
    return (met is None or met >= moment) and (cancelled is None or cancelled >= moment)


@lru_cache(maxsize=8)
def _tomorrow(until: datetime, zone: tzinfo) -> datetime:
    return midnight(until.astimezone(zone).date() + timedelta(days=1), zone)
