"""What a table's rows can be: times, agents, teams, mailboxes, tags, priorities, and the rows of
single reports (lengths, ages, kinds, weekdays)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from supportcli.domain.custom_fields import PREFIX
from supportcli.domain.reports.table import Fact, Frame
from supportcli.domain.tickets.ticket import Priority

Keys = Callable[[Fact, Frame], Iterable[str | None]]

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

KINDS = ("first-response", "next-response", "first-resolution", "resolution")
"""The kinds of service-level targets."""

_HOUR, _DAY = 3600, 86_400
LENGTHS = (
    (15 * 60, "up to 15 min"),
    (_HOUR, "up to 1 h"),
    (4 * _HOUR, "up to 4 h"),
    (8 * _HOUR, "up to 8 h"),
    (_DAY, "up to 1 day"),
    (2 * _DAY, "up to 2 days"),
    (7 * _DAY, "up to 7 days"),
)
AGES = (
    (_DAY, "under 1 day"),
    (3 * _DAY, "1 to 3 days"),
    (7 * _DAY, "3 to 7 days"),
    (28 * _DAY, "1 to 4 weeks"),
    (91 * _DAY, "4 to 13 weeks"),
)
_LONGER, _OLDER = "longer", "older"


@dataclass(frozen=True, slots=True)
class Dimension:
    """Which rows a fact belongs to. `known` are the rows that are always shown, in order; if it is
    empty, the row with the most comes first."""

    keys: Keys
    known: Sequence[str] = ()
    nothing: str = ""


def _length(fact: Fact, _: Frame) -> tuple[str]:
    seconds = fact.seconds or 0
    return (next((label for most, label in LENGTHS if seconds <= most), _LONGER),)


def _age(fact: Fact, frame: Frame) -> tuple[str]:
    seconds = (
        fact.seconds if fact.seconds is not None else (frame.period.until - fact.at).total_seconds()
    )
    return (next((label for end, label in AGES if seconds < end), _OLDER),)


DIMENSIONS: dict[str, Dimension] = {
    "agent": Dimension(lambda fact, _: (fact.agent,), nothing="(nobody)"),
    "team": Dimension(lambda fact, _: (fact.ticket.team,), nothing="(no team)"),
    "mailbox": Dimension(lambda fact, _: (fact.ticket.mailbox,)),
    "tag": Dimension(lambda fact, _: fact.ticket.tags or (None,), nothing="(no tag)"),
    "priority": Dimension(
        lambda fact, _: (str(fact.ticket.priority),),
        [str(priority) for priority in reversed(Priority)],
    ),
    "length": Dimension(_length, [*(label for _, label in LENGTHS), _LONGER]),
    "age": Dimension(_age, [*(label for _, label in AGES), _OLDER]),
    "kind": Dimension(lambda fact, _: (fact.kind,), KINDS),
    "weekday": Dimension(
        lambda fact, frame: (WEEKDAYS[fact.at.astimezone(frame.zone).weekday()],), WEEKDAYS
    ),
}
"""The dimensions other than times, by their name after `--by`."""


def dimension(by: str) -> Dimension:
    """What the rows are if a report is grouped by this: one of `DIMENSIONS`, or `field:plan` for a
    custom field."""
    if not by.startswith(PREFIX):
        return DIMENSIONS[by]
    name = by.removeprefix(PREFIX)
    return Dimension(lambda fact, _: (fact.ticket.fields.get(name),), nothing=f"(no {name})")
