"""Sending the replies of a mailbox that are due.

queued → sending → transmitting → sent | deferred | failed | uncertain.

Each state is committed before the step it announces: a process that takes the send lock and finds
*sending* knows that nothing left, and one that finds *transmitting* knows that nobody can tell."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from supportcli.channels.channel import Channel
from supportcli.desk import Desk
from supportcli.desk.replies import scheduling
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.people import DESK, Actor
from supportcli.domain.replies.delivery import (
    AttemptVerdict,
    Outgoing,
    Recipient,
    RecipientOutcome,
    RecipientResult,
    RecipientState,
    judge,
    proven,
)
from supportcli.domain.tickets.ticket import Delivery
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.servers import MailServerError
from supportcli.errors.setup import MailboxRemoved
from supportcli.storage.engine.locks import mailbox_lock
from supportcli.storage.replies import outbox
from supportcli.storage.setup import mailboxes
from supportcli.storage.tickets import events

if TYPE_CHECKING:
    from supportcli.errors import SupportError

IN_LIMBO = (Delivery.SENDING, Delivery.TRANSMITTING)
"""The states in which an attempt is running, or was when a crash ended it."""

_IN_SENT = "found in the Sent folder"


class TakenOver(Exception):
    """The send lock was lost (the database server was restarted), and somebody else has the reply
    now: nothing may be sent here."""


@dataclass(frozen=True, slots=True)
class By:
    """When, by whom and in which gesture a reply's state changes."""

    now: datetime
    actor: Actor = DESK
    gesture: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(slots=True)
class Sent:
    """Counts of what a pass over an outbox did."""

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    uncertain: int = 0

    def count(self, state: Delivery) -> None:
        """Add one reply."""
        if state.value in self.__dataclass_fields__:
            setattr(self, state.value, getattr(self, state.value) + 1)


def sending_mailbox(tx: Session, mailbox_id: int) -> Mailbox:
    """The mailbox to send from; MailboxRemoved if the desk no longer has it."""
    found = mailboxes.mailbox_by_id(tx, mailbox_id)
    if found is None or not found.active:
        raise MailboxRemoved(found.address if found else "of this ticket")
    return found


def send_due(
    desk: Desk, mailbox: Mailbox, channel: Channel, halted: Callable[[], bool] = lambda: False
) -> Sent:
    """Send the replies of a mailbox whose time has come, one after the other, unless somebody else
    is sending for it. No other one is begun once `halted` says so.

    Raises MailServerError if the server cannot be used at all; the reply that met it is deferred,
    the others stay due."""
    done = Sent()
    with desk.db.read() as tx:
        anything = outbox.due(tx, mailbox.id, desk.now()) or outbox.in_states(
            tx, IN_LIMBO, mailbox.id
        )
    if not anything:
        return done
    with mailbox_lock(desk.db, mailbox.id, "send") as held:
        if held:
            for one in _recovered(desk, mailbox):
                done.count(_looked_up(desk, channel, one))
            with desk.db.read() as tx:
                due = outbox.due(tx, mailbox.id, desk.now())
            for outbox_id in due:
                if halted():
                    break
                with suppress(TakenOver):
                    _attempt(desk, channel, outbox_id, done)
    return done


def _recovered(desk: Desk, mailbox: Mailbox) -> list[Outgoing]:
    """Recover what a crash left, under the send lock: nobody else can be sending it. Returns the
    replies of which nobody knows whether they left."""
    with desk.db.read() as tx:
        if not outbox.in_states(tx, IN_LIMBO, mailbox.id):
            return []
    by = By(desk.now())
    with desk.db.write() as tx:
        found = outbox.in_states(tx, IN_LIMBO, mailbox.id)
        for one in found:
            if one.state is Delivery.SENDING:
                move(
                    tx,
                    one,
                    Delivery.QUEUED,
                    by,
                    answer="sending was interrupted before the email was complete",
                )
            else:
                words = "sending was interrupted after the email was complete; it may have arrived"
                outbox.set_recipients(
                    tx, one.id, [_uncertain(recipient, words) for recipient in one.recipients]
                )
                move(tx, one, Delivery.UNCERTAIN, by, answer=words)
    return [one for one in found if one.state is Delivery.TRANSMITTING]


def _looked_up(desk: Desk, channel: Channel, one: Outgoing) -> Delivery:
    """The state of a reply that a crash left uncertain, after asking its provider."""
    if not is_in_sent(channel, one):
        return Delivery.UNCERTAIN
    with desk.db.write() as tx:
        return prove_filed(tx, one.id, desk.now())


def _uncertain(recipient: Recipient, answer: str) -> Recipient:
    return (
        Recipient(recipient.address, RecipientState.UNCERTAIN, answer)
        if recipient.state is RecipientState.WAITING
        else recipient
    )


