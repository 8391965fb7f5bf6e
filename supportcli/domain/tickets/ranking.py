"""The one queue that `next` serves: which ticket comes first, and why. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, auto

from supportcli.domain.tickets.ticket import Priority, TicketLine

SOON = timedelta(hours=1)
"""What is due in less time comes before everything that is not."""

VIP = "vip"
"""The tag of a ticket that comes first as those of VIP customers do."""

OFTEN = 2
"""A ticket that was reopened so often comes before others: we have failed this customer twice."""

_NEVER = datetime.max.replace(tzinfo=UTC)
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Band(IntEnum):
    """The parts of the queue, in order."""

    OVERDUE = auto()
    DUE_SOON = auto()
    URGENT = auto()
    VIP = auto()
    REOPENED = auto()
    HIGH = auto()
    REST = auto()


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ticket's place in the queue, and the reason in a few words: “due in 12 min”."""

    line: TicketLine
    band: Band
    reason: str


def ranked(lines: Iterable[TicketLine], reopened: Mapping[int, int], now: datetime) -> list[Ranked]:
    """The queue, the first ticket first. `reopened` says how often each was. Within a band, what is
    due comes first, then the higher priority, then who has waited longest."""
    return sorted((rank(one, reopened.get(one.number, 0), now) for one in lines), key=_place)


def rank(line: TicketLine, reopened: int, now: datetime) -> Ranked:
    """In which band a ticket is, and why."""
    due_at = line.clock.due_at if line.clock else None
    if due_at is not None and due_at <= now:
        return Ranked(line, Band.OVERDUE, f"overdue by {_said(now - due_at)}")
    if due_at is not None and due_at - now < SOON:
        return Ranked(line, Band.DUE_SOON, f"due in {_said(due_at - now)}")
    for band, reason in _marks(line, reopened):
        return Ranked(line, band, reason)
    if due_at is not None:
        return Ranked(line, Band.REST, f"due in {_said(due_at - now)}")
    waits = line.waiting_since and f"waiting {_said(now - line.waiting_since)}"
    return Ranked(line, Band.REST, waits or "open")


def _marks(line: TicketLine, reopened: int) -> Iterator[tuple[Band, str]]:
    """The bands of a ticket by what is known of it at any time."""
    if line.priority is Priority.URGENT:
        yield Band.URGENT, "urgent"
    if line.vip or VIP in line.tags:
        yield Band.VIP, "VIP"
    if reopened >= OFTEN:
        yield Band.REOPENED, f"reopened {'twice' if reopened == OFTEN else f'{reopened} times'}"
    if line.priority is Priority.HIGH:
        yield Band.HIGH, "high priority"


def _place(one: Ranked) -> tuple[Band, datetime, int, datetime, int]:
    line = one.line
    due_at = line.clock.due_at if line.clock else None
    waiting = line.waiting_since or _NEVER
    return one.band, due_at or _NEVER, -line.priority, waiting, line.number


def _said(span: timedelta) -> str:
    """“12 min”, “5 h”, “3 d”: the largest unit of which there are two, rounded down."""
    for unit, name in ((_DAY, "d"), (_HOUR, "h")):
        if span >= 2 * unit:
            return f"{span // unit} {name}"
    return f"{max(span // _MINUTE, 0)} min"
