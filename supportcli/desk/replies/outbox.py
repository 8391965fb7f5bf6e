"""What an agent may do with replies on their way: see them, send one now, try one again, cancel
one."""

from collections.abc import Sequence
from contextlib import closing

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import Gesture, authorize
from supportcli.desk.replies.delivering.steps import By, move, prove_filed
from supportcli.desk.replies.sending import send_due, sending_mailbox
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.people import Action
from supportcli.domain.replies.delivery import Outgoing, Recipient, RecipientState, arrived
from supportcli.domain.replies.sent_copies import SentCopy
from supportcli.domain.tickets.ticket import Delivery
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.replies import DeliveryStepRefused, SentUnsearched
from supportcli.errors.servers import MailServerError
from supportcli.errors.setup import SecretMissing
from supportcli.storage.replies import outbox, sent_copies
from supportcli.storage.setup import mailboxes

_OPEN = (
    Delivery.QUEUED,
    Delivery.SENDING,
    Delivery.TRANSMITTING,
    Delivery.DEFERRED,
    Delivery.LATE,
    Delivery.FAILED,
    Delivery.UNCERTAIN,
)


def list_outbox(desk: Desk, *, everything: bool = False) -> list[Outgoing]:
    """The replies that are not simply sent or cancelled, or all of them, the longest due first.
    Bounced ones come last, while their ticket is not solved, and those that were given up, as
    long as there is a draft of them."""
    with desk.db.read() as tx:
        return (
            outbox.in_states(tx, tuple(Delivery))
            if everything
            else [*outbox.in_states(tx, _OPEN), *outbox.bounced(tx), *outbox.given_up(tx)]
        )


def copies(desk: Desk, replies: Sequence[Outgoing]) -> dict[int, SentCopy]:
    """The copies of these replies for the folder of sent mail, by the reply's id."""
    with desk.db.read() as tx:
        return sent_copies.of_replies(tx, [one.id for one in replies])


def send(desk: Desk, outbox_id: int) -> Outgoing:
    """Send a queued or deferred reply now, and return what became of it.

    If I hold no secret for its mailbox, the next sync of somebody who does sends it.
    NotFound; DeliveryStepRefused for one in another state; MailboxRemoved if nobody could
    send it."""
    _again(desk, outbox_id, outbox.WAITING, "sent now")
    return _send_now(desk, outbox_id)


def retry(desk: Desk, outbox_id: int, *, unsearched: bool = False) -> Outgoing:
    """Send a failed, bounced, uncertain or deferred reply again to those it has not reached, and
    return what became of it.

    For an uncertain one the folder of sent mail is searched first, unless it may go `unsearched`;
    sending it again means: better twice than never. NotFound; DeliveryStepRefused for one in
    another state; SentUnsearched if the folder cannot be searched; MailboxRemoved if nobody could
    send it."""
    with desk.db.read() as tx:
        authorize(desk.me(tx), Action.WORK)
    one = find(desk, outbox_id)
    looks = one.state is Delivery.UNCERTAIN and not unsearched
    if looks and _was_sent_after_all(desk, one):
        with desk.db.write() as tx:
            prove_filed(tx, outbox_id, desk.now())
        return find(desk, outbox_id)
    _again(
        desk,
        outbox_id,
        (Delivery.FAILED, Delivery.BOUNCED, Delivery.UNCERTAIN, *outbox.WAITING),
        "tried again",
    )
    return _send_now(desk, outbox_id)


def cancel(desk: Desk, outbox_id: int) -> Outgoing:
    """Cancel a reply: nobody else gets it; its answer says who has it. NotFound, or
    DeliveryStepRefused for one that is sent or being sent."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        one = _in_state(
            tx, outbox_id, (Delivery.FAILED, Delivery.UNCERTAIN, *outbox.WAITING), "cancelled"
        )
        by = By(gesture.now, gesture.actor, gesture.id)
        move(tx, one, Delivery.CANCELLED, by, answer=arrived(one.recipients) or None)
    return find(desk, outbox_id)


def _again(desk: Desk, outbox_id: int, states: Sequence[Delivery], verb: str) -> None:
    """Make a reply due now; also for recipients who refused it for good, or may have it already."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        one = _in_state(tx, outbox_id, states, verb)
        mailbox = sending_mailbox(tx, one.mailbox_id)
        mailboxes.set_sends_again_at(tx, mailbox.id, None)
        undecided = {RecipientState.FAILED, RecipientState.BOUNCED, RecipientState.UNCERTAIN}
        outbox.set_recipients(
            tx,
            one.id,
            [Recipient(was.address) if was.state in undecided else was for was in one.recipients],
        )
        first_try_at = one.first_try_at if one.state in outbox.WAITING else None
        by = By(gesture.now, gesture.actor, gesture.id)
        move(tx, one, Delivery.QUEUED, by, not_before=gesture.now, first_try_at=first_try_at)


def _send_now(desk: Desk, outbox_id: int) -> Outgoing:
    """Send what is due in this reply's mailbox, if I can. The reply's own state says what went
    wrong."""
    try:
        with closing(desk.channels(_mailbox_of(desk, outbox_id))) as channel:
            send_due(desk, _mailbox_of(desk, outbox_id), channel)
    except (SecretMissing, MailServerError):
        pass
    return find(desk, outbox_id)


def _was_sent_after_all(desk: Desk, one: Outgoing) -> bool:
    try:
        with closing(desk.channels(_mailbox_of(desk, one.id))) as channel:
            return channel.find_sent(one.rfc_message_id)
    except (SecretMissing, MailServerError) as error:
        raise SentUnsearched(one.id, one.ticket, error.sentence) from error


def find(desk: Desk, outbox_id: int) -> Outgoing:
    """A reply by its id; NotFound if there is none."""
    with desk.db.read() as tx:
        return _in_state(tx, outbox_id, tuple(Delivery), "")


def _in_state(tx: Session, outbox_id: int, states: Sequence[Delivery], verb: str) -> Outgoing:
    one = outbox.find(tx, outbox_id)
    if one is None:
        raise NotFound(Thing.REPLY, str(outbox_id))
    if one.state not in states:
        raise DeliveryStepRefused(outbox_id, one.state.value, verb)
    return one


def _mailbox_of(desk: Desk, outbox_id: int) -> Mailbox:
    with desk.db.read() as tx:
        return sending_mailbox(tx, _in_state(tx, outbox_id, tuple(Delivery), "").mailbox_id)
