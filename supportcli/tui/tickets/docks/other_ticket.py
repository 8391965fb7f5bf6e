"""The dock in which another ticket is chosen: one that may be about the same thing, one of the
list, any by its number, or one that a search finds."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.mail_domains import domain_of, is_public
from supportcli.domain.tickets.ticket import Status, TicketLine
from supportcli.rendering.ticket_rows import called
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.tickets.choices import Choosing
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from supportcli.desk.tickets.related.proposals import RelatedTicket

_TICKET = re.compile(r"#?([1-9][0-9]{0,17})")
_EXPECTED = frozenset({Status.NEW, Status.OPEN})
"""Statuses that need no word."""

MOST_FOUND = 100
"""So many tickets are offered of those that a search finds."""


@dataclass(frozen=True, slots=True)
class WantedTicket:
    """What another ticket is chosen for: the ticket it is for, the dock's title (also `failed`, if
    there is nothing to choose from), what is done with the number, and a remark for tickets of
    which something else has to be said."""

    line: TicketLine
    title: str
    failed: str
    then: Callable[[int], object]
    remark: Callable[[int], str] = lambda _: ""
    several: frozenset[int] = frozenset()
    """All the tickets it is for, if they are several."""

    among: bool = False
    """Whether it may be one of the several, to which the others go."""

    def is_for(self, number: int) -> bool:
        """Whether a ticket is one of those that the other is chosen for."""
        return number in (self.several or {self.line.number}) and not (self.several and self.among)


class OtherTicket:
    """One choice at a time."""

    def __init__(self, context: InboxContext, choosing: Choosing) -> None:
        self._context = context
        self._choosing = choosing

    def choose(self, wanted: WantedTicket) -> None:
        """Ask the desk for what may be meant, and offer it before the tickets of the list."""
        shown = self._in_view()
        self._context.wait_for(
            lambda client: client.reading.related(wanted.line, MOST_FOUND),
            lambda found: self._offer_related(wanted, found, shown),
            partial(self._choosing.fail_to_open, wanted.failed),
        )

    def _in_view(self) -> list[TicketLine]:
        """The tickets of the list as they stand there, then others that were shown before."""
        shown = self._context.tickets.shown
        known = {one.number: one for one in shown.lines()}
        there = [known.pop(number) for number in shown.numbers if number in known]
        return [*there, *known.values()]

    def _offer_related(
        self, wanted: WantedTicket, found: "Sequence[RelatedTicket]", shown: Sequence[TicketLine]
    ) -> None:
        alike = {one.line.number for one in found if one.alike}
        by_domain = sorted(shown, key=lambda one: not _same_domain(one, wanted.line))
        self._offer(wanted, [*(one.line for one in found), *by_domain], alike, new=_would_be)

    def _offer(
        self,
        wanted: WantedTicket,
        there: Sequence[TicketLine],
        alike: frozenset[int] | set[int] = frozenset(),
        *,
        new: Callable[[str], str] | str = "",
    ) -> None:
        others = {one.number: one for one in reversed(there) if not wanted.is_for(one.number)}
        choices = [
            Choice(
                str(one.number),
                one.subject or "(no subject)",
                self._about(wanted, one, alike=one.number in alike),
                also=f"#{one.number} {one.customer.name} {one.customer.address}",
            )
            for one in sorted(
                others.values(),
                key=lambda one: (one.number not in wanted.several, _place(there, one.number)),
            )
        ]
        self._choosing.open(
            wanted.title,
            choices,
            partial(self._chosen, wanted),
            new=new,
            by_words=True,
            asks="a number, or words to search for" if new else "",
        )
        first = next(iter(choices), None)
        if wanted.among and new and not wanted.several and first is not None:
            self._select(wanted, others[int(first.value)])

    def _select(self, wanted: WantedTicket, first: TicketLine) -> None:
        """Select the first one if it is of the same customer: that is meant most often, and a merge
        asks once more."""
        if first.customer.address == wanted.line.customer.address:
            self._context.picker.move(1)

    def _about(self, wanted: WantedTicket, one: TicketLine, *, alike: bool) -> str:
        status = one.status_at(self._context.now())
        other = one.customer.address != wanted.line.customer.address
        parts = [
            f"#{one.number} {called(one.customer)}",
            "" if status in _EXPECTED else status.value,
            "alike" if alike and other else "",
            wanted.remark(one.number),
        ]
        return " · ".join(part for part in parts if part)

    def _chosen(self, wanted: WantedTicket, typed: str) -> None:
        found = _TICKET.fullmatch(typed.strip())
        if found is None:
            self._search(wanted, typed)
        else:
            wanted.then(int(found[1]))

    def _search(self, wanted: WantedTicket, typed: str) -> None:
        """Offer the tickets, of any view, that a search for what was typed finds."""

        def came(found: Sequence[TicketLine]) -> None:
            if any(not wanted.is_for(one.number) for one in found):
                self._offer(wanted, found)
            else:
                why = f"No other ticket has “{clean(typed)}”."
                self._choosing.refuse(wanted.failed, why)

        self._context.wait_for(
            lambda client: client.lists.search(typed, MOST_FOUND),
            came,
            partial(self._choosing.fail_to_open, wanted.failed),
        )


def _same_domain(one: TicketLine, other: TicketLine) -> bool:
    """Whether two customers write from one firm's addresses."""
    domain = domain_of(one.customer.address)
    return domain == domain_of(other.customer.address) and not is_public(domain)


def _place(there: Sequence[TicketLine], number: int) -> int:
    return next(place for place, one in enumerate(there) if one.number == number)


def _would_be(typed: str) -> str:
    """What a text is that no ticket's subject begins with."""
    return (
        "the ticket of this number" if _TICKET.fullmatch(typed) else "search all tickets for this"
    )
