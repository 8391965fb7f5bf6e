"""A pytest plugin: what the faults have counted, at the end of a run, as rows that can be pasted
into the table of docs/reliability.md."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from tests.faults.checker import Kind, Violation

PROPERTY = "figure"
MOST = "most "
"""Begins the name of a number of which the largest counts, not the sum."""


class Figure:
    """What one test counts for a row of the table."""

    def __init__(self) -> None:
        self.row = ""
        self.numbers: Counter[str] = Counter()
        self.broken: Counter[str] = Counter()

    def of(self, row: str) -> None:
        """Say which row this is about."""
        self.row = row

    def count(self, **numbers: int) -> None:
        """Add to numbers, by name; a name with `most_` keeps the largest."""
        for key, number in numbers.items():
            name = key.replace("_", " ")
            held = self.numbers[name]
            self.numbers[name] = max(held, number) if name.startswith(MOST) else held + number

    def found(self, violations: Iterable[Violation]) -> list[Violation]:
        """Count broken promises by their kind, and pass them on."""
        every = list(violations)
        self.broken.update(str(one.kind) for one in every)
        return every


@pytest.fixture
def figure(record_property: pytest.FixtureRequest) -> Iterator[Figure]:
    """Takes down what a test counts."""
    taken = Figure()
    yield taken
    if taken.row:
        record_property(  # type: ignore[operator]
            PROPERTY, json.dumps([taken.row, taken.numbers, taken.broken])
        )


class Table:
    """Adds up what the tests of all workers counted."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[Counter[str], Counter[str], list[float]]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add the figures of a test that has ended, and the seconds that it took."""
        if report.when != "teardown":
            if report.when == "call":
                self._seconds = getattr(self, "_seconds", {}) | {report.nodeid: report.duration}
            return
        for name, value in report.user_properties:
            if name == PROPERTY:
                row, numbers, broken = json.loads(str(value))
                held, wrong, seconds = self.rows.setdefault(row, (Counter(), Counter(), []))
                for key, number in numbers.items():
                    held[key] = (
                        max(held[key], number) if key.startswith(MOST) else held[key] + number
                    )
                wrong.update(broken)
                seconds.append(getattr(self, "_seconds", {}).get(report.nodeid, 0.0))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the rows."""
        if not self.rows:
            return
        terminalreporter.section("faults")
        for row in sorted(self.rows):
            terminalreporter.write_line(self._line(row))

    def _line(self, row: str) -> str:
        numbers, broken, seconds = self.rows[row]
        tried = ", ".join(f"{number:,} {name}" for name, number in numbers.items())
        wrong = ", ".join(f"{broken[kind]} {kind}" for kind in Kind)
        return f"| {row} | {tried} | {wrong} | {sum(seconds):.0f} s |"


def pytest_configure(config: pytest.Config) -> None:
    """Collect where the results of all workers come together."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Table(), "faults-table")
