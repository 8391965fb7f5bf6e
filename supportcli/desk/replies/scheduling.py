"""Replies with a time: each becomes an answer when it leaves, and is given up if the customer
writes first; so it waits until its mailbox has been read. A forward with a time is neither: it does
not answer the customer."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from supportcli.desk.gestures import Gesture
from supportcli.desk.replies.delivering.steps import By, move
from supportcli.desk.replies.drafts import draft_given_up
from supportcli.desk.states import state_of
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.people import DESK
from supportcli.domain.replies.delivery import CANNOT_SEE, Outgoing, is_unseen, tells_unseen
from supportcli.domain.tickets.ticket import Delivery, Status, comes_to
from supportcli.storage.replies import outbox
from supportcli.storage.tickets import events, messages, people

CUSTOMER_WROTE = "given up: the customer wrote first"
"""What the outbox says of a reply that was given up, and why."""

_THROWN_AWAY = "given up: the ticket is {}"


def give_up(tx: Session, tickets: Collection[int], now: datetime) -> None:
    """The customers of these tickets have written: their replies with a time are drafts again."""
    found = outbox.scheduled(tx, tickets) if tickets else ()
    for one in (one for one in found if not one.chosen.forwards):
        _take_back(tx, one, CUSTOMER_WROTE, now)


def begin(tx: Session, one: Outgoing, mailbox: Mailbox, now: datetime) -> bool:
    """A reply with a time is about to leave: now it answers its ticket. False if it must not leave:
    because the ticket was thrown away, and then it is a draft again; or because the mailbox, as
    this pass knows it, could not be read, and then it waits."""
    state = state_of(tx, one.ticket)
    if state.status in {Status.SPAM, Status.DELETED}:
        _take_back(tx, one, _THROWN_AWAY.format(state.status.value), now)
        return False
    if one.chosen.forwards:
        return True
    if is_unseen(one, mailbox):
        if tells_unseen(one, mailbox, now):
            move(tx, one, Delivery.DEFERRED, By(now), answer=CANNOT_SEE)
        return False
    author = messages.agent_of(tx, one.message_id)
    agent = next(agent for agent in people.agents(tx) if agent.id == author)
    then = Status(one.chosen.then or Status.PENDING)
    waits = state.status is Status.PENDING
    fields = {**(comes_to(then, now) if waits else {}), "waiting_since": None}
    Gesture(tx, agent, now).change(state, "replied", fields, one.message_id)
    return True


def _take_back(tx: Session, one: Outgoing, why: str, now: datetime) -> None:
    """Make a reply that waits for its time a draft again, with an event that says why."""
    begun = events.that_wrote(tx, one.message_id)
    author = messages.agent_of(tx, one.message_id)
    noted = (
        author is not None
        and begun is not None
        and draft_given_up(tx, author, begun, one.message_id, now, number=one.ticket, why=why)
    )
    said = f"{why}; its text is a note in #{one.ticket}" if noted else why
    outbox.change(tx, one.id, Delivery.CANCELLED, now, answer=said)
    messages.retract(tx, one.message_id, now)
    events.record(
        tx,
        events.NewEvent(
            now,
            DESK,
            uuid.uuid4().hex,
            "given-up",
            one.ticket,
            {"delivery": one.state.value},
            {"delivery": Delivery.CANCELLED.value, "answer": said},
            one.message_id,
            begun.gesture if begun is not None else None,
        ),
    )
