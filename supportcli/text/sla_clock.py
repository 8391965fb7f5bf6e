"""A ticket's service-level clock as text. Pure: a line and the present moment in, text out.

What is counted is time on the wall until the target is due: the calendar has decided when that is.
A sign stands before each, so that no colour is needed, and so that the time that is left is not
taken for the time that a customer has waited."""

from datetime import datetime, timedelta

from supportcli.domain.text.durations import duration
from supportcli.domain.tickets.ticket import SlaState, SlaStatus, Status, TicketLine
from supportcli.text.ink import Ink, Span
from supportcli.text.times import moment, span

WIDTH = 5
"""Cells of `clock_cell`: a sign and four for the time."""

SOON = timedelta(hours=1)
"""What is due in less is marked."""

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_SIGNS = {
    SlaState.RUNNING: "◷",
    SlaState.OVERDUE: "!",
    SlaState.PAUSED: "‖",
    SlaState.MET: "✓",
    SlaState.BREACHED: "!",
}
_NOWHERE = frozenset({Status.SPAM, Status.DELETED})
_STILL = frozenset({Status.PENDING, Status.ON_HOLD})


def _told(line: TicketLine, now: datetime) -> tuple[SlaStatus, SlaState] | None:
    """The clock that there is to tell of, and how it stands; None where how long the customer waits
    tells more."""
    if line.clock is None or line.status in _NOWHERE:
        return None
    stands = line.clock.state(now)
    ended = stands in {SlaState.MET, SlaState.BREACHED, SlaState.NOT_NEEDED}
    return (
        None
        if stands is SlaState.NOT_NEEDED or (ended and line.waiting_since)
        else (line.clock, stands)
    )


def clock_cell(line: TicketLine, now: datetime) -> Span:
    """The clock in `WIDTH` cells: the time left, by how much it is overdue, or how it stands.
    Without one, how long the customer has waited."""
    told = _told(line, now)
    if told is None:
        return f"{waiting(line, now):>{WIDTH}}", Ink.TEXT if line.waiting_since else Ink.DIM
    clock, stands = told
    sign = _SIGNS[stands]
    if clock.due_at is None:
        return f"{sign:<{WIDTH}}", Ink.DIM
    left = clock.due_at - now
    if stands is SlaState.OVERDUE:
        return f"{sign}{late(-left):>{WIDTH - 1}}", Ink.ERROR
    return f"{sign}{short(left):>{WIDTH - 1}}", Ink.WARNING if left < SOON else Ink.TEXT


def short(left: timedelta) -> str:
    """The time that is left, in at most three cells, rounded down; the last minute in seconds."""
    return f"{left.seconds}s" if left < _MINUTE else span(left)


def late(by: timedelta) -> str:
    """By how much something is overdue, in at most four cells."""
    return "now" if by < _MINUTE else f"-{span(by)}"


def cell(line: TicketLine, now: datetime) -> str:
    """The clock in a table, where no heading may stand above it: `in 25m`, `late 25m`, `paused`."""
    told = _told(line, now)
    if told is None:
        return ""
    clock, stands = told
    if clock.due_at is None:
        return stands.value
    left = clock.due_at - now
    if stands is SlaState.RUNNING:
        return f"in {short(left)}"
    return "due now" if -left < _MINUTE else f"late {span(-left)}"


def sentence(line: TicketLine, now: datetime) -> Span | None:
    """The clock in words: `first response due in 25m`, `first response overdue since 09:12`; None
    where there is nothing to tell."""
    told = _told(line, now)
    if told is None:
        return None
    clock, stands = told
    what = clock.kind.replace("-", " ")
    if stands is SlaState.OVERDUE and clock.due_at is not None:
        return f"{what} overdue since {moment(clock.due_at, now)}", Ink.ERROR
    if clock.due_at is not None:
        left = clock.due_at - now
        return (
            f"{what} due {_in(left) if left < _DAY else moment(clock.due_at, now)}",
            Ink.WARNING if left < SOON else Ink.TEXT,
        )
    if stands is SlaState.PAUSED:
        return f"{what} paused" + (
            f" while {line.status.value}" if line.status in _STILL else ""
        ), Ink.DIM
    return "all targets met" if stands is SlaState.MET else "a target was breached", Ink.DIM


def _in(left: timedelta) -> str:
    seconds = int(left.total_seconds())
    return f"in {duration(seconds if left < _MINUTE else seconds - seconds % 60)}"


def waiting(line: TicketLine, now: datetime) -> str:
    """How long the customer has been waiting for us, or nothing."""
    return span(now - line.waiting_since) if line.waiting_since else ""
