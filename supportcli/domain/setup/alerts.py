"""What is for an agent personally: a ticket was assigned to them, a note mentions them, a target of
a ticket of theirs was breached."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from supportcli.domain.people import ActorKind, Agent
from supportcli.domain.tickets.mentions import MENTIONS
from supportcli.domain.tickets.ticket import Event

FRESH = timedelta(minutes=10)
"""What is older, such as the history that an import brings, tells nobody anything."""


class AlertKind(StrEnum):
    """What it is."""

    ASSIGNED = "assigned"
    MENTIONED = "mentioned"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something for an agent: what, in which ticket, and who did it ("" for the desk itself)."""

    kind: AlertKind
    number: int
    subject: str
    who: str = ""

    @property
    def told(self) -> str:
        """“#12 is yours (Bea Stone): Refund”."""
        by = f" ({self.who})" if self.who else ""
        what = {
            AlertKind.ASSIGNED: f"#{self.number} is yours{by}",
            AlertKind.MENTIONED: f"{self.who or 'Somebody'} mentions you in #{self.number}",
            AlertKind.BREACHED: f"#{self.number} is overdue",
        }
        return f"{what[self.kind]}: {self.subject}"


def for_agent(
    events: Iterable[Event], me: Agent, now: datetime
) -> Iterator[tuple[Event, AlertKind]]:
    """Those of these events that are for an agent. Of a breach it is only known whose ticket it is
    by the ticket itself. Nobody is told of what they did, nor of what was undone at once."""
    there = list(events)
    undone = {one.undoes for one in there if one.undoes}
    for one in there:
        own = one.actor_kind == ActorKind.AGENT and one.actor == me.address
        if own or now - one.at > FRESH or one.gesture in undone:
            continue
        if one.kind == "breached":
            yield one, AlertKind.BREACHED
        elif me.address in one.after.get(MENTIONS, ()):
            yield one, AlertKind.MENTIONED
        elif one.after.get("assignee_id") == me.address != one.before.get("assignee_id"):
            yield one, AlertKind.ASSIGNED
