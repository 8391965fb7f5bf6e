"""A scrolling pane of lines: conversation, help and customer are drawn on it. A line costs nothing
until it is visible."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.color import Color
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip

from supportcli.rendering import people
from supportcli.rendering.ink import Spans
from supportcli.rendering.similar_tickets import similar_lines
from supportcli.tui.graphics.screen_graphic import ScreenGraphic
from supportcli.tui.widgets.inked import Inked, caught, seen_width

if TYPE_CHECKING:
    from supportcli.desk.people.reading import CustomerShown
    from supportcli.desk.tickets.related.similar import SimilarTicket


class PaneBar(ScrollBar):
    """Textual's scrollbar, but each of its few different cells is made once. Textual makes one a
    line, which takes longer than to draw the text beside it."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The cells of these lines."""
        bar = self.render()
        if not isinstance(bar, ScrollBarRender) or not isinstance(bar.style, Style):
            return super().render_lines(crop)
        segments = bar.render_bar(
            self.size.height,
            bar.virtual_size,
            bar.window_size,
            bar.position,
            bar.thickness,
            back_color=bar.style.bgcolor or Color.default(),
            bar_color=bar.style.color or Color.default(),
        ).segments
        ground, nets = self.background_colors[1], self.get_line_filters()
        drawn: dict[int, Strip] = {}
        for segment in segments:
            if id(segment) not in drawn:
                drawn[id(segment)] = caught(Strip([segment], segment.cell_length), nets, ground)
        return [drawn[id(segments[y])] for y in crop.line_range]


