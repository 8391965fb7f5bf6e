"""The dashboard as a page over the inbox."""

from typing import TYPE_CHECKING

from supportcli.rendering.ink import Ink, Spans
from supportcli.rendering.wrap import wrapped
from supportcli.terminal import clean
from supportcli.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from supportcli.rendering.dashboard import Numbers

_LEAST = 40
"""Fewer columns than this are not laid out; the inbox needs more."""


class Board(Pane):
    """The latest numbers; before the first ones, a word that they are on their way."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._numbers: Numbers | None = None
        self._failure = ""

    def on_resize(self) -> None:
        """Another size has another layout."""
        self._draw()

    def open(self) -> None:
        """Show it from the top."""
        self.display = True
        self.show_from(0)
        self._draw()

    def close(self) -> None:
        """Hide it."""
        self.display = False

    def show(self, numbers: "Numbers") -> None:
        """These are the numbers now."""
        self._numbers, self._failure = numbers, ""
        self._draw()

    def fail(self, sentence: str) -> None:
        """The numbers cannot be read, for this reason; older ones stay below it."""
        self._failure = sentence
        self._draw()

    def _draw(self) -> None:
        if self.width < _LEAST:
            return  # not laid out yet, or hidden
        from supportcli.rendering.dashboard import page  # noqa: PLC0415  # brings the reports, which the first frame does not need

        lines: list[Spans] = (
            [((line, Ink.ERROR),) for line in wrapped(clean(self._failure), self.width)]
            if self._failure
            else []
        )
        if self._numbers is not None:
            lines += page(self._numbers, self.width, self.size.height)
        elif not self._failure:
            lines.append(((" Counting …", Ink.DIM),))
        self.put(lines)
