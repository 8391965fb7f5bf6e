"""The list as data: numbers of tickets in an order that stays as it is until the agent asks for a
new one, and the lines known of them."""

from array import array
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from supportcli.domain.tickets.ticket import TicketLine
from supportcli.tui.views import TO_DO

_MOST_LINES = 1_000
"""Lines that are kept, those learnt last: several screens around each place that was looked at."""


class OpenedList(NamedTuple):
    """A list over rows that were painted ahead of it: its tickets in order; those that came
    meanwhile and belong among the painted, which stay beside it; and the painted ones that it does
    not have any more."""

    numbers: Sequence[int]
    fresh: frozenset[int]
    gone: frozenset[int]


def opened(painted: Sequence[int], found: Sequence[int]) -> OpenedList:
    """What a list shows that finds `found` where `painted` stands: the painted rows where they are,
    since keys were typed over them, then the rest."""
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

    A line that a verb has just changed on the screen is held until the desk has answered, so that a
    read that began before cannot bring the old one back (`hold`, `release`)."""

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
        """Where a ticket stands, looking at `near` first; None where it is not shown."""
        if number is None:
            return None
        if 0 <= near < len(self.numbers) and self.numbers[near] == number:
            return near
        try:
            return self.numbers.index(number)
        except ValueError:
            return None

    def line(self, number: int) -> TicketLine | None:
        """A ticket's line, where it is known."""
        return self._lines.get(number)

    def lines(self) -> list[TicketLine]:
        """All lines that are known."""
        return list(self._lines.values())

    def unknown(self, first: int, last: int) -> list[int]:
        """The numbers from place `first` to before `last` whose lines are not known."""
        return [
            number for number in self.numbers[max(first, 0) : last] if number not in self._lines
        ]

    def learn(self, lines: Iterable[TicketLine]) -> frozenset[int]:
        """Take lines that the desk gave; answers with the numbers whose line is a new one."""
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
        """Those whose new line has another place in the order than the line that is shown."""
        return frozenset(
            line.number
            for line in lines
            if (old := self._lines.get(line.number)) and _urgency(old) != _urgency(line)
        )

    def known(self, numbers: Iterable[int]) -> list[int]:
        """Those of the numbers whose lines are known."""
        return [number for number in numbers if number in self._lines]

    def remove(self, number: int) -> int | None:
        """Take a ticket out; answers with the place it had."""
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
