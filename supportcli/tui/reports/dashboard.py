"""The dashboard: numbers of today and this week over the inbox, read in a thread and refreshed
while on screen."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from supportcli.errors import SupportError
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode

if TYPE_CHECKING:
    from supportcli.rendering.dashboard import Numbers

_OLD = timedelta(minutes=1)
"""After this time numbers are read again even if nobody changed anything: waiting times grow by
themselves."""


class Dashboard:
    """Opens and closes it, and keeps it fresh."""

    def __init__(self, context: InboxContext) -> None:
        self._context = context
        self._asked_at: datetime | None = None

    def open(self) -> None:
        """Show it, with the last numbers until new ones are there."""
        self._context.dashboard.open()
        self._context.mode = Mode.DASHBOARD
        self.read()

    def close(self) -> None:
        """Back to the tickets."""
        self._context.dashboard.close()
        self._context.go_home()

    def read(self) -> None:
        """Read the numbers, if they are on screen."""
        if self._context.mode is Mode.DASHBOARD:
            self._asked_at = self._context.now()
            self._context.work.read(
                "dashboard", lambda client: client.dashboard(), self._came, self._failed, last=True
            )

    def tick(self) -> None:
        """Read them again once they are old."""
        if self._asked_at is not None and self._context.now() - self._asked_at >= _OLD:
            self.read()

    def _came(self, numbers: "Numbers") -> None:
        self._context.dashboard.show(numbers)

    def _failed(self, error: SupportError) -> None:
        self._context.dashboard.fail(error.sentence)
