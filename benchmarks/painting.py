"""P13: how many bytes the inbox paints for a letter typed in the composer, and for a draft that is
saved: over SSH they are what a slow line waits for."""

import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.filled_desk import config_of
from benchmarks.goal import Result
from benchmarks.terminal import Terminal

TICKETS = 1_000
SIZES = ((80, 24), (160, 45))
WORDS = "We send a new one today, and it is free of charge for you. "
_REST = 0.25
"""Seconds without a byte after which a letter is painted; less than a draft waits to be saved."""

SAVED = 2.5
"""Seconds after the last letter within which its draft is saved and marked."""


def bytes_of_writing() -> Iterator[Result]:
    """P13, at both sizes."""
    for columns, lines in SIZES:
        letters, saved = _written((columns, lines))
        size = f"at {columns}x{lines}"
        median = statistics.median(letters)
        yield Result(
            "P13",
            f"a letter typed in the composer, {size}",
            median,
            600,
            200,
            unit=" bytes",
            detail=f"the most {max(letters):,} bytes",
        )
        yield Result("P13", f"a draft saved, {size}", saved, 2_048, 500, unit=" bytes")


def _written(size: tuple[int, int]) -> tuple[list[int], int]:
    """The bytes of each letter, and those of the pause after the last one."""
    command = [str(Path(sys.executable).parent / "supportcli")]
    place = {"SUPPORTCLI_CONFIG": str(config_of(TICKETS))}
    with Terminal(command, place, size) as terminal:
        terminal.seconds_until("#10 ")
        terminal.rest(1)
        terminal.press("r", "Reply")
        terminal.rest(1)
        letters = []
        for letter in WORDS:
            terminal.press(letter, "")
            terminal.rest(_REST)
            letters.append(terminal.painted)
        terminal.run_for(SAVED, forget=False)
        return letters, terminal.painted - letters[-1]
