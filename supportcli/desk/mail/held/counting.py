"""Where the mails of each mailbox are, and how many wait for a person."""

from datetime import timedelta

from supportcli.desk import Desk
from supportcli.domain.intake.ledger import Counts
from supportcli.storage.mail import held
from supportcli.storage.setup import mailboxes

REMIND = timedelta(days=1)
"""How often a sync that nobody watches says that mail waits."""


def count(desk: Desk) -> int:
    """How many mails wait for a person, as the inbox counts them."""
    with desk.db.read() as tx:
        return held.count(tx)


def counts(desk: Desk) -> dict[str, Counts]:
    """Where the mails of each mailbox are, by its address; those of removed ones too."""
    with desk.db.read() as tx:
        found = held.counts(tx)
        return {
            box.address: found.get(box.id, Counts())
            for box in mailboxes.mailboxes(tx, removed=True)
        }


def total(counted: dict[str, Counts]) -> Counts:
    """The counts of several mailboxes together."""
    return Counts(
        *(
            sum(getattr(one, name) for one in counted.values())
            for name in Counts.__dataclass_fields__
        )
    )


def waits(counted: Counts) -> int:
    """How many mails wait for a person. Bounces that are not ours (one row) do not count, nor mail
    that is fetched in the background."""
    return counted.held + counted.unreadable + counted.too_large


def remind(desk: Desk, counted: Counts) -> bool:
    """Whether a sync that nobody watches should say now that mail waits: once a day while any does.
    The desk stores when that was, so that several machines say it once."""
    with desk.db.read() as tx:
        told_at = held.told_at(tx)
    now = desk.now()
    if not waits(counted):
        if told_at is not None:
            with desk.db.write() as tx:
                held.tell(tx, told_at, None)
        return False
    if told_at is not None and timedelta(0) <= now - told_at < REMIND:
        return False
    with desk.db.write() as tx:
        return held.tell(tx, told_at, now)
