"""How tickets like one were answered: the solved ones that share its rarest words."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.states import state_of
from supportcli.domain.canned.languages import is_small, language_of
from supportcli.domain.mail import Address
from supportcli.domain.query.nodes import Words
from supportcli.domain.tickets.alike import Sought, sought, weight
from supportcli.domain.tickets.ticket import Direction, Message, Status, TicketLine
from supportcli.storage.tickets import lists, messages, search_index

_NEWEST = 300
"""So many of the newest texts with a word are looked at. A word with more of them tells little."""

_RANKED = 12
"""So many of the likeliest tickets are read, to find their answers."""

_HEARD = 20
"""The last message of the customer is among so many."""

_AT_LEAST = 2
"""So many of the words that are sought have to be there."""

_DONE = frozenset({Status.SOLVED, Status.CLOSED})


@dataclass(frozen=True, slots=True)
class SimilarTicket:
    """A solved ticket, and the last answer that an agent gave in it: its own words, without quotes
    and signature."""

    line: TicketLine
    answer: str
    by: Address
    at: datetime


def similar(desk: Desk, number: int, most: int = 3) -> list[SimilarTicket]:
    """The solved tickets most like one, at most so many, that somebody answered, in the language of
    its customer if that is known. NotFound."""
    with desk.db.read() as tx:
        subject = state_of(tx, number).subject
        heard = _heard(messages.of_ticket(tx, number, _HEARD))
        wanted = sought(subject, heard, is_small)
        ranked = _ranked(tx, wanted, number)
        lines = lists.lines(tx, ranked)
        done = [line for line in lines if line.status in _DONE][:_RANKED]
        said = messages.of_tickets(tx, [line.number for line in done])
    language = language_of([heard])
    found: list[SimilarTicket] = []
    for line in done:
        answered = _answered(line, said.get(line.number, []), language)
        if answered is not None and len(found) < most:
            found.append(answered)
    return found


def _heard(there: Sequence[Message]) -> str:
    """What the customer wrote last."""
    ours = (one.reply for one in reversed(there) if one.direction is Direction.IN)
    return next(ours, "")


def _ranked(tx: Session, wanted: Sequence[Sought], number: int) -> list[int]:
    """The tickets with the words, the likeliest first."""
    scores, shared = defaultdict[int, float](float), Counter[int]()
    for one in wanted:
        there = search_index.newest_with(tx, Words(one.tokens), _NEWEST)
        tickets = frozenset(there) - {number}
        worth = weight(one, len(there), _NEWEST)
        for other in tickets:
            scores[other] += worth
            shared[other] += 1
    likely = [other for other in scores if shared[other] >= _AT_LEAST]
    likely.sort(key=lambda other: (-scores[other], -other))
    return likely[: 4 * _RANKED]


def _answered(
    line: TicketLine, there: Sequence[Message], language: str | None
) -> SimilarTicket | None:
    """A ticket with its last answer; None if there is none, or its customer writes another
    language."""
    theirs = language_of(_of_customer(there)) if language else None
    if theirs and theirs != language:
        return None
    for message in reversed(there):
        answers = message.direction is Direction.OUT and not (
            message.is_automatic or message.is_forward or message.is_spoken
        )
        if answers and (text := message.reply.strip()):
            return SimilarTicket(line, text, message.sender, message.created_at)
    return None


def _of_customer(there: Sequence[Message]) -> Iterator[str]:
    return (one.reply for one in reversed(there) if one.direction is Direction.IN)
