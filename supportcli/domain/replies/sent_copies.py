"""Copies of our replies for the mailbox's own folder of sent mail: how often one is tried."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GIVE_UP_AFTER = timedelta(days=5)
"""How long a copy is tried; the reply has left meanwhile."""

_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))


class CopyState(StrEnum):
    """How far a copy has come. `NO_FOLDER`: the server has no folder for sent mail."""

    WAITING = "waiting"
    FILED = "filed"
    NO_FOLDER = "no folder"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class SentCopy:
    """A copy for the folder of sent mail. `answer` is what went wrong last."""

    outbox_id: int
    state: CopyState
    not_before: datetime
    attempts: int
    owed_since: datetime
    answer: str | None = None


def after_failure(one: SentCopy, answer: str, now: datetime) -> SentCopy:
    """A copy that could not be filed: when it is tried again, or that it is given up."""
    state = CopyState.GIVEN_UP if now - one.owed_since >= GIVE_UP_AFTER else CopyState.WAITING
    pause = _PAUSES[min(one.attempts, len(_PAUSES) - 1)]
    return SentCopy(
        one.outbox_id, state, now + pause, one.attempts + 1, one.owed_since, answer=answer
    )
