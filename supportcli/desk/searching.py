"""Where tickets hold the words of a query: hits, each with a snippet."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from supportcli.desk import Desk
from supportcli.desk.tickets.lists import each_line
from supportcli.domain.query.nodes import Words
from supportcli.domain.query.parse import parse
from supportcli.domain.query.searchable_text import message_text
from supportcli.domain.query.snippets import Snippet, snippet, sought
from supportcli.domain.tickets.ticket import Message, Order, TicketLine
from supportcli.errors.tickets import QueryError
from supportcli.storage.tickets import messages

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
