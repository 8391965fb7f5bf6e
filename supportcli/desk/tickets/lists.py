"""Lists of tickets: the numbers that a query finds, and windows of lines."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.domain.query.parse import order_asked, parse
from supportcli.domain.tickets.ticket import Order, TicketLine
from supportcli.errors.names import NotFound, Thing
from supportcli.storage.tickets import lists, people
from supportcli.storage.tickets.search import Asker

if TYPE_CHECKING:
    from array import array  # no generic at run time before Python 3.12

WINDOW = 200
"""How many lines are read at a time to get all of a query."""


def asking(desk: Desk, tx: Session, now: datetime | None = None) -> Asker:
    """Who asks a query, and when: me, if the desk knows me, now. (`now`: who asks has read the
    clock already.)"""
    agent = people.agent_by_address(tx, desk.settings.agent)
    return Asker(agent.id if agent else None, desk.now() if now is None else now)


def numbers(
    desk: Desk, query: str = "", order: Order | None = None, most: int | None = None
) -> "array[int]":
    """The numbers of the tickets a query finds; the first `most` of them if given. They are sorted
    by `order`, else as the query's `sort:` says, else by urgency. An empty query finds all that
    lists show. QueryError if it cannot be read."""
    node = parse(query)
    sorted_by = order or order_asked(query) or Order.URGENCY
    with desk.db.read() as tx:
        return lists.numbers(tx, node, asking(desk, tx), sorted_by, most)


def lines(desk: Desk, wanted: Sequence[int]) -> list[TicketLine]:
    """The lines of these tickets as I read them, in the order asked for; a number without a ticket
    is left out."""
    with desk.db.read() as tx:
        return lists.lines(tx, wanted, desk.settings.agent)


def lines_there(desk: Desk, wanted: Sequence[int]) -> list[TicketLine]:
    """The lines of these tickets; NotFound if one is missing, as a verb raises it."""
    found = lines(desk, wanted)
    if missing := set(wanted) - {line.number for line in found}:
        raise NotFound(Thing.TICKET, str(min(missing)))
    return found


def each_line(
    desk: Desk, query: str = "", order: Order | None = None, most: int | None = None
) -> Iterator[TicketLine]:
    """All lines that a query finds, or the first `most`, read in windows, so that any number of
    lines costs little memory."""
    found = numbers(desk, query, order, most)
    for start in range(0, len(found), WINDOW):
        yield from lines(desk, found[start : start + WINDOW])
