"""How fast a mailbox sends: its own limits, those that its server names, and the largest mail that
it takes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from supportcli.channels.channel import Channel
from supportcli.desk import Desk
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.replies.delivery import RecipientOutcome, RecipientResult
from supportcli.domain.replies.throttling import pause_for
from supportcli.domain.setup.sending_rules import limits_of
from supportcli.storage.replies import outbox
from supportcli.storage.setup import mailboxes


def free_at(tx: Session, mailbox: Mailbox, now: datetime) -> datetime | None:
    """When the next reply may leave; None if it may now."""
    moments = (
        (outbox.tried_before(tx, mailbox.id, most), time)
        for most, time in limits_of(mailbox).windows()
    )
    free = [at + time for at, time in moments if at is not None and at + time > now]
    return max(free, default=None)


def asked_for(results: Sequence[RecipientResult]) -> timedelta | None:
    """How long the server wants to be left alone, by what it said about these recipients."""
    found = (pause_for(one.answer) for one in results if one.outcome is RecipientOutcome.LATER)
    return max((one for one in found if one is not None), default=None)


def wait_until(tx: Session, mailbox: Mailbox, until: datetime) -> None:
    """Send nothing from a mailbox before this moment."""
    mailboxes.set_sends_again_at(tx, mailbox.id, until)


def learn(desk: Desk, mailbox: Mailbox, channel: Channel) -> None:
    """Remember the largest mail that a server takes, or that it has no limit any more, so that a
    reply that is larger is refused before it is queued."""
    said = channel.largest_mail
    if said is not None and (said or None) != mailbox.largest_mail:
        with desk.db.write() as tx:
            mailboxes.set_largest_mail(tx, mailbox.id, said or None)
