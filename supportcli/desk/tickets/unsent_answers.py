"""Automatic answers that still wait in the outbox when their ticket is thrown away: they are
cancelled with it, and given back by undo."""

import uuid
from collections.abc import Sequence

from supportcli.desk.gestures import Gesture
from supportcli.domain.people import DESK
from supportcli.domain.replies.automatic import outlived
from supportcli.domain.replies.delivery import Outgoing
from supportcli.domain.tickets.ticket import Delivery, Event, Status
from supportcli.storage.replies import outbox
from supportcli.storage.tickets import events


def cancel(gesture: Gesture, numbers: Sequence[int], status: Status) -> None:
    """These tickets have come to a status: nobody is told any more that what is spam or deleted now
    has come in."""
    why = outlived(status, gesture.now, gesture.now)
    if why and numbers:
        for one in outbox.automatic(gesture.tx, numbers, outbox.WAITING):
            _move(gesture, one, Delivery.CANCELLED, why)


def give_back(gesture: Gesture, event: Event) -> None:
    """The ticket of an event is undone: if that threw it away, what was cancelled waits again. If
    it would be late, the undo leaves it, and says so."""
    then, now = Status(event.after.get("status", Status.OPEN)), gesture.now
    if not (why := outlived(then, now, now)):
        return
    for one in outbox.automatic(gesture.tx, [event.ticket], (Delivery.CANCELLED,)):
        if one.answer != why:
            continue
        if outlived(Status.OPEN, one.first_try_at or one.not_before, now):
            gesture.left.append(f"The automatic answer of #{event.ticket} stays cancelled")
        else:
            _move(gesture, one, _before(gesture, event, one), None)


def _before(gesture: Gesture, event: Event, one: Outgoing) -> Delivery:
    """The state of an automatic answer before its ticket was thrown away."""
    later = events.after(gesture.tx, event.ticket, event.id)
    states = [it.before.get("delivery") for it in later if it.message_id == one.message_id]
    return Delivery(states[0]) if states and states[0] else Delivery.QUEUED


def _move(gesture: Gesture, one: Outgoing, state: Delivery, why: str | None) -> None:
    outbox.change(gesture.tx, one.id, state, gesture.now, answer=why)
    before, after = {"delivery": one.state.value}, {"delivery": state.value}
    told = events.NewEvent(
        gesture.now,
        DESK,
        uuid.uuid4().hex,
        "delivery",
        one.ticket,
        before,
        after | ({"answer": why} if why else {}),
        one.message_id,
    )
    events.record(gesture.tx, told)