class Pane(ScrollView, Inked):
    """Lines of text in inks, already broken to the pane's width."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._lines: Sequence[Spans] = ()

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The scrollbar, made when it is first needed."""
        if self._vertical_scrollbar is None:
            self._vertical_scrollbar = PaneBar(
                name="vertical", thickness=self.scrollbar_size_vertical
            )
            self._vertical_scrollbar.display = False
            self.app._start_widget(self, self._vertical_scrollbar)  # noqa: SLF001  # as Textual's own
        return self._vertical_scrollbar

    def put(self, lines: Sequence[Spans], top: int | None = None) -> None:
        """Show these lines, from `top` on; without it the pane stays where it is."""
        if lines == self._lines and top in {None, self.top}:
            return
        self._lines = lines
        self._have(Size(0, len(lines)))
        self.scroll_to(
            y=min(self.top if top is None else top, self.lowest),
            animate=False,
            immediate=True,
            force=True,
        )
        self.refresh()

    def blank(self) -> None:
        """Show nothing until other lines come; until then the scrollbar stays as it is."""
        self._lines = ()
        self.scroll_to(y=0, animate=False, immediate=True, force=True)
        self.refresh()

    def _have(self, size: Size) -> None:
        """Be as long as the lines. Textual lays out the whole screen for that, which takes longer
        than to draw it; only a scrollbar that comes or goes needs it."""
        if size != self.virtual_size:
            self.set_reactive(ScrollView.virtual_size, size)
            self._scroll_update(size)

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

    def half(self, pages: int) -> bool:
        """Read on (or back, with a negative number) by half a page; False at the end."""
        return self.show_from(self.top + pages * max(self.size.height // 2, 1))

    def page(self, pages: int) -> bool:
        """Read on (or back, with a negative number), two lines overlapping; False at the end."""
        return self.show_from(self.top + pages * max(self.size.height - 2, 1))

    def render_line(self, y: int) -> Strip:
        """One line, up to the scrollbar."""
        place = self.top + y
        return self.strip(self._lines[place] if place < len(self._lines) else (), seen_width(self))


class Page(Pane):
    """A page over the inbox, whose `lines` are made for its width, and made again when that
    changes."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.lines: Callable[[int], Iterable[Spans]] = lambda _: ()
        self.leave: Callable[[], None] = self.close
        """What `back` does: whoever opens it says so."""
        self.resized: Callable[[], None] = lambda: None
        """What else has to be done for another size."""
        self.graphic = ScreenGraphic()
        self._picture: Sequence[Strip] = ()

    def on_resize(self) -> None:
        """Another width breaks the lines elsewhere."""
        self.put(tuple(self.lines(self.width)))
        self.resized()

    def open(self, picture: "Sequence[Strip]" = ()) -> None:
        """Show it from the top; a `picture` stands below its lines."""
        self.display, self._picture = True, picture
        self.put(tuple(self.lines(self.width)), 0)

    def put(self, lines: Sequence[Spans], top: int | None = None) -> None:
        """Show these lines, and the picture below them."""
        super().put((*lines, *[()] * len(self._picture)), top)

    def render_line(self, y: int) -> Strip:
        """One line, of the text or of the picture."""
        place = self.top + y - (len(self._lines) - len(self._picture))
        if 0 <= place < len(self._picture):
            return self._picture[place].adjust_cell_length(self.width)
        return super().render_line(y)

    def close(self) -> None:
        """Hide it."""
        self.display = False

    def back(self) -> None:
        """Go back to where it was opened."""
        self.leave()


class CustomerPane(Pane, can_focus=False):
    """A customer and their tickets, one of which may be chosen."""

    def __init__(self, now: Callable[[], datetime], *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._now = now
        self._shown: CustomerShown | None = None
        self._ticket: int | None = None
        self._place: int | None = None
        self._similar: Sequence[SimilarTicket] = ()
        self.keys = "\\", "H"
        """The keys that it names: its own, and that of similar tickets."""

    @property
    def is_current(self) -> bool:
        """Whether it shows the customer of the ticket under the cursor."""
        return self._shown is not None

    @property
    def shown(self) -> "CustomerShown | None":
        """Who is shown."""
        return self._shown

    @property
    def tickets(self) -> tuple[int, ...]:
        """The numbers of their tickets, as far as they are shown."""
        return tuple(line.number for line in self._shown.tickets) if self._shown else ()

    @property
    def chosen(self) -> int | None:
        """The number of the chosen ticket."""
        if self._shown is None or self._place is None or not self._shown.tickets:
            return None
        return self._shown.tickets[self._place].number

    def of_none_of(self, numbers: Collection[int]) -> bool:
        """Whether these tickets, if any is named, are none of the customer's."""
        theirs = self._shown.tickets if self._shown is not None else ()
        there = {line.number for line in theirs} | {self._ticket}
        return bool(numbers) and there.isdisjoint(numbers)

    def show(self, shown: "CustomerShown", ticket: int) -> None:
        """Show a customer beside a ticket of theirs."""
        is_other = self._shown is None or self._shown.customer.id != shown.customer.id
        self._shown, self._ticket = shown, ticket
        self._draw(0 if is_other else None)

    def show_similar(self, found: "Sequence[SimilarTicket]", ticket: int) -> None:
        """Show below them the solved tickets like this one."""
        if ticket == self._ticket:
            self._similar = found
            self._draw(None)

    def here(self, ticket: int | None, address: str) -> None:
        """The cursor is on a ticket of who has this address: another one's pane is emptied at
        once."""
        if ticket == self._ticket:
            return
        self._ticket, self._similar = ticket, ()
        if self._shown is not None:
            if address not in self._shown.customer.addresses:
                self._shown = None
            self._draw(None)

    def enter(self) -> None:
        """Choose the first ticket that is not open already."""
        tickets = self._shown.tickets if self._shown is not None else ()
        others = [at for at, line in enumerate(tickets) if line.number != self._ticket]
        self._place = others[0] if others else 0
        self._draw(None)

    def leave(self) -> None:
        """Choose none."""
        self._place = None
        self._draw(None)

    def step(self, tickets: int) -> None:
        """Choose a later or an earlier ticket."""
        if self._shown is not None and self._place is not None and self._shown.tickets:
            self._place = min(max(self._place + tickets, 0), len(self._shown.tickets) - 1)
            self._draw(None)

    def on_resize(self) -> None:
        """Another width breaks the lines elsewhere."""
        self._draw(None)

    def _draw(self, top: int | None) -> None:
        if self._shown is None:
            self.put((), 0)
            return
        page = people.customer_page(
            self._shown,
            self.width,
            self._now(),
            here=self._ticket,
            chosen=self.chosen,
            key=self.keys[0],
        )
        similar = similar_lines(self._similar, max(self.width, 1), self._now(), self.keys[1])
        self.put((*page.lines, *similar), top)
        if page.chosen is not None:  # it stays in sight
            if page.chosen >= self.top + self.size.height:
                self.show_from(page.chosen - self.size.height + 1)
            elif page.chosen < self.top:
                self.show_from(page.chosen)
