"""Text in named inks: what rows and pages consist of before a widget gives the inks their
colours."""

from collections.abc import Iterable
from enum import StrEnum

from rich.cells import cell_len, set_cell_size


class Ink(StrEnum):
    """The role of a piece of text; inbox.tcss defines its look in each theme. No information is in
    the ink alone."""

    TEXT = "text"
    DIM = "dim"
    STRONG = "strong"
    NUMBER = "number"
    PERSON = "person"
    TAG = "tag"
    KEY = "key"
    RULE = "rule"
    OURS = "ours"
    NOTE = "note"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"
    TITLE = "title"
    HIT = "hit"
    CHOSEN = "chosen"
    OURS_GROUND = "ours-ground"
    NOTE_GROUND = "note-ground"


Span = tuple[str, Ink]
Spans = tuple[Span, ...]


def width_of(text: str) -> int:
    """How many cells a text takes."""
    return len(text) if text.isascii() else cell_len(text)


def width_of_all(spans: Iterable[Span]) -> int:
    """How many cells these pieces take together."""
    return sum(width_of(text) for text, _ in spans)


def at(spans: Iterable[Span], cell: int) -> int | None:
    """Which of these pieces a cell is in, counted from 0; None if it is behind them."""
    for place, (text, _) in enumerate(spans):
        cell -= width_of(text)
        if cell < 0:
            return place
    return None


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells: filled with spaces, or cut with an ellipsis."""
    length = width_of(text)
    if length <= width:
        return text + " " * (width - length)
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""


def shortened(text: str, width: int) -> str:
    """`text` in at most `width` cells."""
    return text if width_of(text) <= width else fit(text, width)


def cut(spans: Iterable[Span], width: int) -> Spans:
    """The pieces in at most `width` cells; the first that does not fit ends with an ellipsis, and
    nothing follows it."""
    kept: list[Span] = []
    for text, ink in spans:
        length = width_of(text)
        if length > width:
            if width > 0:
                kept.append((fit(text, width), ink))
            break
        kept.append((text, ink))
        width -= length
    return tuple(kept)


def ends(left: Iterable[Span], right: Iterable[Span], width: int) -> Spans:
    """`left` and `right` at the two ends of a line of `width` cells; if both do not fit, `left` is
    cut."""
    right = cut(right, width)
    room = width - width_of_all(right)
    left = cut(left, room - 1 if right else room)
    return (*left, (" " * (room - width_of_all(left)), Ink.TEXT), *right)
