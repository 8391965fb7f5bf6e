"""The terminal as Textual drives it, made safe for its end: a terminal that is gone takes no bytes, and nobody waits for it to."""

from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App
    from textual.geometry import Size


class TerminalDriver(LinuxDriver):
    """Textual's own. Its thread that writes would end with the terminal, and the inbox then wait for ever for room in the thread's queue."""

    def __init__(self, app: "App[object]", *, debug: bool = False, mouse: bool = True, size: "Size | tuple[int, int] | None" = None) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if self._file is not None:
            quiet: Any = _Output(self._file)
            self._file = quiet


class _Output:
    """What is written to, as far as a driver and its thread use it."""

    def __init__(self, terminal: IO[str]) -> None:
        self._terminal = terminal

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._terminal.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._terminal.flush()

    def fileno(self) -> int:
        return self._terminal.fileno()
