"""The list as data: ticket numbers in an order that stays until the agent asks for a new one, the
lines known so far, and where on the screen each ticket stands."""

from array import array
from bisect import bisect_right
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from supportcli.domain.tickets.ticket import TicketLine
from supportcli.domain.tickets.urgency_groups import (
    Groups,
    GroupStart,
    UrgencyGroup,
    group_at,
    with_one,
    without,
)
from supportcli.tui.views import TO_DO

_MOST_LINES = 1_000
"""How many lines are kept, the latest ones: several screens around each visited place."""


class FoundTickets(NamedTuple):
    """The tickets of a query in order, the lines of the first ones, and their groups, if they are
    sorted by urgency."""

    numbers: Sequence[int]
    lines: list[TicketLine]
    groups: Groups = ()


class OpenedList(NamedTuple):
    """A list over rows that were painted ahead: its tickets in order; the new ones that belong
    among the painted rows, which wait; and the painted ones that no longer belong."""

    numbers: Sequence[int]
    fresh: frozenset[int]
    gone: frozenset[int]


def groups_over(painted: Groups, found: FoundTickets, numbers: Sequence[int]) -> Groups:
    """The groups of a list of `numbers` that begins with rows painted ahead: headings among those
    stay where they are, and those of later groups follow."""
    if numbers is found.numbers:
        return found.groups
    behind = painted[-1].group if painted else max(UrgencyGroup)
    places = ((group, _place(numbers, found.numbers[at])) for group, at in found.groups)
    later = (GroupStart(group, at) for group, at in places if group > behind and at is not None)
    return (*painted, *later)


def _place(numbers: Sequence[int], number: int) -> int | None:
    return numbers.index(number) if number in numbers else None


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
    earlier read cannot bring back the old one (`hold`, `release`). `seen` is up to which message
    (by its id) the agent has seen tickets; the desk hears of that later."""

    def __init__(self) -> None:
        self.numbers: array[int] = array("q")
        self.fresh: frozenset[int] = frozenset()
        self.moved: frozenset[int] = frozenset()
        self.groups: Groups = ()
        self._groups_before: dict[int, UrgencyGroup] = {}
        self._lines: OrderedDict[int, TicketLine] = OrderedDict()
        self._held: Counter[int] = Counter()
        self.seen: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.numbers)

    def replace(self, numbers: Sequence[int], groups: Groups = ()) -> None:
        """Show these, in this order; lines that are known stay known."""
        self.numbers = array("q", numbers)
        self.groups = groups
        self._groups_before.clear()
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

    def has(self, number: int) -> bool:
        """Whether a ticket is shown."""
        return self.index(number) is not None

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
        for line in map(self._read, lines):
            if not self._held[line.number] and self._lines.get(line.number) != line:
                self._put(line)
                news.add(line.number)
        return frozenset(news)

    def see(self, number: int, message: int) -> None:
        """The agent has seen a ticket up to a message."""
        self.seen[number] = message
        if (line := self._lines.get(number)) is not None:
            self._lines[number] = self._read(line)

    def _read(self, line: TicketLine) -> TicketLine:
        """The line without what was read here since the desk said that it is unread."""
        if line.unread is None or line.unread.newest > self.seen.get(line.number, 0):
            return line
        return replace(line, unread=None)

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
            if group := group_at(self.groups, index):
                self._groups_before[number] = group
                self.groups = without(self.groups, index)
        self.moved -= {number}
        return index

    def insert(self, index: int, number: int) -> None:
        """Put a ticket back at a place, in the group that it left."""
        index = min(index, len(self.numbers))
        self.numbers.insert(index, number)
        if group := self._groups_before.pop(number, None) or group_at(self.groups, index):
            self.groups = with_one(self.groups, index, group)
        self.fresh -= {number}


def _urgency(line: TicketLine) -> tuple[object, ...]:
    return (
        line.status in TO_DO,
        line.clock.due_at if line.clock else None,
        line.priority,
        line.waiting_since,
    )


class LineThere(NamedTuple):
    """What stands on a line: a ticket, by its place, and which of its lines; or a heading, by the
    place of the ticket below it."""

    place: int
    part: int

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading."""
        return self.part < 0


@dataclass(frozen=True, slots=True)
class ListLines:
    """So many tickets, each `height` lines tall, with a heading above the tickets at these
    places."""

    count: int = 0
    height: int = 1
    heads: tuple[int, ...] = ()

    @property
    def total(self) -> int:
        """The lines of all."""
        return self.count * self.height + len(self.heads)

    def first(self, place: int) -> int:
        """The first line of the ticket at a place."""
        return place * self.height + bisect_right(self.heads, place)

    def top(self, place: int) -> int:
        """The first line of a ticket, or of the heading above it."""
        return self.first(place) - (place in self.heads)

    def there(self, line: int) -> LineThere:
        """What stands on a line, if it is one of the list's."""
        above = 0
        for head in self.heads:
            at = head * self.height + above
            if line == at:
                return LineThere(head, -1)
            if line < at:
                break
            above += 1
        return LineThere(*divmod(line - above, self.height))

    def places(self, top: int, height: int) -> range:
        """The places of the tickets on `height` lines from `top` on; those that are cut count."""
        if not self.count or height <= 0:
            return range(0)
        last = min(max(top + height, 1), self.total) - 1
        return range(self.there(max(top, 0)).place, self.there(max(last, 0)).place + 1)

    def scrolled(self, place: int, top: int, height: int) -> int:
        """The line to scroll to so that the ticket at a place is seen on `height` lines, of which
        `top` is the first now.

        Half a screen at once if it comes near an edge: between two such jumps the list does not
        move, and a key repaints a ticket or two."""
        near = max(min(2 * self.height, (height - self.height) // 2), 0)
        margin = near - near % self.height
        first, top = self.first(place), self.whole(top)
        if top + margin <= first and first + self.height <= top + height - margin:
            hides_heading = top == 1 and self.heads[:1] == (0,)
            return 0 if hides_heading and first + self.height < top + height - margin else top
        above = first - height // 2
        if above <= 0:
            return 0
        whole = self.whole(above)
        return whole if first + self.height <= whole + height else above

    def whole(self, line: int) -> int:
        """The line on which a heading or a ticket begins that is on this one: no ticket is cut at
        the top."""
        if not 0 < line < self.total:
            return line
        there = self.there(line)
        return line if there.is_heading else self.first(there.place)
