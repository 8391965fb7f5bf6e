"""What was done to a ticket, in words: “Ada Byron solved it · status open → solved”. Pure: events
in, text out."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from supportcli.domain.custom_fields import PREFIX
from supportcli.domain.history import WORDS
from supportcli.domain.people import Agent
from supportcli.domain.tickets.mentions import JOINED, MENTIONS
from supportcli.domain.tickets.merged_clocks import AWAITS, MISSED
from supportcli.domain.tickets.snoozing import UNTIL_REPLY
from supportcli.domain.tickets.ticket import Delivery, Event, Message, Ticket
from supportcli.domain.tickets.verbs import DID
from supportcli.rendering.times import stamp
from supportcli.terminal import clean

_DONE = WORDS["ticket"]
_OF_CLOCKS = {"warned": "is due soon", "breached": "was breached", "excused": "is excused"}
"""What events say about a service-level target, which they name."""

_UNSAID = frozenset(
    {"waiting_since", "solved_at", "mailbox_id", "customer_id", "moved", AWAITS, MISSED, JOINED}
)
"""Fields that follow from others, and what only clocks need to know."""

_UNASSIGNED = ("assigned", "assignee_id")
"""What “unassigned it” says whole."""

_AGENTS = {"assignee_id": "to", MENTIONS: "mentions"}
"""Words for the agents whom verbs name."""

_TICKETS = {"merged_into": "into", "from_ticket": "from", "to_ticket": "to"} | {
    "linked_to": "to",
    "unlinked_from": "from",
}
"""Words for the tickets that merges and splits name."""

_PASSING = frozenset({Delivery.QUEUED, Delivery.SENDING, Delivery.TRANSMITTING, Delivery.SENT})
"""States of a reply that its own heading shows, and that nobody looks up later."""


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event in words: “Bea Stone tagged it · +refund”; `short` is without her name if the event
    before is hers too. All of it is clean."""

    at: datetime
    said: str
    short: str


ToldRun = Sequence[ToldEvent]
"""What was done between two messages."""


def entries(ticket: Ticket) -> list[Message | Event]:
    """Messages and events by time. The message stands for the event that brought it, unless that
    event also changed something."""
    shown = {message.id for message in ticket.messages}
    found: list[tuple[datetime, int, Message | Event]] = [
        (message.created_at, 0, message) for message in ticket.messages
    ]
    found += [(event.at, 1, event) for event in ticket.events if _worth_telling(event, shown)]
    return [entry for *_, entry in sorted(found, key=lambda one: one[:2])]


def _worth_telling(event: Event, shown: Collection[int]) -> bool:
    if event.kind == "delivery":
        return event.after.get("delivery") not in _PASSING
    return event.message_id not in shown or any(name not in _UNSAID for name in event.after)


def runs(ticket: Ticket, names: Mapping[str, str]) -> Sequence[ToldRun]:
    """In words, the events before each message of a ticket, and those after the last one. What was
    done before messages that are not loaded is left out with them."""
    shown = {message.id for message in ticket.messages}
    told = [event for event in ticket.events if _worth_telling(event, shown)]
    waiting = deque(sorted(told, key=lambda event: event.at))
    found: list[list[Event]] = []
    for message in ticket.messages:
        found.append([])
        while waiting and waiting[0].at < message.created_at:
            found[-1].append(waiting.popleft())
    if ticket.earlier and found:
        found[0].clear()
    return [tuple(_in_words(ticket, run, names, shown)) for run in [*found, waiting]]


def _in_words(
    ticket: Ticket, run: Iterable[Event], names: Mapping[str, str], shown: Collection[int]
) -> Iterator[ToldEvent]:
    before = ""
    for event in run:
        aside = is_aside(event, shown)
        said = sentence(ticket, event, names, aside=aside)
        who = "" if aside else clean(names.get(event.actor, event.actor) or "the desk")
        is_theirs = bool(who) and who == before
        if said:
            yield ToldEvent(event.at, said, said.removeprefix(f"{who} ") if is_theirs else said)
        before = who


def names_in(ticket: Ticket, agents: Iterable[Agent]) -> dict[str, str]:
    """The names of agents, and of those who wrote in a ticket, by address."""
    wrote = {one.sender.address: one.sender.name for one in ticket.messages if one.sender.name}
    return wrote | {agent.address: agent.name for agent in agents}


