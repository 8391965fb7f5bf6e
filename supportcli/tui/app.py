"""The inbox as a Textual app: its look, its net against foreign control characters, and the path
from a key to its action."""

import gc
import os
import select
import signal
import sys
import time
from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual import events
from textual.app import App, ComposeResult
from textual.color import Color
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter
from textual.keys import _character_to_key
from textual.widgets import Static

from supportcli.clock import Clock, utc_now
from supportcli.config import Settings
from supportcli.errors import SupportError
from supportcli.errors.setup import SettingWrong
from supportcli.terminal import MARK, UNSAFE, clean
from supportcli.tui import keys
from supportcli.tui.driver import typed_ahead
from supportcli.tui.driver.driver import TerminalDriver
from supportcli.tui.look import themes
from supportcli.tui.unsaved import Rescued, file_beside, keep
from supportcli.tui.waiting_keys import LateKeys, Typed, leaves

if TYPE_CHECKING:
    from supportcli.domain.tickets.news import Glance
    from supportcli.tui.inbox import InboxScreen

FIRST_LINES = 120
"""Tickets to show first: more than a screen holds."""

_SOON = 0.03
_CALM = 4
"""How often in a row there must be nothing to read before the keys typed before an end count as
read: a thread reads them."""

_LAST_KEYS = 8.0
"""The most seconds that an end waits for keys typed before it that have not had their turn: desks
open in less, even on a busy machine. A second signal ends it at once."""

_TOGETHER = 1.0
"""Seconds within which a second signal belongs to the first: a shell passes on the SIGHUP that its
jobs also get from the terminal, and session managers send SIGTERM and SIGHUP."""