def _attempt(desk: Desk, channel: Channel, outbox_id: int, done: Sent) -> None:
    """One attempt to send one reply. Raises TakenOver before anything has left."""
    claimed = _claim(desk, outbox_id)
    if claimed is None:
        return
    one, content = claimed

    def before_final_dot() -> None:
        with desk.db.write() as tx:
            if not _is_ours(tx, one):
                raise TakenOver
            outbox.change(tx, one.id, Delivery.TRANSMITTING, desk.now())

    trouble: SupportError | None = None
    try:
        results = channel.submit(one.sender, one.waiting, content, before_final_dot)
    except MailServerError as error:
        trouble, results = error, _for_all(one, RecipientOutcome.LATER, error.sentence)
    now = desk.now()
    verdict = judge(one.recipients, results, one.attempts, one.first_try_at or now, now)
    if verdict.state is Delivery.UNCERTAIN and is_in_sent(channel, one):
        verdict = proven(verdict.recipients, _IN_SENT, desk.now())
    if _conclude(desk, one, verdict):
        done.count(verdict.state)
    if trouble is not None:
        raise trouble


def _claim(desk: Desk, outbox_id: int) -> tuple[Outgoing, bytes] | None:
    """Take a reply for sending, with its bytes; None if an agent took it back meanwhile."""
    now = desk.now()
    with desk.db.write() as tx:
        one = outbox.find(tx, outbox_id)
        if one is None or one.state not in outbox.WAITING:
            return None
        if one.chosen.at and not one.attempts and not scheduling.begin(tx, one, now):
            return None
        begun = replace(one, attempts=one.attempts + 1, first_try_at=one.first_try_at or now)
        move(
            tx,
            one,
            Delivery.SENDING,
            By(now),
            attempts=begun.attempts,
            first_try_at=begun.first_try_at,
        )
        return replace(begun, state=Delivery.SENDING), outbox.content(tx, outbox_id)


def _for_all(one: Outgoing, outcome: RecipientOutcome, answer: str) -> tuple[RecipientResult, ...]:
    return tuple(RecipientResult(address, outcome, answer) for address in one.waiting)


def is_in_sent(channel: Channel, one: Outgoing) -> bool:
    """Whether the provider filed the mail as sent, which proves that it took it. If we cannot look,
    that proves nothing."""
    try:
        return channel.find_sent(one.rfc_message_id)
    except MailServerError:
        return False


def _conclude(desk: Desk, one: Outgoing, verdict: AttemptVerdict) -> bool:
    """Store the result of an attempt. If somebody took the reply over meanwhile, only the news that
    it was sent still counts: then False."""
    now = desk.now()
    with desk.db.write() as tx:
        if verdict.state is not Delivery.SENT and not _is_ours(tx, one):
            return False
        _write_down(tx, one, verdict, now)
    return True


def _is_ours(tx: Session, one: Outgoing) -> bool:
    """Whether an attempt that this process began is still the recorded one."""
    found = outbox.find(tx, one.id)
    return found is not None and found.attempts == one.attempts and found.state in IN_LIMBO


def _write_down(tx: Session, one: Outgoing, verdict: AttemptVerdict, now: datetime) -> None:
    outbox.set_recipients(tx, one.id, verdict.recipients)
    sent_at = now if verdict.state is Delivery.SENT else None
    fields = {"not_before": verdict.not_before} if verdict.not_before else {}
    move(tx, one, verdict.state, By(now), answer=verdict.answer, sent_at=sent_at, **fields)


def prove_filed(tx: Session, outbox_id: int, now: datetime) -> Delivery:
    """A reply of which nobody knew whether it was sent has been sent if the folder of sent mail
    holds it. Returns its state."""
    one = outbox.find(tx, outbox_id)
    if one is None:
        raise NotFound(Thing.REPLY, str(outbox_id))
    if one.state is not Delivery.UNCERTAIN:
        return one.state
    verdict = proven(one.recipients, _IN_SENT, now)
    _write_down(tx, one, verdict, now)
    return verdict.state


def prove_sent(tx: Session, message_ids: Sequence[str], now: datetime) -> None:
    """Replies of which nobody knew whether they had arrived have arrived when a mail comes in that
    names them."""
    if message_ids:
        for one in outbox.uncertain(tx, message_ids):
            _write_down(
                tx,
                one,
                proven(one.recipients, "it has arrived: an email that came in names it", now),
                now,
            )


def move(tx: Session, one: Outgoing, state: Delivery, by: By, **columns: Any) -> None:  # noqa: ANN401 - columns have many types
    """Change a reply's state and other columns, with an event on its ticket, so that the inbox and
    `ticket show` see it."""
    outbox.change(tx, one.id, state, by.now, **columns)
    before, after = {"delivery": one.state.value}, {"delivery": state.value}
    if columns.get("answer"):
        after["answer"] = columns["answer"]
    events.record(
        tx,
        events.NewEvent(
            by.now, by.actor, by.gesture, "delivery", one.ticket, before, after, one.message_id
        ),
    )
