"""What SLA targets need of a ticket's history."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypedDict

from supportcli.domain.mail import Address
from supportcli.domain.sla.clock_runs import OVER, ClockFact, MissedResponse, Pause
from supportcli.domain.sla.policy import TargetKind
from supportcli.domain.sla.targets import Target
from supportcli.domain.tickets.merged_clocks import AWAITS, MISSED
from supportcli.domain.tickets.news import AUTO_REPLIED
from supportcli.domain.tickets.ticket import THROWN_AWAY, Event, Priority, Status
from supportcli.domain.tickets.verbs import ANSWERS, ASIDE, FORGOTTEN

SILENT = ASIDE | {"warned", "breached", "delivery", "bounced", AUTO_REPLIED}
"""Kinds of events about clocks, about replies on their way, and of automatic answers; they move no
clock."""

_LABELS = {name: name for name in ("status", "priority", "tags", "mailbox", "customer", "team")} | {
    "assignee_id": "assignee"
}
"""The fields of the history that are labels, and the names of these."""


class _Missed(TypedDict):
    """A `MissedResponse` in the history; `stops` are [start, end, why]."""

    target: str
    since: str
    missed_at: str
    policy_version: int
    calendar_version: int | None
    goal: int
    stops: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class OpenedTicket:
    """A ticket when it was opened: its labels as `query.Labels`. (Whoever wrote first stays its
    customer unless an agent names another: conditions are asked again about any moment in the
    past.)"""

    mailbox: str
    customer: Address
    status: Status = Status.NEW
    priority: Priority = Priority.NORMAL
    assignee: Address | None = None
    tags: tuple[str, ...] = ()
    team: str | None = None


def facts(
    events: Iterable[Event],
    opened: OpenedTicket,
    said_at: Mapping[int, datetime],
    names: Mapping[str, str],
) -> list[ClockFact]:
    """The events of a ticket, oldest first, as facts.

    `said_at` maps a message's id to when it was said: a customer's message counts from when our
    server took it, however late it was read. `names` are the agents' names by address."""
    happened = list(events)
    stands = standing(happened)
    kept = {event.id for event in stands}
    regrouped = {name for event in happened if event.id not in kept for name in event.after}
    history = [event for event in stands if event.kind not in SILENT]
    taken_back = {event.undoes for event in history if event.undoes is not None}
    moved = (event.before["mailbox"] for event in history if "mailbox" in event.before)
    labels = replace(opened, mailbox=next(moved, opened.mailbox))  # the ticket names the last one
    found = list[ClockFact]()
    for event, after, over_by in _labelled(history, labels, names, regrouped):
        at = (
            said_at.get(event.message_id, event.at)
            if event.message_id is not None and event.kind in {"created", "received"}
            else event.at
        )
        waits = event.after.get("waiting_since")
        replied = event.kind in ANSWERS
        fact = ClockFact(
            event=event.id,
            at=max(at, found[-1].at) if found else at,
            labels=after,
            gesture=event.gesture,
            waits=datetime.fromisoformat(waits) if waits else None,
            answers=replied and event.gesture not in taken_back,
            taken_back=replied and event.gesture in taken_back,
            undoes=event.undoes,
            over_by=over_by,
            moved=event.kind == "split" and "waiting_since" in event.after,
            restored=event.kind == "reopened" and waits is not None,
            takes_over={
                TargetKind(kind): datetime.fromisoformat(since)
                for kind, since in event.after.get(AWAITS, {}).items()
            },
            missed=tuple(map(_missed, event.after.get(MISSED, ()))),
        )
        found.append(fact)
    return found


def missed(targets: Iterable[Target]) -> list[_Missed]:
    """Responses that were missed, as a merge says them in the ticket where they go on."""
    return [
        _Missed(
            target=one.kind.value,
            since=one.started_at.isoformat(),
            missed_at=one.breached_at.isoformat(),
            policy_version=one.policy_version,
            calendar_version=one.calendar_version,
            goal=one.goal,
            stops=[
                (it.start.isoformat(), it.end.isoformat(), it.why) for it in one.pauses if it.end
            ],
        )
        for one in targets
        if one.breached_at is not None
    ]


def _missed(said: _Missed) -> MissedResponse:
    at = datetime.fromisoformat
    return MissedResponse(
        TargetKind(said["target"]),
        at(said["since"]),
        at(said["missed_at"]),
        said["policy_version"],
        said["calendar_version"],
        said["goal"],
        tuple(Pause(at(start), at(end), why) for start, end, why in said["stops"]),
    )


