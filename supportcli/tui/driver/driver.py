"""The terminal as Textual drives it: it survives the terminal's end, and moves the cursor
quickly."""

import os
import re
import select
import sys
from codecs import getincrementaldecoder
from collections.abc import Iterable
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from supportcli.tui.driver.pastes import Pastes
from supportcli.tui.driver.typed_ahead import modes_before

if TYPE_CHECKING:
    from textual.app import App
    from textual.geometry import Size


_PAUSE_MS = 100
"""After this time without a key, a lone escape counts as the key."""

_MOST_READ = 4096
"""Bytes read at once."""

_ESCAPE = "\x1b"
_GOES_ON = "[O\x1b\x7f"
"""What starts a longer sequence after an escape (ECMA-48: CSI and SS3, which is all that a terminal
sends here), or is a key of its own with it (the previous word)."""

_LONE = re.compile(rf"(?<={_ESCAPE})(?=[^\[O{_ESCAPE}\x7f]|O[^A-DFHMP-Sa-dj-y])")
"""After an escape that starts no sequence."""


class PasteParser(XTermParser):
    """Textual's parser, but a paste is one text, even with escapes in it."""

    def __init__(self, debug: bool = False) -> None:  # noqa: FBT001, FBT002  # Textual's signature
        super().__init__(debug)
        self._pastes = Pastes()
        self._waits = False

    def feed(self, data: str) -> Iterable[Message]:
        """Parse what was read; an empty text means the end. If all of it waits for its rest, that
        is not the end."""
        marked = self._pastes.marked(data)
        if marked:
            return self._cut(marked)
        return () if data else super().feed(data)

    def _cut(self, read: str) -> Iterable[Message]:
        """Textual's parser, but an esc that starts no sequence is a key, even if more is read with
        it: on a slow line, or at the start, esc and what was typed after it arrive in one piece.

        Textual looks for a sequence in the next 32 characters, and then takes esc for a "^"."""
        for piece in _LONE.split(read):
            if self._waits and piece and piece[0] not in _GOES_ON:
                yield from self._esc()
            yield from super().feed(piece)
            self._waits = piece.endswith(_ESCAPE)

    def _esc(self) -> Iterable[Message]:
        """Whether a lone esc was read last."""
        if self._timeout_time is not None:
            self._timeout_time = 0.0
        yield from self.tick()


class TerminalDriver(LinuxDriver):
    """Textual's driver, with four differences.

    The writing thread does not end with the terminal: the inbox would wait forever for room in its
    queue. The reading thread does end, where Textual's would read nothing forever, or take down the
    inbox and the keys that wait.

    A few bytes can be written without the thread, which is a millisecond late while a frame is
    drawn. At the end, and for an editor, the terminal is as it was before the program took it."""

    def __init__(
        self,
        app: "App[Any]",
        *,
        debug: bool = False,
        mouse: bool = True,
        size: "Size | tuple[int, int] | None" = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._output = Output(self._file or sys.stderr)
        terminal: Any = self._output
        self._file = terminal
        self.reads = False
        """Whether the reading thread has something that no longer waits in the terminal, and that
        the app has not got yet."""

    def start_application_mode(self) -> None:
        """As Textual's; but what it restores, for an editor and at the end, are the settings from
        before keys were typed ahead."""
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's
        self.attrs_before = modes_before() or self.attrs_before

    def run_input_thread(self) -> None:
        """Read what is typed until the driver is stopped or the terminal is gone (the app looks for
        that). What is not UTF-8 shows as a mark."""
        parser, decode = PasteParser(self._debug), getincrementaldecoder("utf-8")("replace").decode
        terminal = select.poll()
        terminal.register(self.fileno, select.POLLIN)
        while not self.exit_event.is_set():
            for _, told in terminal.poll(_PAUSE_MS):
                self.reads = True
                try:
                    if (read := self._read(told)) is None:
                        return
                    typed = decode(read)
                    for message in (
                        parser.feed(typed) if typed else ()
                    ):  # half a character is not one yet, and "" would be the end
                        self.process_message(message)
                finally:
                    self.reads = False
            for message in parser.tick():
                self.process_message(message)

    def _read(self, told: int) -> bytes | None:
        """What waits in the terminal; None if that is gone."""
        try:
            read = os.read(self.fileno, _MOST_READ) if told & select.POLLIN else b""
        except OSError:
            return None
        return None if not read and told & (select.POLLHUP | select.POLLERR) else read

    def send_message(self, message: Message) -> None:
        """Give a message to the app. (Textual makes a task for each, which waits for a turn of the
        loop of its own.)"""
        self._app.post_message(message)

    def write(self, data: str) -> None:
        """Write in turn, by the thread."""
        self._output.queued += 1
        super().write(data)

    def write_now(self, data: str) -> None:
        """Write at once if nothing waits for its turn, else in turn. For the drawing thread, the
        only one that calls `write`."""
        if self._output.idle:
            self._output.write_now(data)
        else:
            self.write(data)


class Output:
    """The part of a terminal that a driver and its thread use, and how much of the queue has been
    written to it."""

    def __init__(self, terminal: IO[str]) -> None:
        self._terminal = terminal
        self.queued = self._written = self._flushed = 0

    @property
    def idle(self) -> bool:
        """Whether all that was queued is written: the thread then has nothing to do until more is
        queued."""
        return self._flushed == self.queued

    def write(self, text: str) -> None:
        """Write what was queued."""
        with suppress(OSError):
            self._terminal.write(text)
        self._written += 1

    def flush(self) -> None:
        """Flush what was written."""
        with suppress(OSError):
            self._terminal.flush()
        self._flushed = self._written

    def write_now(self, text: str) -> None:
        """Write at once what was not queued. Linux hands it on in a thread of its own, which may
        wait for this processor while a frame is drawn: up to three milliseconds, without a
        yield."""
        with suppress(OSError):
            self._terminal.write(text)
            self._terminal.flush()
            os.sched_yield()

    def fileno(self) -> int:
        """The terminal's descriptor."""
        return self._terminal.fileno()
