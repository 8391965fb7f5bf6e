"""What is read of tickets: a complete one, the files in it, where a query finds its words, and what
changed since."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.states import state_of
from supportcli.desk.tickets.lists import each_line
from supportcli.domain.query.nodes import Words
from supportcli.domain.query.parse import parse
from supportcli.domain.query.searchable_text import message_text
from supportcli.domain.query.snippets import Snippet, snippet, sought
from supportcli.domain.tickets.mentions import MENTIONS
from supportcli.domain.tickets.ticket import Message, Order, Ticket, TicketLine
from supportcli.errors.tickets import QueryError
from supportcli.storage.people import mentions
from supportcli.storage.tickets import (
    events,
    followers,
    lists,
    messages,
    tickets,
)


def ticket(desk: Desk, number: int, last: int | None = None) -> Ticket:
    """A ticket as I read it, with its messages (the newest `last` of them), history and links.
    NotFound if there is none."""
    with desk.db.read() as tx:
        return _ticket(tx, number, last, desk.settings.agent)


def _ticket(tx: Session, number: int, last: int | None, reader: str) -> Ticket:
    into = state_of(tx, number).merged_into
    line = lists.lines(tx, [number], reader)[0]
    shown = tuple(messages.of_ticket(tx, number, last))
    history = tuple(events.of_ticket(tx, number))
    newest = history[-1].id if history else 0
    earlier = line.message_count - len(shown)
    files = messages.files_before(tx, number, shown[0].position) if earlier and shown else 0
    links = tuple(tickets.links(tx, number))
    was_merged = any(event.kind == "took-in" for event in history)
    named = was_merged or any(MENTIONS in event.after for event in history)
    was_followed = named or any(event.kind == "followed" for event in history)
    follow = followers.of_ticket(tx, number) if was_followed else ()  # most tickets never were
    mentioned = mentions.of_ticket(tx, number) if named else ()
    return Ticket(line, shown, history, links, newest, earlier, files, follow, into, mentioned)


def merged_into(desk: Desk, number: int) -> int | None:
    """The ticket that has the messages of a merged one, at the end of a chain of merges; None if
    this one was not merged. NotFound if there is none."""
    with desk.db.read() as tx:
        state_of(tx, number)
        return tickets.ends_of_merges(tx, [number]).get(number)


class Changes:
    """Follows changes by this process or another: `moved` costs microseconds, `since` reads the
    change log. `seen` is the last event it has reported."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._version = desk.db.data_version()
        with desk.db.read() as tx:
            self.seen = events.last_id(tx)

    def moved(self) -> bool:
        """Whether the database was written since the last call."""
        version = self._desk.db.data_version()
        moved, self._version = version != self._version, version
        return moved

    def since(self) -> tuple[int, ...]:
        """The numbers of the tickets that changed since the last call."""
        with self._desk.db.read() as tx:
            self.seen, changed = events.tickets_after(tx, self.seen)
        return tuple(changed)


SNIPPET = 160
"""Characters of a snippet, about."""

_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """A ticket, its subject with hits, and the newest message with one: its place in the ticket and
    a snippet. None: no message has one."""

    line: TicketLine
    subject: Snippet
    message: int | None
    snippet: Snippet | None


def words_of(query: str) -> tuple[Words, ...]:
    """The words that a query wants to find; none of one that cannot be read."""
    try:
        return tuple(sought(parse(query)))
    except QueryError:
        return ()


def search(
    desk: Desk, query: str, order: Order | None = None, most: int | None = None
) -> Iterator[Hit]:
    """The tickets that a query finds, as `each_line` reads them, each with the place where it found
    its words. QueryError."""
    words = list(sought(parse(query)))
    for line in each_line(desk, query, order, most):
        with desk.db.read() as tx:
            there = messages.of_ticket(tx, line.number)
        place, found = next(_hits(there, words), (None, None))
        yield Hit(line, snippet(line.subject, words, _SUBJECT), place, found)


def _hits(there: Collection[Message], words: list[Words]) -> Iterator[tuple[int, Snippet]]:
    """The newest hits first; one in the text before one in the names of people and files."""
    anywhere = [one for one in words if not one.in_subject]
    newest = sorted(there, key=lambda one: one.position, reverse=True)
    texts = ((one.position, one.text) for one in newest)
    wholes = (
        (one.position, message_text(one.subject, one.sender, one.text, one.attachments))
        for one in newest
    )
    for place, text in (*texts, *wholes):
        found = snippet(text, anywhere, SNIPPET)
        if found.is_hit:
            yield place, found
