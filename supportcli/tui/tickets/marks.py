"""Marks: verbs then act on all marked tickets of the list as one, undone as one."""

from supportcli.tui.context import InboxContext
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

    def mark(self, *, stays: bool = False) -> None:
        """Mark the ticket under the cursor, or unmark it, and go to the next, unless it `stays`."""
        tickets = self._context.tickets
        if tickets.cursor is None:
            return
        tickets.mark(tickets.marked ^ {tickets.cursor})
        if not stays:
            tickets.move(1)
        self._show()

    def mark_all(self) -> None:
        """Mark all tickets of the view."""
        numbers = self._context.tickets.shown.numbers
        self._context.tickets.mark(numbers[:MOST])
        if len(numbers) > MOST:
            self._context.notices.warn(f"Only the first {MOST} are marked.")
        self._show()

    def leave(self) -> None:
        """Unmark all; without marks, leave the filter."""
        if not self._context.tickets.marked:
            self._filtering.leave()
            return
        self._context.tickets.mark(())
        self._show()

    def _show(self) -> None:
        self._context.notices.make_room()
        self._browse.show_place()
        self._context.show_keys()
