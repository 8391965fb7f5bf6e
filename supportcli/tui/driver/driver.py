"""The terminal as Textual drives it: safe for its end, and quick for the cursor."""

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
"""After so long without a key the parser is asked whether an escape was one."""

_MOST_READ = 4096
"""Bytes read at once."""

_ESCAPE = "\x1b"
_GOES_ON = "[O\x1b\x7f"
"""What begins a longer sequence behind an escape (ECMA-48: CSI and SS3, which is all that a
terminal sends here), or is a key of its own with it (the word before)."""

_LONE = re.compile(rf"(?<={_ESCAPE})(?=[^\[O{_ESCAPE}\x7f]|O[^A-DFHMP-Sa-dj-y])")
"""Behind an escape that begins no sequence."""


class PasteParser(XTermParser):
    """Textual's own, to which a paste is one text, also one with escapes in it."""

    def __init__(self, debug: bool = False) -> None:  # noqa: FBT001, FBT002  # Textual's signature
        super().__init__(debug)
        self._pastes = Pastes()
        self._waits = False

    def feed(self, data: str) -> Iterable[Message]:
        """What was read; nothing at its end. Where all of it waits for its rest, that is no end."""
        marked = self._pastes.marked(data)
        if marked:
            return self._cut(marked)
        return () if data else super().feed(data)

    def _cut(self, read: str) -> Iterable[Message]:
        """Textual's own, but an esc that begins no sequence is a key, also if it is read with more:
        a slow line, or a start, brings esc and what was typed behind it in one piece. Textual looks
        for a sequence in the next 32 letters, and then says that esc was a "^"."""
        for piece in _LONE.split(read):
            if self._waits and piece and piece[0] not in _GOES_ON:
                yield from self._esc()
            yield from super().feed(piece)
            self._waits = piece.endswith(_ESCAPE)

    def _esc(self) -> Iterable[Message]:
        """What was read last was an esc alone."""
        if self._timeout_time is not None:
            self._timeout_time = 0.0
        yield from self.tick()


class TerminalDriver(LinuxDriver):
    """Textual's own, with four differences. Its thread that writes does not end with the terminal:
    the inbox would wait for ever for room in the thread's queue. Its thread that reads does, where
    Textual's would read nothing for ever or take the inbox down with it, and the keys that wait.
    And a few bytes can be written without the thread, which gets its turn a millisecond late while
    a frame is drawn. At its end, and for an editor, the terminal is as it was before the program
    took it."""

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

    def start_application_mode(self) -> None:
        """Textual's own; what it gives back, to an editor and at the end, is what was there before
        keys were typed ahead."""
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's
        self.attrs_before = modes_before() or self.attrs_before

    def run_input_thread(self) -> None:
        """Read what is typed, until the driver is stopped or the terminal is gone (the app looks
        for that). What is no UTF-8 shows as a mark."""
        parser, decode = PasteParser(self._debug), getincrementaldecoder("utf-8")("replace").decode
        terminal = select.poll()
        terminal.register(self.fileno, select.POLLIN)
        while not self.exit_event.is_set():
            for _, told in terminal.poll(_PAUSE_MS):
                try:
                    read = os.read(self.fileno, _MOST_READ) if told & select.POLLIN else b""
                except OSError:
                    return
                if not read and told & (select.POLLHUP | select.POLLERR):
                    return
                typed = decode(read)
                for message in (
                    parser.feed(typed) if typed else ()
                ):  # half a letter is none yet, and "" would be the end
                    self.process_message(message)
            for message in parser.tick():
                self.process_message(message)

    def write(self, data: str) -> None:
        """In turn, by the thread."""
        self._output.queued += 1
        super().write(data)

    def write_now(self, data: str) -> None:
        """At once where nothing waits for its turn, else in turn. For the thread that draws, which
        is the only one to call `write`."""
        if self._output.idle:
            self._output.write_now(data)
        else:
            self.write(data)


class Output:
    """The terminal, as far as a driver and its thread use it; and how much of what was queued it
    has been given."""

    def __init__(self, terminal: IO[str]) -> None:
        self._terminal = terminal
        self.queued = self._written = self._flushed = 0

    @property
    def idle(self) -> bool:
        """Whether all that was queued is out: the thread then has nothing to do until more is
        queued."""
        return self._flushed == self.queued

    def write(self, text: str) -> None:
        """What was queued."""
        with suppress(OSError):
            self._terminal.write(text)
        self._written += 1

    def flush(self) -> None:
        """Out with what was written."""
        with suppress(OSError):
            self._terminal.flush()
        self._flushed = self._written

    def write_now(self, text: str) -> None:
        """What was not queued, out at once."""
        with suppress(OSError):
            self._terminal.write(text)
            self._terminal.flush()

    def fileno(self) -> int:
        """The terminal's descriptor."""
        return self._terminal.fileno()
