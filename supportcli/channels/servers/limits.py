"""How much time and how many bytes a server's answer may take. A socket's timeout limits one read;
this limits the complete answer.

A server that repeats `* OK still working`, sends a byte a minute, or never ends a line, is never
silent, and would be read for ever. Time is measured with the monotonic clock: it is not a date, so
tests do not set it."""

import io
import socket
import time
from ssl import SSLWantReadError
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SLOWEST = 4 * 1024
"""The slowest usable connection, in bytes of a mail per second: an answer may take as much longer
as its size needs at this speed."""

_BUFFER = 64 * 1024


class AnswerEndless(Exception):
    """An answer does not end: it takes longer, or has more bytes, than it could. The text says
    which."""


class Allowance:
    """The seconds and bytes left for one answer, and the seconds left for the connection until it
    makes progress.

    `silence` is how many seconds one read may wait, `whole` how long all answers together may take
    without progress (None: for ever)."""

    def __init__(self, silence: float, whole: float | None = None) -> None:
        self.silence = silence
        self._whole = whole
        self._ends = self._gives_up = 0.0
        self._seconds = 0.0
        self._bytes = 0
        self.progress()
        self.begin(silence, 0)

    def begin(self, seconds: float, size: int) -> None:
        """Begin a new answer, with these limits of seconds and bytes."""
        self._ends, self._seconds, self._bytes = time.monotonic() + seconds, seconds, size

    def again(self) -> None:
        """Begin the times again, but not the bytes: an answer comes in pieces, and long pauses
        between them are right."""
        self._ends = time.monotonic() + self._seconds
        self.progress()

    def progress(self) -> None:
        """Note that something useful came: the time for the connection starts again."""
        self._gives_up = time.monotonic() + self._whole if self._whole is not None else float("inf")

    def literal(self, size: int) -> None:
        """Allow for a literal of `size` bytes, before any memory is reserved for it; AnswerEndless
        if the answer cannot contain it."""
        if size > self._bytes:
            raise AnswerEndless(
                f"it announces {size:,} bytes where there are at most {self._bytes:,}"
            )
        self._ends += size / SLOWEST

    def took(self, size: int) -> None:
        """Count bytes that were read; AnswerEndless if they are too many."""
        self._bytes -= size
        if self._bytes < 0:
            raise AnswerEndless(
                "its answer does not end: it is longer than any answer to this request can be"
            )

    def wait(self) -> float:
        """How many seconds the next read may wait; AnswerEndless if the time is up."""
        now = time.monotonic()
        if now >= self._gives_up:
            raise AnswerEndless(
                f"it kept us busy for {self._whole:g} s without delivering any mail"
            )
        if now >= self._ends:
            raise AnswerEndless(f"its answer did not end within {self._seconds:g} s")
        return min(self.silence, self._ends - now, self._gives_up - now)


class _Watched(io.RawIOBase):
    """A socket to read from, within an allowance. A non-blocking socket (timeout 0) stays so."""

    def __init__(self, sock: socket.socket, allowance: Allowance) -> None:
        super().__init__()
        self._sock = sock
        self._allowance = allowance
        self.ended = False

    def readable(self) -> bool:
        """True, as io requires."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        """Read what has come, at most as much as the buffer holds. Returns 0 at the end, None if
        nothing is there and the socket does not block."""
        if self._sock.gettimeout() != 0:
            self._sock.settimeout(self._allowance.wait())
        try:
            count = self._sock.recv_into(buffer)
        except (BlockingIOError, SSLWantReadError):
            return None
        except TimeoutError:
            # it was not silent for long: the answer as such took too long, so report that
            self._allowance.wait()
            raise
        self._allowance.took(count)
        self.ended = count == 0
        return count


def watched(sock: socket.socket, allowance: Allowance) -> io.BufferedReader:
    """`sock`, to be read within `allowance`. Closing the reader leaves the socket open."""
    return io.BufferedReader(_Watched(sock, allowance), _BUFFER)


def has_ended(reader: io.BufferedReader) -> bool:
    """Whether a reader that `watched` made has met the end of its connection."""
    raw = reader.raw
    return isinstance(raw, _Watched) and raw.ended
