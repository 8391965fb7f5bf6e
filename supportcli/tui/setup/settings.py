"""The settings of the desk as a page over the inbox: only to look at, commands change them."""

from functools import partial
from typing import TYPE_CHECKING

from supportcli.errors import SupportError
from supportcli.rendering.ink import Ink
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode

if TYPE_CHECKING:
    from supportcli.rendering.settings import DeskSettings


class SettingsLook:
    """Opens and closes the page; it is read again each time."""

    def __init__(self, context: InboxContext) -> None:
        self._context = context

    def open(self) -> None:
        """Show it, as soon as it is read."""
        page = self._context.settings
        page.lines = lambda _: (((" Reading …", Ink.DIM),),)
        page.open()
        self._context.mode = Mode.SETTINGS
        self._context.work.read(
            "settings", lambda client: client.setup.about(), self._came, self._failed
        )

    def _came(self, shown: "DeskSettings") -> None:
        from supportcli.rendering.settings import page  # noqa: PLC0415  # brings policies and calendars, which the first frame does not need

        if self._context.mode is Mode.SETTINGS:
            self._context.settings.lines = partial(page, shown, now=self._context.now())
            self._context.settings.open()

    def _failed(self, error: SupportError) -> None:
        if self._context.mode is Mode.SETTINGS:
            self._context.settings.lines = lambda _: (((f" {clean(error.sentence)}", Ink.ERROR),),)
            self._context.settings.open()

    def close(self) -> None:
        """Back to the tickets."""
        self._context.settings.close()
        self._context.go_home()
