"""P7: `supportcli --help` against the `--help` of the smallest program that Typer's documentation
shows."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.goal import Result, in_turn

HELLO = """
import typer

app = typer.Typer()

@app.command()
def main(name: str):
    print(f"Hello {name}")

app()
"""


def measure() -> Iterator[Result]:
    """Both as processes of their own, output into a pipe."""
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder) / "hello.py"
        hello.write_text(HELLO, encoding="utf-8")
        ours, reference = in_turn(
            lambda: show_help(str(Path(sys.executable).parent / "supportcli")),
            lambda: show_help(sys.executable, str(hello)),
        )
    detail = f"{ours * 1000:.0f} ms against {reference * 1000:.0f} ms"
    yield Result(
        "P7",
        "supportcli --help : a stock Typer hello's",
        ours / reference,
        limit=0.7,
        aim=0.5,
        detail=detail,
    )


def show_help(*program: str) -> None:
    """Run a program's `--help`; it must succeed."""
    subprocess.run(
        [*program, "--help"], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=True
    )
