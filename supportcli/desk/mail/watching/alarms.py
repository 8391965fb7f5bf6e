"""Waking threads that wait for a server: an alarm is a file descriptor, so that they can wait for
both at once."""

import os
import select
import threading
from contextlib import suppress


class Alarm:
    """Wakes one thread."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)

    def fileno(self) -> int:
        """A file descriptor that can be read while the alarm rings."""
        return self._read

    def ring(self) -> None:
        """Wake whoever waits, or whoever waits next. May be called in a signal handler."""
        with suppress(BlockingIOError):  # it rings already
            os.write(self._write, b".")

    def wait(self, seconds: float) -> None:
        """Wait until it rings, for at most `seconds`; then it is silent again."""
        poll = select.poll()
        poll.register(self._read, select.POLLIN)
        poll.poll(max(seconds, 0.0) * 1000)
        with suppress(BlockingIOError):
            os.read(self._read, 4096)


class Stop:
    """Ends everything: threads ask whether it is set, and their alarms ring when it is."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._alarms: list[Alarm] = []

    def alarm(self) -> Alarm:
        """A new alarm, which rings at the end."""
        made = Alarm()
        self._alarms.append(made)
        if self.is_set():
            made.ring()
        return made

    def set(self) -> None:
        """End. May be called in a signal handler."""
        self._event.set()
        for one in list(self._alarms):
            one.ring()

    def is_set(self) -> bool:
        """Whether everything has to end."""
        return self._event.is_set()
