"""How commands print: JSON with one object per line, tables that fit a terminal and are never cut
elsewhere, and sentences. All of it is cleaned."""

import json
import os
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from supportcli.errors.program import OutputLost
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.desk.gestures import Done
    from supportcli.rendering.ink import Spans

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object per line.")]
"""The option of every command that shows something."""

_PEEKED = 200
"""So many first rows decide how wide columns are; the rest is streamed."""

_WIDEST = 10_000
"""More columns than any terminal has; COLUMNS may say more, and then lines across would be that
long."""

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
"""How a terminal shows the inks of `rendering.ink`, in its own sixteen colours."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table: its heading, and the most cells it takes. `grows`: it gets what the
    others leave of a terminal's width, and at least `least` or three tenths of it.

    In a narrow terminal the others shrink down to `least`. If that is not enough, columns are left
    out, the one with the smallest `goes` first and those with 0 never."""

    title: str
    most: int = 40
    least: int = 40
    goes: int = 0
    grows: bool = False


def emit(row: Mapping[str, Any]) -> None:
    """Print an object as one line of ASCII: no control character from a stranger reaches a
    terminal, and every character survives."""
    write(json.dumps(row, ensure_ascii=True) + "\n")


def say(sentence: str) -> None:
    """Print a line for a person."""
    write(clean(sentence) + "\n")


def write(text: str) -> None:
    """Print a text as it is. OutputLost if that fails; a reader that stops early is not a
    failure."""
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLost(error.strerror or str(error)) from error


def exact(text: str) -> None:
    """Print a text that a program reads as it is: every character of it survives in a pipe or a
    file, and none controls a terminal."""
    write(clean(text, lines=True) if on_terminal() else text)


def warn(sentence: str, hint: str = "") -> None:
    """Print on stderr what went wrong, and below it the next step."""
    sys.stderr.write(f"supportcli: {clean(sentence)}\n" + (f"{clean(hint)}\n" if hint else ""))


def discard() -> None:
    """Drop what could not be printed: what is still buffered must not fail again when the
    interpreter exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def on_terminal() -> bool:
    """Whether a person reads what is printed."""
    return sys.stdout.isatty()


def width() -> int:
    """The columns of the terminal, or of COLUMNS; 80 by default."""
    return min(max(shutil.get_terminal_size().columns, 20), _WIDEST)


def paint(text: str, ink: str) -> str:
    """A stretch of clean text in its ink, if the terminal may have colours (no-color.org)."""
    style = _STYLES.get(ink) if _colours() else None
    return f"{style}{text}{_PLAIN}" if style and text else text


def paint_lines(lines: Iterable["Spans"]) -> None:
    """Print lines of clean text in inks, as they come."""
    for line in lines:
        write("".join(paint(text, ink) for text, ink in line).rstrip() + "\n")


def _colours() -> bool:
    return on_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def table(
    columns: Sequence[TableColumn],
    rows: Iterable[Sequence[str]],
    empty: str,
    *,
    headed: bool = False,
) -> None:
    """Print rows in columns as they come. On a terminal each is one line that fits, below headings.
    Elsewhere nothing is cut or left out, and there are headings only if `headed`. `empty` goes to
    stderr if there are no rows."""
    cleaned = ([clean(cell) for cell in row] for row in rows)
    first = list(islice(cleaned, _PEEKED))
    if not first:
        sys.stderr.write(clean(empty) + "\n")
        return
    cut = on_terminal()
    needed = _needed(columns, first)
    if cut:
        widths = _fitted(
            columns,
            needed,
            {place for place in needed if any(row[place] for row in first)},
            whole=len(first) < _PEEKED,
        )
        write(paint(_line([column.title for column in columns], widths, cut=True), "strong") + "\n")
    else:
        widths = {place: min(cells, columns[place].most) for place, cells in needed.items()}
        if headed:
            write(_line([column.title for column in columns], widths, cut=False) + "\n")
    for row in chain(first, cleaned):
        write(_line(row, widths, cut=cut) + "\n")


def _needed(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]]) -> dict[int, int]:
    """How many cells each column would take, by its place."""
    from supportcli.rendering.ink import width_of

    return {
        place: max(width_of(column.title), *(width_of(row[place]) for row in rows))
        for place, column in enumerate(columns)
    }


def _fitted(
    columns: Sequence[TableColumn], needed: Mapping[int, int], used: Collection[int], *, whole: bool
) -> dict[int, int]:
    """The columns that a terminal has room for, by their places, and the width of each. Empty ones
    (all but `used`) go first; if the rows are `whole`, so that none follows, they are not shown at
    all."""
    kept = {place: cells for place, cells in needed.items() if place in used or not whole}
    leaving = sorted(
        (place for place in kept if columns[place].goes),
        key=lambda place: (place in used, columns[place].goes),
    )
    widths = _narrowed(columns, kept)
    while leaving and _room(widths) < 0:
        del kept[leaving.pop(0)]
        widths = _narrowed(columns, kept)
    return widths


def _narrowed(columns: Sequence[TableColumn], needed: Mapping[int, int]) -> dict[int, int]:
    """The widths of these columns when the one that grows has at least its share of the line, and
    the widest of the others give way to it."""
    shares = [
        max(width() * 3 // 10, column.least) if column.grows else column.most for column in columns
    ]
    widths = {place: min(cells, shares[place]) for place, cells in needed.items()}
    while _room(widths) < 0 and (
        wide := [
            place
            for place, cells in widths.items()
            if not columns[place].grows and cells > columns[place].least
        ]
    ):
        widths[max(wide, key=lambda place: widths[place])] -= 1
    for place, cells in needed.items():
        if columns[place].grows:
            widths[place] = min(widths[place] + max(_room(widths), 0), cells)
    return widths


def _room(widths: Mapping[int, int]) -> int:
    """The cells of a line that columns of these widths leave; negative if they do not fit."""
    return width() - sum(widths.values()) - len(_GAP) * (len(widths) - 1)


def _line(row: Sequence[str], widths: Mapping[int, int], *, cut: bool) -> str:
    from supportcli.rendering.ink import fit, width_of

    cells = ((row[place], most) for place, most in widths.items())
    line = _GAP.join(
        fit(cell, most) if cut or width_of(cell) < most else cell for cell, most in cells
    ).rstrip()
    return fit(line, width()) if cut and width_of(line) > width() else line


@contextmanager
def telling() -> Iterator[None]:
    """Print in the block what a verb did. OutputLost if that fails, for a closed pipe too: the exit
    code then says that the verb was done."""
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        raise OutputLost(error.strerror or str(error)) from error


def done(what: "Done", *, as_json: bool) -> None:
    """Print what a verb did: a sentence, and who gets each reply if it queued several; or its
    gesture and the tickets it changed."""
    with telling():
        if as_json:
            emit(
                {"gesture": what.gesture, "numbers": list(what.numbers), "sentence": what.sentence}
            )
            return
        say(what.sentence)
        for one in what.replies if len(what.replies) > 1 else ():
            say(f"  #{one.ticket} {one.addressing.told}")


def answered(what: "Done", *, as_json: bool) -> None:
    """As `done`, for a verb that answers tickets: in JSON with the replies it queued."""
    if not as_json:
        done(what, as_json=False)
        return
    from supportcli.desk.replies import reply_json

    with telling():
        replies = [reply_json.queued(one) for one in what.replies]
        emit(
            {
                "gesture": what.gesture,
                "numbers": list(what.numbers),
                "sentence": what.sentence,
                "replies": replies,
            }
        )
