"""Signals that end a demo, as exceptions, so that every `finally` on the way out runs."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDINGS = (signal.SIGTERM, signal.SIGHUP)
_PAUSE = 0.02


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into SystemExit with the shell's code for them (128 + number), and
    SIGINT into KeyboardInterrupt. For the main thread.

    A second signal has no effect, so that cleaning up is not interrupted. SIGHUP stays ignored if
    it was (nohup). SIGINT does not: the shell ignores it for a script's demo started with &, but
    the script still wants to interrupt it."""
    before = {
        number: handler
        for number in ENDINGS
        if (handler := signal.getsignal(number)) is not signal.SIG_IGN
    }
    interrupt = signal.signal(signal.SIGINT, signal.default_int_handler)

    def end(number: int, _frame: FrameType | None) -> None:
        for ending in before:
            signal.signal(ending, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, interrupt)
        for number, handler in before.items():
            signal.signal(number, handler)


def children_ended(seconds: float) -> None:
    """Wait until every child of this process has ended, at most so long: the inbox may have been
    left during a sync."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not ended:
            time.sleep(_PAUSE)
