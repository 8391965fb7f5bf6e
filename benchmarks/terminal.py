"""A program in a pty, and what it writes as plain text: read as it comes, so that reading a frame
does not add to what is measured."""

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

COLUMNS, LINES = 120, 40

PATIENCE = 60.0
"""Seconds after which what is waited for counts as lost."""

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
        """Press a key; the seconds until the output matches the pattern `shown`."""
        pattern = re.compile(shown)
        self.rest(0)
        self._written.clear()
        started = time.perf_counter()
        os.write(self._own, key.encode())
        return self._wait(pattern) - started

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
        """Whether what was written since the last key matches a pattern."""
        return re.search(pattern, self._text) is not None

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
        self._written += written
        return bool(written)
