"""The list as the agent moves through it: views, the filter, the cursor, and what changes
elsewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.query.completion import the_word
from supportcli.domain.tickets.urgency_groups import Groups
from supportcli.errors import SupportError, UsageError
from supportcli.rendering.ink import Ink
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import TICKETS, Mode
from supportcli.tui.list_order import FoundTickets, groups_over, opened
from supportcli.tui.tickets.reading import ConversationView
from supportcli.tui.tickets.unseen import Unseen
from supportcli.tui.views import FILTERED, VIEWS, View
from supportcli.tui.widgets.ticket_list import Stand

if TYPE_CHECKING:
    from array import array
    from datetime import datetime

    from supportcli.desk.tickets.counting import Counted
    from supportcli.domain.tickets.ticket import TicketLine
    from supportcli.tui.client.desk_client import DeskClient
    from supportcli.tui.client.lists import ListChanges

FIRST_WINDOW = 120
"""Lines that come with the numbers of a query: more than a screen holds."""

IDLE = timedelta(seconds=5)
"""How long the agent has to be idle, with the cursor on the first ticket, before new tickets appear
by themselves."""


@dataclass(frozen=True, slots=True)
class Before:
    """A list to come back to: its view, its tickets in order and their groups, and the agent's
    place in it."""

    view: View
    numbers: "array[int]"
    groups: Groups
    stand: Stand


class Browse:
    """The list of tickets. Its order stays as it is until the agent asks for another."""

    def __init__(self, context: InboxContext, reading: ConversationView, unseen: Unseen) -> None:
        self._context = context
        self._unseen = unseen
        self._reading = reading
        self.view = VIEWS[0]
        self.last_view = VIEWS[0]
        self._opened = False
        self._places: dict[int, int] = {}
        self._going: set[int] = set()
        self._touched_at = context.now()
        self._counted_queries: dict[str, int] = {}
        self._problems: dict[str, str] = {}
        self._counts_pass_at: datetime | None = None

    # Which tickets

    def load(
        self,
        view: View,
        *,
        keep: bool = False,
        failed: Callable[[SupportError], None] | None = None,
        stand: Stand | None = None,
    ) -> None:
        """Show the tickets of a view (`show`). Keys wait for them, so that none acts on a ticket of
        the previous view."""
        context = self._context
        context.hold_keys()
        context.work.in_turn(
            lambda client: client.lists.find(view.query, FIRST_WINDOW),
            partial(self._loaded, view, keep=keep, stand=stand),
            partial(self._not_loaded, failed or partial(self._unreadable, view)),
        )

    def _loaded(self, view: View, found: FoundTickets, *, keep: bool, stand: Stand | None) -> None:
        self.show(view, found, keep=keep, stand=stand)
        self._context.release_keys()

    def _not_loaded(self, tell: Callable[[SupportError], object], error: SupportError) -> None:
        is_shown = tell(error)
        self._context.release_keys(forget=not is_shown)

    def _unreadable(self, view: View, error: SupportError) -> bool:
        """A saved view stays if what its query names is gone: it shows nothing, and why. Whether it
        is shown now."""
        is_shown = view.saved is not None and isinstance(error, UsageError)
        if is_shown:
            self._problems[view.query] = error.sentence
            self.show(view, FoundTickets((), []))
            self._context.tickets.empty = clean(error.sentence)
        self._context.notices.fail(error)
        return is_shown

    def show(
        self, view: View, found: FoundTickets, *, keep: bool = False, stand: Stand | None = None
    ) -> None:
        """Show these tickets of the view; the cursor goes where `TicketList.replace` says."""
        context = self._context
        self._opened = True
        if view is not self.view:
            context.tickets.mark(())
        self.view = view
        if tab := context.tabs.now(view):
            self.last_view = tab
        self._places.clear()
        self._going.clear()
        context.tickets.empty = context.keymap.told(view.empty)
        context.tickets.replace(found.numbers, found.lines, found.groups, keep=keep, stand=stand)
        self._unseen.look(context.tickets.cursor)
        context.status.show_view(view)
        context.notice.show_news("")
        self._show_counts()
        self._reading.seek("" if view in VIEWS else view.query)  # the built-in ones have no words
        self._reading.follow(at_once=True)
        self.show_place()
        self._nothing_to_read()
        if view not in context.tabs and view.name == FILTERED and not len(found.numbers):
            self._look_elsewhere(view)

    def _look_elsewhere(self, view: View) -> None:
        """A filter finds nothing: say so, and what would find something."""
        word, query = clean(the_word(view.query)), view.query
        nothing = f"No ticket has the word “{word}”." if word else view.empty

        def told(found: tuple[str, int] | None) -> None:
            if query == self.view.query and not len(self._context.tickets.shown) and found:
                other, count = found
                self._context.tickets.empty = f"{nothing[:-1]} · {clean(other)} finds {count:,}"

        self._context.tickets.empty = nothing
        self._context.work.read(
            "elsewhere", lambda client: client.lists.found_instead(query), told, lambda _: None
        )

    def begin(self, view: View, found: FoundTickets) -> None:
        """The desk is open. The rows that were painted ahead stay where they are, as keys were
        typed over them; what changed meanwhile is counted beside them.

        The marked ticket stays until the cursor leaves it, even if it has left the view."""
        shown = self._context.tickets.shown
        numbers, fresh, gone = opened(shown.numbers, found.numbers)
        moved = gone | shown.moved_by(found.lines)
        groups = groups_over(shown.groups, found, numbers)
        self.show(view, FoundTickets(numbers, found.lines, groups), keep=True)
        shown.fresh, shown.moved = fresh, moved
        cursor = self._context.tickets.cursor
        if cursor in gone:
            self._stay(cursor)
        self._show_news()

    def before(self) -> Before:
        """The current list."""
        tickets = self._context.tickets
        return Before(self.view, tickets.shown.numbers[:], tickets.shown.groups, tickets.stand)

    def restore(self, before: Before) -> None:
        """Show a list again as it was, its ticket under the cursor; what has changed since is
        counted beside it."""
        self.show(before.view, FoundTickets(before.numbers, [], before.groups), stand=before.stand)
        query, there = before.view.query, before.numbers
        self._context.work.read(
            "",
            lambda client: client.lists.compared(query, there),
            partial(self._news, query),
            self._context.notices.fail,
        )

    def _nothing_to_read(self) -> None:
        if self._context.tickets.cursor is None and self._context.mode is Mode.READ:
            self.back()

    def want(self, numbers: Sequence[int]) -> None:
        """The list lacks these lines."""
        self._context.work.read(
            "lines",
            lambda client: client.lists.lines(numbers),
            self._learn,
            self._context.notices.fail,
        )

    def _learn(self, lines: "Sequence[TicketLine]") -> None:
        self._context.tickets.learn(lines)
        self._reading.head()

    def with_line(self, run: Callable[[], object], failed: Callable[[SupportError], None]) -> None:
        """Do something with the ticket under the cursor, once its line is there."""
        number = self._context.tickets.cursor
        if number is None or self._context.tickets.line is not None:
            run()
            return

        def came(lines: "Sequence[TicketLine]") -> None:
            self._learn(lines)
            run()

        self._context.wait_for(lambda client: client.lists.lines([number]), came, failed)

    def stand_on(self, number: int) -> None:
        """Put the cursor on a ticket, even if it has left the list."""
        self.bring_back(number)
        if not self._context.tickets.go_to(number):
            self._context.tickets.bring_back(number, self._context.tickets.place)
            self._context.tickets.go_to(number)

    def visit(self, number: int) -> None:
        """Put the cursor on a ticket. One that is not in the list stands there as long as the
        cursor is on it."""
        is_guest = self._context.tickets.shown.index(number) is None
        self.stand_on(number)
        if is_guest:
            self._stay(number)

    def go_to(self, number: int) -> None:
        """Open the ticket of a number, if there is one. Keys wait for it."""

        def came(lines: "Sequence[TicketLine]") -> None:
            if lines:
                self.visit(number)
                self.open()
            else:
                self._context.notices.refuse(f"There is no ticket #{number}.")

        self._context.wait_for(
            lambda client: client.lists.lines([number]), came, self._context.notices.fail
        )

    def count(self) -> None:
        """Count the tickets of each view: one by one for the first time, so that a conversation
        requested meanwhile waits for one count at most; from then on together, by what changed."""
        queries = list(dict.fromkeys(view.query for view in self._context.tabs.views))
        known = {*self._counted_queries, *self._problems}
        new = [query for query in queries if query not in known]
        for asked in [[query] for query in new] or [queries]:
            self._context.work.read(
                f"count {asked}",
                partial(_count, asked),
                self._counted,
                self._context.notices.fail,
                last=True,
            )

    def _counted(self, counted: "Counted") -> None:
        asked = {*counted.by_query, *counted.problems}
        was_wrong = self.view.query in self._problems and self.view.query in counted.by_query
        for known in (self._counted_queries, self._problems):
            for query in asked & set(known):
                del known[query]
        self._counted_queries |= counted.by_query
        self._problems |= counted.problems
        moments = [counted.next_at]
        if any(view.query not in asked for view in self._context.tabs.views):
            moments.append(self._counts_pass_at)
        self._counts_pass_at = min(filter(None, moments), default=None)
        self._show_counts()
        if was_wrong:
            self.load(self.view)

    def _show_counts(self) -> None:
        shown = len(self._context.tickets.shown) - len(self._going)
        counts = {**self._counted_queries, self.view.query: shown}
        self._context.status.show_counts(counts, frozenset(self._problems))

    def tabs_changed(self) -> None:
        """Other views are saved now. The one that is shown stays, as a filter if it is none any
        more; with another query it is shown afresh."""
        tabs, before = self._context.tabs, self.view
        self.last_view = tabs.now(self.last_view) or VIEWS[0]
        self.view = tabs.now(before) or before
        self._context.status.show_view(self.view)
        self._context.show_keys()
        self.show_place()
        if self.view.query != before.query:
            self.load(self.view, keep=True)
        self.count()

    @property
    def is_filtered(self) -> bool:
        """Whether what is shown was found, and has no tab of its own."""
        return self.view not in self._context.tabs

    # Moving

    def moved(self) -> None:
        """The cursor is on another ticket. Tickets that it kept in the list may go now."""
        self._touched_at = self._context.now()
        self._unseen.look(self._context.tickets.cursor)
        for number in self._going - {self._context.tickets.cursor}:
            self._going.discard(number)
            self._leave(number)
        self._reading.follow()
        self.show_place()

    def show_place(self) -> None:
        """Show the cursor's place in the list, once that is more than a first look."""
        tickets = self._context.tickets
        if not self._opened:
            self._context.notice.show_place(("Opening the desk …", Ink.DIM))
            return
        total = len(tickets.shown)
        words = self.view.query or "all but spam, deleted and merged"
        count = len(tickets.marked)
        marks = ((f"{count} marked", Ink.KEY), (" · ", Ink.DIM)) if count else ()
        place = f"{tickets.place + 1} of {total}"
        self._context.notice.show_place(
            *((*marks, (place, Ink.TEXT), (f" · {clean(words)}", Ink.DIM)) if total else ())
        )

    def step(self, steps: int) -> None:
        """Go to another ticket."""
        if not self._context.tickets.move(steps):
            self._touched_at = self._context.now()

    def half(self, screens: int) -> None:
        """Half a screen of tickets, or of the open one."""
        if self._context.mode is Mode.READ:
            self._reading.once_there(partial(self._context.conversation.half, screens))
        else:
            self.step(screens * max(self._context.tickets.page // 2, 1))

    def end(self, *, first: bool) -> None:
        """The first ticket, or the last; the beginning of an open one, or its end."""
        count, conversation = len(self._context.tickets.shown), self._context.conversation
        if self._context.mode is not Mode.READ:
            self.step(-count if first else count)
        elif first:
            self._reading.once_there(partial(conversation.show_from, 0))
        else:
            self._reading.once_there(lambda: conversation.show_from(conversation.lowest))

    def move_on(self, number: int) -> int | None:
        """A ticket is finished: go to the next one (after the last, the previous one), unless the
        agent has moved already. Returns which one that is, if the cursor has moved."""
        tickets = self._context.tickets
        moved = tickets.cursor == number and (tickets.move(1) or tickets.move(-1))
        return tickets.cursor if moved else None

    def open(self) -> None:
        """Open the ticket under the cursor."""
        if self._context.tickets.cursor is not None:
            self._reading.open()
            self._context.mode = Mode.READ

    def show_newest(self) -> None:
        """Show the newest message; from the list, open the ticket for it."""
        if self._context.mode is Mode.LIST:
            self.open()
        self._reading.show_newest()

    def back(self) -> None:
        """Back to the list."""
        self._reading.looking.look()
        self._context.mode = Mode.LIST

    def page_down(self) -> None:
        """Read on; at the end, the next ticket."""
        if not self._context.shows_conversation:
            self.open()
        elif self._context.conversation.ticket is not None and not self._context.conversation.page(
            1
        ):
            self.step(1)

    def click(self, place: int, *, twice: bool) -> None:
        """A ticket was clicked."""
        if self._context.mode & TICKETS:
            self._context.tickets.move(place - self._context.tickets.place)
            if twice:
                self.open()

    # Views

    def go(self, place: int) -> None:
        """Go to a view by its place, if there is one."""
        views = self._context.tabs.views
        if place < len(views):
            self.load(views[place])
        else:
            saves = self._context.key("view")
            self._context.notices.warn(f"There is no such view yet: {saves} saves a filter as one.")

    def turn(self, steps: int) -> None:
        """Go to the next view, or the previous one."""
        views = self._context.tabs.views
        self.go((views.index(self.last_view) + steps) % len(views))

    def refresh(self) -> None:
        """Show new and moved tickets where they belong."""
        self.load(self.view, keep=True)
        self.count()

    # What changes

    def changed(self, numbers: Sequence[int]) -> None:
        """Somebody, or this inbox, changed these tickets; or only something around them (a reply
        was sent, a mailbox failed)."""
        shown = self._context.tickets.shown
        pending = [line.number for line in shown.lines() if line.delivery is not None]
        known = shown.known({*numbers, *pending})
        query, there = self.view.query, shown.numbers[:] if numbers else shown.numbers[:0]
        self._context.work.read(
            "",
            lambda client: client.lists.news(query, numbers, there, known),
            partial(self._news, query),
            self._no_news,
        )
        self._reading.changed(numbers)
        self._unseen.changed(numbers)

    def _news(self, query: str, news: "ListChanges") -> None:
        shown = self._context.tickets.shown
        moved = shown.moved_by(news.lines)
        self._unseen.rows_show(news.upto)
        self._learn(news.lines)
        self.count()  # of every view, even if another one is shown by now
        if query != self.view.query:
            return
        shown.fresh = frozenset(
            number for number in shown.fresh | news.fresh if shown.index(number) is None
        )
        shown.moved = frozenset(
            number
            for number in (shown.moved | moved | news.gone) - self._going
            if shown.index(number) is not None
        )
        self._show_news()

    def _no_news(self, error: SupportError) -> None:
        if self.view.query not in self._problems:  # it is said already
            self._context.notices.fail(error)
        self.count()

    def _show_news(self) -> None:
        fresh, moved = (
            len(self._context.tickets.shown.fresh),
            len(self._context.tickets.shown.moved),
        )
        self._context.notice.show_news(
            " · ".join(
                [*([f"↑{fresh} new"] if fresh else []), *([f"{moved} moved"] if moved else [])]
            )
        )

    def idle(self) -> None:
        """A second has passed: count again what time alone has changed, and show new tickets if
        that moves nothing under the agent's eyes."""
        context = self._context
        if self._counts_pass_at is not None and self._counts_pass_at <= context.now():
            self._counts_pass_at = None
            self.count()
        if (
            not context.tickets.shown.fresh
            or context.mode is not Mode.LIST
            or context.keys_wait
            or context.tickets.cursor in self._going
        ):
            return
        rested = context.now() - self._touched_at >= IDLE
        if not len(context.tickets.shown) or (context.tickets.place == 0 and rested):
            self.load(self.view, keep=len(context.tickets.shown) > 0)

    # After a verb

    def settle(self, *numbers: int, stays: bool = False) -> None:
        """A verb on tickets was answered: show their lines, and take them out of the list or bring
        them back, as the view says.

        A ticket that `stays` is in the list as long as the cursor is on it, even if it is the only
        one."""
        query = self.view.query
        self._context.work.read(
            f"settle {numbers}",
            lambda client: client.lists.settled(query, numbers),
            partial(self._settled, query, numbers, stays=stays),
            self._context.notices.fail,
        )

    def _settled(
        self,
        query: str,
        numbers: Sequence[int],
        answer: "tuple[list[TicketLine], frozenset[int]]",
        *,
        stays: bool,
    ) -> None:
        lines, found = answer
        self._learn(lines)
        self._reading.changed(numbers)
        if query != self.view.query:
            return
        for number in (one for one in numbers if one not in found):
            self._belongs(number, belongs=False, stays=stays)
        for number in (one for one in reversed(numbers) if one in found):
            self._belongs(number, belongs=True, stays=stays)

    def _belongs(self, number: int, *, belongs: bool, stays: bool) -> None:
        if belongs:
            self._going.discard(number)
            self.bring_back(number)
        elif number == self._context.tickets.cursor and (
            stays or len(self._context.tickets.shown) > 1
        ):
            self._stay(number)
        else:
            self._leave(number)

    def _stay(self, number: int) -> None:
        """The ticket under the cursor no longer belongs here. It leaves with the cursor: the next
        key is meant for it, not for the ticket that would take its place."""
        self._going.add(number)
        self._context.tickets.shown.moved -= {number}
        self._show_news()
        self._show_counts()

    def _leave(self, number: int) -> None:
        place = self._context.tickets.leave(number)
        if place is not None:
            self._places[number] = place
            self._show_news()
            self._show_counts()
            self.show_place()
            self._nothing_to_read()

    def bring_back(self, number: int) -> None:
        """Put a ticket that left the list back in its place."""
        if number in self._places:
            self._context.tickets.bring_back(number, self._places.pop(number))
            self._show_counts()
            self.show_place()


def _count(queries: Sequence[str], client: "DeskClient") -> "Counted":
    return client.lists.counts(queries)