def is_aside(event: Event, shown: Collection[int]) -> bool:
    """Whether the message above an event (one of those `shown`) says who did what, and when, so
    that only the change is left to say."""
    return event.message_id in shown and event.kind != "delivery"


def sentence(ticket: Ticket, event: Event, names: Mapping[str, str], *, aside: bool) -> str:
    """What an event of a ticket did; of one that `is_aside` only what changed. `names` are people's
    names by address."""
    if event.kind in _OF_CLOCKS:
        return clean(_of_clock(event, names))
    who = "" if aside else names.get(event.actor, event.actor) or "the desk"
    what = f"{who} {_done(ticket, event)}" if who else ""
    changes = _changes(event, names, aside=aside)
    return clean(" · ".join(part for part in [what, *changes] if part))


def _of_clock(event: Event, names: Mapping[str, str]) -> str:
    """“first response was breached”; for an excuse also who gave it, and why."""
    what = f"{event.after.get('target', 'a target').replace('-', ' ')} {_OF_CLOCKS[event.kind]}"
    if event.kind != "excused":
        return what
    return f"{what} by {names.get(event.actor, event.actor)} · “{event.after.get('reason', '')}”"


def _done(ticket: Ticket, event: Event) -> str:
    if event.undoes is None or event.kind != "undone":
        if event.kind == "assigned" and event.after.get("assignee_id", "") is None:
            return "unassigned it"
        again = "again: " if event.undoes is not None and event.kind in DID else ""
        return f"{again}{_DONE.get(event.kind, event.kind)}"
    undone = [one.kind for one in ticket.events if one.gesture == event.undoes]
    return f"undid: {_DONE.get(undone[-1], undone[-1])}" if undone else "undid something"


def _changes(event: Event, names: Mapping[str, str], *, aside: bool) -> list[str]:
    """What an event changed, as “status open → solved”. Without a verb, “assigned to Ada Byron”."""
    return [
        ("assigned " if aside and name == "assignee_id" and value else "")
        + _change(name, event.before.get(name), value, names)
        for name, value in event.after.items()
        if name not in _UNSAID and not (value is None and (event.kind, name) == _UNASSIGNED)
    ]


def _change(name: str, before: Any, after: Any, names: Mapping[str, str]) -> str:  # noqa: ANN401  # events hold any JSON
    if name == "tags":
        plus, minus = (
            sorted(set(after or ()) - set(before or ())),
            sorted(set(before or ()) - set(after or ())),
        )
        return " ".join([*(f"+{tag}" for tag in plus), *(f"-{tag}" for tag in minus)])
    if name in _TICKETS:
        return f"{_TICKETS[name]} #{after}" if after else f"out of #{before}"
    if name in _AGENTS:
        return _named(name, after, names)
    if name == "team":
        return f"to the team {after}" if after else f"out of the team {before}"
    if name.startswith(PREFIX):
        return _filled(name.removeprefix(PREFIX), before, after)
    if name in {"answer", "reason"}:
        return f"“{after}”"
    if name == "snoozed_until":
        return _until(after)
    return f"{name} {before} → {after}" if before is not None else f"{name} {after}"


def _named(name: str, after: Any, names: Mapping[str, str]) -> str:  # noqa: ANN401  # as above
    """“to Ada Byron”, “unassigned”, “mentions Ada Byron, Bob Lee”."""
    if after is None:
        return "unassigned"
    there = after if isinstance(after, list) else [after]
    return f"{_AGENTS[name]} {', '.join(names.get(one, one) for one in there)}"


def _until(moment: str | None) -> str:
    """When a snooze ends; that it ended."""
    if moment is None:
        return "awake"
    at = datetime.fromisoformat(moment)
    return "until the customer writes" if at == UNTIL_REPLY else f"until {stamp(at)}"


def _filled(name: str, before: Any, after: Any) -> str:  # noqa: ANN401  # as above
    """“plan free → pro”, “plan pro”, “no plan (was pro)”."""
    if after is None:
        return f"no {name} (was {before})"
    return f"{name} {before} → {after}" if before is not None else f"{name} {after}"
