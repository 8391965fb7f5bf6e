"""What was done to a ticket, between its messages: a quiet line for all that was done at one place,
or a line for each event. `events` has the words, and brings much that the first frame does not
need."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from supportcli.rendering.conversation.text import FOLDED
from supportcli.rendering.ink import Ink, Spans, ends, shortened, width_of
from supportcli.rendering.times import moment
from supportcli.rendering.wrap import wrapped

if TYPE_CHECKING:
    from supportcli.rendering.events import ToldEvent, ToldRun

_INDENT = "   "
"""As wide as the gutter of messages."""

_MORE = "  (>)"


def event_lines(run: "ToldRun", width: int, now: datetime, *, unfolded: bool) -> Iterator[Spans]:
    """The lines of a run: one, cut if it has to be, or with `unfolded` all that each event says."""
    if unfolded:
        for event in run:
            yield from _whole(event, width, now)
    elif run:
        yield _folded(_once_each(run), width, moment(run[-1].at, now))


def _once_each(run: "ToldRun") -> "ToldRun":
    """A run without what a later event of it says again: a target may be due soon twice."""
    last = {event.said: event for event in run}
    return [event for event in run if last[event.said] is event]


def _folded(run: "ToldRun", width: int, when: str) -> Spans:
    room = width - len(_INDENT) - len(FOLDED) - width_of(when) - 1
    said = "; ".join(event.short for event in run)
    if width_of(said) <= room:
        return _line(f"· {said}", when, width)
    return _line(f"{FOLDED}{_latest(run, max(room - len(_MORE), 1))}{_MORE}", when, width)


def _latest(run: "ToldRun", room: int) -> str:
    """“3 more; Bea Stone solved it”: as much of the end as there is room for."""
    for left in range(1, len(run)):
        first, *others = run[left:]
        said = "; ".join([f"{left} more", first.said, *(event.short for event in others)])
        if width_of(said) <= room or not others:
            return shortened(said, room)
    return shortened(run[-1].said, room)


def _whole(event: "ToldEvent", width: int, now: datetime) -> Iterator[Spans]:
    when = moment(event.at, now)
    room = max(width - len(_INDENT) - len(FOLDED) - width_of(when) - 1, 1)
    first, *others = wrapped(event.said, room)
    yield _line(f"· {first}", when, width)
    for line in others:
        yield _line(f"  {line}", "", width)


def _line(text: str, when: str, width: int) -> Spans:
    return ends([(_INDENT + text, Ink.DIM)], [(when, Ink.DIM)] if when else [], width)
