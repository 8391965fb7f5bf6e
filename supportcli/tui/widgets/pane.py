"""A scrolling pane of lines: conversation and help are drawn on it. A line costs nothing until it
is visible."""

from collections.abc import Callable, Iterable, Sequence

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from supportcli.rendering.ink import Spans
from supportcli.tui.widgets.inked import Inked


class Pane(ScrollView, Inked):
    """Lines of text in inks, already broken to the pane's width."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._lines: Sequence[Spans] = ()

    def put(self, lines: Sequence[Spans], top: int | None = None) -> None:
        """Show these lines, from `top` on; without it the pane stays where it is."""
        self._lines = lines
        self.virtual_size = Size(0, len(lines))
        self.scroll_to(
            y=min(self.top if top is None else top, self.lowest),
            animate=False,
            immediate=True,
            force=True,
        )
        self.refresh()

    @property
    def width(self) -> int:
        """How many cells a line has, without the scrollbar."""
        return self.scrollable_content_region.width

    @property
    def top(self) -> int:
        """The first visible line."""
        return round(self.scroll_y)

    @property
    def lowest(self) -> int:
        """The top line when the last line is visible."""
        return max(len(self._lines) - self.size.height, 0)

    def show_from(self, top: int) -> bool:
        """Scroll so that a line is at the top; False if that changes nothing."""
        top = min(max(top, 0), self.lowest)
        moved = top != self.top
        self.scroll_to(y=top, animate=False, immediate=True, force=True)
        return moved

    def page(self, pages: int) -> bool:
        """Read on (or back, with a negative number), two lines overlapping; False at the end."""
        return self.show_from(self.top + pages * max(self.size.height - 2, 1))

    def render_line(self, y: int) -> Strip:
        """One line."""
        place = self.top + y
        return self.strip(self._lines[place] if place < len(self._lines) else (), self.width)


class Page(Pane):
    """A page over the inbox, whose `lines` are made for its width, and made again when that
    changes."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.lines: Callable[[int], Iterable[Spans]] = lambda _: ()

    def on_resize(self) -> None:
        """Another width breaks the lines elsewhere."""
        self.put(tuple(self.lines(self.width)))

    def open(self) -> None:
        """Show it from the top."""
        self.display = True
        self.put(tuple(self.lines(self.width)), 0)

    def close(self) -> None:
        """Hide it."""
        self.display = False