def standing(events: Iterable[Event]) -> list[Event]:
    """A ticket's events without merges, splits and calls of the customer that were undone, and
    without their undoing: its clocks then run as if nothing had been moved, and nobody had called.
    What does one of them again does it for the first time."""
    history = list(events)
    undone = {event.undoes for event in history if event.undoes is not None}
    back = {event.gesture for event in history if event.kind in FORGOTTEN} & undone
    stands = [
        event
        for event in history
        if event.undoes not in back and (event.gesture not in back or event.kind not in FORGOTTEN)
    ]
    there = {event.gesture for event in stands}
    return [
        replace(event, undoes=None)
        if event.kind in FORGOTTEN and event.undoes not in there
        else event
        for event in stands
    ]


@dataclass(frozen=True, slots=True)
class _LabelsBefore:
    """What a verb's event found: the labels, and the gesture that had brought the status."""

    event: Event
    labels: OpenedTicket
    brought_by: str


def _labelled(
    history: Iterable[Event],
    labels: OpenedTicket,
    names: Mapping[str, str],
    regrouped: AbstractSet[str],
) -> Iterator[tuple[Event, OpenedTicket, str]]:
    """Each event with the labels after it and, if it undoes a later verb so that an earlier status
    is back, the gesture that had brought that: what ends again goes on once that one is undone.

    `regrouped`: the fields changed by merges and splits that do not stand. Of these, an undo brings
    back what the verb found, as if nothing had been moved."""
    found = dict[str, list[_LabelsBefore]]()
    brought_by = ""
    for event in history:
        found.setdefault(event.gesture, []).append(_LabelsBefore(event, labels, brought_by))
        labels = _after(labels, event.after, names)
        over_by = ""
        for name in event.after.keys() & _LABELS.keys():
            one = _restored(found, event, name)
            if one is not None and name in regrouped:
                labels = replace(labels, **{_LABELS[name]: getattr(one.labels, _LABELS[name])})
            if name == "status":
                over_by = one.brought_by if one is not None else ""
                brought_by = over_by if one is not None else event.gesture
        yield event, labels, over_by


def _restored(
    found: Mapping[str, list[_LabelsBefore]], event: Event, name: str
) -> _LabelsBefore | None:
    """What the verb found whose value of a field an undo has brought back."""
    verb = found.get(event.undoes or "", []) if event.kind == "undone" else []
    back = event.after[name]
    return next((it for it in verb if it.event.before.get(name, it) == back), None)


def thrown_by(events: Iterable[Event]) -> frozenset[str]:
    """The gestures that made a ticket spam, or deleted it, as it is now."""
    thrown: list[str] = []
    for event in standing(events):
        if (status := event.after.get("status")) is not None:
            thrown = [*thrown, event.gesture] if status in THROWN_AWAY else []
    return frozenset(thrown)


def waits_since(events: Iterable[Event], *but: str) -> datetime | None:
    """Since when a customer has been waiting for an answer, by a ticket's events without those of
    the gestures `but` and all others that were taken back."""
    history = standing(events)
    without = {*but, *(event.undoes for event in history)}
    since: datetime | None = None
    for event in history:
        if event.kind == "undone" or event.gesture in without:
            continue
        said = event.after.get("waiting_since")
        if event.kind == "split" and "waiting_since" in event.after:
            since = datetime.fromisoformat(said) if said else None
        elif said:
            at = datetime.fromisoformat(said)
            since = min(since or at, at)
        elif (
            event.kind in ANSWERS
            or "waiting_since" in event.after
            or event.after.get("status") in OVER
        ):
            since = None
    return since


def _after(
    labels: OpenedTicket, after: Mapping[str, Any], names: Mapping[str, str]
) -> OpenedTicket:
    """The labels after an event changed fields, in the form of `gestures.described`."""
    fields: dict[str, Any] = {}
    for name, value in after.items():
        match name:
            case "status":
                fields["status"] = Status(value)
            case "priority":
                fields["priority"] = Priority.of(value)
            case "tags":
                fields["tags"] = tuple(value)
            case "customer":
                fields["customer"] = Address("", value)
            case "mailbox" | "team":
                fields[name] = value
            case "assignee_id":
                fields["assignee"] = Address(names.get(value, ""), value) if value else None
            case _:
                pass
    return replace(labels, **fields) if fields else labels
