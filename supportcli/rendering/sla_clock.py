"""A ticket's SLA clock as text. Pure: a line and the present moment in, text out.

It shows real time until the target is due; the calendar has already decided when that is. Each is
marked by a sign, so that no colour is needed, and so that the time left is not mistaken for the
time that a customer has waited."""

from datetime import datetime, timedelta

from supportcli.domain.text.durations import duration
from supportcli.domain.tickets.ticket import SlaState, SlaStatus, Status, TicketLine
from supportcli.rendering.ink import Ink, Span
from supportcli.rendering.times import moment, span

WIDTH = 5
"""The cells of `clock_cell`: a sign and four for the time."""

SOON = timedelta(hours=1)
"""A target that is due in less time is marked."""

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_SIGNS = {
    SlaState.RUNNING: "◷",
    SlaState.OVERDUE: "!",
    SlaState.PAUSED: "‖",
    SlaState.MET: "✓",
    SlaState.BREACHED: "!",
}
_NOWHERE = frozenset({Status.SPAM, Status.DELETED, Status.MERGED})
_STILL = frozenset({Status.PENDING, Status.ON_HOLD})


def _shown_clock(line: TicketLine, now: datetime) -> tuple[SlaStatus, SlaState] | None:
    """The clock to show, and its state; None if the customer's waiting time says more."""
    if line.clock is None or line.status in _NOWHERE:
        return None
    state = line.clock.state(now)
    ended = state in {SlaState.MET, SlaState.BREACHED, SlaState.NOT_NEEDED}
    return (
        None
        if state is SlaState.NOT_NEEDED or (ended and line.waiting_since)
        else (line.clock, state)
    )


def clock_cell(line: TicketLine, now: datetime) -> Span:
    """The clock in `WIDTH` cells: the time left, the time overdue, or its state. Without a clock,
    how long the customer has waited."""
    shown = _shown_clock(line, now)
    if shown is None:
        return f"{waiting(line, now):>{WIDTH}}", Ink.TEXT if line.waiting_since else Ink.DIM
    clock, state = shown
    sign = _SIGNS[state]
    if clock.due_at is None:
        return f"{sign:<{WIDTH}}", Ink.DIM
    left = clock.due_at - now
    if state is SlaState.OVERDUE:
        return f"{sign}{late(-left):>{WIDTH - 1}}", Ink.ERROR
    return f"{sign}{short(left):>{WIDTH - 1}}", Ink.WARNING if left < SOON else Ink.TEXT


def short(left: timedelta) -> str:
    """The time left in at most three cells, rounded down; the last minute in seconds."""
    return f"{left.seconds}s" if left < _MINUTE else span(left)


def late(by: timedelta) -> str:
    """The time overdue, in at most four cells."""
    return "now" if by < _MINUTE else f"-{span(by)}"


def cell(line: TicketLine, now: datetime) -> str:
    """The clock for a table, which may have no heading: `in 25m`, `late 25m`, `paused`."""
    shown = _shown_clock(line, now)
    if shown is None:
        return ""
    clock, state = shown
    if clock.due_at is None:
        return state.value
    left = clock.due_at - now
    if state is SlaState.RUNNING:
        return f"in {short(left)}"
    return "due now" if -left < _MINUTE else f"late {span(-left)}"


def sentence(line: TicketLine, now: datetime) -> Span | None:
    """The clock as text: `first response due in 25m`, `first response overdue since 09:12`; None if
    there is nothing to show."""
    shown = _shown_clock(line, now)
    if shown is None:
        return None
    clock, state = shown
    what = clock.kind.replace("-", " ")
    if state is SlaState.OVERDUE and clock.due_at is not None:
        return f"{what} overdue since {moment(clock.due_at, now)}", Ink.ERROR
    if clock.due_at is not None:
        left = clock.due_at - now
        return (
            f"{what} due {_in(left) if left < _DAY else moment(clock.due_at, now)}",
            Ink.WARNING if left < SOON else Ink.TEXT,
        )
    if state is SlaState.PAUSED:
        return f"{what} paused" + (
            f" while {line.status.value}" if line.status in _STILL else ""
        ), Ink.DIM
    return "all targets met" if state is SlaState.MET else "a target was breached", Ink.DIM


def _in(left: timedelta) -> str:
    seconds = int(left.total_seconds())
    return f"in {duration(seconds if left < _MINUTE else seconds - seconds % 60)}"


def waiting(line: TicketLine, now: datetime) -> str:
    """How long the customer has been waiting for us, or ""."""
    return span(now - line.waiting_since) if line.waiting_since else ""
