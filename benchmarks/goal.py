"""A goal's result, and how two things are measured in turn."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table. `value`, `limit` and `aim` are in `unit` ("x" for a ratio, or "ms");
    smaller is better; `detail` shows both sides."""

    goal: str
    what: str
    value: float
    limit: float
    aim: float
    unit: str = "x"
    detail: str = ""

    @property
    def verdict(self) -> str:
        """How the value compares with aim and limit."""
        if self.value > self.limit:
            return "MISSED"
        return "aim reached" if self.value <= self.aim else "within the limit"


def seconds(run: Callable[[], object]) -> float:
    """How long one run takes."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def in_turn(
    ours: Callable[[], object], reference: Callable[[], object], rounds: int = 15
) -> tuple[float, float]:
    """The median seconds of both, measured A, B, A, B … after one run of each that warms caches: a
    machine's drift then affects both equally."""
    ours()
    reference()
    pairs = [(seconds(ours), seconds(reference)) for _ in range(rounds)]
    return statistics.median(first for first, _ in pairs), statistics.median(
        second for _, second in pairs
    )
