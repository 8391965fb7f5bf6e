"""What time alone changes: clocks on the screen that show another text, and service levels that
fall due."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from supportcli.tui.context import InboxContext

if TYPE_CHECKING:
    from datetime import datetime


class Ticking:
    """Called each second. While another window has the keyboard (not `focused`), clocks change once
    a minute: nobody looks closely, but a glance must not show a time that is past."""

    def __init__(self, context: InboxContext, focused: Callable[[], bool]) -> None:
        self._context = context
        self._focused = focused
        self._minute: datetime | None = None

    def tick(self) -> None:
        """A second has passed. In a new minute the desk notes new warnings and breaches; each inbox
        does so, because nobody may be syncing."""
        minute = self._context.now().replace(second=0, microsecond=0)
        begins, self._minute = minute != self._minute, minute
        if begins or self._focused():
            self._context.tickets.tick()
            self._context.heading.tick()
        if begins:
            self._context.work.beside(lambda client: client.tick())
