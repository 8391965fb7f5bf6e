"""The groups of a list that is sorted by urgency: what is overdue, what is due today, and so on."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

from supportcli.domain.tickets.ticket import Status, TicketLine

_SAMPLES = 100
"""At so many places is looked at once between two that are in different groups."""


class UrgencyGroup(IntEnum):
    """In the order of the list (`Order.URGENCY`)."""

    OVERDUE = 1
    TODAY = 2
    LATER = 3
    UNDATED = 4
    WAITING = 5
    DONE = 6

    @property
    def title(self) -> str:
        """What stands above its tickets."""
        return _TITLES[self]


_TITLES = {
    UrgencyGroup.OVERDUE: "Overdue",
    UrgencyGroup.TODAY: "Due today",
    UrgencyGroup.LATER: "Later",
    UrgencyGroup.UNDATED: "Not due",
    UrgencyGroup.WAITING: "Waiting",
    UrgencyGroup.DONE: "Done",
}
_OPEN = frozenset({Status.NEW, Status.OPEN})
_WAITING = frozenset({Status.PENDING, Status.ON_HOLD})


class Urgency(NamedTuple):
    """What decides in which group a ticket is: its stored status, and when its next target is
    due."""

    status: Status
    due_at: datetime | None

    def group(self, now: datetime) -> UrgencyGroup:
        """Its group; today is the day in this machine's zone."""
        if self.status not in _OPEN:
            return UrgencyGroup.WAITING if self.status in _WAITING else UrgencyGroup.DONE
        if self.due_at is None:
            return UrgencyGroup.UNDATED
        if self.due_at <= now:
            return UrgencyGroup.OVERDUE
        is_today = self.due_at.astimezone().date() == now.astimezone().date()
        return UrgencyGroup.TODAY if is_today else UrgencyGroup.LATER


def urgency_of(line: TicketLine) -> Urgency:
    """The urgency of a ticket as its line shows it."""
    return Urgency(line.status, line.clock.due_at if line.clock else None)


class GroupStart(NamedTuple):
    """A group, and the place of its first ticket in the list."""

    group: UrgencyGroup
    place: int


Groups = tuple[GroupStart, ...]
"""In the order of the list. A group without tickets starts where the next one does."""

Look = Callable[[Sequence[int]], Sequence[Urgency]]


def groups_of(count: int, look: Look, now: datetime, *, more: bool = False) -> Groups:
    """The groups of a sorted list of `count` tickets. `look` gives the urgencies of the tickets at
    some places; a hundred thousand tickets take three looks.

    No groups if there is only one, whose heading says nothing; except if there may be `more`
    tickets behind these."""
    known = dict[int, UrgencyGroup]()
    asked = sorted({*range(0, count, max(count // _SAMPLES, 1)), *range(count)[-1:]})
    while asked:
        found = look(asked)
        known |= {place: one.group(now) for place, one in zip(asked, found, strict=True)}
        asked = list(_between(known))
    starts = list[GroupStart]()
    for place in sorted(known):
        if not starts or known[place] > starts[-1].group:
            starts.append(GroupStart(known[place], place))
    return tuple(starts) if more or starts[1:] else ()


def _between(known: dict[int, UrgencyGroup]) -> Iterator[int]:
    """Places to look at next: between neighbours that are in different groups."""
    for before, after in pairwise(sorted(known)):
        if known[before] < known[after] and after - before > 1:
            yield from range(before + 1, after, max((after - before) // _SAMPLES, 1))


def group_at(groups: Groups, place: int) -> UrgencyGroup | None:
    """The group of the ticket at a place; None if the list has no groups."""
    return next((group for group, at in reversed(groups) if at <= place), None)


def without(groups: Groups, place: int) -> Groups:
    """The groups once the ticket at a place has left."""
    return tuple(GroupStart(group, at - (at > place)) for group, at in groups)


def with_one(groups: Groups, place: int, group: UrgencyGroup) -> Groups:
    """The groups once a ticket of this group stands at a place."""
    return tuple(
        GroupStart(one, at + (at > place or (at == place and one > group))) for one, at in groups
    )


def sizes(groups: Groups, count: int) -> dict[int, tuple[UrgencyGroup, int]]:
    """The groups that have tickets by the place of their first one, each with its size, in a list
    of `count`."""
    ends = [*(at for _, at in groups[1:]), count]
    pairs = zip(groups, ends, strict=False)  # without groups there is an end, and nothing to end
    return {at: (group, end - at) for (group, at), end in pairs if end > at}
