"""The desk, open, as the inbox uses it: the first screen, what changed, who else is there; and the
questions by their nouns."""

import uuid
from collections.abc import Collection, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace

from supportcli.clock import Clock
from supportcli.config import Settings
from supportcli.desk import open_desk, ticking
from supportcli.desk.people import alerts
from supportcli.desk.setup import views
from supportcli.desk.tickets import inbox, queue
from supportcli.desk.tickets import lists as ticket_lists
from supportcli.desk.tickets import reading as ticket_reading
from supportcli.desk.tickets.inbox import Health, TicketChoices
from supportcli.desk.tickets.queue import Next
from supportcli.domain.people import Agent
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.setup.alerts import Alert
from supportcli.domain.tickets.news import NewsItem
from supportcli.domain.tickets.presence import Colleague
from supportcli.domain.tickets.saved_views import SavedView
from supportcli.errors.database import DatabaseBusy
from supportcli.tui.client.canned import DeskCanned
from supportcli.tui.client.drafts import DeskDrafts
from supportcli.tui.client.files import DeskFiles
from supportcli.tui.client.held import DeskHeld
from supportcli.tui.client.lists import DeskLists
from supportcli.tui.client.outbox import DeskOutbox
from supportcli.tui.client.own_commands import DeskOwnCommands
from supportcli.tui.client.own_desk import OwnDesk
from supportcli.tui.client.people import DeskPeople
from supportcli.tui.client.reading import DeskReading
from supportcli.tui.client.replies import DeskReplies
from supportcli.tui.client.reports import DeskReports
from supportcli.tui.client.setup import DeskSetup
from supportcli.tui.client.verbs import DeskVerbs
from supportcli.tui.list_order import FoundTickets


@dataclass(frozen=True, slots=True)
class Start:
    """What the inbox has to know before the first key: who I am, the first view's tickets, and my
    drafts; `upto` as in `lists.ListChanges`.

    The lines include those of the rows that were painted ahead; `told` is what came into the marked
    one since."""

    me: Agent
    found: FoundTickets
    drafts: dict[tuple[int, str], Draft]
    views: Sequence[SavedView]
    upto: int
    told: Sequence[NewsItem]


class DeskClient:
    """The desk, open, as the inbox uses it. Each call may wait for the database, so none is made on
    the event loop."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._own = OwnDesk(open_desk(settings, clock))
        self.changes = ticket_reading.Changes(self._own.desk)
        self._me: Agent | None = None
        self._told = self.changes.seen
        self._name = uuid.uuid4().hex
        self.lists = DeskLists(self._own, self.changes)
        self.reading = DeskReading(self._own)
        self.verbs = DeskVerbs(self._own)
        self.replies = DeskReplies(self._own)
        self.drafts = DeskDrafts(self._own)
        self.canned = DeskCanned(self._own)
        self.people = DeskPeople(self._own)
        self.files = DeskFiles(self._own)
        self.own_commands = DeskOwnCommands(self._own)
        self.held = DeskHeld(self._own)
        self.outbox = DeskOutbox(self._own)
        self.reports = DeskReports(self._own)
        self.setup = DeskSetup(self._own)

    def for_all(self, numbers: Sequence[int]) -> "DeskClient":
        """The same client, whose verbs are done to all of these tickets as one, whichever they are
        given."""
        one = copy(self)
        one.verbs = DeskVerbs(replace(self._own, marked=tuple(numbers)))
        return one

    def close(self) -> None:
        """Close the desk."""
        self._own.desk.close()

    def start(
        self, query: str, window: int, painted: Collection[int], marked: int | None, seen: int
    ) -> Start:
        """Everything for the first screen, over rows that were painted ahead: they show all up to
        the event `seen`, and one is marked."""
        upto = self.changes.seen
        numbers = ticket_lists.numbers(self._own.desk, query)
        lines = ticket_lists.lines(
            self._own.desk, list(dict.fromkeys([*numbers[:window], *painted]))
        )
        told = self.reading.unseen(marked, seen) if marked is not None else []
        me, drafts_there = inbox.me(self._own.desk), inbox.my_drafts(self._own.desk)
        self._me = me
        groups = inbox.groups(self._own.desk, query, numbers, whole=window)
        return Start(
            me,
            FoundTickets(numbers, lines, groups),
            drafts_there,
            views.my_tabs(self._own.desk),
            upto,
            told,
        )

    def choices(self) -> TicketChoices:
        """The agents and the tags there are. It is asked whenever something has changed."""
        self._own.forget_agents()
        return inbox.choices(self._own.desk)

    def alerts(self) -> list[Alert]:
        """What is for me since the last question."""
        if self._me is None:
            return []
        self._told, found = alerts.since(self._own.desk, self._me, self._told)
        return found

    def health(self) -> Health:
        """The health of mail."""
        return inbox.health(self._own.desk)

    def tick(self) -> None:
        """See `desk.ticking.tick`. If somebody else is writing just now, the next minute
        will do."""
        with suppress(DatabaseBusy):
            ticking.tick(self._own.desk)

    def take_next(self) -> Next:
        """See `desk.tickets.queue.take_next`."""
        return queue.take_next(self._own.desk)

    def give_back(self, number: int) -> None:
        """See `desk.tickets.queue.give_back`. If somebody else is writing just now, it runs out by
        itself."""
        with suppress(DatabaseBusy):
            queue.give_back(self._own.desk, number)

    def be_at(self, number: int | None, *, writes: bool) -> None:
        """See `desk.tickets.queue.be_at` and, without a ticket, `leave`; as `tick`."""
        with suppress(DatabaseBusy):
            if number is None:
                queue.leave(self._own.desk, self._name)
            else:
                queue.be_at(self._own.desk, self._name, number, writes=writes)

    def leave(self, number: int | None) -> None:
        """The inbox is left, and the ticket that it has got from the queue given back."""
        self.be_at(None, writes=False)
        if number is not None:
            self.give_back(number)

    def colleagues(self) -> Sequence[Colleague]:
        """See `desk.tickets.queue.colleagues`."""
        return queue.colleagues(self._own.desk)
