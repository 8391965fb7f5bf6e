"""What a canned response would say, beside the list to choose from."""

from textual.strip import Strip

from supportcli.rendering.ink import Ink, Spans
from supportcli.rendering.wrap import wrapped
from supportcli.terminal import clean
from supportcli.tui.widgets.inked import Inked


class Preview(Inked):
    """A text, wrapped to the width; its marks stand out. If it is longer than the room, the last
    line says which lines are visible."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._text = ""
        self._ink = Ink.TEXT
        self._top = 0
        self._laid_out: tuple[int, list[str]] = (-1, [])

    def put(self, text: str, ink: Ink = Ink.TEXT) -> None:
        """Show this text, from its start."""
        self._text, self._ink, self._top, self._laid_out = text, ink, 0, (-1, [])
        self.refresh()

    def page(self, steps: int) -> None:
        """Read on, or back; a line of the previous page stays visible."""
        last = len(self._lines()) - self._room
        self._top = min(max(self._top + steps * max(self._room - 1, 1), 0), max(last, 0))
        self.refresh()

    @property
    def _room(self) -> int:
        """Lines of the text that are visible at a time."""
        return max(self.size.height - (len(self._lines()) > self.size.height), 1)

    def _lines(self) -> list[str]:
        if self._laid_out[0] != self.size.width:
            self._laid_out = (
                self.size.width,
                list(wrapped(clean(self._text, lines=True), max(self.size.width - 3, 1))),
            )
        return self._laid_out[1]

    def render_line(self, y: int) -> Strip:
        """A line of it."""
        lines, width = self._lines(), self.size.width
        if y >= self._room and len(lines) > self.size.height > 1:
            return self.strip(((" │ ", Ink.RULE), (self._place(len(lines)), Ink.DIM)), width)
        at = self._top + y
        return self.strip(
            ((" │ ", Ink.RULE), *self._spans(lines[at]))
            if at < len(lines)
            else ((" │", Ink.RULE),),
            width,
        )

    def _place(self, many: int) -> str:
        end = min(self._top + self._room, many)
        keys = " · ".join(
            key for key, there in (("pgdn", end < many), ("pgup", self._top > 0)) if there
        )
        return f"lines {self._top + 1}–{end} of {many} · {keys}"

    def _spans(self, line: str) -> Spans:
        before, mark, rest = line.partition("⟦")
        inside, end, after = rest.partition("⟧")
        if not end:
            return ((line, self._ink),)
        return ((before, self._ink), (mark + inside + end, Ink.WARNING), *self._spans(after))
