"""The audit trail: what everybody did, to tickets, mail and people, and the words for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from supportcli.domain.people import Actor
from supportcli.domain.tickets.news import AUTO_REPLIED
from supportcli.domain.tickets.verbs import DID

WORDS: Mapping[str, Mapping[str, str]] = {
    "ticket": {
        **DID,
        "received": "wrote",
        "delivery": "reported on the reply",
        AUTO_REPLIED: "answered automatically",
        "bounced": "recorded that an email bounced",
        "given-up": "gave up a reply that was to leave later",
        "completed": "received the rest of the email",
        "warned": "noted that a target is due soon",
        "breached": "noted the breach of a target",
    },
    "mail": {
        "accepted": "accepted it",
        "discarded": "discarded it",
        "retried": "processed it again",
        "undone": "took something back",
        "merged": "merged its ticket into another",
        "split": "split its ticket",
    },
    "sender": {"changed": "decided about the sender"},
    "people": {
        "added": "added",
        "edited": "edited",
        "joined": "joined an organisation",
        "merged": "merged two customers",
        "removed": "removed",
        "undone": "took something back",
    },
}
"""What somebody did, by what it was about and the kind of the event. Each kind that is written has
its words here: storage writes no other."""


def known(about: str, kind: str) -> str:
    """A kind of event that has words; ValueError for one that would be shown to people as it is."""
    if kind not in WORDS[about]:
        raise ValueError(f"the kind of event “{kind}” has no words in supportcli.domain.history")
    return kind


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
