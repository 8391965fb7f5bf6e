"""The conversation of the ticket under the cursor."""

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from supportcli.tui.context import Stage

if TYPE_CHECKING:
    from supportcli.domain.tickets.ticket import Ticket
    from supportcli.text.conversation import Page

MESSAGES = 50
"""Messages of a conversation that are loaded at once; `o` loads as many more."""

_SETTLE = 0.08
"""Seconds that the cursor has to rest on a ticket before its conversation is loaded, while tickets are run through."""


class Reading:
    """Keeps the conversation with the cursor. The heading changes at once, the messages when the desk has given them."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.opened: Callable[[Ticket], None] = _nobody_asked
        self._last = MESSAGES
        self._moves = 0
        self._to_newest = False
        self._resting = True

    def follow(self, *, at_once: bool = False) -> None:
        """The cursor is on another ticket."""
        self._follow(at_once=at_once, seen=self._stage.shows_conversation)

    def open(self) -> None:
        """The conversation is about to be seen. Ask for it before the screen is arranged anew, which waits for the answer."""
        self._follow(at_once=True, seen=True)
        if self._stage.conversation.ticket is None:
            self._stage.hold_frame()

    def _follow(self, *, at_once: bool, seen: bool) -> None:
        number, conversation = self._stage.tickets.cursor, self._stage.conversation
        self.head()
        if conversation.ticket is not None and conversation.ticket.line.number == number:
            return
        if conversation.ticket is not None:
            conversation.clear()
        self._last = MESSAGES
        if seen:
            if at_once or self._resting:
                self._load()
            self._moves += 1
            self._resting = False
            self._stage.later(_SETTLE, partial(self._rested, self._moves))

    def _rested(self, moves: int) -> None:
        if moves == self._moves:
            self._resting = True
            ticket = self._stage.conversation.ticket
            if ticket is None or ticket.line.number != self._stage.tickets.cursor:
                self.load()

    def head(self) -> None:
        """The heading of the ticket under the cursor."""
        self._stage.heading.put(self._stage.tickets.line)
        self._stage.show_keys()

    def load(self) -> None:
        """Load the conversation of the ticket under the cursor, where it is seen."""
        if self._stage.shows_conversation:
            self._load()

    def _load(self) -> None:
        number, last, width = self._stage.tickets.cursor, self._last, self._stage.width
        unfolded = self._stage.conversation.unfolded
        if number is not None:
            self._stage.work.read(
                "conversation",
                lambda calls: calls.conversation(number, last, width, unfolded=unfolded),
                partial(self._came, width),
                self._stage.notices.fail,
            )

    def _came(self, width: int, answer: "tuple[Ticket, Page]") -> None:
        ticket, page = answer
        conversation = self._stage.conversation
        if ticket.line.number == self._stage.tickets.cursor:
            conversation.open(ticket, page if width == self._stage.width else None)
            if self._to_newest:
                self._to_newest = False
                conversation.show_newest()
            self._stage.tickets.learn([ticket.line])
            self.head()
            self.opened(ticket)
            self._stage.release_frame()

    def show_newest(self) -> None:
        """Show the newest message of the conversation as the desk has it now."""
        self._to_newest = True
        self.load()

    def changed(self, numbers: Collection[int]) -> None:
        """These tickets changed, or (none named) only how far replies have come. A conversation that is not seen is loaded anew when it is opened."""
        ticket = self._stage.conversation.ticket
        if ticket is None:
            return
        on_its_way = any(message.delivery is not None for message in ticket.messages)
        if ticket.line.number in numbers or (not numbers and on_its_way):
            if self._stage.shows_conversation:
                self._load()
            else:
                self._stage.conversation.clear()

    def older(self) -> None:
        """Load more of the messages before."""
        ticket = self._stage.conversation.ticket
        if ticket is not None and ticket.earlier:
            self._last += MESSAGES
            self.load()


def _nobody_asked(_: "Ticket") -> None:
    """Until somebody wants to know which conversation was opened."""
