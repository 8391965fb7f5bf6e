"""Which other tickets may be about the same thing as one."""

from dataclasses import dataclass

from supportcli.desk import Desk
from supportcli.desk.tickets import lists
from supportcli.domain.tickets.alike import likeness, subject_words, telling
from supportcli.domain.tickets.ticket import MERGES_INTO, UNSOLVED, TicketLine

_LOOKED_AT = 200
"""So many tickets that share a word are compared, those changed last."""


@dataclass(frozen=True, slots=True)
class RelatedTicket:
    """A ticket that may be about the same thing; `alike`: its subject says so."""

    line: TicketLine
    alike: bool


def related(desk: Desk, line: TicketLine, most: int) -> list[RelatedTicket]:
    """The tickets that one may be merged into or linked to, at most so many, the likeliest first:
    what its customer has open, what is called alike, what its customer had solved."""
    now = desk.now()
    theirs = {one.number: one for one in _of_customer(desk, line, most)}
    alike = {one.number: one for one in _called_alike(desk, line)}
    found = {**alike, **theirs}

    def place(number: int) -> tuple[int, int]:
        is_open = number in theirs and found[number].status_at(now) in UNSOLVED
        return 0 if is_open else 1 if number in alike else 2, -number

    numbers = [
        number
        for number in sorted(found, key=place)
        if number != line.number and found[number].status_at(now) in MERGES_INTO
    ]
    return [RelatedTicket(found[number], number in alike) for number in numbers[:most]]


def _of_customer(desk: Desk, line: TicketLine, most: int) -> list[TicketLine]:
    address = line.customer.address
    if '"' in address:
        return []
    found = lists.lines(desk, lists.numbers(desk, f'from:"{address}"', most=most))
    return [one for one in found if one.customer.address == address]


def _called_alike(desk: Desk, line: TicketLine) -> list[TicketLine]:
    words = subject_words(line.subject)
    if not words:
        return []
    asked = " OR ".join(f'subject:"{word}"' for word in telling(words))
    found = lists.numbers(desk, f"({asked}) sort:updated", most=_LOOKED_AT)
    return [one for one in lists.lines(desk, found) if likeness(words, subject_words(one.subject))]
