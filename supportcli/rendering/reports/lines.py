"""Lines over days, drawn in braille: each cell has dots, two wide and four high.

A library would draw whole pictures with axes and colours of its own; a line is the few lines of
code below, and its cells keep the inks of the theme."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise

from supportcli.domain.reports.table import Number
from supportcli.rendering.ink import Ink, Span, Spans

_WIDE, _HIGH = 2, 4
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bits of a cell's dots by column, from the top (Unicode's Braille Patterns)."""

_BLANK = 0x2800
_SPARKS = "▁▂▃▄▅▆▇█"

Cells = list[list[int]]
"""The bits of each cell, by row from the top."""


class Line:
    """One line: its values, its ink, and whether it is dotted, which tells it from another without
    any colour."""

    def __init__(self, values: Sequence[float], ink: Ink, *, dotted: bool = False) -> None:
        self.values = values
        self.ink = ink
        self.dotted = dotted

    def cells(self, size: tuple[int, int], least: float, most: float) -> Cells:
        """The line in so many cells across and down; `least` is at the lowest dot, `most` at the
        highest one."""
        width, height = size
        found = [[0] * width for _ in range(height)]
        for x, y in self._dots(width * _WIDE, height * _HIGH - 1, least, most):
            if not self.dotted or (x + y) % 2 == 0:
                found[y // _HIGH][x // _WIDE] |= _DOTS[x % _WIDE][y % _HIGH]
        return found

    def _dots(self, wide: int, lowest: int, least: float, most: float) -> Iterator[tuple[int, int]]:
        """Each dot, from the middle of the first day to the middle of the last."""
        step = wide / len(self.values)
        points = [
            (
                int((place + 0.5) * step),
                lowest - round((value - least) / ((most - least) or 1) * lowest),
            )
            for place, value in enumerate(self.values)
        ]
        yield from points[:1]
        for (x, y), (to_x, to_y) in pairwise(points):
            yield from _between(x, y, to_x, to_y)


def _between(x: int, y: int, to_x: int, to_y: int) -> Iterator[tuple[int, int]]:
    """The dots from one point to another that lies to the right: no gap between two of them."""
    last = y
    for at in range(x + 1, to_x + 1):
        now = round(y + (to_y - y) * (at - x) / (to_x - x))
        for between in range(min(last, now) + 1, max(last, now)):
            yield at, between
        yield at, now
        last = now


def drawn(lines: Sequence[Line], size: tuple[int, int], least: float, most: float) -> list[Spans]:
    """Lines in so many cells across and down; where two meet, the first one's ink is seen."""
    every = [(line, line.cells(size, least, most)) for line in lines]
    return [
        tuple(
            _cell([(line.ink, cells[row][column]) for line, cells in every])
            for column in range(size[0])
        )
        for row in range(size[1])
    ]


def _cell(found: Sequence[tuple[Ink, int]]) -> Span:
    bits = 0
    for _, own in found:
        bits |= own
    ink = next((ink for ink, own in found if own), Ink.TEXT)
    return (chr(_BLANK + bits) if bits else " "), ink


def spark(values: Sequence[Number], most: float = 0) -> str:
    """A cell for each value: how high it is below `most`, else among them; a blank where there is
    none."""
    most = most or max((value for value in values if value), default=0)
    return "".join(map(partial(_spark, most), values))


def _spark(most: float, value: Number) -> str:
    if value is None:
        return " "
    return _SPARKS[max(round(value / most * (len(_SPARKS) - 1)), 1) if value else 0]
