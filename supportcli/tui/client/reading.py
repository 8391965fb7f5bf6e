"""What is read of one ticket: its conversation, what came since, its links, and other tickets like
it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from supportcli.desk import searching
from supportcli.desk.mail.held import waiting as held
from supportcli.desk.tickets import reading, unseen
from supportcli.desk.tickets.related import proposals, similar, web_links
from supportcli.desk.tickets.related.proposals import RelatedTicket
from supportcli.desk.tickets.related.similar import SimilarTicket
from supportcli.desk.tickets.related.web_links import TicketLinks
from supportcli.domain.intake.ledger import LetterShown
from supportcli.domain.tickets.news import NewsItem
from supportcli.domain.tickets.ticket import Link, Message, Ticket, TicketLine, first_unread
from supportcli.errors.database import DatabaseBusy
from supportcli.errors.names import NotFound
from supportcli.rendering import events
from supportcli.rendering.conversation.message import USUAL_KEYS, PageKeys
from supportcli.rendering.conversation.page import ConversationPage, page
from supportcli.tui.client.own_desk import OwnDesk


class DeskReading:
    """One ticket as it is read."""

    def __init__(self, own: OwnDesk) -> None:
        self._own = own

    def conversation(
        self,
        number: int,
        last: int,
        width: int,
        query: str = "",
        *,
        unfolded: bool,
        unread: int = 0,
        seen: int = 0,
        keys: PageKeys = USUAL_KEYS,
    ) -> tuple[Ticket, ConversationPage]:
        """A ticket with its newest messages, laid out for a width; the words of a query are marked
        in it, and the first unread message: `unread` (its id), or else the first after `seen`. (The
        agents' names are asked for once, until something changes.)"""
        found, words = reading.ticket(self._own.desk, number, last), searching.words_of(query)
        told = events.runs(found, events.names_in(found, self._own.agents))
        return found, page(
            found,
            width,
            self._own.desk.now(),
            unfolded=unfolded,
            words=words,
            told=told,
            unread=unread or first_unread(found, seen),
            keys=keys,
        )

    def unseen(self, number: int, seen: int) -> list[NewsItem]:
        """What changed in a ticket after the event `seen`, except from here. Ask it after the
        verbs, which it has to know."""
        return unseen.since(self._own.desk, number, self._own.sight(seen))

    def looked(self, upto: Mapping[int, int]) -> None:
        """See `desk.tickets.unseen.looked`. If somebody else is writing just now, the same messages
        are unread once more."""
        with suppress(DatabaseBusy):
            unseen.looked(self._own.desk, upto)

    def unlook(self, numbers: Sequence[int]) -> None:
        """See `desk.tickets.unseen.unlook`."""
        unseen.unlook(self._own.desk, numbers)

    def messages(self, number: int) -> list[Message]:
        """The messages of a ticket."""
        return list(reading.ticket(self._own.desk, number).messages)

    def letter_of(self, number: int, position: int) -> LetterShown | None:
        """The mail of a message of a ticket, and what was decided about it; None if it was no mail
        that came in."""
        try:
            return held.letters(self._own.desk, f"{number}:{position}")[0]
        except NotFound:
            return None

    def links(self, number: int) -> Sequence[Link]:
        """The tickets that one is linked to."""
        return reading.ticket(self._own.desk, number, 1).links

    def related(self, line: TicketLine, most: int) -> list[RelatedTicket]:
        """See `desk.tickets.related.proposals.related`."""
        return proposals.related(self._own.desk, line, most)

    def similar(self, number: int) -> Sequence[SimilarTicket]:
        """See `desk.tickets.related.similar.similar`."""
        return similar.similar(self._own.desk, number)

    def web_links(self, number: int, last: int) -> TicketLinks:
        """See `desk.tickets.related.web_links.links_of`. The agent's own patterns may take long."""
        return web_links.links_of(self._own.desk, number, last)

    def went(self, number: int) -> int | None:
        """See `desk.tickets.reading.merged_into`."""
        return reading.merged_into(self._own.desk, number)
