"""What others did to the ticket under the cursor since the agent looked. A key that acts on the
ticket shows it first."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.tickets.news import NewsItem, foremost
from supportcli.domain.tickets.verbs import BY_NAME, VERBS, Asks
from supportcli.rendering.ink import shortened
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.notices import GLANCE

if TYPE_CHECKING:
    from supportcli.domain.tickets.ticket import Ticket

OPENERS = frozenset(verb.name for verb in VERBS if verb.asks is not Asks.NOTHING)
"""Actions that open a text or a choice: they open, with the news beside them."""

FIRM = frozenset(verb.name for verb in VERBS if verb.became and verb.asks is Asks.NOTHING)
"""Verbs that are not done to a ticket with news. (A choice is made beside the news, and is not
carried out if there was no time to read them.)"""

_DROPPED = 20
"""How many characters typed after a refused verb are shown."""

_WHO = 30


@dataclass(frozen=True, slots=True)
class AgentTold:
    """What an agent was told at a moment: everything up to this event, since what they had seen
    before."""

    event: int
    at: datetime
    before: int

    def is_read(self, now: datetime) -> bool:
        """Whether there was time to read it."""
        return now - self.at >= GLANCE


class Unseen:
    """Up to which event the agent has seen the ticket under the cursor: what its row and its
    conversation showed when the cursor came to it, and what was told or read since."""

    def __init__(self, context: InboxContext) -> None:
        self._context = context
        self._number: int | None = None
        self._seen = 0
        self._opened = False
        self._rows = 0
        self._news: Sequence[NewsItem] = ()
        self._told: AgentTold | None = None
        self.shows: Callable[[], None] = _nobody_asked

    # What is seen

    def begin(self, upto: int) -> None:
        """The desk is open, and what was painted ahead shows everything up to this event."""
        self._rows = self._seen = upto

    def learn(self, number: int | None, news: Sequence[NewsItem]) -> None:
        """Take what is new in the ticket under the cursor."""
        if number is not None:
            self._came(number, news)

    def rows_show(self, upto: int) -> None:
        """The rows of the list show everything up to this event."""
        self._rows = max(self._rows, upto)

    def look(self, number: int | None) -> None:
        """The cursor is on this ticket."""
        if number != self._number:
            self._number, self._seen, self._opened = number, self._rows, False
            self._news, self._told = (), None

    def opened(self, ticket: "Ticket") -> None:
        """Its conversation is shown. What came before it was opened counts as seen."""
        if ticket.line.number == self._number and not self._opened:
            self._opened = True
            if ticket.last_event > self._seen:
                self._told = self._now_told(ticket.last_event)

    def read(self) -> None:
        """The agent has gone to the end of the conversation."""
        if self._news:
            self._see(self._news[-1].event)

    def _see(self, event: int) -> None:
        self._seen = max(self._seen, event)
        self._news = [one for one in self._news if one.event > self._seen]
        self._told = None

    def _now_told(self, event: int) -> AgentTold:
        return AgentTold(event, self._context.now(), self._seen)

    def seen(self, number: int) -> int:
        """The last event of a ticket that the agent has seen, now."""
        if self._told is not None and self._told.is_read(self._context.now()):
            self._see(self._told.event)
        return self._seen if number == self._number else self._rows

    # What is new

    def changed(self, numbers: Collection[int]) -> None:
        """These tickets changed: find out what others did to the one under the cursor."""
        number, seen = self._number, self._seen
        if number in numbers and number is not None:
            came = partial(self._came, number)
            self._context.work.in_turn(
                lambda client: client.reading.unseen(number, seen), came, self._context.notices.fail
            )

    def _came(self, number: int, news: Sequence[NewsItem]) -> None:
        if number == self._number:
            self._news = [one for one in news if one.event > self._seen]

    # Telling

    def refuses(self, name: str) -> bool:
        """Whether a verb is not done because the ticket has news, which is then shown instead."""
        if name not in FIRM or self._number is None:
            return False
        told = self._tell()
        if told:
            self._refuse(name, told)
        return bool(told)

    def refused(self, name: str, number: int, seen: int, told: str, behind: str) -> None:
        """The desk has not done a verb because the ticket has news (`told`) after the event `seen`.
        If the cursor is elsewhere, only say so. What was given `behind` it is not done either."""
        if number != self._context.tickets.cursor:
            self._context.notices.warn(f"#{number} was not {_would_be(name)}: {told}.")
            return
        self._number, self._seen, self._opened, self._told = number, seen, True, None
        self._context.hold_keys()
        self._context.work.in_turn(
            lambda client: client.reading.unseen(number, seen),
            partial(self._refused, name, number, told, behind),
            lambda _: self._refused(name, number, told, behind, ()),
        )

    def _refused(
        self, name: str, number: int, told: str, behind: str, news: Sequence[NewsItem]
    ) -> None:
        self._came(number, news)
        self._refuse(name, self._tell() or told, behind)
        self._context.release_keys()

    def _refuse(self, name: str, told: str, behind: str = "") -> None:
        """Say that a verb is not done, show why, and drop the keys after it: whoever typed them had
        not read that."""
        said = f"Not {_would_be(name)}: {told} · {self._context.key(name)} again does it"

        def dropped(typed: str) -> None:
            typed = shortened(clean(typed), _DROPPED)
            self._context.notices.refuse(f"{said} · dropped: “{typed}”")

        self.shows()
        self._context.notices.refuse(said)
        self._context.drop_keys(dropped, behind)

    def tell(self, name: str) -> AgentTold | None:
        """Show what is new beside what a key has opened; None if nothing is."""
        told = self._tell() if name in OPENERS else ""
        if told:
            self._context.notices.warn(f"{told[:1].upper()}{told[1:]}.")
        return self._told if told else None

    def _tell(self) -> str:
        """Put into words what is new, and show it; "" if nothing is, or it was shown and read
        before."""
        now = self._context.now()
        if self._number is not None:
            self.seen(self._number)
        first = foremost(self._news)
        if first is None:
            return ""
        if self._told is None or self._told.event < self._news[-1].event:
            self._told = self._now_told(self._news[-1].event)
        if first.is_said:
            self.shows()
        return replace(first, who=shortened(clean(first.who), _WHO)).told(now)


def _would_be(name: str) -> str:
    return BY_NAME[name].became


def _nobody_asked() -> None:
    """The default while nobody shows the newest message."""
