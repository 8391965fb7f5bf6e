"""Every question the inbox puts to the desk. Imported by a thread after the first frame: the desk brings sqlmodel, which takes longer than that."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from supportcli.clock import Clock
from supportcli.config import Settings
from supportcli.desk import applying, clocks, filling, inbox, open_desk, replies, reports, tickets, undo, views
from supportcli.desk.filling import Insertion, Offer
from supportcli.desk.gestures import Done
from supportcli.desk.inbox import Choices, Health
from supportcli.desk.replies import Draft
from supportcli.domain.mail import Address
from supportcli.domain.people import Agent
from supportcli.domain.ticket import Priority, Status, Ticket, TicketLine
from supportcli.errors import DatabaseBusy
from supportcli.tui.dashboard_page import NAMES, TODAY, WEEK, Numbers
from supportcli.tui.pages import Page, page

MANY = 500
"""Changes at once beyond which the whole query is asked again."""

Found = tuple[Sequence[int], list[TicketLine]]
"""The numbers that a query finds, and the lines of the first of them."""


@dataclass(frozen=True, slots=True)
class Start:
    """What the inbox has to know before the first key: who I am, the first view's tickets, and my drafts."""

    me: Agent
    found: Found
    drafts: dict[tuple[int, str], Draft]


@dataclass(frozen=True, slots=True)
class News:
    """What changes mean for the list that is shown: new lines, the tickets that belong in it and are not shown, the shown ones that do not."""

    lines: list[TicketLine]
    fresh: frozenset[int]
    gone: frozenset[int]


