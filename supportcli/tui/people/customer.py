"""The customer pane: who wrote the ticket under the cursor, what the team knows about them, their
other tickets. It is read once the cursor rests, after everything that a key waits for."""

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.people.lookup import CustomerLookup, LookupSource
from supportcli.errors import SupportError
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.people.customer_verbs import CustomerVerbs
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.verbs import TicketVerbs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from supportcli.desk.people.reading import CustomerShown
    from supportcli.desk.tickets.related.similar import SimilarTicket

_SETTLE = 0.15
"""Seconds that the cursor has to rest on a ticket before its customer is read."""


class CustomerView:
    """Keeps the pane with the cursor, and opens other tickets from it."""

    def __init__(
        self, context: InboxContext, browse: Browse, verbs: TicketVerbs, source: LookupSource
    ) -> None:
        self._context = context
        self.verbs = CustomerVerbs(context, browse, verbs)
        self.verbs.changed = verbs.people_changed = self.read
        self._browse = browse
        self._source = source
        self._looking = False
        self._moves = 0
        self._sought: int | None = None

    @property
    def is_visible(self) -> bool:
        """Whether the pane is on screen: always beside a wide inbox, else when its key opened
        it."""
        return self._context.is_wide or self._context.mode is Mode.CUSTOMER

    def moved(self) -> None:
        """The cursor is on another ticket. Nobody else's customer is shown beside it."""
        line, pane = self._context.tickets.line, self._context.customer
        pane.here(line.number if line else None, line.customer.address if line else "")
        if line is None or line.number != self._sought:
            self._sought = None
        self._moves += 1
        if self._context.is_wide:
            self._context.later(_SETTLE, partial(self._rested, self._moves))

    def _rested(self, moves: int) -> None:
        if moves == self._moves and not self._context.customer.is_current:
            self.read()

    def changed(self, numbers: Collection[int]) -> None:
        """These tickets changed, or something around them."""
        if self.is_visible and not self._context.customer.of_none_of(numbers):
            self.read()

    def read(self) -> None:
        """Read the customer of the ticket under the cursor, after everything else."""
        number = self._context.tickets.cursor
        if number is not None and self.is_visible:
            self._context.work.read(
                "customer",
                lambda client: client.people.customer(number),
                partial(self._came, number),
                self._context.notices.fail,
                last=True,
            )

    def _came(self, number: int, shown: "CustomerShown") -> None:
        if number == self._context.tickets.cursor:
            self._context.customer.show(shown, number)
            self._look_up(number, shown.lookup)
            self._seek_similar(number)

    def _seek_similar(self, number: int) -> None:
        """Ask how tickets like this one were answered, after everything else; once for each time
        that the cursor rests on it."""
        if number != self._sought:
            self._sought = number
            self._context.work.read(
                "similar",
                lambda client: client.reading.similar(number),
                partial(self._similar_came, number),
                self._context.notices.fail,
                last=True,
            )

    def _similar_came(self, number: int, found: "Sequence[SimilarTicket]") -> None:
        self._context.customer.show_similar(found, number)

    def _look_up(self, number: int, known: CustomerLookup | None) -> None:
        """Ask the other system about who is shown, unless its answer is fresh: in a thread of its
        own, one question at a time."""
        now = self._context.now()
        is_fresh = known is not None and known.is_fresh(now, self._source.minutes)
        if self._source and not is_fresh and not self._looking:
            self._looking = True
            self._context.work.aside(
                lambda client: client.people.look_up(number), self._looked_up, self._not_looked_up
            )

    def _looked_up(self, _: None) -> None:
        self._looking = False
        self.read()

    def _not_looked_up(self, error: SupportError) -> None:
        self._looking = False
        self._context.notices.fail(error)

    # On its key

    def open(self) -> None:
        """Go into the pane, to read on in it and to open another ticket of the customer."""
        number = self._context.tickets.cursor
        if number is None:
            return
        self._context.show_customer(shown=True)
        self._context.mode = Mode.CUSTOMER
        self._context.wait_for(
            lambda client: client.people.customer(number),
            partial(self._opened, number),
            self._failed,
        )

    def _opened(self, number: int, shown: "CustomerShown") -> None:
        self._came(number, shown)
        self._context.customer.enter()

    def _failed(self, error: SupportError) -> None:
        self.close()
        self._context.notices.fail(error)

    def close(self) -> None:
        """Back to the ticket or the list."""
        self._context.customer.leave()
        self._context.show_customer(shown=False)
        self._context.go_home()

    def step(self, tickets: int) -> None:
        """Choose another ticket of the customer."""
        self._context.customer.step(tickets)

    def go(self) -> None:
        """Open the chosen ticket; the list keeps its place."""
        number = self._context.customer.chosen
        self.close()
        if number is not None and number != self._context.tickets.cursor:
            self._browse.visit(number)
        self._browse.open()