class Scrub(LineFilter):
    """The second net under `terminal.clean`: no control character of any widget reaches the
    terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # Textual's signature
        """The same segments, with a mark for each character that must not be painted."""
        if not any(UNSAFE.search(segment.text) for segment in segments):
            return segments
        return [
            Segment(UNSAFE.sub(MARK, segment.text), segment.style)
            if not segment.control and UNSAFE.search(segment.text)
            else segment
            for segment in segments
        ]


class Inbox(App[None], inherit_bindings=False):
    """The inbox. Every key is handled here, one after the other, in the order typed: an action of
    the table, or a character for the open field.

    No widget has keys of its own, so none can lag behind. Until the desk is open, keys are kept."""

    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS: ClassVar[str | None] = None
    CSS = """
    #opening { height: 1; background: $panel; }
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock = utc_now,
        remark: str = "",
        sync_every: timedelta | None = None,
    ) -> None:
        colourless = "NO_COLOR" in os.environ
        super().__init__(ansi_color=True if colourless else None)
        self.animation_level = "none"
        for theme in themes.OWN:
            self.register_theme(theme)
        self.theme = "ansi-dark" if colourless else _theme(settings)
        self.failure: SupportError | None = None
        self._settings = settings
        self._clock = clock
        self._remark = remark
        self._sync_every = sync_every
        self._inbox: InboxScreen | None = None
        self._late = LateKeys(partial(self.call_later, self._take_all_late))
        self._scrub = Scrub()
        self._terminal = select.poll()
        self._terminal.register(0, 0)  # only what is always said: that it was hung up
        self._input = select.poll()
        self._input.register(0, select.POLLIN)
        self._own_loop: AbstractEventLoop | None = None
        self._away = False
        self._ends_since: float | None = None
        self._ends_on: int | None = None

    def compose(self) -> ComposeResult:
        """The first frame: it needs nothing but Textual."""
        yield Static(" Opening the desk …", markup=False, id="opening")

    def on_mount(self) -> None:
        """Once it is painted, load the rest in a thread."""
        self._own_loop = get_running_loop()
        self._end_soon()
        if not self.is_headless:
            self.set_interval(1.0, self._leave_a_lost_terminal)
        self.call_after_refresh(Thread(target=self._load, name="loading", daemon=True).start)

    def _load(self) -> None:
        """In a thread: load the inbox itself, and a first look at the tickets. The desk comes after
        them, because it takes longest."""
        from supportcli.desk import peek  # noqa: PLC0415  # all this is loaded after the first frame
        from supportcli.tui.inbox import InboxScreen  # noqa: PLC0415
        from supportcli.tui.views import TO_DO  # noqa: PLC0415

        glance = peek.first_lines(self._settings, TO_DO, FIRST_LINES)
        self.call_later(self._show, InboxScreen, glance)

    async def _show(self, screen: "type[InboxScreen]", glance: "Glance") -> None:
        self._inbox = screen(self._settings, self._clock, self._late, self._give_up, glance)
        self._inbox.fit(self.size)
        self._inbox.context.status.remark = self._remark
        self._inbox.context.tickets.paint = self._paint
        self._inbox.alerting.write = self._inbox.graphic.write = self._signal
        if isinstance(self._driver, TerminalDriver):
            self._inbox.graphic.terminal = self._driver.fileno
        self._inbox.sending.every = self._sync_every or self._inbox.sending.every
        await self.push_screen(self._inbox)

    def _paint(self, text: str, lines: Collection[int]) -> None:
        """Write these lines to the terminal ahead of the frame, if nothing covers the list."""
        if (
            self._inbox is not None
            and self._inbox.context.mode & keys.TICKETS
            and isinstance(self._driver, TerminalDriver)
        ):
            self._inbox.shown_cells.forget(lines)
            self._driver.write_now(text)

    def _signal(self, text: str) -> None:
        """Give text to the terminal itself, in turn."""
        if self._driver is not None:
            self._driver.write(text)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What our style sheet needs of each theme, also of Textual's."""
        return themes.DEFAULTS

    def get_driver_class(self) -> type[Driver]:
        """Textual's choice; on a terminal, our driver, which survives its end."""
        found = super().get_driver_class()
        return TerminalDriver if found is LinuxDriver else found

    def get_line_filters(self) -> list[LineFilter]:
        """Textual's filters, and the net."""
        return [*super().get_line_filters(), self._scrub]

    def _give_up(self, error: SupportError) -> None:
        self.failure = error
        self.exit()

    def _leave_a_lost_terminal(self) -> None:
        """End if the terminal is gone and no SIGHUP said so: a parent may ignore it."""
        if self._ends_since is None and any(
            told & select.POLLHUP for _, told in self._terminal.poll(0)
        ):
            self.end_on(signal.SIGHUP)

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Give the terminal to another program; meanwhile the loop stops."""
        self._away = True
        try:
            with super().suspend():
                yield
        finally:
            self._away = False
            if self._inbox is not None:
                self._inbox.shown_cells.forget()

    def end_on(self, number: int) -> None:
        """End on a signal, after the keys that were typed before it, which may wait for the desk to
        open, or for the screen.

        A second signal ends at once. The first one does nothing to an inbox that has already ended
        and is saving what was typed."""
        if self._away and number == signal.SIGINT:
            return  # ctrl+c in the editor, which has the terminal
        now = time.monotonic()
        if self._away or (self._ends_since is not None and now - self._ends_since > _TOGETHER):
            raise SystemExit(128 + number)
        if self._ends_since is None:
            self._ends_since, self._ends_on = now, number
            self._end_soon()

    def _end_soon(self) -> None:
        """End, if a signal said so and there is a loop to hear of it."""
        loop, number = self._own_loop, self._ends_on
        if number is not None and loop is not None and not loop.is_closed():
            until = time.monotonic() + _LAST_KEYS
            loop.call_soon_threadsafe(self._end_behind_keys, number, _CALM, until)

    def _end_behind_keys(self, number: int, calm: int, until: float) -> None:
        """Wait until there has been nothing to read for a moment, and all that was read has had its
        turn."""
        unread = self._reads() or any(
            told & select.POLLIN and not told & select.POLLHUP for _, told in self._input.poll(0)
        )
        calm = _CALM if unread or self._late else calm - 1
        if self._own_loop is not None and calm and time.monotonic() < until:
            self._own_loop.call_later(_SOON, self._end_behind_keys, number, calm, until)
        else:
            self.call_later(self.exit, None, 128 + number)

    def _reads(self) -> bool:
        return isinstance(self._driver, TerminalDriver) and self._driver.reads

    @property
    def unheard(self) -> list[Rescued]:
        """What was typed and did not reach the desk before the inbox ended: unsaved drafts, and
        keys that had no turn."""
        drafts = self._inbox.unsaved if self._inbox is not None else ()
        when = "while the desk opened" if self._inbox is None or self._inbox.opens else "ahead"
        marked = self._inbox.context.tickets.cursor if self._inbox is not None else None
        over = f", #{marked} selected" if marked is not None else ""
        return [*drafts, Rescued(f"typed {when}{over}", self._late.text)]

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """Handle keys and pasted text here, everything else in Textual.

        The inbox has no alt keys: most terminals send the same for esc j and alt+j, so both mean
        esc and j everywhere. And a terminal may turn ⏎ into ^J: both mean ⏎."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif isinstance(event, events.Key) and event.key == "ctrl+j":
            await self.on_event(events.Key("enter", "\r"))
        elif isinstance(event, events.Key) and event.key.startswith("alt+") and event.character:
            for key in ("escape", _character_to_key(event.character)):
                await self.on_event(events.Key(key, None if key == "escape" else event.character))
        elif not self._keys_wait:
            await self._take(event)
        elif leaves(event) and self._late.leave:
            self.exit()  # asked twice: the answer that is waited for may never come
        else:
            self._late.add(event)

    @property
    def _keys_wait(self) -> bool:
        return self._inbox is None or self._inbox.context.keys_wait or len(self._late) > 0

    async def _take_all_late(self) -> None:
        while self._late and self._inbox is not None and not self._inbox.context.keys_wait:
            await self._take(self._late.next())

    async def _take(self, event: Typed) -> None:
        if self._inbox is None:
            return
        if self._inbox.context.mode is keys.Mode.SEND and isinstance(event, events.Key):
            self._inbox.answer(event)
            return
        if isinstance(event, events.Key) and (name := self._inbox.context.action_of(event.key)):
            self._inbox.press(name)
            return
        field = self._inbox.context.field
        if field is None:
            self._inbox.refuse(event)
            return
        if isinstance(event, events.Key):
            await field.take_key(event)
        else:
            await field.take_paste(event)
        self._inbox.typed()


