"""P11: what the service-level clocks of a screen of tickets cost, against Textual's own table."""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.filled_desk import APART, NOW, OVERDUE, config_of, let_all_be_due
from benchmarks.goal import Result
from benchmarks.terminal import Terminal

ROWS = 50
SIZE = (99, ROWS + 3 + 3)
"""All rows, the headings of their three groups, and the three lines above and below."""

ROUNDS = 3
SETTLED, WATCHED = 4.0, 20.0
"""Seconds until everything from the start is over, and seconds to measure: together less than the
minute in which a clock shows seconds.

They are within one minute of the wall clock: in a new minute the desk notes what has fallen due,
and the inbox reads its list again. That is not the cost of clocks, and only some runs of twenty
seconds would include it."""

STARTED = 3.0
"""Seconds for a start, and more."""

TABLE = """
import sys
from datetime import UTC, datetime, timedelta
from textual.app import App, ComposeResult
from textual.widgets import DataTable
from supportcli.rendering.sla_clock import late, short

first, apart = datetime.fromisoformat(sys.argv[1]), timedelta(seconds=int(sys.argv[2]))
rows = int(sys.argv[3])
due = {str(number): first + number * apart for number in range(1, rows + 1)}

class Table(App):
    CSS = "DataTable { height: 1fr; scrollbar-size: 0 0; }"

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        columns = {"due": 6, "number": 7, "customer": 17, "subject": 40, "assignee": 3, "status": 8}
        for name, width in columns.items():
            table.add_column(name, key=name, width=width)
        for key, at in due.items():
            customer = "Customer " + key
            cells = (clock(at), "#" + key, customer, "Where is my order?", "AB", "open")
            table.add_row(*cells, key=key)
        self.set_interval(1.0, self.tick)

    def tick(self) -> None:
        table = self.query_one(DataTable)
        for key, at in due.items():
            table.update_cell(key, "due", clock(at))

def clock(at: datetime) -> str:
    left = at - datetime.now(UTC)
    return short(left) if left > timedelta(0) else late(-left)

Table().run()
"""


def ticking() -> Iterator[Result]:
    """P11: a screen of a desk with 100,000 tickets, whose clocks change by the minute; and a screen
    of tickets in their last minute, whose clocks change each second. In turn with a table of as
    many rows that sets each clock each second, as a plain app does."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table.py"
        table.write_text(TABLE, encoding="utf-8")
        yield _result(
            "clocks of 50 tickets", _rounds(table, 100_000, lambda _: NOW - OVERDUE, APART)
        )

        def at_once(config_file: Path) -> datetime:
            due_at = datetime.now(UTC) + timedelta(minutes=1)
            let_all_be_due(config_file, due_at)
            return due_at

        yield _result("all in their last minute", _rounds(table, ROWS, at_once, timedelta(0)))


def _result(what: str, rounds: list[tuple[float, float]]) -> Result:
    ours, theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
    detail = f"{ours * 1000:.1f} ms against {theirs * 1000:.1f} ms of a processor each second"
    return Result(
        "P11", f"{what} : DataTable.update_cell's", ours / theirs, 0.25, 0.1, detail=detail
    )


def _rounds(
    table: Path, tickets: int, prepare: Callable[[Path], datetime], apart: timedelta
) -> list[tuple[float, float]]:
    """The processor seconds that each second costs, ours and the table's, in turn."""
    found = []
    for _ in range(ROUNDS):
        config_file = config_of(tickets)
        _wait_for_room()
        prepare(config_file)
        ours = _cost(
            [str(Path(sys.executable).parent / "supportcli")],
            {"SUPPORTCLI_CONFIG": str(config_file)},
        )
        _wait_for_room()
        first = prepare(config_file)
        theirs = _cost(
            [
                sys.executable,
                str(table),
                first.isoformat(),
                str(int(apart.total_seconds())),
                str(ROWS),
            ],
            {},
        )
        found.append((ours, theirs))
    return found


def _wait_for_room() -> None:
    """Wait until enough of a minute is left."""
    left = 60 - time.time() % 60
    if left < STARTED + SETTLED + WATCHED:
        time.sleep(left)


def _cost(command: list[str], environ: dict[str, str]) -> float:
    with Terminal(command, environ, SIZE) as terminal:
        terminal.seconds_until(f"#{ROWS - 1} ")
        terminal.run_for(SETTLED)
        before = terminal.worked
        terminal.run_for(WATCHED)
        return (terminal.worked - before) / WATCHED
