"""The terminal before the inbox has loaded: keys that are typed ahead are kept as they are typed.

A terminal in line mode takes ^S for "stop", ^U for "forget the line" and turns ⏎ into ^J; what was
typed after them would be done to another ticket.

Textual sets up the terminal a second after the program is called, so the program does it first, and
restores the settings at its end. Imports nothing heavy."""

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
    """Take the terminal, and restore it at the end, also after an error or a signal. Does nothing
    if standard input is not a terminal."""
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
    )  # ISIG stays: ctrl+c ends a program that has not started yet
    _before = before
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, end)  # an exception in the middle of an import is wrapped
    termios.tcsetattr(descriptor, termios.TCSANOW, taken)


def end(number: int, _frame: object) -> None:
    """End on a signal that comes before the inbox handles it; the terminal is restored."""
    give_back()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def modes_before() -> list[Any] | None:
    """The terminal's settings when it was taken, for code that gives it to another program; None if
    it was not."""
    return _before


def hear_ctrl_c() -> None:
    """ctrl+c is an exception again, for those who catch it."""
    if signal.getsignal(signal.SIGINT) is end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def give_back() -> None:
    """Restore the terminal's settings, for a question in line mode."""
    global _before
    hear_ctrl_c()
    before, _before = _before, None
    if before is not None:
        with suppress(termios.error, ValueError, AttributeError):
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, before)
