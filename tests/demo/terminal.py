"""A real terminal for a test: a program in a pty, and what its screen shows (pyte)."""

import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, Self

import pyte
from wcwidth import wcwidth

PATIENCE = 180.0


class Program(Protocol):
    """What a terminal needs of `subprocess.Popen`."""

    pid: int
    returncode: int | Any

    def poll(self) -> int | None: ...
    def wait(self) -> int: ...
    def send_signal(self, sig: int, /) -> None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


Start = Callable[[Sequence[str], Mapping[str, str], int], Program]


def start(command: Sequence[str], environ: Mapping[str, str], terminal: int) -> Program:
    """Start a program with a pty as its terminal."""
    return subprocess.Popen(
        command,
        env=environ,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509 - one system call, no lock in it
    )


class Terminal:
    """A program in a pty of `columns` by `lines`, in a session of its own, which `start` makes.
    Killed with its whole group when the test leaves it. `output` is every byte that it wrote."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        columns: int = 100,
        lines: int = 30,
        start: Start = start,
    ) -> None:
        self._screen = pyte.Screen(columns, lines)
        self._shown: list[str] = []
        self._stream = pyte.ByteStream(self._screen)
        self.output = bytearray()
        self._own, theirs = os.openpty()
        self._written = bytearray()
        self._modes = termios.tcgetattr(self._own)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        sized = {
            name: value for name, value in environ.items() if name not in {"COLUMNS", "LINES"}
        }  # which parallel workers have
        self._place = os.ttyname(theirs)
        self.process = start(command, {**sized, "TERM": "xterm-256color"}, theirs)
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self._own >= 0:
            os.close(self._own)

    @property
    def text(self) -> str:
        """The screen as text, a line each. Only what was written to since is read again: a test
        looks hundreds of times."""
        screen = self._screen
        if len(self._shown) != screen.lines:
            self._shown = [""] * screen.lines
            screen.dirty.update(range(screen.lines))
        for number in screen.dirty & set(range(screen.lines)):
            self._shown[number] = _text_of(screen.buffer[number], screen.columns)
        screen.dirty.clear()
        return "\n".join(self._shown)

    @property
    def restored(self) -> bool:
        """Whether the terminal is as it was: the alternate screen left, letters echoed, lines
        edited."""
        on_alternate = self._written.rfind(b"\x1b[?1049h") > self._written.rfind(b"\x1b[?1049l")
        return not on_alternate and termios.tcgetattr(self._own) == self._modes

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self._own, keys.encode())

    def resize(self, columns: int, lines: int) -> None:
        """Make the terminal's window another size, so that the kernel sends SIGWINCH."""
        self._screen.resize(lines, columns)
        fcntl.ioctl(self._own, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def hang_up(self) -> None:
        """Close the terminal's window, so that the kernel sends SIGHUP."""
        os.close(self._own)
        self._own = -1

    def rest(self, seconds: float) -> None:
        """Read for so long, as a person who waits before the next key."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._read(0.01)

    def wait_for(self, text: str) -> None:
        """Read until the screen shows `text`. AssertionError with the screen after PATIENCE
        seconds, or when the program has ended."""
        end = time.monotonic() + PATIENCE
        while text not in self.text:
            assert time.monotonic() < end, f"“{text}” did not appear:\n{self.text}"
            assert self._read(0.2) or self.process.poll() is None, (
                f"ended before “{text}” appeared:\n{self.text}"
            )

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Read until something holds."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, f"it does not come:\n{self.text}"
            self._read(0.2)

    def wait_until_gone(self, text: str) -> None:
        """Read until the screen no longer shows `text`."""
        end = time.monotonic() + PATIENCE
        while text in self.text:
            assert time.monotonic() < end, f"“{text}” stays:\n{self.text}"
            self._read(0.2)

    def wait_until_read(self) -> None:
        """Wait until the program has read all that was sent: a terminal that closes takes along the
        rest."""
        theirs = os.open(self._place, os.O_RDONLY | os.O_NOCTTY)
        try:
            self.rest(0.1)  # the kernel passes it on a moment later, and nothing says when
            end = time.monotonic() + PATIENCE
            while struct.unpack("i", fcntl.ioctl(theirs, termios.FIONREAD, bytes(4)))[0]:
                assert time.monotonic() < end, "what was sent is not read"
                self._read(0.01)
        finally:
            os.close(theirs)

    def ended(self) -> int:
        """Read until the program has ended; answers with its exit code."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, f"does not end:\n{self.text}"
            if self._own >= 0:
                self._read(0.1)
        while self._own >= 0 and self._read(0):
            pass
        return int(self.process.returncode)

    def _read(self, seconds: float) -> bool:
        """Take what the program has written, waiting for it at most so long; False where there was
        nothing."""
        ready, _, _ = select.select([self._own], [], [], seconds)
        try:
            written = os.read(self._own, 65536) if ready else b""
        except OSError:  # Linux: the last program has closed its side
            written = b""
        self._written += written
        self.output += written
        self._stream.feed(written)
        return bool(written)


def _text_of(line: Mapping[int, Any], columns: int) -> str:
    """A line of the screen, as `pyte.Screen.display` has it: the cell behind a wide letter is
    nothing."""
    cells = [line[column].data for column in range(columns)]
    if not all(map(str.isascii, cells)):
        for place, cell in enumerate(cells):
            if cell and wcwidth(cell[0]) == 2:
                cells[place + 1 : place + 2] = [""]
    return "".join(cells).rstrip()


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