def _theme(settings: Settings) -> str:
    theme = themes.NAMES.get(settings.inbox.theme)
    if theme is None:
        known = ", ".join(sorted({*themes.NAMES} - {""}))
        raise SettingWrong(
            "inbox.theme", f"does not name a theme: use one of {known}", str(settings.path)
        )
    return theme


_UNHEARD = frozenset({signal.SIG_DFL, signal.default_int_handler, typed_ahead.end})
"""The handlers of signals that nobody has asked to hear or to ignore."""


def run(
    settings: Settings,
    clock: Clock = utc_now,
    remark: str = "",
    sync_every: timedelta | None = None,
) -> int:
    """Open the inbox until the agent leaves; returns the exit code. SupportError if the desk cannot
    be opened.

    `remark` is a word about this desk that is always in the first line; `sync_every` is how often
    the inbox syncs, if not every minute."""
    os.environ.pop("TEXTUAL", None)  # no devtools: their console would be another attack surface
    gc.disable()  # until the desk is open: loading allocates much and frees little
    app = Inbox(settings, clock, remark, sync_every)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT):
        if signal.getsignal(number) in _UNHEARD:
            signal.signal(number, lambda number, _: app.end_on(number))
    try:
        app.run()
    finally:  # a second signal raises
        if said := keep(file_beside(settings.path), app.unheard, clock()):
            with suppress(OSError):  # the terminal may be gone
                sys.stderr.write(f"supportcli: {clean(said)}\n")
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0
