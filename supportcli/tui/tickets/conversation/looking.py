"""Which messages the agent has had on screen: the rest is unread. The desk is told every few
seconds by a thread that no key waits for; the rows know at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from supportcli.tui.context import InboxContext
from supportcli.tui.keys import TICKETS, Mode

if TYPE_CHECKING:
    from supportcli.domain.tickets.ticket import Ticket

_SETTLE = timedelta(seconds=2)
"""How long the cursor rests on a ticket that is not open until what is beside the list counts as
seen."""

_TELL = timedelta(seconds=3)
"""How long the desk is not told, so that reading through a list is one write, not one a ticket."""

_IN_SIGHT = TICKETS | Mode.WRITE | Mode.HEADERS | Mode.SEND | Mode.PICK | Mode.CANNED
"""The modes in which nothing covers the conversation."""


class Looking:
    """Keeps up to which message (by its id) the agent has seen each ticket."""

    def __init__(self, context: InboxContext) -> None:
        self._context = context
        self._since = context.now()
        self._untold: dict[int, int] = {}
        self._untold_since: datetime | None = None
        self._left_unread: frozenset[int] = frozenset()

    def moved(self) -> None:
        """The cursor is on another ticket."""
        self._since = self._context.now()
        self._left_unread = frozenset()

    def opened(self) -> None:
        """The ticket under the cursor is opened: it is read, even if it was marked as unread."""
        self._left_unread = frozenset()

    def unlook(self, numbers: Iterable[int]) -> None:
        """These tickets are unread again, until the cursor comes back or one is opened."""
        self._left_unread = frozenset(numbers)
        for number in self._left_unread:
            self._untold.pop(number, None)
            self._context.tickets.shown.seen.pop(number, None)

    def look(self) -> None:
        """Of a conversation that was opened, what is in sight is seen: it was just laid out, or is
        about to show something else."""
        ticket = self._context.conversation.ticket
        if ticket is not None and self._context.mode is not Mode.LIST:
            self._see(ticket)

    def tick(self) -> None:
        """A second has passed."""
        context, now = self._context, self._context.now()
        ticket = context.conversation.ticket
        rested = context.mode is not Mode.LIST or now - self._since >= _SETTLE
        if ticket is not None and rested and ticket.line.number == context.tickets.cursor:
            self._see(ticket)
        if self._untold_since is not None and now - self._untold_since >= _TELL:
            upto = self._take()
            context.work.beside(lambda client: client.reading.looked(upto))

    def leave(self) -> None:
        """The inbox ends: tell the desk the rest."""
        self.look()
        if upto := self._take():
            self._context.work.in_turn(
                lambda client: client.reading.looked(upto), _unheard, _unheard
            )

    def _take(self) -> dict[int, int]:
        upto, self._untold, self._untold_since = self._untold, {}, None
        return upto

    def _see(self, ticket: "Ticket") -> None:
        """What is in sight of a conversation is seen, if something in it was unread."""
        context, number, unread = self._context, ticket.line.number, ticket.line.unread
        if number in self._left_unread:
            return
        if unread is None or not context.shows_conversation or not context.mode & _IN_SIGHT:
            return
        upto = context.conversation.seen
        if upto >= unread.first and upto > context.tickets.shown.seen.get(number, 0):
            context.tickets.see(number, upto)
            self._untold[number] = upto
            self._untold_since = self._untold_since or context.now()


def _unheard(_: object) -> None:
    """Nobody waits for this answer."""
