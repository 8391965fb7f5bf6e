"""How often a watch does what, and how it waits longer and longer for a server that fails. All
times are in seconds."""

import random
import time
from dataclasses import dataclass

_LASTS = 60.0
"""A server that worked for so long begins with short pauses again."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace of a watch."""

    passes: float = 240.0
    """A pass over each mailbox at least so often, and a new IDLE with each. Servers may end it
    after 29 minutes (RFC 2177), and routers forget quiet connections after about ten."""
    polls: float = 60.0
    """As often if the server has no IDLE, or if there are folders to read for which it does not
    wait."""
    looks: float = 0.5
    """The pause between two looks for replies that are due."""
    ticks: float = 20.0
    """How often clocks are looked at."""
    chores: float = 10.0
    """How often mailboxes that were added or removed are looked for."""
    reminders: float = 600.0
    """How often is asked whether held mail has to be mentioned."""
    first_pause: float = 1.0
    longest_pause: float = 900.0
    """The pauses after failures, from the first on twice as long each time."""
    grace: float = 3.0
    """How long the threads have at the end."""
    sending_grace: float = 30.0
    """How long, if a reply is just being sent: cut off, nobody would know whether it left."""


class Backoff:
    """The pauses after failures in a row."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._failures = 0
        self._worked_since: float | None = None

    def worked(self) -> None:
        """Note that something worked: if it goes on like this, the next failure is the first."""
        self._worked_since = self._worked_since or time.monotonic()

    def failed(self) -> float:
        """Note a failure; returns the pause until the next try. Chance spreads those who fail
        together."""
        lasted = self._worked_since is not None and time.monotonic() - self._worked_since > _LASTS
        self._failures = 1 if lasted else self._failures + 1
        self._worked_since = None
        whole = min(self._pace.first_pause * 2.0 ** (self._failures - 1), self._pace.longest_pause)
        return whole * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
