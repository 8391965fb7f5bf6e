"""What lists of tickets are made of: the tickets of a query, their lines, what changes mean for
them, and how many each tab has."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from supportcli.desk.tickets import inbox, lists
from supportcli.desk.tickets.counting import Counted, KeptCounts
from supportcli.desk.tickets.reading import Changes
from supportcli.domain.query.completion import QueryWords, instead
from supportcli.domain.tickets.ticket import TicketLine
from supportcli.tui.client.own_desk import OwnDesk
from supportcli.tui.list_order import FoundTickets

MANY = 500
"""With more changes than this at once, the query is run again."""


@dataclass(frozen=True, slots=True)
class ListChanges:
    """What changes mean for the list that is shown: new lines, tickets that belong in it and are
    not shown, shown ones that no longer belong. The lines include all events up to `upto`."""

    lines: list[TicketLine]
    fresh: frozenset[int]
    gone: frozenset[int]
    upto: int = 0


class DeskLists:
    """Lists of tickets."""

    def __init__(self, own: OwnDesk, changes: Changes) -> None:
        self._own = own
        self._changes = changes
        self._counts = KeptCounts(own.desk)

    def find(self, query: str, window: int) -> FoundTickets:
        """The tickets of a query, the first lines of them, and their groups."""
        numbers = lists.numbers(self._own.desk, query)
        groups = inbox.groups(self._own.desk, query, numbers, whole=window)
        return FoundTickets(numbers, lists.lines(self._own.desk, numbers[:window]), groups)

    def found_instead(self, query: str) -> tuple[str, int] | None:
        """The first query that finds something where this one finds nothing, and how many
        tickets; None if there is none."""
        counts = ((one, len(lists.numbers(self._own.desk, one))) for one in instead(query))
        return next(((one, count) for one, count in counts if count), None)

    def lines(self, numbers: Sequence[int]) -> list[TicketLine]:
        """The lines of these tickets."""
        return lists.lines(self._own.desk, numbers)

    def counts(self, queries: Collection[str]) -> Counted:
        """See `desk.tickets.counting.KeptCounts.of`. All counts are asked for in one thread."""
        return self._counts.of(queries)

    def news(
        self, query: str, changed: Collection[int], shown: Collection[int], known: Sequence[int]
    ) -> ListChanges:
        """What the `changed` tickets mean for a list that shows `shown` and has the lines of
        `known`."""
        there, upto = frozenset(shown), self._changes.seen
        if len(changed) > MANY:
            return replace(
                self.compared(query, shown), lines=lists.lines(self._own.desk, known), upto=upto
            )
        found = inbox.among(self._own.desk, query, changed)
        return ListChanges(
            lists.lines(self._own.desk, known),
            found - there,
            (frozenset(changed) & there) - found,
            upto,
        )

    def compared(self, query: str, shown: Collection[int]) -> ListChanges:
        """The tickets that a list showing `shown` lacks, and those it has too many."""
        found, there = frozenset(lists.numbers(self._own.desk, query)), frozenset(shown)
        return ListChanges([], found - there, there - found)

    def settled(
        self, query: str, numbers: Sequence[int]
    ) -> tuple[list[TicketLine], frozenset[int]]:
        """The lines of tickets after a verb, and those that the query still finds."""
        return lists.lines(self._own.desk, numbers), inbox.among(self._own.desk, query, numbers)

    def search(self, query: str, most: int) -> list[TicketLine]:
        """The lines of the first `most` tickets that a query finds."""
        return lists.lines(self._own.desk, lists.numbers(self._own.desk, query, most=most))

    def query_words(self) -> QueryWords:
        """What completes queries."""
        return inbox.query_words(self._own.desk)
