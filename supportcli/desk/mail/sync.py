"""One pass over the mailboxes: receive, decide what waits, send what is due. Run by cron, by the
inbox, or by hand.

One sync per mailbox at a time, by a lock that the kernel frees when its holder dies; a second one
says so, sends what is due, and ends."""

import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath

from supportcli.channels.channel import Channel
from supportcli.desk import Desk
from supportcli.desk.mail.fetching import receive
from supportcli.desk.mail.held import waiting as held
from supportcli.desk.mail.history import solve_answered
from supportcli.desk.mail.intake import Tally, decide_pending
from supportcli.desk.mail.partial import complete
from supportcli.desk.replies.sending import Sent, send_due
from supportcli.desk.running_targets import Ticked, tick
from supportcli.domain.intake.ledger import Counts
from supportcli.domain.mailbox import Mailbox
from supportcli.errors import SupportError, UsageError
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.servers import MailboxBroken, MailServerError
from supportcli.errors.setup import SecretMissing
from supportcli.storage.engine.locks import mailbox_lock
from supportcli.storage.setup import mailboxes
from supportcli.storage.tables import mail_states
from supportcli.terminal import clean

DECIDE_AFTER = 1_000
"""How many mails are stored before they are decided, so that a first sync of a large mailbox shows
tickets early."""

_WORDS = 300
"""How many characters of an unexpected error are shown."""


class SyncStep(StrEnum):
    """What a sync is doing."""

    RECEIVING = "receiving"
    DECIDING = "deciding"
    SENDING = "sending"


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """The progress of a sync: which mailbox, what it does, how many mails it has fetched."""

    mailbox: str
    step: SyncStep
    fetched: int


@dataclass(frozen=True, slots=True)
class MailboxReport:
    """What a pass did for one mailbox. `fetched` counts mails the desk did not have, `completed`
    those that were partly here and are complete now.

    `busy`: another sync is reading it; `skipped`: this person holds no secret for it;
    `failing_since`: since when it cannot be used, if it cannot. `counts`: where all its mails are
    now."""

    mailbox: str
    fetched: int = 0
    new_tickets: int = 0
    follow_ups: int = 0
    held: int = 0
    duplicates: int = 0
    ignored: int = 0
    completed: int = 0
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    uncertain: int = 0
    busy: bool = False
    skipped: bool = False
    failing_since: datetime | None = None
    error: SupportError | None = None
    counts: Counts = field(default_factory=Counts)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a pass did, mailbox by mailbox; `ticked` is what time alone changed in the desk's
    service levels, `counts` where all its mails are."""

    mailboxes: tuple[MailboxReport, ...]
    ticked: Ticked
    counts: Counts

    @property
    def error(self) -> SupportError | None:
        """The first error; None if there is none."""
        return next((report.error for report in self.mailboxes if report.error is not None), None)


def sync(
    desk: Desk,
    addresses: Sequence[str] | None = None,
    progress: Callable[[SyncProgress], None] | None = None,
) -> SyncReport:
    """Receive, decide and send for the mailboxes of `addresses`, or for all whose secret this
    person holds; then note what time alone has changed in the service levels.

    A mailbox that fails, because of its servers or a bug of this program, does not stop the others:
    its report holds the error.

    NotFound for an unknown address; SecretMissing if there is no mailbox to connect to at
    all; errors of the database itself are raised."""
    boxes = _chosen(desk, addresses)
    reports = tuple(
        _sync(desk, mailbox, progress or _silent, named=addresses is not None) for mailbox in boxes
    )
    counted = held.counts(desk)
    reports = tuple(
        replace(report, counts=counted.get(report.mailbox, report.counts)) for report in reports
    )
    ticked = tick(desk)
    if reports and all(report.skipped for report in reports):
        raise SecretMissing(boxes[0].address, str(desk.settings.path))
    return SyncReport(reports, ticked, held.total(counted))


def _silent(_progress: SyncProgress) -> None:
    """Nobody watches."""


def _chosen(desk: Desk, addresses: Sequence[str] | None) -> list[Mailbox]:
    with desk.db.read() as tx:
        boxes = {box.address: box for box in mailboxes.mailboxes(tx)}
    if addresses is None:
        return list(boxes.values())
    unknown = next((address for address in addresses if address.lower() not in boxes), None)
    if unknown is not None:
        raise NotFound(Thing.MAILBOX, unknown)
    return [boxes[address] for address in dict.fromkeys(address.lower() for address in addresses)]


def _sync(
    desk: Desk, mailbox: Mailbox, progress: Callable[[SyncProgress], None], *, named: bool
) -> MailboxReport:
    done = Pass()
    try:
        channel = desk.channels(mailbox)
    except SecretMissing as error:
        return MailboxReport(mailbox.address, skipped=not named, error=error if named else None)
    except SupportError as error:
        done.error = error
        return _report(desk, mailbox, done)
    with closing(channel):
        with _trouble_of(mailbox, done):
            _receive(desk, mailbox, channel, progress, done)
        with _trouble_of(mailbox, done):
            progress(SyncProgress(mailbox.address, SyncStep.SENDING, done.fetched))
            done.sent = send_due(desk, mailbox, channel)
    return _report(desk, mailbox, done)


@contextmanager
def _trouble_of(mailbox: Mailbox, done: "Pass") -> Iterator[None]:
    """The error boundary of a mailbox: any error that a server provokes stays its mailbox's, and is
    reported as such. Errors of the desk itself propagate."""
    try:
        yield
    except (
        MailServerError,
        UsageError,
    ) as error:  # UsageError: a folder or user name in the database that IMAP cannot express
        done.error = done.error or error
    except SupportError:
        raise
    except Exception as error:  # noqa: BLE001 - see above; the sentence names it, and the exit code is that of a failure
        done.error = done.error or MailboxBroken(mailbox.address, _named(error))


def _named(error: Exception) -> str:
    """What an unexpected error says, and where in this program it was raised, for whoever fixes
    it."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "supportcli" in frame.filename] or frames
    where = f" in {PurePath(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else ""
    return clean(f"{type(error).__name__}: {str(error)[:_WORDS]}{where}")


