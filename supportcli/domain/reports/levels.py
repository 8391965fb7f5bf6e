"""Service levels: what was met and what was missed."""

from collections.abc import Iterator
from datetime import datetime

from supportcli.domain.reports.registry import GROUPS, report
from supportcli.domain.reports.table import Fact, Frame, count, share, standing
from supportcli.domain.reports.ticket_life import Life, TargetLife


@report(
    "service-levels",
    "Service levels",
    "Show which service levels were met or missed.",
    by=("kind", *GROUPS),
    columns=[
        count("met", "Met", "met"),
        count("missed", "Missed", "missed", "excused"),
        share("achieved", "Achieved", ("met",), ("met", "missed", "excused")),
        count("excused", "Excused", "excused"),
        share("achieved_excused", "Less excused", ("met",), ("met", "missed")),
        count("not_needed", "Not needed", "not-needed"),
        standing("running", "Running", "running"),
    ],
    drawn="achieved",
)
def service_levels(life: Life, frame: Frame) -> Iterator[Fact]:
    """Targets of the service-level policies that were decided in the period. “Met”: the reply or
    solution came before the target was due, dated by when it came. “Missed”: the target was not met
    in time, dated by when it was due, even if an answer came later. “Achieved” is the share of met
    targets among those met or missed; “less excused” leaves out excused misses. “Not needed”: the
    ticket was solved, marked as spam or deleted before the target was met or missed; this counts as
    neither. “Running” targets had started but were not yet decided at the end of the
    period (or of the row's day). “Agent” is whoever met the target, answered late or made it
    unnecessary; for running targets, and misses that nobody has answered, it is the current
    assignee. A response that was awaited when a merge or a split moved its message counts in the
    ticket where it went on; one that was decided before counts in the ticket with the messages. Not
    counted: targets of tickets that are spam or deleted now, and resolutions of merged ones."""
    for goal in life.goals:
        if goal.elsewhere:
            continue
        sort, at = _decided(goal)
        agent = goal.agent or life.labels.assignee
        if goal.started_at < frame.period.until and (at is None or at >= frame.period.since):
            yield Fact(
                life.labels,
                goal.started_at,
                "running",
                agent=life.labels.assignee,
                end=at,
                kind=goal.kind,
            )
        if at is not None and at in frame.period:
            yield Fact(life.labels, at, sort, agent=agent, kind=goal.kind)


def _decided(goal: TargetLife) -> tuple[str, datetime | None]:
    """What became of a target, and when. A breach counts, even if something else ended the target
    later."""
    if goal.breached_at is not None:
        return ("excused" if goal.excused else "missed"), goal.breached_at
    if goal.met_at is not None:
        return "met", goal.met_at
    return "not-needed", goal.cancelled_at
