"""Who else is at a ticket just now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from supportcli.domain.mail import Address

AGAIN = timedelta(seconds=60)
"""How often an inbox says where it is."""

FRESH = 3 * AGAIN
"""An inbox that said nothing for so long is not there any more."""


class Doing(IntEnum):
    """What somebody does at a ticket; what concerns a colleague most is the greatest."""

    HAS = 1
    LOOKS = 2
    BEGAN = 3
    WRITES = 4

    @property
    def mark(self) -> str:
        """The sign before their initials in a row."""
        return "=@¶✎"[self - 1]

    @property
    def told(self) -> str:
        """What a heading says that they do."""
        return ("has got it", "looks at it", "has a draft", "is writing")[self - 1]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Another agent at a ticket, as far as is known `until` a moment."""

    number: int
    person: Address
    doing: Doing
    until: datetime


def foremost(found: Iterable[Colleague], now: datetime) -> dict[int, Colleague]:
    """For each ticket, the colleague who matters most there now: who writes, else who has a draft,
    else who looks, else who has got it from the queue."""
    there = [one for one in found if one.until > now]
    return {one.number: one for one in sorted(there, key=lambda one: (one.doing, one.until))}
