"""What the inbox says to its agent, one thing at a time, and for how long."""

from collections.abc import Callable
from datetime import datetime, timedelta

from supportcli.errors import SupportError
from supportcli.terminal import clean
from supportcli.tui.ink import Ink, Span, cut, width_of_all
from supportcli.tui.widgets.notice import Notice

SHORT = timedelta(seconds=10)
LONG = timedelta(seconds=30)
_UNDO = ((" · ", Ink.DIM), ("z", Ink.KEY), (" undo", Ink.DIM))


class Notices:
    """The message of the moment. The newest replaces the one before; each leaves by itself, an error later than good news."""

    def __init__(self, line: Notice, now: Callable[[], datetime]) -> None:
        self._line = line
        self._now = now
        self._until: datetime | None = None
        self._leaving: int | None = None
        self._asking = False

    def say(self, text: str, *more: Span) -> None:
        """Tell something, with further stretches after it; not while an answer is waited for."""
        if not self._asking:
            self._put(SHORT, (clean(text), Ink.TEXT), *more)

    def undoable(self, text: str) -> None:
        """Tell what was done, and the key that takes it back."""
        room = self._line.room - width_of_all(_UNDO)
        self._put(SHORT, *cut([(clean(text), Ink.TEXT)], room), *_UNDO)

    def leaves(self, number: int, at: datetime) -> None:
        """Count down to the moment when a reply leaves; until then it can be undone."""
        self._until, self._leaving = at, number
        self.tick()

    def fail(self, error: SupportError, first: str = "") -> None:
        """Tell what went wrong, and the next step; `first` what must be read even where the line is short."""
        self._put(LONG, (clean(first), Ink.WARNING), (clean(error.sentence), Ink.ERROR), (f"  {clean(error.hint)}" if error.hint else "", Ink.DIM))

    def warn(self, text: str) -> None:
        """Tell what could not be done."""
        self._put(SHORT, (clean(text), Ink.WARNING))

    def ask(self, text: str) -> None:
        """Tell something that stays until it is answered."""
        self._until = self._leaving = None
        self._asking = True
        self._line.say((clean(text), Ink.WARNING))

    def clear(self) -> None:
        """Say nothing any more."""
        self._until = self._leaving = None
        self._asking = False
        self._line.say()

    def tick(self) -> None:
        """A second has passed."""
        if self._until is None:
            return
        left = (self._until - self._now()).total_seconds()
        if self._leaving is not None and left > 0:
            self._line.say((f"Reply to #{self._leaving} leaves in {left:.0f} s", Ink.TEXT), *_UNDO)
        elif self._leaving is not None:
            self.say(f"Reply to #{self._leaving} is due: the next sync sends it.")
        elif left <= 0:
            self.clear()

    def _put(self, stay: timedelta, *spans: Span) -> None:
        self._until, self._leaving, self._asking = self._now() + stay, None, False
        self._line.say(*spans)
