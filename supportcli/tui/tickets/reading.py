"""The conversation of the ticket under the cursor."""

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.tickets.ticket import Direction
from supportcli.rendering.ticket_rows import called
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.tickets.conversation.looking import Looking

if TYPE_CHECKING:
    from supportcli.domain.tickets.ticket import Ticket
    from supportcli.errors import SupportError
    from supportcli.rendering.conversation.page import ConversationPage

MESSAGES = 50
"""Messages of a conversation that are loaded at once; `o` loads as many again."""

_SETTLE = 0.08
"""Seconds that the cursor has to rest on a ticket before its conversation is loaded, while it runs
through tickets."""


class ConversationView:
    """Keeps the conversation with the cursor. The heading changes at once, the messages when the
    desk has given them."""

    def __init__(self, context: InboxContext) -> None:
        self._context = context
        self.looking = Looking(context)
        self.opened: Callable[[Ticket], None] = _nobody_asked
        self._last = MESSAGES
        self._moves = 0
        self._to_newest = False
        self._written_after: tuple[int, int | None] | None = None
        self._resting = True
        self._laid_out = True
        self._reads_on: Callable[[], object] | None = None
        self._query = ""

    def seek(self, query: str) -> None:
        """Mark the words of this query in conversations from now on, and open them at a hit."""
        if query == self._query:
            return
        self._query = query
        if self._is_there and self._context.shows_conversation:
            self._load()
        elif self._is_there:
            self._context.conversation.clear()

    @property
    def label_of_hits(self) -> str:
        """What the footer calls the key to the next hit; "" if there is none."""
        hits = self._context.conversation.hits if self._context.shows_conversation else 0
        return f"next of {hits} hits" if hits > 1 else ""

    def seeks_nothing(self) -> None:
        """Say that there is no hit to go to, since nothing is sought."""
        finds = self._context.key("filter")
        told = f"No words are sought here: {finds} finds tickets by their words."
        self._context.notices.warn(told)

    def walk(self, hits: int) -> None:
        """Go to a later hit, or with a negative number to an earlier one."""
        conversation, ticket = self._context.conversation, self._context.conversation.ticket
        notices = self._context.notices
        if ticket is None:
            return
        if not conversation.is_searched:
            self.seeks_nothing()
        elif conversation.hits:
            place = conversation.walk(hits)
            notices.say(f"Hit {place + 1} of {conversation.hits}")
        elif ticket.earlier:
            loads = self._context.key("older")
            notices.warn(f"No hit in the messages that are loaded · {loads} loads earlier ones")
        else:
            notices.warn("No hit in its messages.")

    def once_there(self, read: Callable[[], object]) -> None:
        """Read on or back in the conversation under the cursor: at once if it is there, else when
        it has come and is laid out. Keys wait until then."""
        context = self._context
        nowhere = context.tickets.cursor is None or not context.shows_conversation
        if nowhere or (self._is_there and self._laid_out):
            read()
            return
        context.hold_keys()
        self._reads_on = read
        if not self._is_there:
            self._load()

    @property
    def _is_there(self) -> bool:
        """Whether the conversation is that of the ticket under the cursor."""
        ticket = self._context.conversation.ticket
        return ticket is not None and ticket.line.number == self._context.tickets.cursor

    def _lay_out(self) -> None:
        """The conversation is laid out next. Until then nobody knows how many lines a page has."""
        self._laid_out = False
        self._context.conversation.call_after_refresh(self._is_laid_out)

    def _is_laid_out(self) -> None:
        self._laid_out = True
        if self._is_there:
            self.looking.look()
            self._go_on(read=True)

    def _go_on(self, *, read: bool) -> None:
        """Read on by the key that waited, if one did; without what it was for, forget the rest."""
        waited, self._reads_on = self._reads_on, None
        if waited is not None:
            if read:
                waited()
            self._context.release_keys(forget=not read)

    def follow(self, *, at_once: bool = False) -> None:
        """The cursor is on another ticket."""
        self._follow(at_once=at_once, seen=self._context.shows_conversation)

    def open(self) -> None:
        """The conversation is about to be visible. Ask for it before the screen is laid out again,
        which waits for the answer."""
        self.looking.opened()
        self._lay_out()
        self._follow(at_once=True, seen=True)
        if self._context.conversation.ticket is None:
            self._context.hold_frame()

    def _follow(self, *, at_once: bool, seen: bool) -> None:
        number, conversation = self._context.tickets.cursor, self._context.conversation
        self.head()
        if conversation.ticket is not None and conversation.ticket.line.number == number:
            return
        if conversation.ticket is not None:
            self.looking.look()
            conversation.clear(others_come=seen and number is not None)
        self.looking.moved()
        self._last, self._written_after = MESSAGES, None
        if seen:
            if at_once or self._resting:
                self._load()
            self._moves += 1
            self._resting = False
            self._context.later(_SETTLE, partial(self._rested, self._moves))

    def _rested(self, moves: int) -> None:
        if moves == self._moves:
            self._resting = True
            ticket = self._context.conversation.ticket
            if ticket is None or ticket.line.number != self._context.tickets.cursor:
                self.load()

    def head(self) -> None:
        """The heading of the ticket under the cursor."""
        self._context.heading.put(self._context.tickets.line)
        self._context.show_keys()

    def load(self) -> None:
        """Load the conversation of the ticket under the cursor, if it is visible."""
        if self._context.shows_conversation:
            self._load()

    def resized(self) -> None:
        """Another size of the terminal may show a conversation that was not visible."""
        if not self._is_there:
            self.load()

    def _load(self) -> None:
        number, last, width = self._context.tickets.cursor, self._last, self._context.width
        unfolded, query = self._context.conversation.unfolded, self._query
        if number is None:
            return
        shown = self._context.conversation
        unread = shown.unread_from if self._is_there and shown.is_divided else 0
        seen = self._context.tickets.shown.seen.get(number, 0)
        self._context.work.read(
            "conversation",
            lambda client: client.reading.conversation(
                number,
                last,
                width,
                query,
                unfolded=unfolded,
                unread=unread,
                seen=seen,
                keys=shown.keys,
            ),
            partial(self._came, width),
            self._failed,
        )

    def _failed(self, error: "SupportError") -> None:
        self._context.notices.fail(error)
        self._go_on(read=False)

    def _came(self, width: int, answer: "tuple[Ticket, ConversationPage]") -> None:
        ticket, page = answer
        conversation = self._context.conversation
        if ticket.line.number == self._context.tickets.cursor:
            newest = conversation.newest_of(ticket.line.number)
            conversation.open(ticket, page, fits=width == self._context.width)
            self._tell_arrival(newest)
            self._context.heading.seek(page.words)
            if self._to_newest or self._has_what_follows:
                self._to_newest, self._written_after = False, None
                conversation.show_newest()
            self._context.tickets.learn([ticket.line])
            self.head()
            self.looking.look()
            self.opened(ticket)
            self._context.release_frame()
            self._lay_out()

    def _tell_arrival(self, newest: int | None) -> None:
        """Say who wrote in the open ticket since its message `newest` (by its id) was the last one,
        if what they wrote is out of sight."""
        came = self._context.conversation.below
        if newest is None or came is None or came.id == newest or self._to_newest:
            return
        if self._context.mode is Mode.READ and came.direction is Direction.IN:
            shows = self._context.key("first_unread")
            self._context.notices.mention(
                f"{called(came.sender)} wrote · {shows} shows it", partial(self._is_below, came.id)
            )

    def _is_below(self, message: int) -> bool:
        """Whether this is still the newest message, and out of sight."""
        below = self._context.conversation.below
        return below is not None and below.id == message

    def show_what_follows(self) -> None:
        """I have written something in the open ticket: show it, as soon as it is there."""
        ticket, newest = self._context.conversation.ticket, None
        if ticket is not None:
            newest = self._context.conversation.newest_of(ticket.line.number)
            self._written_after = ticket.line.number, newest

    @property
    def _has_what_follows(self) -> bool:
        """Whether the conversation has more than when I wrote something in it."""
        number, newest = self._written_after or (0, None)
        return bool(number) and self._context.conversation.newest_of(number) not in {None, newest}

    def show_newest(self) -> None:
        """Show the newest message of the conversation as it is at the desk now."""
        self._to_newest = True
        self.load()

    def changed(self, numbers: Collection[int]) -> None:
        """These tickets changed, or (if none is named) only the delivery of replies. A conversation
        that is not visible is loaded again when it is opened."""
        ticket = self._context.conversation.ticket
        if ticket is None:
            return
        on_its_way = any(message.delivery is not None for message in ticket.messages)
        if ticket.line.number in numbers or (not numbers and on_its_way):
            if self._context.shows_conversation:
                self._load()
            else:
                self._context.conversation.clear()

    def show_unread(self) -> None:
        """Go to the first message that was unread when the ticket was opened."""
        context, conversation = self._context, self._context.conversation
        ticket = conversation.ticket
        if ticket is None or conversation.show_unread():
            return
        if conversation.unread_from in {one.id for one in ticket.messages}:
            conversation.show_from(0)  # all of it is new
        elif conversation.unread_from:
            loads = context.key("older")
            context.notices.warn(
                f"What is unread begins further up · {loads} loads earlier messages"
            )
        else:
            context.notices.warn(f"Nothing in #{ticket.line.number} was unread.")

    def older(self) -> None:
        """Load more earlier messages."""
        ticket = self._context.conversation.ticket
        if ticket is not None and ticket.earlier:
            self._last += MESSAGES
            self.load()


def _nobody_asked(_: "Ticket") -> None:
    """The default while nobody wants to know which conversation was opened."""
