"""The terminal before the inbox has loaded: keys that are typed ahead are kept as they are typed.

A terminal that is read by lines takes ^S for "stop", ^U for "forget the line" and turns ⏎ into ^J;
what was typed behind would be done to another ticket. Textual sets the terminal a second after the
program was called, so the program does it first, and gives back what was there at its end. Imports
nothing heavy."""

import os
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

_before: list[Any] | None = None


@contextmanager
def keep_keys() -> Iterator[None]:
    """Take the terminal, and give it back at the end, also at that of an error or a signal. Does
    nothing if standard input is no terminal."""
    with suppress(termios.error, ValueError, AttributeError):
        _take(sys.stdin.fileno())
    try:
        yield
    finally:
        give_back()


def _take(descriptor: int) -> None:
    global _before  # noqa: PLW0603 - a process has one terminal
    if _before is not None:
        return
    before = termios.tcgetattr(descriptor)
    taken = list(before)
    taken[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    taken[3] &= ~(
        termios.ICANON | termios.ECHO | termios.IEXTEN
    )  # ISIG stays: ctrl+c ends a program that has not begun
    _before = before
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, end)  # an exception in the middle of an import is wrapped
    termios.tcsetattr(descriptor, termios.TCSANOW, taken)


def end(number: int, _frame: object) -> None:
    """End by a signal that comes before the inbox hears it, the terminal given back."""
    give_back()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def modes_before() -> list[Any] | None:
    """What the terminal was set to when it was taken, for whoever gives it to another program; None
    where it was not."""
    return _before


def hear_ctrl_c() -> None:
    """ctrl+c is an exception again, for those who catch it."""
    if signal.getsignal(signal.SIGINT) is end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def give_back() -> None:
    """Set the terminal as it was, for a question by lines."""
    global _before
    hear_ctrl_c()
    before, _before = _before, None
    if before is not None:
        with suppress(termios.error, ValueError, AttributeError):
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, before)
