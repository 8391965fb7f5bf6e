"""The conversation of one ticket: a heading that is there at once, and its messages as lines once
the desk has sent them."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.strip import Strip

from supportcli.domain.tickets.presence import Colleague
from supportcli.domain.tickets.ticket import Direction, Message, Ticket, TicketLine
from supportcli.rendering.conversation.heading import heading
from supportcli.rendering.conversation.message import USUAL_KEYS
from supportcli.rendering.conversation.page import WIDEST, ConversationPage, page
from supportcli.rendering.ink import Ink, Spans
from supportcli.tui.widgets.inked import Inked, seen_width
from supportcli.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from supportcli.domain.query.nodes import Words


_ABOVE = 3
"""The share of the pane above a hit that was scrolled to: a third."""

_GROUNDS = {Direction.OUT: Ink.OURS_GROUND, Direction.NOTE: Ink.NOTE_GROUND}
"""What we wrote has a ground of its own; without colours the bars differ."""

_RULE = 2
"""The line of the heading that says so."""


class Heading(Inked):
    """Three lines above a conversation: which ticket, whose, and its state."""

    def __init__(self, now: Callable[[], datetime], *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._now = now
        self._line: TicketLine | None = None
        self._company: Mapping[int, Colleague] = {}
        self._words: tuple[Words, ...] = ()
        self._drawn: Sequence[Spans] = ()
        self._position = ""

    def stand_at(self, position: str) -> None:
        """Say where the conversation is being read."""
        if position != self._position:
            self._position = position
            self.refresh(Region(0, _RULE, self.size.width, 1))

    def put(self, line: TicketLine | None) -> None:
        """Head the page of this ticket."""
        if line != self._line:
            self._line = line
            self.refresh()

    def seek(self, words: "tuple[Words, ...]") -> None:
        """Mark these words."""
        if words != self._words:
            self._words = words
            self.refresh()

    def show_company(self, company: Mapping[int, Colleague]) -> None:
        """The colleagues who are at tickets, by number."""
        self._company = company
        self.tick()

    def tick(self) -> None:
        """Draw it again if its clock shows another text."""
        if self._drawn and self._lines() != self._drawn:
            self.refresh()

    def _lines(self) -> Sequence[Spans]:
        if self._line is None:
            return ()
        colleague = self._company.get(self._line.number)
        now, width, words = self._now(), min(self.size.width, WIDEST), self._words
        return heading(self._line, width, now, colleague, words=words, position=self._position)

    def render_line(self, y: int) -> Strip:
        """One of the three lines."""
        self._drawn = self._lines()
        return self.strip(self._drawn[y] if y < len(self._drawn) else (), self.size.width)


class Conversation(Pane, can_focus=False):
    """The messages of a ticket. It scrolls by itself; keys that act on the ticket are the
    inbox's."""

    def __init__(self, now: Callable[[], datetime], *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._now = now
        self._page = ConversationPage()
        self._width = self._height = 0
        self._makes_room = False
        self._hit: int | None = None
        self._at = 0
        self._opened: int | None = None
        self._stepped = False
        self.tells: Callable[[str], None] = _nobody_asked
        """Called with where it is being read."""
        self.keys = USUAL_KEYS
        self.ticket: Ticket | None = None
        self.unfolded = False

    def clear(self, *, others_come: bool = False) -> None:
        """Show nothing, for good or until those of another ticket come."""
        self.ticket, self.unfolded, self._stepped, self._opened = None, False, False, None
        if others_come:
            self._page = ConversationPage()
            self.blank()
        else:
            self._show(ConversationPage(), 0)

    def open(self, ticket: Ticket, laid_out: ConversationPage, *, fits: bool) -> None:
        """Show a ticket: a new one so that its newest mail is whole in sight, or from its newest
        hit; the same one where it was."""
        same = self.ticket is not None and self.ticket.line.number == ticket.line.number
        earlier = same and self.ticket is not None and ticket.earlier < self.ticket.earlier
        found = laid_out
        self.ticket = ticket
        if not fits:
            found = self._laid_out(laid_out)
        if found.hits and found.words != self._page.words:
            same = False  # another search
        if not same and self._hit != found.hit:
            self._hit = found.hit
            self.refresh()
        self._stepped = self._stepped and same
        at = self._at
        if same:
            self._show(found, 0 if earlier else self.top)
            self._stand(self._at if earlier else at)
        else:
            self._show_opening(found)
        if self._makes_room and self._height and self._height == self.size.height:
            self._makes_room = False
            self._show_asked()

    def _show_opening(self, found: ConversationPage) -> None:
        first = self._opening(found)
        self._show(found, first)
        self._opened = self.top
        reads = first if found.unread is None else found.unread + 1
        self._stand(bisect_right(found.starts, max(found.opens, reads)) - 1)

    def _opening(self, found: ConversationPage) -> int:
        """The line to show first: that on which the message begins, if its hit is seen then; what
        is unread, if the end is not seen with it; else as much of what waits for an answer as
        leaves the newest mail whole."""
        height = self.size.height or self.app.size.height // 2  # not laid out yet
        if self._hit is not None and self._hit < len(found.hits):
            line = found.hits[self._hit]
            message = bisect_right(found.starts, line) - 1
            start = found.starts[message] if message >= 0 else 0
            return start if start <= line < start + height else line - height // _ABOVE
        if found.unread is not None:
            return min(found.unread, max(found.opens, len(found.lines) - height))
        return self._before_newest(found, height)

    def _before_newest(self, found: ConversationPage, height: int) -> int:
        messages = self.ticket.messages if self.ticket is not None else ()
        waiting = [
            (start, stop)
            for message, start, stop in zip(messages, found.starts, found.stops, strict=True)
            if start >= found.opens and message.direction is Direction.IN
        ]
        if not waiting:
            return found.opens
        newest, stop = waiting[-1]
        return next((start for start, _ in waiting if stop - start <= height), newest)

    def _laid_out(self, as_in: ConversationPage) -> ConversationPage:
        """The page of the ticket for the width there is, with what another page of it has."""
        if self.ticket is None:
            return ConversationPage()
        width = max(self.width, 1)
        return page(
            self.ticket,
            width,
            self._now(),
            unfolded=self.unfolded,
            words=as_in.words,
            told=as_in.told,
            unread=as_in.unread_from,
            keys=self.keys,
        )

    @property
    def unread_from(self) -> int:
        """The first message (by its id) that was unread when the ticket was opened; 0: none."""
        return self._page.unread_from

    @property
    def is_divided(self) -> bool:
        """Whether a line stands between what was seen and what was not."""
        return self._page.unread is not None

    @property
    def seen(self) -> int:
        """The newest message (by its id) of those that are in sight, or above what is."""
        end = self.top + (self.size.height or self._height)
        shown = zip(self.ticket.messages if self.ticket else (), self._page.starts, strict=False)
        return max((message.id for message, start in shown if start < end), default=0)

    def show_unread(self) -> bool:
        """Go to the first unread message; False if nothing was unread, or everything is."""
        line = self._page.unread
        if line is not None:
            self.show_from(line)
        return line is not None

    @property
    def hits(self) -> int:
        """How many lines have a hit."""
        return len(self._page.hits)

    @property
    def is_searched(self) -> bool:
        """Whether words are marked."""
        return bool(self._page.words)

    def _hit_seen(self, height: int) -> bool:
        """Whether the hit last gone to is in sight, with so many lines from the top."""
        there = self._page.hits
        if self._hit is None or self._hit >= len(there):
            return False
        return self.top <= there[self._hit] < self.top + height

    def walk(self, hits: int) -> int:
        """Go to a later or an earlier hit, round at the end: from the last one gone to if that is
        in sight, else from what is. Returns its place among them, from 0."""
        there = self._page.hits
        seen = range(self.top, self.top + self.size.height)
        if self._hit is not None and self._hit_seen(self.size.height):
            place = self._hit + hits
        elif hits > 0:
            place = bisect_left(there, self.top)
        else:
            place = bisect_left(there, seen.stop) - 1
        self._hit = place % len(there)
        line = there[self._hit]
        if line not in seen:
            self.show_from(line - self.size.height // _ABOVE)
        self.refresh()
        return self._hit

    def toggle_quotes(self) -> None:
        """Show quoted text, or hide it again."""
        message = self._message_at(self.top)
        self.unfolded, self._hit = not self.unfolded, None
        found = self._laid_out(self._page)
        self._show(found, found.starts[message] if 0 <= message < len(found.starts) else 0)

    def step(self, messages: int) -> bool:
        """Go to the next message, or with -1 to the start of this one, the previous one, or the
        top; False if there is none."""
        starts = self._page.starts
        in_middle = bool(starts) and starts[self._at] < self.top
        place = self._at + (1 if messages > 0 else 0 if in_middle else -1)
        if place >= len(starts):
            return False
        self.show_from(starts[place] if place >= 0 else 0)
        self._stepped = self._stepped or len(starts) > 1
        self._stand(max(place, 0))
        return True

    # Which message is being read

    @property
    def message(self) -> Message | None:
        """The message that keys mean: the one that was gone to, else the topmost in sight, and at
        the end the last one."""
        shown = self.ticket.messages if self.ticket is not None else ()
        return shown[self._at] if self._at < len(shown) else None

    def _stand(self, place: int) -> None:
        self._at = min(max(place, 0), max(len(self._page.starts) - 1, 0))
        self.tells(self.position)

    @property
    def position(self) -> str:
        """“3 of 12 messages · 42 %”, or from which to which; "" if all of it is in sight."""
        ticket, total, height = self.ticket, len(self._lines), self.size.height
        if ticket is None or not (self._stepped or 0 < height < total):
            return ""
        first, count = ticket.earlier + self._at + 1, ticket.line.message_count
        if total <= height or not height:
            return f"{first} of {count} messages"
        seen = self.top + height
        if seen < total:
            return f"{first} of {count} messages · {100 * seen // total} %"
        return f"{f'{first}–{count}' if first < count else count} of {count} messages"

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolled: another message is being read."""
        super().watch_scroll_y(old_value, new_value)
        if self.ticket is not None and self._page.starts:
            last = len(self._page.starts) - 1
            self._stand(last if self.at_end else self._message_at(self.top + 1))

    @property
    def at_end(self) -> bool:
        """Whether the last line is visible."""
        return self.ticket is not None and self.top >= self.lowest

    def newest_of(self, number: int) -> int | None:
        """The id of the newest message that is shown of a ticket; None if it is not shown."""
        if self.ticket is None or self.ticket.line.number != number or not self.ticket.messages:
            return None
        return self.ticket.messages[-1].id

    @property
    def below(self) -> Message | None:
        """The newest message, if it begins below what is in sight."""
        starts, height = self._page.starts, self.size.height or self._height
        if self.ticket is None or not starts or starts[-1] < self.top + height:
            return None
        return self.ticket.messages[-1]

    def show_newest(self) -> None:
        """Scroll to the last message."""
        if self._page.starts:
            self.show_from(self._page.starts[-1])

    def make_room(self) -> None:
        """A text is begun below. As soon as its room is known, the newest message of a customer
        ends above it, or begins at the top if it does not fit."""
        self._makes_room = self._hit is None

    def _show_asked(self) -> None:
        """Show the newest message of a customer; but who reads on in a long one stays there."""
        messages = self.ticket.messages if self.ticket is not None else ()
        asked = [at for at, one in enumerate(messages) if one.direction is Direction.IN]
        if not asked:
            return
        start, stop = self._page.starts[asked[-1]], self._page.stops[asked[-1]]
        top, height = self.top, self.size.height
        if top <= start and stop <= top + height:
            return
        if stop - start <= height or not start < top < stop:
            self.show_from(min(start, max(stop - height, 0)))

    def on_resize(self) -> None:
        """Another width breaks the lines elsewhere. If the end was visible, it stays so: the
        composer covers no last words, and a page opened out of sight, with no lines, ends where it
        should."""
        was_at_end = 0 < self.size.height < self._height and self.top + self._height >= len(
            self._lines
        )
        at_end = was_at_end or 0 < self.lowest <= self.top
        if self._is_as_opened and not was_at_end:
            self._show_opening(self._laid_out(self._page))
        else:
            self._break_lines()
            if at_end:
                self.show_from(self.lowest)
        self._width, self._height = self.width, self.size.height
        if self._makes_room and self.ticket is not None:
            self._makes_room = False
            if not at_end:
                self._show_asked()
        self.tells(self.position)

    def _break_lines(self) -> None:
        """Break the lines for another width, from the same message on."""
        if self.width == self._width or self.ticket is None:
            return
        message = self._message_at(self.top)
        at_hit = self._hit_seen(self._height or len(self._lines))
        found = self._laid_out(self._page)
        start = found.starts[message] if message > 0 else self.top
        self._show(found, self._opening(found) if at_hit else start)

    @property
    def _is_as_opened(self) -> bool:
        """Whether nobody has read on since the ticket was opened."""
        if self.ticket is None or self._opened is None or self._makes_room:
            return False
        return self.top == min(self._opened, self.lowest)

    def render_line(self, y: int) -> Strip:
        """One line, up to the scrollbar, on the ground of its message; an arrow before the hit that
        was gone to."""
        place, hits = self.top + y, self._page.hits
        spans = self._lines[place] if place < len(self._lines) else ()
        if self._hit is not None and self._hit < len(hits) and hits[self._hit] == place:
            (text, ink), *others = spans
            arrow = (("▸", Ink.KEY), (text[1:], ink)) if text.startswith(" ") else ((text, ink),)
            spans = (*arrow, *others)
        return self.strip(spans, seen_width(self), ground=self._ground(place))

    def _ground(self, line: int) -> Ink:
        """The ground of a line: that of the message that it belongs to."""
        place = self._message_at(line)
        if self.ticket is None or place < 0 or line >= self._page.stops[place]:
            return Ink.TEXT
        return _GROUNDS.get(self.ticket.messages[place].direction, Ink.TEXT)

    def _message_at(self, line: int) -> int:
        return bisect_right(self._page.starts, line) - 1

    def _show(self, laid_out: ConversationPage, top: int) -> None:
        self._page = laid_out
        self._at = min(self._at, max(len(laid_out.starts) - 1, 0))
        self.put(laid_out.lines, top)
        self.tells(self.position)


def _nobody_asked(_: str) -> None:
    """The default while nobody shows where it is being read."""
