"""The conversation of one ticket: a heading that is there at once, and its messages as lines once
the desk has sent them."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from textual.strip import Strip

from supportcli.domain.tickets.presence import Colleague
from supportcli.domain.tickets.ticket import Ticket, TicketLine
from supportcli.rendering.conversation import ConversationPage, heading, page
from supportcli.rendering.ink import Spans
from supportcli.tui.widgets.inked import Inked
from supportcli.tui.widgets.pane import Pane


class Heading(Inked):
    """Three lines above a conversation: which ticket, whose, and its state."""

    def __init__(self, now: Callable[[], datetime], *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._now = now
        self._line: TicketLine | None = None
        self._company: Mapping[int, Colleague] = {}
        self._drawn: Sequence[Spans] = ()

    def put(self, line: TicketLine | None) -> None:
        """Head the page of this ticket."""
        if line != self._line:
            self._line = line
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
        return heading(self._line, self.size.width, self._now(), colleague)

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
        self.ticket: Ticket | None = None
        self.unfolded = False

    def clear(self) -> None:
        """Show nothing until the next ticket is there."""
        self.ticket, self.unfolded = None, False
        self._show(ConversationPage(), 0)

    def open(self, ticket: Ticket, laid_out: ConversationPage | None = None) -> None:
        """Show a ticket: a new one from the message that waits for an answer on, the same one where
        it was."""
        same = self.ticket is not None and self.ticket.line.number == ticket.line.number
        earlier = same and self.ticket is not None and ticket.earlier < self.ticket.earlier
        self.ticket = ticket
        found = laid_out if laid_out is not None else self.lay_out()
        self._show(found, 0 if earlier else self.top if same else found.opens)

    def lay_out(self) -> ConversationPage:
        """The page of the ticket for the width there is."""
        if self.ticket is None:
            return ConversationPage()
        return page(self.ticket, max(self.width, 1), self._now(), unfolded=self.unfolded)

    def toggle_quotes(self) -> None:
        """Show quoted text, or hide it again."""
        message = self._message_at(self.top)
        self.unfolded = not self.unfolded
        found = self.lay_out()
        self._show(found, found.starts[message] if 0 <= message < len(found.starts) else 0)

    def step(self, messages: int) -> bool:
        """Go to the next message, or with -1 to the start of this one, the previous one, or the
        top; False if there is none."""
        starts = self._page.starts
        index = (
            bisect_right(starts, self.top) if messages > 0 else bisect_left(starts, self.top) - 1
        )
        return self.show_from(
            0 if index < 0 else starts[index] if index < len(starts) else self.top
        )

    @property
    def at_end(self) -> bool:
        """Whether the last line is visible."""
        return self.ticket is not None and self.top >= self.lowest

    def show_newest(self) -> None:
        """Scroll to the last message."""
        if self._page.starts:
            self.show_from(self._page.starts[-1])

    def on_resize(self) -> None:
        """Another width breaks the lines elsewhere. If the end was visible, it stays so: the
        composer covers no last words, and a page opened out of sight, with no lines, ends where it
        should."""
        was_at_end = 0 < self.size.height < self._height and self.top + self._height >= len(
            self._lines
        )
        at_end = was_at_end or 0 < self.lowest <= self.top
        if self.width != self._width and self.ticket is not None:
            message = self._message_at(self.top)
            found = self.lay_out()
            self._show(found, found.starts[message] if message > 0 else self.top)
        if at_end:
            self.show_from(self.lowest)
        self._width, self._height = self.width, self.size.height

    def _message_at(self, line: int) -> int:
        return bisect_right(self._page.starts, line) - 1

    def _show(self, laid_out: ConversationPage, top: int) -> None:
        self._page = laid_out
        self.put(laid_out.lines, top)
