"""Rows in the place of the tickets, one of them marked: held mail, or replies on their way."""

from collections.abc import Callable

from textual.strip import Strip

from supportcli.rendering.ink import Ink, Spans
from supportcli.tui.widgets.pane import Pane

DrawnRow = Callable[[int, int], Spans]
"""What draws the row at a place, so many cells wide."""


class HeldList(Pane):
    """It draws its rows itself, as the list of tickets does."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._row: DrawnRow | None = None
        self._count = self._place = 0

    def show(self, row: DrawnRow, count: int, place: int, empty: str) -> None:
        """So many rows, the one at `place` marked; `empty` is said where there are none."""
        self._row, self._count, self._place = row, count, place
        height = max(self.size.height, 1)
        top = self.top if self.top <= place < self.top + height else max(place - height // 2, 0)
        self.put([()] * count if count else [((f" {empty}", Ink.DIM),)], top)
        self.refresh()  # the mark may be all that has moved

    def render_line(self, y: int) -> Strip:
        """One row."""
        place = self.top + y
        if self._row is None or place >= self._count:
            return super().render_line(y)
        spans = self._row(place, self.size.width)
        return self.strip(spans, self.size.width, chosen=place == self._place)
