"""Panels of figures: lines, and the spots in them that lead to tickets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from supportcli.rendering.ink import Ink, Spans, cut, width_of_all

if TYPE_CHECKING:
    from supportcli.domain.reports.dashboard.figures import Figure

GAP = 2
"""Cells between two panels."""


class Spot(NamedTuple):
    """Where a figure stands: its panel, its first line and cell, and how many it has."""

    panel: str
    figure: "Figure"
    line: int
    left: int
    width: int
    height: int = 1
    ticket: int = 0
    """The ticket that is meant among those of the figure."""

    def moved(self, lines: int, cells: int) -> "Spot":
        """The same spot further down and to the right."""
        return self._replace(line=self.line + lines, left=self.left + cells)

    def has(self, line: int, cell: int) -> bool:
        """Whether a place is in it."""
        return (
            self.line <= line < self.line + self.height
            and self.left <= cell < self.left + self.width
        )

    @property
    def key(self) -> tuple[str, str, int]:
        """What it is called: the same in the next minute, with another number."""
        return self.panel, self.figure.title, self.ticket


@dataclass(slots=True)
class Panel:
    """Lines and spots, filled from the top."""

    name: str = ""
    lines: list[Spans] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)

    def add(self, *spans: tuple[str, Ink]) -> None:
        """Another line."""
        self.lines.append(spans)

    def spot(
        self,
        figure: "Figure",
        left: int,
        width: int,
        height: int = 1,
        *,
        down: int = 0,
        ticket: int = 0,
    ) -> None:
        """A figure in the next line to be added, or so many lines `down`."""
        line = len(self.lines) + down
        self.spots.append(Spot(self.name, figure, line, left, width, height, ticket))

    def fill(self, height: int) -> "Panel":
        """Blank lines up to a height."""
        self.lines += [()] * (height - len(self.lines))
        return self

    def below(self, other: "Panel", *, left: int = 0) -> None:
        """Put another panel below this one, moved to the right."""
        at = len(self.lines)
        margin: Spans = ((" " * left, Ink.TEXT),) if left else ()
        self.lines += [(*margin, *line) if line else () for line in other.lines]
        self.spots += [spot.moved(at, left) for spot in other.spots]


def joined(panels: Iterable[Panel]) -> Panel:
    """Panels one directly below the other."""
    whole = Panel()
    for panel in panels:
        whole.below(panel)
    return whole


def beside(left: Panel, right: Panel, wide: int) -> Panel:
    """Two panels side by side, the first `wide` cells wide."""
    both = Panel()
    for line, other in zip_longest(left.lines, right.lines, fillvalue=()):
        one = cut(line, wide)
        space = " " * (wide - width_of_all(one) + GAP)
        both.lines.append((*one, *(((space, Ink.TEXT), *other) if other else ())))
    both.spots = [*left.spots, *(spot.moved(0, wide + GAP) for spot in right.spots)]
    return both


class Way(Enum):
    """Where to go from a spot."""

    LEFT = (0, -1)
    RIGHT = (0, 1)
    UP = (-1, 0)
    DOWN = (1, 0)


_ASIDE = 4
"""A line counts as so many cells if one goes sideways, and in the other direction."""


def next_spot(spots: Sequence[Spot], at: Spot, way: Way) -> Spot:
    """The nearest spot in a direction; the same one if there is none."""
    found = [(cost, place) for place, one in enumerate(spots) if (cost := _cost(at, one, way))]
    return spots[min(found)[1]] if found else at


def _cost(at: Spot, one: Spot, way: Way) -> float:
    """How far another spot is in a direction; 0 if it is not there."""
    down, right = way.value
    lines = (one.line - at.line) * down
    cells = ((one.left + one.width / 2) - (at.left + at.width / 2)) * right
    if down:
        aside = abs((one.left + one.width / 2) - (at.left + at.width / 2))
        return lines * _ASIDE + aside if lines > 0 else 0
    apart = abs(one.line - at.line)
    return cells + apart * _ASIDE**2 if cells > 0 and not _stacked(at, one) else 0


def _stacked(at: Spot, one: Spot) -> bool:
    """Whether two spots stand one above the other."""
    return at.line != one.line and at.left < one.left + one.width and one.left < at.left + at.width


def other_panel(spots: Sequence[Spot], at: Spot, steps: int) -> Spot:
    """The first spot of the next panel, or of the previous one."""
    names = list(dict.fromkeys(spot.panel for spot in spots))
    name = names[(names.index(at.panel) + steps) % len(names)]
    return next(spot for spot in spots if spot.panel == name)


def stacked(panels: Iterable[Panel]) -> Panel:
    """Panels one below the other, with a blank line between two."""
    whole = Panel()
    for panel in panels:
        if whole.lines:
            whole.add()
        whole.below(panel)
    return whole
