"""Servers that want fewer emails, and limits that a mailbox sets itself."""

import re
from dataclasses import dataclass
from datetime import timedelta

_TOO_MANY = re.compile(
    r"too (?:many|much)(?! recipients)|throttl|rate.?limit|too fast|slow down"
    r"|(?:sending|message|submission|connections?) (?:rate |user )*(?:limit|quota)"
    r"|\b4\.7\.28\b",
    re.IGNORECASE,
)
"""What servers say if a sender has used up what it may send for a while: Gmail, Microsoft 365
(432 4.3.2, 451 4.7.500), Postfix (450 4.7.1 too much mail)."""

_A_DAY = re.compile(r"\bdaily\b|\bper day\b|24 hours|\b[45]\.4\.5\b", re.IGNORECASE)

_NEVER_LASTING = re.compile(r"^5\d\d[ -]5\.4\.5\b")
"""“550 5.4.5 Daily user sending limit exceeded” (Gmail): X.4.5 means congestion, which is never
permanent (RFC 3463, 3.5)."""

_SHORT, _LONG = timedelta(minutes=5), timedelta(hours=1)


def passes(answer: str) -> bool:
    """Whether a refusal with 5xx is one that time heals."""
    return _NEVER_LASTING.match(answer) is not None


def pause_for(answer: str) -> timedelta | None:
    """How long nothing is sent after a refusal for now that says: too many; None if it says
    something else."""
    if not answer.startswith("4") and not passes(answer):
        return None
    if _A_DAY.search(answer):
        return _LONG
    return _SHORT if _TOO_MANY.search(answer) else None


@dataclass(frozen=True, slots=True)
class SendingLimits:
    """How many replies a mailbox sends at most; None: any number."""

    a_minute: int | None = None
    an_hour: int | None = None

    def windows(self) -> tuple[tuple[int, timedelta], ...]:
        """The limits that there are, each with its time."""
        found = ((self.a_minute, timedelta(minutes=1)), (self.an_hour, timedelta(hours=1)))
        return tuple((most, time) for most, time in found if most is not None)

    def __str__(self) -> str:
        found = ((self.a_minute, "a minute"), (self.an_hour, "an hour"))
        return " and ".join(f"{most} {time}" for most, time in found if most is not None)
