"""What is open, and for how long."""

from collections.abc import Iterator

from supportcli.domain.reports.registry import GROUPS, report
from supportcli.domain.reports.table import Fact, Frame, count, middle, standing, timing
from supportcli.domain.reports.ticket_life import Life, open_spells


@report(
    "backlog",
    "Backlog",
    "Count the tickets that were open, day by day.",
    by=GROUPS,
    columns=[
        standing("open", "Open", "open"),
        count("opened", "Came in", "open"),
        count("closed", "Went out", "closed"),
    ],
    drawn="open",
)
def backlog(life: Life, frame: Frame) -> Iterator[Fact]:
    """Tickets that were new, open, pending or on hold at the end of each day (week, month, hour);
    the total is for the end of the period. “Came in” counts tickets created or reopened in that
    time, “went out” those solved or closed; a ticket that went both ways twice counts twice in
    each. A ticket that was solved at the last moment of a day was still open on that day. “Agent”
    is the ticket's current assignee. Not counted: tickets that are spam, deleted or merged now, and
    what was undone."""
    for begins, ends in open_spells(life):
        if begins < frame.period.until and (ends is None or ends >= frame.period.since):
            yield Fact(life.labels, begins, "open", agent=life.labels.assignee, end=ends)
            if ends is not None:
                yield Fact(life.labels, ends, "closed", agent=life.labels.assignee)


@report(
    "backlog-age",
    "Age of the backlog",
    "Show how old the open tickets are.",
    by=("age", "agent", "team", "mailbox", "tag", "priority"),
    columns=[count("open", "Open", "open"), timing("median", "Median age", middle, "open")],
    drawn="open",
    lengths=("open",),
)
def backlog_age(life: Life, frame: Frame) -> Iterator[Fact]:
    """Tickets that are new, open, pending or on hold at the end of the period, by how long ago they
    were created, counting every hour; reopening a ticket does not reset its age. Imported tickets
    count by their own dates. “Agent” is the ticket's current assignee. Not counted: tickets that
    are spam, deleted or merged now, and what was undone."""
    until = frame.period.until
    for begins, ends in open_spells(life):
        if begins < until and (ends is None or ends >= until):
            age = max(int((until - life.created_at).total_seconds()), 0)
            yield Fact(
                life.labels, max(begins, frame.period.since), "open", age, life.labels.assignee
            )
