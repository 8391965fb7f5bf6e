"""What a canned response would say, beside the list to choose from."""

from textual.strip import Strip

from supportcli.terminal import clean
from supportcli.tui.ink import Ink, Spans
from supportcli.tui.widgets.inked import Inked
from supportcli.tui.wrap import wrapped

MOST_LINES = 60
"""Lines that are laid out; more are never seen here. (Where there are more than fit, the last one says so.)"""


class Preview(Inked):
    """A text, broken to the width; its marks stand out."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._text = ""
        self._ink = Ink.TEXT
        self._laid_out: tuple[int, list[Spans]] = (-1, [])

    def put(self, text: str, ink: Ink = Ink.TEXT) -> None:
        """Show this text."""
        self._text, self._ink, self._laid_out = text, ink, (-1, [])
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of it."""
        width = self.size.width
        if self._laid_out[0] != width:
            lines = wrapped(clean(self._text, lines=True), max(width - 3, 1))
            self._laid_out = width, [self._spans(line) for line, _ in zip(lines, range(MOST_LINES), strict=False)]
        lines_of = self._laid_out[1]
        if y >= len(lines_of):
            return self.strip(((" │", Ink.RULE),), width)
        goes_on = y == self.size.height - 1 and len(lines_of) > y + 1
        return self.strip(((" │ ", Ink.RULE), *((("… goes on", Ink.DIM),) if goes_on else lines_of[y])), width)

    def _spans(self, line: str) -> Spans:
        before, mark, rest = line.partition("⟦")
        inside, end, after = rest.partition("⟧")
        if not end:
            return ((line, self._ink),)
        return ((before, self._ink), (mark + inside + end, Ink.WARNING), *self._spans(after))
