"""The audit trail: what everybody did, whatever it was about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from supportcli.domain.people import Actor


@dataclass(frozen=True, slots=True)
class HistoryQuestion:
    """Which entries are asked for: from `since` until before `until`, of everybody or `by` one
    actor, about everything or one `ticket`."""

    since: datetime
    until: datetime
    by: Actor | None = None
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that was done. `about` says what to: ticket, mail, sender or people, and `which`
    one: a number, or a sender's address. What one verb did shares a `gesture`."""

    at: datetime
    by: Actor
    kind: str
    about: str
    which: str
    gesture: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    undoes: str | None = None
