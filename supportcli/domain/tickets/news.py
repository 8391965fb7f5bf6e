"""What others did to a ticket while an agent had it open, as one sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from supportcli.domain.tickets.ticket import Event, TicketLine
from supportcli.domain.tickets.verbs import VERBS

AUTO_REPLIED = "auto-replied"
"""The kind of the event of an automatic answer: it brings nothing to read, changes nothing, and
moves no clock."""

SAID = {
    "received": "a new message",
    "noted": "a note",
    "replied": "a reply",
    "called": "a phone call",
    "phoned": "a phone call",
    "scheduled": "a reply with a time",
    "forwarded": "a forwarded message",
    "bounced": "a mail server's report",
    "took-in": "another ticket",
}
"""The kinds of events that bring something to read, and the words for them."""

_DID = {
    "received": "wrote",
    "bounced": "an email came back",
    "completed": "the rest of an email came",
    "given-up": "a reply that was to leave later was given up",
    **{
        verb.kind: verb.news or verb.did
        for verb in VERBS
        if verb.told and not verb.aside and verb.did
    },
}
"""The kinds of events that change what an agent sees of a ticket. (Events that a clock or an outbox
records are shown in their own places, and change no decision.)"""

_BY_NOBODY = frozenset({"bounced", "completed", "given-up"})


@dataclass(frozen=True, slots=True)
class Sight:
    """What an agent has seen of a ticket: everything up to `event`, and the gestures `own`, which
    are the agent's."""

    event: int
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Glance:
    """Ticket lines seen in passing, and the last event that they include."""

    lines: Sequence[TicketLine] = ()
    upto: int = 0


@dataclass(frozen=True, slots=True)
class NewsItem:
    """Something that happened in a ticket: its event, when, the name of who did it ("" for the desk
    itself), and its kind."""

    event: int
    at: datetime
    who: str
    kind: str

    @property
    def is_said(self) -> bool:
        """Whether it brings something to read."""
        return self.kind in SAID

    def told(self, now: datetime) -> str:
        """“Maya Lopez wrote 10 s ago”; “an email came back just now”."""
        who = "" if self.kind in _BY_NOBODY else f"{self.who or 'the desk'} "
        return f"{who}{_DID[self.kind]} {ago(now - self.at)}"


def unseen(later: Sequence[Event], sight: Sight) -> list[Event]:
    """The events of a ticket that its agent has not seen and that change what is shown, without
    those taken back since; oldest first."""
    fresh = [one for one in later if one.id > sight.event and one.gesture not in sight.own]
    undone = {one.undoes for one in fresh if one.undoes}
    there = {one.gesture for one in fresh}
    return [
        one
        for one in fresh
        if one.kind in _DID
        and (one.kind != "undone" or one.before or one.after or one.message_id is not None)
        and one.gesture not in undone
        and not (one.undoes and one.undoes in there)
    ]


def foremost(news: Iterable[NewsItem]) -> NewsItem | None:
    """The item to show of several: the last that brings something to read, else the last; None if
    there are none."""
    return max(news, key=lambda one: (one.is_said, one.event), default=None)


def ago(time: timedelta) -> str:
    """“just now”, “10 s ago”, “5 min ago”, “3 h ago”, “2 days ago”."""
    seconds = int(time.total_seconds())
    if seconds < 1:
        return "just now"
    for size, unit, end in ((1, "s", 60), (60, "min", 3_600), (3_600, "h", 2 * 86_400)):
        if seconds < end:
            return f"{seconds // size} {unit} ago"
    return f"{seconds // 86_400} days ago"
