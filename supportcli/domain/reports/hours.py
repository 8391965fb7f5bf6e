"""When customers write."""

from collections.abc import Iterator

from supportcli.domain.reports.registry import report
from supportcli.domain.reports.table import Fact, Frame, count
from supportcli.domain.reports.ticket_life import Life

_HOURS = tuple(f"{hour:02}" for hour in range(24))


@report(
    "busiest-hours",
    "Busiest hours",
    "Show at which hours customers write.",
    by=("weekday",),
    columns=[count("messages", "Messages", *_HOURS), *(count(hour, hour, hour) for hour in _HOURS)],
)
def busiest_hours(life: Life, frame: Frame) -> Iterator[Fact]:
    """Messages of customers that came in, by weekday and hour of the zone: first mails, further
    mails and calls, by when the mail server took them. Automatic answers that came into a ticket
    count too, for they are there to be looked at. In the night in which the clocks are set back an
    hour counts twice as long, in the other one an hour is missing. Not counted: messages of spam
    and deleted tickets, and what was undone."""
    for step in life.steps:
        if step.written_at is not None and step.written_at in frame.period:
            yield Fact(life.labels, step.written_at, f"{step.written_at.astimezone(frame.zone):%H}")
