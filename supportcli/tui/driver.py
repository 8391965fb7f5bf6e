"""The terminal as Textual drives it: safe for its end, and quick for the cursor."""

import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from supportcli.tui.pastes import Pastes

if TYPE_CHECKING:
    from textual.app import App
    from textual.geometry import Size


_ESCAPE = "\x1b"
_GOES_ON = "[]P_^X\\\x1b\t\x7f"
"""What begins a longer sequence behind an escape, or is a key of its own with it (shift+tab, the word before)."""


class PasteParser(XTermParser):
    """Textual's own, to which a paste is one text whatever stands in it."""

    def __init__(self, debug: bool = False) -> None:  # noqa: FBT001, FBT002  # Textual's signature
        super().__init__(debug)
        self._pastes = Pastes()

    def feed(self, data: str) -> Iterable[Message]:
        """What was read; nothing at its end. Where all of it waits for its rest, that is no end."""
        marked = self._pastes.marked(data)
        return super().feed(marked) if marked or not data else ()

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:  # noqa: FBT001, FBT002  # Textual's signature
        """Textual's own, but esc and a key that is no letter, close behind each other, are both: Textual forgets the esc, and what it was to cancel
        would be done by the key. (For a letter it says alt, which the app takes for two.)"""
        if len(sequence) == 2 and sequence[0] == _ESCAPE and not sequence[1].isalnum() and sequence[1] not in _GOES_ON:  # noqa: PLR2004
            yield events.Key("escape", _ESCAPE)
            sequence = sequence[1]
        yield from super()._sequence_to_key_events(sequence, alt)


vars(linux_driver)["XTermParser"] = PasteParser  # the driver's thread for input makes it by this name, and knows no other way


class TerminalDriver(LinuxDriver):
    """Textual's own, with two differences. Its thread that writes does not end with the terminal: the inbox would wait for ever for room in the
    thread's queue. And a few bytes can be written without the thread, which gets its turn a millisecond late while a frame is drawn."""

    def __init__(self, app: "App[Any]", *, debug: bool = False, mouse: bool = True, size: "Size | tuple[int, int] | None" = None) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._output = Output(self._file or sys.stderr)
        terminal: Any = self._output
        self._file = terminal

    def write(self, data: str) -> None:
        """In turn, by the thread."""
        self._output.queued += 1
        super().write(data)

    def write_now(self, data: str) -> None:
        """At once where nothing waits for its turn, else in turn. For the thread that draws, which is the only one to call `write`."""
        if self._output.idle:
            self._output.write_now(data)
        else:
            self.write(data)


class Output:
    """The terminal, as far as a driver and its thread use it; and how much of what was queued it has been given."""

    def __init__(self, terminal: IO[str]) -> None:
        self._terminal = terminal
        self.queued = self._written = self._flushed = 0

    @property
    def idle(self) -> bool:
        """Whether all that was queued is out: the thread then has nothing to do until more is queued."""
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
