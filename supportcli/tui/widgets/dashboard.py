"""The dashboard as a page over the inbox: figures, one of which is chosen."""

from collections.abc import Callable, Sequence

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from supportcli.rendering.ink import Ink, Spans
from supportcli.rendering.reports.spots import Panel, Spot, Way, next_spot, other_panel
from supportcli.rendering.wrap import wrapped
from supportcli.terminal import clean
from supportcli.tui.widgets.pane import Pane

_LEAST = 40
"""Fewer columns than this are not laid out; the inbox needs more."""

_CHOSEN = Style(reverse=True)

Layout = Callable[[int, int], Panel]


class Board(Pane):
    """The latest figures; before the first ones, a word that they are on their way. The last line
    says what the chosen one is."""

    class FigureClicked(Message):
        """A figure was clicked; `twice` to see its tickets."""

        def __init__(self, *, twice: bool) -> None:
            super().__init__()
            self.twice = twice

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._layout: Layout | None = None
        self._meanwhile: Layout | None = None
        self._spots: list[Spot] = []
        self._at: Spot | None = None
        self._failure = self._remark = ""
        self.follows_with = ""
        self._ahead: list[Callable[[], object]] = []

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
        self._ahead.clear()

    def once_there(self, run: Callable[[], object]) -> None:
        """Do something with the figures; if they are still read, then."""
        if self._layout is None and not self._failure:
            self._ahead.append(run)
        else:
            run()

    def show(self, layout: Layout | None) -> None:
        """Figures as they are now, laid out for a width and a height; None: they are read."""
        self._layout, self._failure, self._remark = layout, "", ""
        if layout is None:
            self._at = self._meanwhile = None
        self._draw()
        ahead = self._ahead[:] if layout is not None else []
        del self._ahead[: len(ahead)]
        for run in ahead:
            run()

    @property
    def has_figures(self) -> bool:
        """Whether it shows figures, be they of before."""
        return self._layout is not None

    def wait_with(self, layout: Layout) -> None:
        """What to look at until there are figures."""
        self._meanwhile = layout
        if self._layout is None:
            self._draw()

    def fail(self, sentence: str) -> None:
        """The figures cannot be read, for this reason; older ones stay below it."""
        self._failure = sentence
        self._ahead.clear()
        self._draw()

    def remark(self, sentence: str) -> None:
        """Say something in the last line, until another figure is chosen."""
        self._remark = sentence
        self.refresh()

    @property
    def chosen(self) -> Spot | None:
        """The chosen figure."""
        return self._at

    @property
    def lowest(self) -> int:
        """The top line when the last one is visible, above what is said of the chosen figure."""
        return max(len(self._lines) - self._room, 0)

    @property
    def _room(self) -> int:
        return max(self.size.height - 1, 1)

    def _draw(self) -> None:
        if self.width < _LEAST:
            return  # not laid out yet, or hidden
        lines: list[Spans] = (
            [((line, Ink.ERROR),) for line in wrapped(clean(self._failure), self.width)]
            if self._failure
            else []
        )
        above = len(lines)
        if self._layout is not None:
            page = self._layout(self.width, self._room)
            lines += page.lines
            self._spots = [spot.moved(above, 0) for spot in page.spots]
            key = self._at.key if self._at is not None else None
            first = self._spots[0] if self._spots else None
            self._at = next((spot for spot in self._spots if spot.key == key), first)
        elif not self._failure:
            self._spots = []
            lines += self._waiting()
        self.put(lines)

    def _waiting(self) -> Sequence[Spans]:
        if self._meanwhile is None:
            return [((" Counting …", Ink.DIM),)]
        return self._meanwhile(self.width, self._room).lines

    # Walking

    def walk(self, way: Way) -> None:
        """Choose the next figure in a direction; where there is none, read on."""
        before = self._at
        if before is not None:
            self._choose(next_spot(self._spots, before, way))
        if self._at is before and way in {Way.UP, Way.DOWN}:
            self.show_from(self.top + way.value[0])

    def turn(self, panels: int) -> None:
        """Choose the first figure of the next panel, or of the previous one."""
        if self._at is not None:
            self._choose(other_panel(self._spots, self._at, panels))

    def _choose(self, spot: Spot) -> None:
        self._at, self._remark = spot, ""
        if spot.line + spot.height > self.top + self._room:
            self.show_from(spot.line + spot.height - self._room)
        elif spot.line < self.top:
            self.show_from(spot.line)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A figure was clicked, or what lies between them."""
        line, cell = self.top + event.y, event.x
        there = [spot for spot in self._spots if spot.has(line, cell)]
        if there and event.y < self._room:
            self._choose(there[0])
            self.post_message(self.FigureClicked(twice=event.chain > 1))

    # Drawing

    def render_line(self, y: int) -> Strip:
        """One line; the last one says what is chosen."""
        if y >= self._room:
            return self.strip(self._about(), self.width)
        strip = super().render_line(y)
        spot = self._at
        if spot is None or not spot.line <= self.top + y < spot.line + spot.height:
            return strip
        left, right = spot.left, spot.left + spot.width
        return Strip.join(
            [
                strip.crop(0, left),
                strip.crop(left, right).apply_style(_CHOSEN),
                strip.crop(right, self.width),
            ]
        )

    def _about(self) -> Spans:
        """What the chosen figure is, and the command that lists its tickets."""
        if self._remark or self._at is None:
            return ((f" {clean(self._remark)}", Ink.WARNING),)
        from supportcli.rendering.reports.dashboard import about  # noqa: PLC0415  # brings the reports, which the first frame does not need

        return about(self._at.figure, self.width, self.follows_with)
