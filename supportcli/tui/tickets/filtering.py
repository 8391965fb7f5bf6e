"""The filter bar: a query, tried while it is typed."""

import re
from functools import partial
from typing import TYPE_CHECKING

from supportcli.errors import SupportError
from supportcli.errors.tickets import QueryError
from supportcli.rendering.ink import Ink
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.list_order import FoundTickets
from supportcli.tui.tickets.browse import FIRST_WINDOW, Before, Browse
from supportcli.tui.views import VIEWS, View, filtered
from supportcli.tui.widgets.fields import Completion
from supportcli.tui.widgets.ticket_list import Stand

if TYPE_CHECKING:
    from supportcli.domain.query.completion import QueryWords

_PAUSE = 0.08
"""Seconds after the last character before the query is tried."""

_FROM = re.compile(r"(?:^|[\s(])from:([^\W_][\w-]*)(?:\s|$)", re.IGNORECASE)

_OFFERED = 8
"""So many words that may come next are shown at most."""


class Filtering:
    """What is typed into the filter bar, and the tickets it finds."""

    def __init__(self, context: InboxContext, browse: Browse) -> None:
        self._context = context
        self._browse = browse
        self._letters = 0
        self._before: Before | None = None
        self._left: Before | None = None
        self._tried_one = False
        self._words: QueryWords | None = None
        context.filter_bar.field.complete_with(Completion(self._completed))

    def open(self) -> None:
        """Open the filter bar. If a typed query or a saved view is shown, it starts with that: the
        next character replaces it, an arrow keeps it."""
        view = self._browse.view
        if view in self._context.tabs:
            self._left = self._browse.before()
        self._before, self._tried_one = self._browse.before(), False
        self._context.filter_bar.open("" if view in VIEWS else view.query)
        self._context.mode = Mode.FILTER
        self._context.work.read(
            "query words", lambda client: client.lists.query_words(), self._know, self._know_nothing
        )

    def _know(self, words: "QueryWords") -> None:
        self._words = words

    def _know_nothing(self, _: SupportError) -> None:
        """It cannot be read now: the words of last time serve."""

    def _completed(self, typed: str) -> list[str]:
        found = self._words.completed(typed) if self._words is not None else None
        return [] if found is None else [found]

    def complete(self) -> None:
        """Complete the term or the value that is being typed."""
        if self._context.filter_bar.field.complete():
            self.typed()

    def show(self, view: View, stand: Stand | None = None) -> None:
        """Show a view that has no tab of its own; it is left as a filter is. `stand` as
        `TicketList.replace` has it."""
        self._context.go_home()
        if self._browse.view in self._context.tabs:
            self._left = self._browse.before()
        self._browse.load(view, stand=stand)

    def typed(self) -> None:
        """Another character: try the query, if none follows."""
        self._letters += 1
        self._context.later(_PAUSE, partial(self._try, self._letters))

    def _try(self, letters: int) -> None:
        if letters == self._letters and self._context.mode is Mode.FILTER:
            view = self._view()
            self._context.work.read(
                "try",
                lambda client: client.lists.find(view.query, FIRST_WINDOW),
                partial(self._tried, view, letters),
                self._misread,
            )

    def _tried(self, view: View, letters: int, found: FoundTickets) -> None:
        if letters == self._letters and self._context.mode is Mode.FILTER:
            self._tried_one = True
            self._browse.show(view, found, keep=False)
            told = f"{len(found.numbers)} found{_who_wrote(view.query)}"
            self._context.filter_bar.remark.put(told, Ink.DIM)

    def _misread(self, error: SupportError) -> None:
        if self._context.mode is not Mode.FILTER:
            return
        offered = self._offered()
        if offered:
            self._context.filter_bar.remark.put(f"tab {clean(offered)}", Ink.DIM)
        else:
            self._context.filter_bar.remark.put(clean(_in_short(error)), Ink.WARNING)

    def _offered(self) -> str:
        """What may come next, where a value is not complete: it is no mistake yet."""
        field = self._context.filter_bar.field
        if self._words is None or not field.cursor_at_end:
            return ""
        return "  ".join(self._words.after(field.value).words[:_OFFERED])

    def _view(self) -> View:
        query = self._context.filter_bar.field.value.strip()
        return filtered(query) if query else self._browse.last_view

    def apply(self) -> None:
        """Go to the tickets found; a query that cannot be read stays in the bar."""
        self._close()
        self._context.notices.clear()
        self._browse.load(self._view(), failed=self._reopened)

    def _reopened(self, error: SupportError) -> None:
        self._context.filter_bar.open(self._context.filter_bar.field.value, selected=False)
        self._context.mode = Mode.FILTER
        if isinstance(error, QueryError):
            self._context.notices.misread(error.in_short, error.hint)
        else:
            self._context.notices.fail(error)

    def cancel(self) -> None:
        """Back to the tickets shown before, and to the same one."""
        self._close()
        if self._before is not None and self._tried_one:
            self._browse.restore(self._before)

    def _close(self) -> None:
        self._letters += 1
        self._context.filter_bar.close()
        self._context.go_home()

    def leave(self) -> None:
        """If a filter is shown, show the previous view again, at the agent's place in it."""
        if self._browse.view not in self._context.tabs:
            left = self._left if self._left and self._left.view is self._browse.last_view else None
            self._browse.load(self._browse.last_view, stand=left.stand if left else None)


def _in_short(error: SupportError) -> str:
    return error.in_short if isinstance(error, QueryError) else error.sentence


def _who_wrote(query: str) -> str:
    """How to find tickets in which somebody wrote who is not their customer, where that may be
    meant."""
    named = _FROM.search(query)
    return f" · the word {clean(named[1])} finds whoever wrote" if named else ""
