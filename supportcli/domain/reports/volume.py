"""How many tickets come in."""

from collections.abc import Iterator

from supportcli.domain.reports.registry import GROUPS, report
from supportcli.domain.reports.table import Fact, Frame, count
from supportcli.domain.reports.ticket_life import Life


@report(
    "volume",
    "Volume",
    "Count the tickets that came in.",
    by=GROUPS,
    columns=[count("created", "Created", "created")],
    drawn="created",
)
def volume(life: Life, frame: Frame) -> Iterator[Fact]:
    """Tickets created in the period, dated by when the first email reached the mail server or the
    call was recorded. Imported tickets and mail from before the mailbox was added count on their
    own dates. A follow-up to a closed ticket is a ticket of its own. Not counted: tickets that are
    spam, deleted or merged now, and those whose creation was undone. “Agent” is the ticket's
    current assignee."""
    if life.created_at in frame.period:
        yield Fact(life.labels, life.created_at, "created", agent=life.labels.assignee)
