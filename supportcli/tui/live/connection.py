"""Whether the desk can be reached, and written: shown while it cannot, with keys that say so; the
inbox goes on by itself once it can."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from supportcli.errors import SupportError, TryAgainLater
from supportcli.errors.database import DatabaseReadOnly
from supportcli.rendering.ink import Ink
from supportcli.rendering.times import moment
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import OWN, Act

if TYPE_CHECKING:
    from datetime import datetime

_SILENT = 3.0
"""Seconds without an answer after which the desk counts as busy."""

_WRITES = frozenset({"Do", OWN, "Send"})
_STAYS = frozenset({"send_edit", "send_draft"})
"""Chapters of actions that need the desk, and those of them that only close what is open."""


class Connection:
    """What is wrong with the desk, if anything. `found` is called once it can be reached again."""

    def __init__(self, context: InboxContext, found: Callable[[], None]) -> None:
        self._context = context
        self._found = found
        self._error: SupportError | None = None
        self._since: datetime | None = None
        self._waits = False

    @property
    def is_lost(self) -> bool:
        """Whether the desk cannot be reached."""
        return self._error is not None and not isinstance(
            self._error, DatabaseReadOnly | TryAgainLater
        )

    def tell(self, error: SupportError | None) -> None:
        """What is wrong with the desk now, if anything is."""
        was_lost, was_wrong = self.is_lost, self._error is not None
        self._error = error
        self._since = None if error is None else self._since or self._context.now()
        self._show()
        if error is None and was_wrong:
            self._context.notices.say("The desk is back." if was_lost else "The desk is writable.")
        if was_lost and not self.is_lost:
            self._found()

    def tick(self) -> None:
        """A second has passed."""
        silent = self._context.work.silence > _SILENT
        if silent is not self._waits:
            self._waits = silent
            self._since = (self._since or self._context.now()) if silent or self._error else None
            self._show()

    def _show(self) -> None:
        since = f" since {moment(self._since, self._context.now())}" if self._since else ""
        if self.is_lost:
            told = f"desk not reachable{since}", Ink.ERROR
        elif isinstance(self._error, DatabaseReadOnly):
            told = f"desk is read-only{since}", Ink.WARNING
        elif self._waits or self._error is not None:
            told = f"desk is busy{since}", Ink.WARNING
        else:
            told = "", Ink.DIM
        self._context.status.show_trouble(told)

    def refuses(self, act: Act) -> str:
        """Why an action is not done now; "" if it is."""
        if not self.is_lost or act.context not in _WRITES or act.id in _STAYS:
            return ""
        return "The desk cannot be reached: nothing was done. It is tried again by itself."
