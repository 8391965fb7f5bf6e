"""When customers write."""

from collections.abc import Iterator

from supportcli.domain.reports.registry import report
from supportcli.domain.reports.table import Fact, Frame, count
from supportcli.domain.reports.ticket_life import Life, said

_HOURS = tuple(f"{hour:02}" for hour in range(24))


@report(
    "busiest-hours",
    "Busiest hours",
    "Show what time of day customers write.",
    by=("weekday",),
    columns=[count("messages", "Messages", *_HOURS), *(count(hour, hour, hour) for hour in _HOURS)],
)
def busiest_hours(life: Life, frame: Frame) -> Iterator[Fact]:
    """Customers' messages by weekday and hour of the time zone: first messages, later ones and
    calls, dated by when the mail server received them. Automatic answers that were added to a
    ticket count too, since somebody has to look at them. On the night the clocks go back, one hour
    lasts twice as long; on the night they go forward, one hour is missing. A message counts in the
    ticket where it stands now. Not counted: messages in spam and deleted tickets, and what was
    undone."""
    for step in said(life):
        if step.written_at is not None and step.written_at in frame.period:
            yield Fact(life.labels, step.written_at, f"{step.written_at.astimezone(frame.zone):%H}")
