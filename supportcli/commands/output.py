"""How commands print: JSON one line an object, tables that fit a terminal and are never cut elsewhere, and sentences. All of it cleaned."""

import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.desk.gestures import Done
    from supportcli.tui.ink import Spans

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one line an object.")]
"""The option of every command that shows something."""

_PEEKED = 200
"""Rows that decide how wide columns are; those behind them stream past."""

_NARROWEST = 10
_GAP = "  "
_PLAIN = "\033[0m"
_STYLES = {
    "title": "\033[1m",
    "strong": "\033[1m",
    "number": "\033[1m",
    "dim": "\033[2m",
    "rule": "\033[2m",
    "person": "\033[1;36m",
    "ours": "\033[1;32m",
    "note": "\033[1;33m",
    "tag": "\033[35m",
    "good": "\033[32m",
    "warning": "\033[33m",
    "error": "\033[1;31m",
}
"""How a terminal shows the inks of `tui.ink`, in its own sixteen colours."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and the most cells it takes. `grows`: it has what the others leave of a terminal's width."""

    title: str
    most: int = 40
    grows: bool = False


def emit(row: Mapping[str, Any]) -> None:
    """Print an object as one line of ASCII: a control that a stranger wrote cannot reach a terminal, and every letter can be had."""
    sys.stdout.write(json.dumps(row, ensure_ascii=True) + "\n")


def say(sentence: str) -> None:
    """Print a line for a person."""
    sys.stdout.write(clean(sentence) + "\n")


def warn(sentence: str, hint: str = "") -> None:
    """Print on stderr what went wrong, and below it the next step."""
    sys.stderr.write(f"supportcli: {clean(sentence)}\n" + (f"{clean(hint)}\n" if hint else ""))


def on_terminal() -> bool:
    """Whether a person reads what is printed."""
    return sys.stdout.isatty()


def width() -> int:
    """The columns of the terminal, or of COLUMNS; 80 where nobody says."""
    return max(shutil.get_terminal_size().columns, 20)


def paint(text: str, ink: str) -> str:
    """A stretch of clean text in its ink, where the terminal may have colours (no-color.org)."""
    style = _STYLES.get(ink) if _colours() else None
    return f"{style}{text}{_PLAIN}" if style and text else text


def paint_lines(lines: Iterable["Spans"]) -> None:
    """Print lines of clean text in inks, as they come."""
    for line in lines:
        sys.stdout.write("".join(paint(text, ink) for text, ink in line).rstrip() + "\n")


def _colours() -> bool:
    return on_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]], empty: str) -> None:
    """Print rows in columns as they come. On a terminal each is one line, cut with an ellipsis, below headings; elsewhere nothing is cut. `empty`
    goes to stderr where there is no row."""
    cleaned = ([clean(cell) for cell in row] for row in rows)
    first = list(islice(cleaned, _PEEKED))
    if not first:
        sys.stderr.write(clean(empty) + "\n")
        return
    cut = on_terminal()
    if cut and len(first) < _PEEKED:
        columns, first = _without_empty(columns, first)
    widths = _widths(columns, first)
    if cut:
        sys.stdout.write(paint(_line([column.title for column in columns], widths, cut=True), "strong") + "\n")
    for row in chain(first, cleaned):
        sys.stdout.write(_line(row, widths, cut=cut) + "\n")


def _without_empty(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> tuple[list[Column], list[list[str]]]:
    """The columns in which any of all the rows has something."""
    used = [place for place in range(len(columns)) if any(row[place] for row in rows)]
    return [columns[place] for place in used], [[row[place] for place in used] for row in rows]


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
    from supportcli.tui.ink import width_of

    needed = [max(width_of(column.title), *(width_of(row[place]) for row in rows)) for place, column in enumerate(columns)]
    widths = [min(cells, column.most) for cells, column in zip(needed, columns, strict=True)]
    room = width() - sum(widths) - len(_GAP) * (len(columns) - 1)
    for place, column in enumerate(columns):
        if column.grows:
            widths[place] = max(min(widths[place] + room, needed[place]), _NARROWEST)
    return widths


def _line(cells: Sequence[str], widths: Sequence[int], *, cut: bool) -> str:
    from supportcli.tui.ink import fit, width_of

    padded = (fit(cell, most) if cut or width_of(cell) < most else cell for cell, most in zip(cells, widths, strict=True))
    line = _GAP.join(padded).rstrip()
    return fit(line, width()) if cut and width_of(line) > width() else line


def done(what: "Done", *, as_json: bool) -> None:
    """Print what a verb did: a sentence, or its gesture and the tickets it changed."""
    if as_json:
        emit({"gesture": what.gesture, "numbers": list(what.numbers), "sentence": what.sentence})
    else:
        say(what.sentence)