@dataclass(slots=True)
class Pass:
    """What a pass has done so far."""

    fetched: int = 0
    completed: int = 0
    tally: Tally = field(default_factory=Tally)
    sent: Sent = field(default_factory=Sent)
    busy: bool = False
    error: SupportError | None = None


def _receive(
    desk: Desk,
    mailbox: Mailbox,
    channel: Channel,
    progress: Callable[[SyncProgress], None],
    done: Pass,
) -> None:
    """Receive and decide, if nobody else does."""
    with mailbox_lock(desk.db, mailbox.id, "sync") as locked:
        if not locked:
            done.busy = True
            return
        with _trouble_of(mailbox, done):
            _read(desk, mailbox, channel, progress, done)
        if done.error is not None:
            decide_pending(desk, mailbox, done.tally)  # what came before the connection broke


def _read(
    desk: Desk,
    mailbox: Mailbox,
    channel: Channel,
    progress: Callable[[SyncProgress], None],
    done: Pass,
) -> None:
    """Store and decide what is new, in turns; what a crash left undecided comes first."""
    decide_pending(desk, mailbox, done.tally)
    undecided = 0
    for kept in receive(desk, mailbox, channel):
        done.fetched += kept
        undecided += kept
        progress(SyncProgress(mailbox.address, SyncStep.RECEIVING, done.fetched))
        if undecided >= DECIDE_AFTER:
            decide_pending(desk, mailbox, done.tally)
            undecided = 0
    progress(SyncProgress(mailbox.address, SyncStep.DECIDING, done.fetched))
    decide_pending(desk, mailbox, done.tally)
    solve_answered(desk, mailbox, channel)
    for _ in complete(desk, mailbox, channel):
        done.completed += 1
        progress(SyncProgress(mailbox.address, SyncStep.RECEIVING, done.fetched))
    if done.completed:
        decide_pending(desk, mailbox, done.tally)  # one may have turned out to be a mail of its own


def _report(desk: Desk, mailbox: Mailbox, done: Pass) -> MailboxReport:
    """The report of the pass; also stores the mailbox's health, for the agents who did not run
    it."""
    failing_since, now = None, desk.now()
    if done.error is not None:
        failing_since = mailbox.failing_since or now
    if not done.busy or done.error is not None:
        synced_at = mailbox.synced_at if done.error is not None else now
        with desk.db.write() as tx:
            failure = done.error.sentence if done.error is not None else None
            mailboxes.set_health(
                tx, mailbox.id, failing_since=failing_since, failure=failure, synced_at=synced_at
            )
    states = done.tally.states
    return MailboxReport(
        mailbox=mailbox.address,
        fetched=done.fetched,
        new_tickets=done.tally.new_tickets,
        follow_ups=done.tally.follow_ups,
        held=states[mail_states.HELD],
        duplicates=states[mail_states.DUPLICATE],
        ignored=states[mail_states.IGNORED],
        completed=done.completed,
        sent=done.sent.sent,
        deferred=done.sent.deferred,
        failed=done.sent.failed,
        uncertain=done.sent.uncertain,
        busy=done.busy,
        failing_since=failing_since or mailbox.failing_since,
        error=done.error,
    )
