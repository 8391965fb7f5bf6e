"""How a mailbox is doing, pass after pass: since when it fails, who has been told, and how long its
servers are left alone."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from supportcli.domain.mailbox import Mailbox
from supportcli.errors import SupportError
from supportcli.errors.servers import (
    FolderGone,
    FolderRefused,
    LoginRefused,
    MailServerUnreachable,
    ServerThrottled,
)

TOLD_AFTER = timedelta(minutes=15)
"""A server that cannot be reached is reported after so long: most are back sooner."""

LEFT_ALONE = timedelta(minutes=15)
"""How long a server that wants to be left alone gets no connection."""

REFUSALS = 3
"""After so many refused logins in a row the servers are left alone for `LOCKED`: many lock an
account that goes on trying, and then its owner is locked out too."""

LOCKED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class MailboxHealth:
    """The result of the passes over a mailbox. `failure_told`: somebody has been told that it
    fails. Nothing connects before `paused_until`."""

    failing_since: datetime | None = None
    failure: str | None = None
    synced_at: datetime | None = None
    refused_logins: int = 0
    paused_until: datetime | None = None
    failure_told: bool = False

    def paused(self, now: datetime) -> bool:
        """Whether its servers are left alone now."""
        return self.paused_until is not None and now < self.paused_until


def health_of(mailbox: Mailbox) -> MailboxHealth:
    """The health of a mailbox as the desk knows it."""
    return MailboxHealth(
        mailbox.failing_since,
        mailbox.failure,
        mailbox.synced_at,
        mailbox.refused_logins,
        mailbox.paused_until,
        mailbox.failure_told,
    )


def after_pass(
    before: MailboxHealth, error: SupportError | None, now: datetime, *, tells: bool
) -> MailboxHealth:
    """The health after a pass that ended `now` with this error. If only a folder is in trouble, all
    others have been read. `tells`: the pass reports to
    somebody who does not watch it, so that what it has said need not be said again."""
    if error is None:
        return MailboxHealth(synced_at=now)
    refused = before.refused_logins + isinstance(error, LoginRefused)
    reads = isinstance(error, FolderRefused)
    failing = replace(
        before,
        synced_at=now if reads else before.synced_at,
        failing_since=before.failing_since or now,
        failure=error.sentence,
        refused_logins=0 if reads else refused,
        paused_until=_pause(error, refused, now),
    )
    told = before.failure_told or (tells and must_be_told(failing, error, now))
    return replace(failing, failure_told=told)


def just_read(
    mailbox: Mailbox, read_at: datetime | None, error: SupportError | None, now: datetime
) -> Mailbox:
    """A mailbox as the pass knows it that has read it at `read_at`, or has not, maybe because of
    this error."""
    if read_at is not None:
        return replace(mailbox, synced_at=read_at, failing_since=None)
    return replace(mailbox, failing_since=mailbox.failing_since or now) if error else mailbox


def must_be_told(failing: MailboxHealth, error: SupportError, now: datetime) -> bool:
    """Whether a failure is worth a word: at once if it does not pass by itself, or if the mailbox
    has never worked; otherwise after `TOLD_AFTER`."""
    lasts = isinstance(error, (ServerThrottled, FolderGone))
    passes = isinstance(error, MailServerUnreachable) and not lasts
    if not passes or failing.synced_at is None or failing.failing_since is None:
        return True
    return now - failing.failing_since >= TOLD_AFTER


def _pause(error: SupportError, refused: int, now: datetime) -> datetime | None:
    if isinstance(error, LoginRefused) and refused >= REFUSALS:
        return now + LOCKED
    return now + LEFT_ALONE if isinstance(error, ServerThrottled) else None
