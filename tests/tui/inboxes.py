"""The inbox in a test: the real app on a real desk, driven by keys, its screen read as text."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from textual import events
from textual.keys import _character_to_key
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.widget import Widget

from supportcli.config import Settings
from supportcli.desk import Desk
from supportcli.desk.tickets import reading
from supportcli.domain.tickets.ticket import Ticket, TicketLine
from supportcli.tui.app import Inbox
from supportcli.tui.inbox import InboxScreen
from supportcli.tui.keys import Mode
from tests.demo.terminal import Terminal
from tests.desk.desks import START, StandingClock, desk_at, write_in
from tests.tui.style_sheets import match_once, parse_once

PATIENCE = 30.0
CALM = 3
"""Times in a row that nothing may be left to answer, until the inbox counts as quiet."""

SUBJECTS = (
    "Leak",
    "Refund please",
    "Where is my order?",
    "Rechnung fehlt",
    "佐藤さん",
    "Cannot log in",
)


parse_once()
match_once()


@contextmanager
def shop(folder: Path, tickets: int = 6) -> Iterator[Desk]:
    """A desk with so many tickets, an hour apart: #1 waits longest, so it stands first."""
    clock = StandingClock(START + timedelta(hours=tickets))
    with desk_at(f"sqlite:///{folder / 'desk.db'}", clock, stocked(tickets)) as desk:
        yield replace(desk, settings=replace(desk.settings, path=folder / "config.toml"))


@cache
def stocked(tickets: int) -> bytes:
    """The file of a desk with so many tickets, made once in each worker."""
    clock = StandingClock()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "desk.db"
        with desk_at(f"sqlite:///{file}", clock) as desk:
            for number in range(tickets):
                subject = SUBJECTS[number % len(SUBJECTS)]
                write_in(
                    desk,
                    sender=f"customer{number + 1}@acme.test",
                    subject=subject,
                    text=f"Text of ticket {number + 1}.",
                )
                clock.tick(hours=1)
        return file.read_bytes()


class Seen:
    """An inbox under test."""

    def __init__(self, app: Inbox, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> InboxScreen:
        """The screen, once it is there."""
        assert isinstance(self.app.screen, InboxScreen)
        return self.app.screen

    @property
    def text(self) -> str:
        """What a person sees, a line each."""
        return "\n".join(
            strip.text.rstrip() for strip in self.app.screen._compositor.render_strips()
        )

    @property
    def cursor(self) -> int | None:
        return self.screen.context.tickets.cursor

    @property
    def numbers(self) -> list[int]:
        return list(self.screen.context.tickets.shown.numbers)

    def shown(self, number: int) -> TicketLine:
        line = self.screen.context.tickets.shown.line(number)
        assert line is not None
        return line

    async def press(self, *keys: str) -> None:
        """Press keys faster than anything can be answered, then wait until every answer is
        there."""
        assert self.app._driver is not None
        for key in keys:
            self.app._driver.send_message(
                events.Key(
                    _character_to_key(key) if len(key) == 1 else key, key if len(key) == 1 else None
                )
            )
        taken = asyncio.Event()
        self.app._driver.send_message(
            events.Callback(callback=taken.set)
        )  # comes the way of the keys, behind them
        await self.until(lambda: taken.is_set() or self.app._exit, "the last key's turn")
        await self.quiet()

    async def type(self, text: str) -> None:
        """Type letters, as fast."""
        await self.press(*text)

    async def until(self, holds: Callable[[], bool], what: str = "") -> None:
        """Wait for something, or fail with the screen."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, f"{what or 'it'} did not come:\n{self.text}"
            await asyncio.sleep(0.005)

    async def shows(self, text: str) -> None:
        """Wait until the screen shows a text."""
        await self.until(lambda: text in self.text, f"“{text}”")

    async def quiet(self) -> None:
        """Wait until everything that was asked of the desk has been answered; an answer may ask the
        next question."""
        await self.until(lambda: isinstance(self.app.screen, InboxScreen), "the inbox")
        calm = 0
        while calm < CALM:
            await asyncio.sleep(0)
            calm = calm + 1 if self._idle() else 0
            await self.until(self._idle, "an answer")

    def _idle(self) -> bool:
        """Nothing is asked, no key waits, all that was told has been heard, and all that changed is
        painted."""
        screen = self.screen
        if self.app._exit:
            return True
        if (
            screen.work.busy
            or self._to_come
            or screen.dashboard.reads
            or screen.context.keys_wait
            or screen._dirty_widgets
            or screen._callbacks
            or not _rests(self.app)
        ):
            return False
        widgets = list(screen.walk_children(Widget, with_self=True))
        changed = (
            widget
            for widget in widgets
            if widget._layout_required or widget._repaint_required or widget._scroll_required
        )
        return all(map(_rests, widgets)) and not any(
            widget.is_on_screen for widget in changed
        )  # a hidden one is painted when it is shown

    @property
    def _to_come(self) -> bool:
        """A visible conversation is asked for once the cursor has rested on its ticket."""
        reading = self.screen.reading
        is_seen = self.screen.context.shows_conversation and self.cursor is not None
        return is_seen and not reading._resting and not reading._is_there


def _rests(pump: MessagePump) -> bool:
    """Whether it has done what it was told, and waits for more. (Asking each by a message is what
    Textual's pilot does: half the time of a test.)"""
    queue: Any = pump._message_queue
    return bool(queue.empty()) and any(not waits.done() for waits in queue.ready_event._waiters)


@asynccontextmanager
async def inbox(
    settings: Settings, clock: StandingClock, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Seen]:
    """The inbox of these settings, open and quiet."""
    app = Inbox(settings, clock)
    async with app.run_test(size=size) as pilot:
        seen = Seen(app, pilot)
        await seen.quiet()
        yield seen


def drive(
    desk: Desk, script: Callable[[Seen], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> None:
    """Run a script against the inbox of a desk."""

    async def run() -> None:
        assert isinstance(desk.clock, StandingClock)
        async with inbox(desk.settings, desk.clock, size) as seen:
            await script(seen)

    asyncio.run(run())


def mode_of(seen: Seen) -> Mode:
    """Where keys go."""
    return seen.screen.context.mode


def ticket(desk: Desk, number: int) -> Ticket:
    """A ticket as the database has it."""
    return reading.ticket(desk, number)


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def marked(screen: Terminal) -> int:
    """The ticket that the cursor stands on, as the screen shows it."""
    rows = [line for line in screen.text.splitlines() if line.startswith("▸") and "#" in line]
    return int(rows[0].split("#")[1].split()[0]) if rows else 0
