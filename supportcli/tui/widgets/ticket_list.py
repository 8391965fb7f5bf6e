"""The list of tickets. It draws its lines itself, from a window of them: a hundred thousand tickets
cost as much as forty."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from rich.control import Control
from textual import events
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from supportcli.domain.tickets.presence import Colleague
from supportcli.domain.tickets.ticket import TicketLine
from supportcli.domain.tickets.urgency_groups import Groups, UrgencyGroup, sizes
from supportcli.rendering.ink import Ink, Span, Spans
from supportcli.rendering.list_rows import RowShape, RowState, edge_of, group_heading, list_row
from supportcli.rendering.sla_clock import clock_cell
from supportcli.rendering.two_line_rows import age
from supportcli.tui.list_order import ListLines, Shown
from supportcli.tui.widgets.inked import Inked

_AHEAD = 2
"""Screens of lines to request on both sides of the visible one."""

_AT_ONCE = 2
"""How many tickets are drawn ahead after a move: more than it takes, since half a screen is
scrolled at once."""

_WHEEL = 3


class Stand(NamedTuple):
    """An agent's place in a list: on which ticket, at which position, and the first visible
    line."""

    cursor: int | None
    place: int
    top: int


class TicketList(ScrollView, Inked, can_focus=False):
    """Tickets, one or two lines each. The cursor is a ticket, not a place: it stays on its ticket
    when others come or go."""

    CATCHES = True

    empty: reactive[str] = reactive("", layout=False)

    class Wanted(Message):
        """Lines are missing: the list asks for these tickets."""

        def __init__(self, numbers: Sequence[int]) -> None:
            super().__init__()
            self.numbers = numbers

    class Moved(Message):
        """The cursor is on another ticket, or on none."""

    class Clicked(Message):
        """A ticket's line was clicked; `twice` to open it."""

        def __init__(self, place: int, *, twice: bool) -> None:
            super().__init__()
            self.place = place
            self.twice = twice

    class Turned(Message):
        """The mouse wheel was turned over the list."""

        def __init__(self, steps: int) -> None:
            super().__init__()
            self.steps = steps

    def __init__(self, now: Callable[[], datetime], *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.shown = Shown()
        self.drafts: set[int] = set()
        self.marked: frozenset[int] = frozenset()
        self.walked: Callable[[], None] = lambda: None
        """Called at once when the cursor is on another ticket: the next key may act on what that
        marks."""
        self._company: Mapping[int, Colleague] = {}
        self.cursor: int | None = None
        self._place = 0
        self._highest = 0
        self.paint: Callable[[str, Collection[int]], object] = _not_ahead
        self._now = now
        self._asked: frozenset[int] = frozenset()
        self._strips: LRUCache[tuple[object, ...], Strip] = LRUCache(800)
        self._times: dict[int, tuple[Span, str]] = {}
        self._height = 1
        self._lines = ListLines()
        self._groups: dict[int, tuple[UrgencyGroup, int]] = {}
        self._is_whole = True

    # What is shown

    @property
    def has_two_lines(self) -> bool:
        """Whether a ticket has two lines, or one."""
        return self._height > 1

    def give_lines(self, height: int) -> None:
        """Give each ticket one line, or two; the cursor stays in sight."""
        if height != self._height:
            self._height = height
            self._strips.clear()
            self._resized()
            self.scroll_to(y=0, animate=False, immediate=True, force=True)
            self._scroll_to_cursor()
            self.want()

    @property
    def page(self) -> int:
        """How many tickets are seen at once."""
        return max(self.size.height // self._height, 1)

    @property
    def stand(self) -> Stand:
        """The agent's place."""
        return Stand(self.cursor, self._place, self._top)

    def replace(
        self,
        numbers: Sequence[int],
        lines: Iterable[TicketLine] = (),
        groups: Groups = (),
        *,
        keep: bool = True,
        stand: Stand | None = None,
        whole: bool = True,
    ) -> None:
        """Show other tickets, in these groups. With `keep` the cursor stays on its ticket if that
        is among them, else at its position. With `stand` it goes back to that place in the same
        way. Otherwise it goes to the top. Groups are counted if the list is the `whole` one."""
        self.shown.replace(numbers, groups)
        self._is_whole = whole
        self.shown.learn(lines)
        self._highest = max(numbers, default=0)
        self._asked = frozenset()
        self._strips.clear()
        self.marked &= frozenset(numbers) if self.marked else self.marked
        self._resized()
        if stand is not None:
            self.scroll_to(y=stand.top, animate=False, immediate=True, force=True)
        self._settle(self._place_of(stand or self.stand) if keep or stand else 0)

    def _place_of(self, stand: Stand) -> int:
        place = self.shown.index(stand.cursor, stand.place)
        return max(min(stand.place, len(self.shown) - 1), 0) if place is None else place

    def learn(self, lines: Iterable[TicketLine]) -> None:
        """Take lines that were missing or have changed."""
        self._refresh_tickets(self.shown.learn(lines))

    def see(self, number: int, message: int) -> None:
        """The agent has seen a ticket up to a message (by its id)."""
        self.shown.see(number, message)
        self._refresh_tickets({number})

    def hold(self, line: TicketLine) -> None:
        """Show a line before the desk has answered."""
        self.shown.hold(line)
        self._refresh_tickets({line.number})

    def mark_drafts(self, numbers: Iterable[int]) -> None:
        """The tickets that have a draft of mine."""
        drafts = set(numbers)
        changed, self.drafts = drafts ^ self.drafts, drafts
        self._refresh_tickets(changed)

    def mark(self, numbers: Iterable[int]) -> None:
        """Mark these tickets, and no others."""
        before, self.marked = self.marked, frozenset(numbers)
        self._refresh_tickets(before ^ self.marked)

    @property
    def in_marks(self) -> tuple[int, ...]:
        """The marked tickets, in the order of the list."""
        if not self.marked:
            return ()
        return tuple(number for number in self.shown.numbers if number in self.marked)

    def show_company(self, company: Mapping[int, Colleague]) -> None:
        """The colleagues who are at tickets, by number."""
        before, self._company = self._company, company
        self._refresh_tickets({number for number, _ in before.items() ^ company.items()})

    def leave(self, number: int) -> int | None:
        """Take a ticket out of the list; returns its place. If the cursor was on it, it goes to the
        next one."""
        place = self.shown.remove(number)
        if place is None:
            return None
        self.marked -= {number}
        at = self._place - 1 if place < self._place else self._place
        self._resized()
        self._settle(min(at, len(self.shown) - 1))
        return place

    def bring_back(self, number: int, place: int) -> None:
        """Put a ticket back at its place."""
        if self.shown.index(number, place) is None:
            self.shown.insert(place, number)
            self._place += 1 if place <= self._place and len(self.shown) > 1 else 0
            self._resized()
            self.refresh()

    # The cursor

    @property
    def line(self) -> TicketLine | None:
        """The line under the cursor, if it is known."""
        return None if self.cursor is None else self.shown.line(self.cursor)

    @property
    def place(self) -> int:
        """Where the cursor is, counted from 0."""
        return self._place

    def move(self, steps: int) -> bool:
        """Move the cursor; False if it stays."""
        moved = self._settle(min(max(self._place + steps, 0), len(self.shown) - 1), ahead=True)
        if moved:
            self.call_after_refresh(self._draw_next, 1 if steps > 0 else -1)
        return moved

    def go_to(self, number: int) -> bool:
        """Put the cursor on a ticket; False if that is not shown."""
        place = self.shown.index(number, self._place)
        if place is None:
            return False
        self._settle(place)
        return True

    def _settle(self, place: int, *, ahead: bool = False) -> bool:
        number = self.shown.numbers[place] if 0 <= place < len(self.shown) else None
        moved = number != self.cursor
        before, self._place, self.cursor = self._place, max(place, 0), number
        scrolled = self._scroll_to_cursor()
        if ahead and moved and not scrolled:
            self._paint_tickets(self._place, before)
        self._refresh_ticket(before)
        self._refresh_ticket(self._place)
        self.want()
        if moved:
            self.walked()
            self.post_message(self.Moved())
        return moved

    def _scroll_to_cursor(self) -> bool:
        """Scroll if the cursor comes near an edge. Returns whether the list was scrolled."""
        top, height = self._top, self.size.height
        if not height or not len(self.shown):
            return False
        wanted = self._lines.scrolled(self._place, top, height)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, immediate=True, force=True)
        return self._top != top

    # Drawing

    @property
    def _top(self) -> int:
        """The first visible line."""
        return round(self.scroll_y)

    def _paint_tickets(self, *places: int) -> None:
        """Write tickets to the terminal ahead of the frame, one after the other. The frame paints
        them again with everything else that a move changes: the cursor follows its key in half the
        time."""
        top, region, console = self._top, self.content_region, self.app.console
        for first in (self._lines.first(place) - top for place in places):
            painted = {}
            for y in range(max(first, 0), min(first + self._height, region.height)):
                move = Control.move_to(region.x, region.y + y)
                painted[region.y + y] = f"{move}{self.render_line(y).render(console)}"
            self.paint("".join(painted.values()), painted)

    def _refresh_tickets(self, numbers: Collection[int]) -> None:
        """Draw these tickets again, as far as they are in sight."""
        if numbers:
            for place in self._lines.places(self._top, self.size.height):
                if self.shown.numbers[place] in numbers:
                    self._refresh_ticket(place)

    def _refresh_ticket(self, place: int) -> None:
        self.refresh_lines(self._lines.first(place), self._height)

    def _resized(self) -> None:
        self._groups = sizes(self.shown.groups, len(self.shown))
        self._lines = ListLines(len(self.shown), self._height, tuple(self._groups))
        blank = self._height - 1  # so that the last tickets, too, are seen from their first line on
        self.virtual_size = Size(0, self._lines.total + blank)
        self.refresh()

    def on_resize(self) -> None:
        """Another height shows other lines."""
        self._strips.clear()
        self._scroll_to_cursor()
        self.want()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolled: other lines are seen."""
        super().watch_scroll_y(old_value, new_value)
        self.want()

    def want(self) -> None:
        """Ask for the lines that are missing near what is seen."""
        seen, screen = self._lines.places(self._top, self.size.height), self.page
        near = screen // 2
        if not self.shown.unknown(seen.start - near, seen.stop + near):
            return
        wanted = frozenset(
            self.shown.unknown(seen.start - _AHEAD * screen, seen.stop + _AHEAD * screen)
        )
        if wanted - self._asked:
            self._asked = wanted
            self.post_message(self.Wanted(sorted(wanted)))

    def tick(self) -> None:
        """Redraw the tickets whose clock or age is not what was drawn."""
        now, drawn = self._now(), self._times
        self._times = {}
        for place in self._lines.places(self._top, self.size.height):
            number = self.shown.numbers[place]
            line, times = self.shown.line(number), drawn.get(number)
            if line is not None and times is not None:
                self._times[number] = times
                if self._times_of(line, now) != times:
                    self._refresh_ticket(place)

    def _times_of(self, line: TicketLine, now: datetime) -> tuple[Span, str]:
        """What a row says of time."""
        return clock_cell(line, now), age(line, now) if self.has_two_lines else ""

    def notify_style_update(self) -> None:
        """Another theme: nothing drawn before is right any more."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """One line of a ticket."""
        width, at = self.size.width, self._top + y
        if at >= self._lines.total:
            told = self.empty if not len(self.shown) and y == 1 else ""
            return self.caught(self.strip(((f"  {told}", Ink.DIM),), width))
        there = self._lines.there(at)
        if there.is_heading:
            group, size = self._groups[there.place]
            heading = group_heading(group, size if self._is_whole else None, width)
            return self.caught(self.strip(heading, width))
        number = self.shown.numbers[there.place]
        return self._drawn(number, there.part, self._state(number))

    def _drawn(self, number: int, part: int, state: RowState) -> Strip:
        """A line of a ticket as it goes to the terminal, as it was drawn before if it says the
        same."""
        width, line = self.size.width, self.shown.line(number)
        if line is None:
            spans: Spans = ((f"#{number} …", Ink.DIM),) if not part else ()
            spans = (edge_of(part, state), *spans)
            return self.caught(self.strip(spans, width, chosen=state.chosen))
        now = self._now()
        times = self._times[number] = self._times_of(line, now)
        key = (line, times, width, state, part)
        strip = self._strips.get(key)
        if strip is None:
            shape = RowShape(width, self._height, self._highest)
            spans = list_row(line, part, shape, now, state)
            strip = self.caught(self.strip(spans, width, chosen=state.chosen))
            self._strips[key] = strip
        return strip

    def _draw_next(self, way: int) -> None:
        """Once a move is on the screen, draw what the next one shows, and two tickets of the next
        half screen: the move that scrolls there finds them drawn."""
        self._draw_move(way)
        seen, half = self._lines.places(self._top, self.size.height), self.page // 2 + 1
        first = seen.stop if way > 0 else seen.start - 1
        drawn = 0
        for place in range(first, first + way * half, way):
            if drawn == _AT_ONCE or not 0 <= place < len(self.shown):
                break
            misses, number = self._strips.misses, self.shown.numbers[place]
            self._draw(number, self._state(number))
            drawn += self._strips.misses > misses

    def _draw_move(self, way: int) -> None:
        """Draw the next ticket as if the cursor were on it, and this one as if it were not."""
        place = self._place + way
        if self.cursor is not None and 0 <= place < len(self.shown):
            number = self.shown.numbers[place]
            self._draw(number, self._state(number)._replace(chosen=True))
            self._draw(self.cursor, self._state(self.cursor)._replace(chosen=False))

    def _draw(self, number: int, state: RowState) -> None:
        for part in range(self._height):
            self._drawn(number, part, state).render(self.app.console)

    def _state(self, number: int) -> RowState:
        return RowState(
            number == self.cursor,
            number in self.marked,
            number in self.drafts,
            self._company.get(number),
        )

    # The mouse tells the inbox, which knows whether the list may move just now. The wheel moves the
    # cursor, so that a verb never acts on a ticket that is out of sight.

    def on_click(self, event: events.Click) -> None:
        """A line was clicked."""
        at = self._top + event.y
        if at < self._lines.total:
            there = self._lines.there(at)
            if not there.is_heading:
                self.post_message(self.Clicked(there.place, twice=event.chain > 1))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel, down."""
        event.stop()
        event.prevent_default()
        self.post_message(self.Turned(_WHEEL))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel, up."""
        event.stop()
        event.prevent_default()
        self.post_message(self.Turned(-_WHEEL))


def _not_ahead(_text: str, _lines: Collection[int]) -> None:
    """The default where nothing is written ahead of the frame."""
