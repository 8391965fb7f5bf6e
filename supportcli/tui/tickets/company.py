"""Who works on which ticket: what the queue gives me next, where this inbox says that I am, and
which colleagues are at the tickets that are shown.

The desk is told a few seconds after I have come to a ticket, and then once a minute, by a thread
that no key waits for."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from supportcli.domain.tickets.presence import AGAIN, foremost
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.tickets.browse import Browse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from supportcli.desk.tickets.queue import Next
    from supportcli.domain.mail import Address
    from supportcli.domain.tickets.presence import Colleague, Doing
    from supportcli.errors import SupportError

_SETTLE = timedelta(seconds=2)
"""How long I have to be at a ticket until the desk is told."""

_WRITING = Mode.WRITE | Mode.SEND | Mode.HEADERS | Mode.MAIL


class Whereabouts(NamedTuple):
    """The ticket that I have open (None: none), and whether I write there."""

    number: int | None
    writes: bool


class Company:
    """Me and my colleagues at the tickets."""

    def __init__(self, context: InboxContext, browse: Browse) -> None:
        self._context = context
        self._browse = browse
        self._place = self._told = Whereabouts(None, writes=False)
        self._since = self._told_at = context.now()
        self._got: int | None = None
        self._found: Sequence[Colleague] = ()
        self._shown: dict[int, tuple[Address, Doing]] = {}

    # The queue

    def take_next(self) -> None:
        """Go to the next ticket of the queue, which nobody else gets while I am at it. Keys wait
        for it."""
        self._got = None  # the desk gives it back by itself
        self._context.hold_keys()
        self._context.work.in_turn(lambda client: client.take_next(), self._came, self._not_there)

    def _came(self, found: "Next") -> None:
        self._got = found.number
        self._browse.visit(found.number)
        self._browse.open()
        self._context.notices.say(
            f"Next in the queue: #{found.number}, {found.reason} · held for you while it is open"
        )
        self._context.release_keys()

    def _not_there(self, error: "SupportError") -> None:
        self._context.notices.fail(error)
        self._context.release_keys(forget=True)

    def _give_back(self) -> None:
        number, self._got = self._got, None
        if number is not None:
            self._context.work.beside(lambda client: client.give_back(number))

    # Me

    def tick(self) -> None:
        """A second has passed."""
        now, place = self._context.now(), self._here()
        if place != self._place:
            self._place, self._since = place, now
        if self._got is not None and place.number != self._got:
            self._give_back()
        again = place.number is not None and now - self._told_at >= AGAIN
        if again or (place != self._told and now - self._since >= _SETTLE):
            self._told, self._told_at = place, now
            self._context.work.beside(
                lambda client: client.be_at(place.number, writes=place.writes)
            )
        self._show(now)

    def _here(self) -> Whereabouts:
        context = self._context
        number = context.tickets.cursor
        if number is None or not context.shows_conversation or context.aside:
            return Whereabouts(None, writes=False)
        return Whereabouts(number, bool(context.mode & _WRITING))

    def leave(self) -> None:
        """The inbox ends: I am nowhere."""
        number, self._got = self._got, None
        if number is not None or self._told.number is not None:
            self._context.work.in_turn(lambda client: client.leave(number), _unheard, _unheard)

    # Colleagues

    def reload(self) -> None:
        """Somebody wrote into the desk's database: ask who is where."""
        self._context.work.read(
            "company",
            lambda client: client.colleagues(),
            self._learn,
            self._context.notices.fail,
            last=True,
        )

    def _learn(self, found: "Sequence[Colleague]") -> None:
        self._found = found
        self._show(self._context.now())

    def _show(self, now: datetime) -> None:
        company = foremost(self._found, now)
        shown = {number: (one.person, one.doing) for number, one in company.items()}
        if shown != self._shown:
            self._shown = shown
            self._context.tickets.show_company(company)
            self._context.heading.show_company(company)


def _unheard(_: object) -> None:
    """Nobody waits for this answer."""
