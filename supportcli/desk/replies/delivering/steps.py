"""The steps of a reply on its way, as they are written down: its state, its recipients, an event on
its ticket."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from supportcli.domain.people import DESK, Actor
from supportcli.domain.replies.delivery import (
    AttemptVerdict,
    Outgoing,
    Recipient,
    RecipientState,
    proven,
)
from supportcli.domain.setup.sending_rules import keeps_copies
from supportcli.domain.tickets.ticket import Delivery
from supportcli.errors.names import NotFound, Thing
from supportcli.storage.replies import outbox, sent_copies
from supportcli.storage.setup import mailboxes
from supportcli.storage.tickets import events

IN_LIMBO = (Delivery.SENDING, Delivery.TRANSMITTING)
"""The states in which an attempt is running, or was when a crash ended it."""

IN_SENT = "found in the Sent folder"


class TakenOver(Exception):
    """The send lock was lost (the database server was restarted), and somebody else has the reply
    now: nothing may be sent here."""


@dataclass(frozen=True, slots=True)
class By:
    """When, by whom and in which gesture a reply's state changes."""

    now: datetime
    actor: Actor = DESK
    gesture: str = field(default_factory=lambda: uuid.uuid4().hex)


def move(tx: Session, one: Outgoing, state: Delivery, by: By, **columns: Any) -> None:  # noqa: ANN401 - columns have many types
    """Change a reply's state and other columns, with an event on its ticket, so that the inbox and
    `ticket show` see it."""
    outbox.change(tx, one.id, state, by.now, **columns)
    note(tx, one, state, by, columns.get("answer"))


def note(tx: Session, one: Outgoing, state: Delivery, by: By, answer: str | None = None) -> None:
    """Record on its ticket that a reply has come to a state."""
    before, after = {"delivery": one.state.value}, {"delivery": state.value}
    if answer:
        after["answer"] = answer
    events.record(
        tx,
        events.NewEvent(
            by.now, by.actor, by.gesture, "delivery", one.ticket, before, after, one.message_id
        ),
    )


def write_down(tx: Session, one: Outgoing, verdict: AttemptVerdict, now: datetime) -> None:
    """Store a verdict on a reply."""
    outbox.conclude(tx, one, verdict, now, recorded=False)
    _write_rest(tx, one, verdict, now)


def write_result(tx: Session, one: Outgoing, verdict: AttemptVerdict, now: datetime) -> bool:
    """As `write_down`, for the attempt that is recorded. If somebody took the reply over meanwhile,
    only the news that it was sent still counts: then False."""
    recorded = outbox.conclude(tx, one, verdict, now, recorded=True)
    if not recorded and verdict.state is not Delivery.SENT:
        return False
    if not recorded:
        outbox.conclude(tx, one, verdict, now, recorded=False)
    _write_rest(tx, one, verdict, now)
    return True


def has_left(verdict: AttemptVerdict) -> bool:
    """Whether somebody has the mail, so that a copy belongs into the folder of sent mail."""
    return RecipientState.SENT in {recipient.state for recipient in verdict.recipients}


def _write_rest(tx: Session, one: Outgoing, verdict: AttemptVerdict, now: datetime) -> None:
    outbox.update_recipients(tx, one, verdict.recipients)
    note(tx, one, verdict.state, By(now), verdict.answer)


def recover(tx: Session, mailbox_id: int, now: datetime) -> list[Outgoing]:
    """Recover what a crash left, under the send lock: nobody else can be sending it. Returns the
    replies of which nobody knows whether they left."""
    by = By(now)
    found = outbox.in_states(tx, IN_LIMBO, mailbox_id)
    for one in found:
        if one.state is Delivery.SENDING:
            words = "sending was interrupted before the email was complete"
            move(tx, one, Delivery.QUEUED, by, answer=words)
        else:
            words = "sending was interrupted after the email was complete; it may have arrived"
            outbox.update_recipients(tx, one, _in_doubt(one.recipients, words))
            move(tx, one, Delivery.UNCERTAIN, by, answer=words)
    return [one for one in found if one.state is Delivery.TRANSMITTING]


def _in_doubt(recipients: Sequence[Recipient], words: str) -> list[Recipient]:
    """The recipients of a mail whose final dot may have left: those whom the server had accepted
    are marked already; before 0013 nobody was, and then all may have it."""
    accepted = {one.address for one in recipients if one.state is RecipientState.UNCERTAIN}
    return [
        replace(one, state=RecipientState.UNCERTAIN, answer=words)
        if one.address in accepted or (not accepted and one.state is RecipientState.WAITING)
        else one
        for one in recipients
    ]


def prove_filed(tx: Session, outbox_id: int, now: datetime) -> Delivery:
    """A reply of which nobody knew whether it was sent has been sent if the folder of sent mail
    holds it. Returns its state."""
    one = outbox.find(tx, outbox_id)
    if one is None:
        raise NotFound(Thing.REPLY, str(outbox_id))
    if one.state is not Delivery.UNCERTAIN:
        return one.state
    verdict = proven(one.recipients, IN_SENT, now)
    write_down(tx, one, verdict, now)
    return verdict.state


def prove_sent(tx: Session, message_ids: Sequence[str], now: datetime) -> None:
    """Replies of which nobody knew whether they had arrived have arrived when a mail comes in that
    names them."""
    if message_ids:
        for one in outbox.uncertain(tx, message_ids):
            words = "it has arrived: an email that came in names it"
            write_down(tx, one, proven(one.recipients, words, now), now)
            mailbox = mailboxes.mailbox_by_id(tx, one.mailbox_id)
            if mailbox is not None and keeps_copies(mailbox):
                sent_copies.owe(tx, one.id, now)
