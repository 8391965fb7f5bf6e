"""Tickets by what they are about."""

from collections.abc import Iterator

from supportcli.domain.reports.registry import report
from supportcli.domain.reports.table import Fact, Frame, count, middle, timing
from supportcli.domain.reports.ticket_life import Life, changes
from supportcli.domain.tickets.ticket import SETTLED


@report(
    "tags",
    "Tags",
    "Count tickets by their tags.",
    by=("tag", "agent", "team", "mailbox", "priority", "day", "week", "month"),
    columns=[
        count("created", "Created", "created"),
        count("solved", "Solved", "solved"),
        timing("median", "Median to solve", middle, "solved"),
    ],
    drawn="created",
)
def tags(life: Life, frame: Frame) -> Iterator[Fact]:
    """Tickets by the tags they have now: how many were created in the period, how many were first
    solved in it, and the median time from creation to that first solution. A ticket with two tags
    counts under each, and once in the total. Imported tickets count, but have no time to solve.
    “Agent” is the ticket's current assignee. Not counted: spam, deleted and merged tickets, and
    what was undone."""
    if life.created_at in frame.period:
        yield Fact(life.labels, life.created_at, "created", agent=life.labels.assignee)
    first = next((change for change in changes(life) if change.after in SETTLED), None)
    if first is not None and first.at in frame.period:
        seconds = None if life.silent else frame.seconds(life.created_at, first.at)
        yield Fact(life.labels, first.at, "solved", seconds, life.labels.assignee)
