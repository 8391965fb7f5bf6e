"""The list as data: ticket numbers in an order that stays until the agent asks for a new one, and
the lines known so far."""

from array import array
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from supportcli.domain.tickets.ticket import TicketLine
from supportcli.tui.views import TO_DO

_MOST_LINES = 1_000
"""How many lines are kept, the latest ones: several screens around each visited place."""


class OpenedList(NamedTuple):
    """A list over rows that were painted ahead: its tickets in order; the new ones that belong
    among the painted rows, which wait; and the painted ones that no longer belong."""

    numbers: Sequence[int]
    fresh: frozenset[int]
    gone: frozenset[int]


def opened(painted: Sequence[int], found: Sequence[int]) -> OpenedList:
    """What a list shows that finds `found` while `painted` is on screen: the painted rows where
    they are, since keys were typed over them, then the rest."""
    if not len(painted) or found[: len(painted)] == painted:
        return OpenedList(found, frozenset(), frozenset())
    there = frozenset(painted)
    gone = there - frozenset(found)
    fresh = frozenset(found[: len(there) - len(gone)]) - there
    rest = [number for number in found if number not in there and number not in fresh]
    return OpenedList([*painted, *rest], fresh, gone)


class Shown:
    """What a list shows. `fresh` are tickets that belong in it and are not shown yet; `moved` are
    shown ones that now belong elsewhere, or nowhere.

    A line that a verb has just changed on screen is held until the desk has answered, so that an
    earlier read cannot bring back the old one (`hold`, `release`)."""

    def __init__(self) -> None:
        self.numbers: array[int] = array("q")
        self.fresh: frozenset[int] = frozenset()
        self.moved: frozenset[int] = frozenset()
        self._lines: OrderedDict[int, TicketLine] = OrderedDict()
        self._held: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self.numbers)

    def replace(self, numbers: Sequence[int]) -> None:
        """Show these, in this order; lines that are known stay known."""
        self.numbers = array("q", numbers)
        self.fresh = self.moved = frozenset()

    def index(self, number: int | None, near: int = 0) -> int | None:
        """A ticket's place, looking at `near` first; None if it is not shown."""
        if number is None:
            return None
        if 0 <= near < len(self.numbers) and self.numbers[near] == number:
            return near
        try:
            return self.numbers.index(number)
        except ValueError:
            return None

    def line(self, number: int) -> TicketLine | None:
        """A ticket's line, if it is known."""
        return self._lines.get(number)

    def lines(self) -> list[TicketLine]:
        """All lines that are known."""
        return list(self._lines.values())

    def unknown(self, first: int, last: int) -> list[int]:
        """The numbers from place `first` up to `last` (exclusive) whose lines are not known."""
        return [
            number for number in self.numbers[max(first, 0) : last] if number not in self._lines
        ]

    def learn(self, lines: Iterable[TicketLine]) -> frozenset[int]:
        """Store lines from the desk; returns the numbers whose line changed."""
        news = set()
        for line in lines:
            if not self._held[line.number] and self._lines.get(line.number) != line:
                self._put(line)
                news.add(line.number)
        return frozenset(news)

    def _put(self, line: TicketLine) -> None:
        self._lines[line.number] = line
        self._lines.move_to_end(line.number)
        if len(self._lines) > _MOST_LINES:
            self._lines.popitem(last=False)

    def hold(self, line: TicketLine) -> None:
        """Show `line` for its ticket until `release`."""
        self._put(line)
        self._held[line.number] += 1

    def release(self, number: int) -> None:
        """The verb that `hold` was for has been answered."""
        self._held[number] -= 1
        if self._held[number] <= 0:
            del self._held[number]

    def moved_by(self, lines: Iterable[TicketLine]) -> frozenset[int]:
        """The tickets whose new line belongs at another place than the shown one."""
        return frozenset(
            line.number
            for line in lines
            if (old := self._lines.get(line.number)) and _urgency(old) != _urgency(line)
        )

    def known(self, numbers: Iterable[int]) -> list[int]:
        """Those of the numbers whose lines are known."""
        return [number for number in numbers if number in self._lines]

    def remove(self, number: int) -> int | None:
        """Take a ticket out; returns its place."""
        index = self.index(number)
        if index is not None:
            del self.numbers[index]
        self.moved -= {number}
        return index

    def insert(self, index: int, number: int) -> None:
        """Put a ticket back at a place."""
        self.numbers.insert(min(index, len(self.numbers)), number)
        self.fresh -= {number}


def _urgency(line: TicketLine) -> tuple[object, ...]:
    return (
        line.status in TO_DO,
        line.clock.due_at if line.clock else None,
        line.priority,
        line.waiting_since,
    )
