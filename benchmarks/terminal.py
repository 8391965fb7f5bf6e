"""A program in a pty: what it writes is read as it comes and noted with its time. It is put on a
screen afterwards, so that reading a frame does not add to what is measured."""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import pyte

COLUMNS, LINES = 120, 40

PATIENCE = 60.0
"""Seconds after which what is waited for counts as lost."""

_QUIET = 0.03
"""Seconds without a byte after which what a key did is looked at: two frames."""

_CONTROLS = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[PX^_\]].*?(?:\x1b\\|\x07)|[ -/]*[0-~])", re.DOTALL
)  # ECMA-48, 5.4 and 5.6
_ENVIRONMENT = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "LANG": "C.UTF-8",
    "TEXTUAL_ANIMATIONS": "none",
}


class Terminal:
    """A program in a terminal, in a session of its own, which is killed when the terminal is left.
    `started` is the moment before. `size` is that of the terminal, columns and lines."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str] | None = None,
        size: tuple[int, int] = (COLUMNS, LINES),
    ) -> None:
        self._own, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in {"COLUMNS", "LINES", "NO_COLOR"}
        }
        self._written = bytearray()
        self._unseen: list[tuple[float, bytes]] = []
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            env={**inherited, **_ENVIRONMENT, **(environ or {})},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._own)

    def seconds_until(self, shown: str) -> float:
        """Seconds from the start until the screen matches the pattern `shown`. RuntimeError if it
        never does."""
        return self._wait(re.compile(shown)) - self.started

    def press(self, key: str, shown: str) -> float:
        """Press a key; the seconds until the screen matches the pattern `shown`. RuntimeError if it
        never does."""
        pattern = re.compile(shown)
        self.rest(0)
        self._look()
        self._written.clear()
        started = time.perf_counter()
        os.write(self._own, key.encode())
        while time.perf_counter() < started + PATIENCE:
            self._read(PATIENCE)
            self.rest(_QUIET)
            seen = self._look(pattern)
            if seen is not None:
                return seen - started
        raise RuntimeError(f"“{shown}” did not come: {self._display}")

    @property
    def _display(self) -> str:
        return "\n".join(self._screen.display)

    def _look(self, pattern: re.Pattern[str] | None = None) -> float | None:
        """Put what was read on the screen; when it first matched the pattern, if it does."""
        found = None
        for at, part in self._unseen:
            self._stream.feed(part)
            if pattern is not None and found is None and pattern.search(self._display):
                found = at
        self._unseen.clear()
        return found

    def rest(self, seconds: float) -> None:
        """Wait until nothing has been written for so long."""
        while self._read(seconds):
            pass

    @property
    def resident(self) -> int:
        """The memory of the program now, in KB, as Linux reports it."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        return int(status.partition("VmRSS:")[2].split()[0])

    @property
    def worked(self) -> float:
        """The processor seconds that the program has used so far, all threads together, as Linux
        reports them."""
        tasks = Path(f"/proc/{self._process.pid}/task").iterdir()
        return (
            sum(int((task / "schedstat").read_text(encoding="utf-8").split()[0]) for task in tasks)
            / 1e9
        )

    def shows(self, pattern: str) -> bool:
        """Whether the screen matches a pattern."""
        self._look()
        return re.search(pattern, self._display) is not None

    @property
    def painted(self) -> int:
        """How many bytes were written since the last key."""
        return len(self._written)

    def run_for(self, seconds: float, *, forget: bool = True) -> None:
        """Read what the program writes for so long, and forget it."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)
        if forget:
            self._written.clear()

    def _wait(self, pattern: re.Pattern[str]) -> float:
        end = time.perf_counter() + PATIENCE
        while not pattern.search(self._text):
            if time.perf_counter() > end or not self._read(PATIENCE):
                raise RuntimeError(f"“{pattern.pattern}” did not come: {self._text[-2000:]}")
        return time.perf_counter()

    @property
    def _text(self) -> str:
        return _CONTROLS.sub(b"", self._written).decode(errors="replace")

    def _read(self, seconds: float) -> bool:
        """Read what the program has written, waiting for it at most so long; False if there was
        nothing."""
        ready, _, _ = select.select([self._own], [], [], seconds)
        try:
            written = os.read(self._own, 65536) if ready else b""
        except OSError:  # Linux: the program has ended
            written = b""
        if written:
            self._unseen.append((time.perf_counter(), written))
            self._written += written
        return bool(written)