class Calls:
    """The desk, open, as the inbox uses it. Each call may wait for the database, so none is made on the event loop."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._desk = open_desk(settings, clock)
        self.changes = views.Changes(self._desk)

    def close(self) -> None:
        """Give the desk back."""
        self._desk.close()

    # Reading

    def start(self, query: str, window: int) -> Start:
        """Everything for the first screen."""
        return Start(inbox.me(self._desk), self.find(query, window), inbox.my_drafts(self._desk))

    def find(self, query: str, window: int) -> Found:
        """The tickets of a query, and the first lines of them."""
        numbers = views.numbers(self._desk, query)
        return numbers, views.lines(self._desk, numbers[:window])

    def lines(self, numbers: Sequence[int]) -> list[TicketLine]:
        """The lines of these tickets."""
        return views.lines(self._desk, numbers)

    def counts(self, queries: Collection[tuple[str, str]]) -> dict[str, int]:
        """How many tickets each query finds; a query has a name."""
        return {name: inbox.count(self._desk, query) for name, query in queries}

    def news(self, query: str, changed: Collection[int], shown: Collection[int], known: Sequence[int]) -> News:
        """What `changed` tickets mean for a list that shows the tickets `shown`, and knows the lines of `known`."""
        there = frozenset(shown)
        if len(changed) > MANY:
            return replace(self.compared(query, shown), lines=views.lines(self._desk, known))
        found = inbox.among(self._desk, query, changed)
        return News(views.lines(self._desk, known), found - there, (frozenset(changed) & there) - found)

    def compared(self, query: str, shown: Collection[int]) -> News:
        """What a list that shows the tickets `shown` has too few and too many."""
        found, there = frozenset(views.numbers(self._desk, query)), frozenset(shown)
        return News([], found - there, there - found)

    def settled(self, query: str, number: int) -> tuple[list[TicketLine], bool]:
        """A ticket's line after a verb, and whether the query still finds it."""
        return views.lines(self._desk, [number]), bool(inbox.among(self._desk, query, [number]))

    def conversation(self, number: int, last: int, width: int, *, unfolded: bool) -> tuple[Ticket, Page]:
        """A ticket with its newest messages, laid out for a width."""
        found = views.ticket(self._desk, number, last)
        return found, page(found, width, self._desk.now(), unfolded=unfolded)

    def recipients(self, number: int, *, only_sender: bool) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
        """To and Cc of a reply."""
        return replies.recipients(self._desk, number, only_sender=only_sender)

    def drafts(self) -> dict[tuple[int, str], Draft]:
        """My drafts by ticket and kind."""
        return inbox.my_drafts(self._desk)

    def choices(self) -> Choices:
        """The agents and the tags there are."""
        return inbox.choices(self._desk)

    def offers(self) -> list[Offer]:
        """The canned responses I may use, those used lately first."""
        return filling.offers(self._desk)

    def insertion(self, number: int, shortcut: str) -> Insertion:
        """A canned response, filled in for a ticket."""
        return filling.insertion(self._desk, number, shortcut)

    def health(self) -> Health:
        """How the mail goes."""
        return inbox.health(self._desk)

    def dashboard(self) -> Numbers:
        """The numbers of today and this week."""
        figures = {name: reports.Question(since, compare=True) for name, since in ((TODAY, "today"), (WEEK, "week"))}
        days = reports.Question("14d", by="day")
        others = (("backlog-age", reports.Question()), ("busiest-hours", reports.Question("4w")), ("volume", days), ("backlog", days))
        wanted = [(name, question) for question in figures.values() for name in NAMES]
        tables = reports.run(self._desk, [*wanted, *others])
        shown = {since: {table.name: table for table in tables[place * len(NAMES) :][: len(NAMES)]} for place, since in enumerate(figures)}
        age, hours, created, backlog = tables[len(wanted) :]
        return Numbers(shown, age, shown[WEEK]["agents"], hours, created, backlog)

    # Doing

    def tick(self) -> None:
        """See `desk.clocks.tick`. Where somebody else writes just now, the next minute will do."""
        with suppress(DatabaseBusy):
            clocks.tick(self._desk)

    def solve(self, number: int) -> Done:
        """See `desk.tickets.solve`."""
        return tickets.solve(self._desk, [number])

    def wait(self, number: int) -> Done:
        """See `desk.tickets.wait`."""
        return tickets.wait(self._desk, [number])

    def hold(self, number: int) -> Done:
        """See `desk.tickets.hold`."""
        return tickets.hold(self._desk, [number])

    def spam(self, number: int) -> Done:
        """See `desk.tickets.spam`."""
        return tickets.spam(self._desk, [number])

    def delete(self, number: int) -> Done:
        """See `desk.tickets.delete`."""
        return tickets.delete(self._desk, [number])

    def reopen(self, number: int) -> Done:
        """See `desk.tickets.reopen`."""
        return tickets.reopen(self._desk, [number])

    def assign(self, number: int, who: str | None) -> Done:
        """See `desk.tickets.assign`."""
        return tickets.assign(self._desk, [number], who)

    def tag(self, number: int, add: Collection[str], remove: Collection[str]) -> Done:
        """See `desk.tickets.tag`."""
        return tickets.tag(self._desk, [number], add, remove)

    def prioritise(self, number: int, priority: Priority) -> Done:
        """See `desk.tickets.prioritise`."""
        return tickets.prioritise(self._desk, [number], priority)

    def undo(self, gesture: str) -> Done:
        """Take one verb back."""
        return undo.undo(self._desk, gesture_id=gesture)

    def note(self, number: int, text: str) -> Done:
        """See `desk.tickets.note`; the draft of it is forgotten."""
        done = tickets.note(self._desk, number, text)
        replies.save_draft(self._desk, number, "note", "", 0)
        return done

    def reply(
        self, number: int, text: str, *, only_sender: bool, status: Status | None, seen: int | None, used: Collection[str]
    ) -> tuple[Done, datetime]:
        """See `desk.replies.reply`; and when the reply leaves."""
        done = replies.reply(self._desk, number, text, only_sender=only_sender, status=status, seen=seen, of_draft=True, used=used)
        return done, self._desk.now() + replies.HOLD

    def apply(self, number: int, shortcut: str, seen: int | None) -> tuple[Done | Insertion, datetime]:
        """See `desk.applying.apply`; and when the reply leaves. Where something is missing nothing is done, and what would be said comes back."""
        inserted = filling.insertion(self._desk, number, shortcut)
        done = inserted if inserted.missing else applying.apply(self._desk, [number], shortcut, seen=seen)
        return done, self._desk.now() + replies.HOLD

    def save_draft(self, number: int, kind: str, text: str, seen: int) -> None:
        """See `desk.replies.save_draft`."""
        replies.save_draft(self._desk, number, kind, text, seen)


def opening(settings: Settings, clock: Clock) -> Callable[[], Calls]:
    """How a thread opens the desk."""
    return lambda: Calls(settings, clock)
