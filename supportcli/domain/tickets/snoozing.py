"""Snoozing: a ticket is out of the views of open tickets until a moment, or until its customer
writes."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from supportcli.domain.text.moments import moment_of
from supportcli.errors.tickets import ZoneUnknown

UNTIL_REPLY = datetime(9999, 12, 31, tzinfo=UTC)
"""Until when a ticket is snoozed that only its customer's next message wakes: a moment that does
not come."""

SNOOZES = (
    "2h",
    "tomorrow 9:00",
    "next business morning",
    "next week",
    "tomorrow 9:00 their time",
    "reply",
)
"""What is offered, as it is typed."""

_REPLY = re.compile(
    r"(?:until )?(?:(?:a |the )?reply|(?:the |they |she |he )?(?:customer )?writes?)"
)
_THEIRS = re.compile(r"\s*(?:in )?(?:their|(?:the )?customer'?s|(?:the )?customer’s) time$")


def in_their_time(typed: str) -> bool:
    """Whether somebody typed a time in the customer's zone."""
    return _THEIRS.search(_plain(typed)) is not None


def is_snoozed(until: datetime | None, now: datetime) -> bool:
    """Whether a ticket that is snoozed until then is asleep at `now`. From that moment on it is
    not, whether anybody has noted that or not."""
    return until is not None and until > now


@dataclass(frozen=True, slots=True)
class SnoozeTimes:
    """What the words for a time mean for one ticket: now, the next morning on which the desk is
    open, the customer's time zone if it is known, and the agent's (None: this machine's)."""

    number: int
    now: datetime
    morning: datetime | None = None
    theirs: tzinfo | None = None
    zone: tzinfo | None = None

    def until(self, typed: str) -> datetime:
        """The moment that somebody typed: in the agent's zone, or the customer's if it ends with
        “their time”; `reply` means until the customer writes. TimeUnreadable, TimePast,
        ZoneUnknown."""
        plain = _plain(typed)
        if _REPLY.fullmatch(plain):
            return UNTIL_REPLY
        if not in_their_time(typed):
            return moment_of(typed, self.now, self.zone, self.morning)
        if self.theirs is None:
            raise ZoneUnknown(self.number)
        return moment_of(_THEIRS.sub("", plain), self.now, self.theirs)


def _plain(typed: str) -> str:
    return " ".join(typed.lower().split())
