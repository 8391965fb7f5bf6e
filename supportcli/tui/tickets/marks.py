"""Marks: verbs then act on all marked tickets of the list as one, undone as one."""

from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.filtering import Filtering

MOST = 1_000
"""So many tickets are marked at once."""


class Marks:
    """The keys that mark tickets, by their numbers."""

    def __init__(self, context: InboxContext, browse: Browse, filtering: Filtering) -> None:
        self._context = context
        self._browse = browse
        self._filtering = filtering
        self._from: int | None = None
        self._before: frozenset[int] = frozenset()
        context.tickets.walked = self._walked

    def mark(self, *, stays: bool = False) -> None:
        """Mark the ticket under the cursor, or unmark it, and go to the next, unless it `stays`. An
        open one stays: the next key is about it too."""
        tickets, self._from = self._context.tickets, None
        number = tickets.cursor
        if number is None:
            return
        tickets.mark(tickets.marked ^ {number})
        reads = self._context.mode is Mode.READ
        if not stays and not reads:
            tickets.move(1)
        self._show()
        if reads:
            did = f"Marked #{number}" if number in tickets.marked else f"Unmarked #{number}"
            self._context.notices.say(f"{did} · in the list verbs act on all marked tickets")

    def mark_on(self) -> None:
        """Mark the ticket under the cursor and all that it passes from here on; the second time,
        the marks stay as they are."""
        tickets = self._context.tickets
        if tickets.cursor is None:
            return
        if self._marks_on:
            self._from = None
            self._context.notices.say("The marks stay; the cursor marks no further tickets")
            return
        self._from, self._before = tickets.cursor, tickets.marked
        tickets.mark(self._before | {tickets.cursor})
        self._show()
        ends, unmarks = self._context.key("mark_on"), self._context.key("unfilter")
        self._context.notices.say(f"Marking from here on: {ends} ends it, {unmarks} unmarks")

    @property
    def _marks_on(self) -> bool:
        """Whether the cursor marks. A verb takes the marks and another view has none: then it has
        ended."""
        return self._from is not None and self._from in self._context.tickets.marked

    def _walked(self) -> None:
        """The cursor has moved: all from the first ticket to it are marked, as far as so many
        can be; those marked before stay."""
        tickets, shown = self._context.tickets, self._context.tickets.shown
        start = shown.index(self._from) if self._marks_on and self._from is not None else None
        if start is None or self._context.mode is not Mode.LIST:
            self._from = None
            return
        first, last = sorted((start, tickets.place))
        passed = shown.numbers[first : last + 1]
        near = passed[:MOST] if start == first else passed[-MOST:]
        tickets.mark(self._before.union(near))
        if len(passed) > MOST:
            self._context.notices.warn(f"Only the first {MOST} are marked.")

    def mark_all(self) -> None:
        """Mark all tickets of the view."""
        self._from = None
        numbers = self._context.tickets.shown.numbers
        self._context.tickets.mark(numbers[:MOST])
        if len(numbers) > MOST:
            self._context.notices.warn(f"Only the first {MOST} are marked.")
        self._show()

    def leave(self) -> None:
        """Unmark all; without marks, leave the filter."""
        self._from = None
        if not self._context.tickets.marked:
            self._filtering.leave()
            return
        self._context.tickets.mark(())
        self._show()

    def _show(self) -> None:
        self._context.notices.make_room()
        self._browse.show_place()
        self._context.show_keys()
