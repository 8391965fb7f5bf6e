"""P17: what an inbox of 100,000 tickets takes while nobody touches it: a processor's time, and
memory beyond that of a bare Textual app that has imported the same."""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.filled_desk import config_of
from benchmarks.goal import Result
from benchmarks.inbox import MANY, ROW
from benchmarks.terminal import Terminal

SETTLED, WATCHED = 10.0, 65.0
"""Seconds until all that follows a start is over, and seconds to measure: more than a minute, as
clocks turn and what has fallen due is noted once in each."""

LOOKED_AT = 60
"""Tickets that the agent has passed before, as after some minutes of work."""

TELLING = """
import json, sys, threading, time
from pathlib import Path
from supportcli.__main__ import main
file = Path(sys.argv.pop(1))

def tell():
    while True:
        file.write_text(json.dumps(sorted(sys.modules)))
        time.sleep(1)

threading.Thread(target=tell, daemon=True).start()
main()
"""
"""The inbox, which says each second what it has imported."""

BARE = """
import contextlib, importlib, json, sys
from pathlib import Path
for name in json.loads(Path(sys.argv[1]).read_text()):
    with contextlib.suppress(Exception):
        importlib.import_module(name)
from textual.app import App, ComposeResult
from textual.widgets import Static

class Hello(App):
    def compose(self) -> ComposeResult:
        yield Static("Hello, world!")

Hello().run()
"""


def measure() -> Iterator[Result]:
    """P17, both."""
    place = {"SUPPORTCLI_CONFIG": str(config_of(MANY))}
    with Terminal([str(Path(sys.executable).parent / "supportcli")], place) as terminal:
        terminal.seconds_until(ROW)
        for number in range(2, LOOKED_AT):
            terminal.press("j", rf"▸[^#\n]*#{number} ")
        terminal.run_for(SETTLED)
        before = terminal.worked
        terminal.run_for(WATCHED)
        worked, resident = terminal.worked - before, terminal.resident
    bare = _bare(place)
    yield Result(
        "P17",
        f"an inbox of {MANY:,} tickets at rest, of a processor",
        worked / WATCHED * 100,
        1,
        0.5,
        unit="%",
        detail=f"{worked * 1000:.0f} ms in {WATCHED:.0f} s",
    )
    yield Result(
        "P17",
        f"memory of {MANY:,} tickets beyond a bare app's imports",
        (resident - bare) / 1024,
        60,
        40,
        unit=" MB",
        detail=f"{resident / 1024:.1f} MB against {bare / 1024:.1f} MB",
    )


def _bare(place: dict[str, str]) -> int:
    """The memory in KB of a bare Textual app that has imported what an inbox does."""
    with tempfile.TemporaryDirectory() as folder:
        imported, app = Path(folder) / "imported.json", Path(folder) / "bare.py"
        app.write_text(BARE, encoding="utf-8")
        with Terminal([sys.executable, "-c", TELLING, str(imported)], place) as inbox:
            inbox.seconds_until(ROW)
            inbox.press("\r", r"Letter \d+ of 1\.")
            inbox.run_for(5)
        if "supportcli.tui.app" not in json.loads(imported.read_text(encoding="utf-8")):
            raise RuntimeError("the inbox has not said what it imports")
        with Terminal([sys.executable, str(app), str(imported)]) as bare:
            bare.seconds_until("Hello, world!")
            bare.run_for(2)
            return bare.resident
