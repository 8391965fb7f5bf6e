"""The rows of held mail, one of them marked."""

from collections.abc import Callable, Sequence
from datetime import datetime

from textual.strip import Strip

from supportcli.rendering.ink import Ink
from supportcli.rendering.mail.held_mail import Entry, row
from supportcli.tui.widgets.pane import Pane


class HeldList(Pane):
    """It draws its rows itself, as the list of tickets does."""

    def __init__(self, now: Callable[[], datetime], *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._now = now
        self._entries: Sequence[Entry] = ()
        self._place = 0

    def show(self, entries: Sequence[Entry], place: int) -> None:
        """These are the rows, and the one at `place` is marked."""
        self._entries, self._place = entries, place
        height = max(self.size.height, 1)
        top = self.top if self.top <= place < self.top + height else max(place - height // 2, 0)
        self.put([((" No mail is held.", Ink.DIM),)] if not entries else [()] * len(entries), top)

    def render_line(self, y: int) -> Strip:
        """One row."""
        place = self.top + y
        if place >= len(self._entries):
            return super().render_line(y)
        marked = place == self._place
        return self.strip(
            row(self._entries[place], self.size.width, self._now(), marked=marked),
            self.size.width,
            chosen=marked,
        )
