"""One pass over the mailboxes: receive, decide what waits, send what is due. Run by cron, by the
inbox, or by hand.

One sync per mailbox at a time, by a lock that the kernel frees when its holder dies; a second one
says so, sends what is due, and ends."""

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import PurePath

from supportcli.channels.channel import Channel
from supportcli.channels.parsers import Parsers
from supportcli.desk import Desk
from supportcli.desk.mail.deciding.waiting import WINDOW, Waiting
from supportcli.desk.mail.held import counting
from supportcli.desk.mail.servers.fetching import receive
from supportcli.desk.mail.servers.partial import complete
from supportcli.desk.mail.servers.server_actions import act
from supportcli.desk.mail.tally import Tally
from supportcli.desk.replies.sending import Sent, send_due
from supportcli.desk.ticking import tick
from supportcli.domain.intake.health import after_pass, health_of, just_read
from supportcli.domain.intake.ledger import Counts
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.sla.ticked import Ticked
from supportcli.errors import SupportError, UsageError
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.servers import (
    FolderRefused,
    MailboxBroken,
    MailboxPaused,
    MailServerError,
)
from supportcli.errors.setup import SecretMissing
from supportcli.storage.engine.locks import is_watched, mailbox_lock
from supportcli.storage.setup import mailboxes
from supportcli.storage.tables import mail_states
from supportcli.terminal import clean

TURN_SECONDS = 600.0
"""If nobody watches, a mailbox with much new mail, or a slow server, makes room after so long for
the mailboxes behind it; the next sync continues."""

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
    `failing_since`: since when it cannot be used, if it cannot, or could not before this pass;
    nothing connects before `paused_until`. `late` replies have waited for four hours now;
    `sends_again_at`: others wait for a limit of the mailbox or its server. `tells`: the error is
    news for somebody who does not watch; `back`: so is that it works again.
    `counts`: where all its mails are now."""

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
    late: int = 0
    failed: int = 0
    uncertain: int = 0
    busy: bool = False
    skipped: bool = False
    failing_since: datetime | None = None
    failing_for: timedelta = timedelta(0)
    paused_until: datetime | None = None
    sends_again_at: datetime | None = None
    error: SupportError | None = None
    tells: bool = False
    back: bool = False
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


def _silent(_progress: SyncProgress) -> None:
    """Nobody watches."""


def _turn() -> Callable[[], bool]:
    """Whether the turn of a mailbox is over that begins now."""
    ends = time.monotonic() + TURN_SECONDS
    return lambda: time.monotonic() >= ends


@dataclass(slots=True)
class Pass:
    """What a pass over a mailbox has done so far, and who hears of it.

    `halted` says whether it has to end soon: then it stops after what it has begun, and is `cut`.
    `watching`: it is one of many, of a process that watches the mailbox. `read_at`: when it had
    read all of the mailbox, if it has; one that only sends never has."""

    progress: Callable[[SyncProgress], None] = _silent
    attended: bool = False
    watching: bool = False
    halted: Callable[[], bool] = lambda: False
    fetched: int = 0
    completed: int = 0
    tally: Tally = field(default_factory=Tally)
    sent: Sent = field(default_factory=Sent)
    busy: bool = False
    cut: bool = False
    read_at: datetime | None = None
    error: SupportError | None = None

    def tell(self, mailbox: Mailbox, step: SyncStep) -> None:
        """Report the progress."""
        self.progress(SyncProgress(mailbox.address, step, self.fetched))


def sync(
    desk: Desk,
    addresses: Sequence[str] | None = None,
    progress: Callable[[SyncProgress], None] | None = None,
    *,
    attended: bool = False,
) -> SyncReport:
    """Receive, decide and send for the mailboxes of `addresses`, or for all whose secret this
    person holds; then note what time alone has changed in the service levels.

    With `attended` a person watches: then servers are tried that would be left alone, and what is
    said does not count as told to the others.

    A mailbox that fails, because of its servers or a bug of this program, does not stop the others:
    its report holds the error.

    NotFound for an unknown address; SecretMissing if there is no mailbox to connect to at
    all; errors of the database itself are raised."""
    boxes = chosen(desk, addresses)
    hurries = len(boxes) > 1 and not attended
    reports = tuple(
        _sync(
            desk,
            mailbox,
            Pass(
                progress or _silent,
                attended=attended,
                halted=_turn() if hurries else lambda: False,
            ),
            named=addresses is not None,
        )
        for mailbox in boxes
    )
    counted = counting.counts(desk)
    reports = tuple(
        replace(report, counts=counted.get(report.mailbox, report.counts)) for report in reports
    )
    ticked = tick(desk)
    if reports and all(report.skipped for report in reports):
        raise SecretMissing(boxes[0].address, str(desk.settings.path))
    return SyncReport(reports, ticked, counting.total(counted))


def chosen(desk: Desk, addresses: Sequence[str] | None) -> list[Mailbox]:
    """The mailboxes of these addresses, or all. NotFound for an unknown one."""
    with desk.db.read() as tx:
        boxes = {box.address: box for box in mailboxes.mailboxes(tx)}
    if addresses is None:
        return list(boxes.values())
    unknown = next((address for address in addresses if address.lower() not in boxes), None)
    if unknown is not None:
        raise NotFound(Thing.MAILBOX, unknown)
    return [boxes[address] for address in dict.fromkeys(address.lower() for address in addresses)]


def _sync(desk: Desk, mailbox: Mailbox, done: Pass, *, named: bool) -> MailboxReport:
    if not done.attended and (pause := paused(desk, mailbox)):
        return pause
    try:
        channel = desk.channels(mailbox)
    except SecretMissing as error:
        return MailboxReport(mailbox.address, skipped=not named, error=error if named else None)
    except SupportError as error:
        done.error = error
        return report(desk, mailbox, done)
    with closing(channel):
        with trouble_of(mailbox, done):
            receive_and_decide(desk, mailbox, channel, done)
        with trouble_of(mailbox, done):
            done.tell(mailbox, SyncStep.SENDING)
            read = just_read(mailbox, done.read_at, done.error, desk.now())
            send_due(desk, read, channel, done=done.sent)
    return report(desk, mailbox, done)


def paused(desk: Desk, mailbox: Mailbox) -> MailboxReport | None:
    """The report of a mailbox whose servers are left alone now; None if they are not."""
    until = mailbox.paused_until
    if until is None or not health_of(mailbox).paused(desk.now()):
        return None
    error = MailboxPaused(mailbox.address, f"{until.astimezone():%H:%M}", mailbox.failure or "")
    return MailboxReport(
        mailbox.address, failing_since=mailbox.failing_since, paused_until=until, error=error
    )


@contextmanager
def trouble_of(mailbox: Mailbox, done: Pass) -> Iterator[None]:
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


def receive_and_decide(desk: Desk, mailbox: Mailbox, channel: Channel, done: Pass) -> None:
    """Receive and decide, if nobody else does. Raises what the servers provoke, and what `Channel`
    raises: see `trouble_of`."""
    if not done.watching and is_watched(desk.db, mailbox.id):
        done.busy = True
        return
    with mailbox_lock(desk.db, mailbox.id, "sync") as locked:
        if not locked:
            done.busy = True
            return
        with closing(Parsers()) as parsers:
            waiting = Waiting(desk, mailbox, done.tally, parsers)
            with trouble_of(mailbox, done):
                _read(desk, mailbox, channel, done, waiting)
            if done.error is not None:
                _decide(waiting, done)  # what came before the connection broke


def _read(desk: Desk, mailbox: Mailbox, channel: Channel, done: Pass, waiting: Waiting) -> None:
    """Store and decide what is new, in turns, so that a first sync of a large mailbox shows tickets
    early; what a crash left undecided comes first."""
    _decide(waiting, done)
    undecided = 0
    with _folder_aside(done):
        for kept in receive(desk, mailbox, channel):
            done.fetched += kept
            undecided += kept
            done.tell(mailbox, SyncStep.RECEIVING)
            if undecided >= WINDOW:
                _decide(waiting, done, ahead=True)
                undecided = 0
            if done.halted():
                done.cut = True
                break
    done.tell(mailbox, SyncStep.DECIDING)
    _decide(waiting, done)
    if not done.cut:
        _solve(desk, mailbox, channel, done)
        with _folder_aside(done):
            act(desk, mailbox, channel)
        _complete(desk, mailbox, channel, done, waiting)
        done.read_at = desk.now()


def _solve(desk: Desk, mailbox: Mailbox, channel: Channel, done: Pass) -> None:
    """Solve what was answered before the desk's time; without the folder of sent mail, this counts
    as no first pass, and the next one tries again."""
    if mailbox.history == "none" or mailbox.synced_at is not None:
        return
    from supportcli.desk.mail.servers.history import solve_answered  # noqa: PLC0415  # see `channels.parse`

    try:
        solve_answered(desk, mailbox, channel)
    except FolderRefused:
        done.cut = True
        raise


@contextmanager
def _folder_aside(done: Pass) -> Iterator[None]:
    """A folder that is not there, or is refused, is reported and stops nothing else."""
    try:
        yield
    except FolderRefused as error:
        done.error = done.error or error


def _complete(desk: Desk, mailbox: Mailbox, channel: Channel, done: Pass, waiting: Waiting) -> None:
    """Fetch the rest of the mails that are partly here."""
    before = done.completed
    for _ in complete(desk, mailbox, channel):
        done.completed += 1
        done.tell(mailbox, SyncStep.RECEIVING)
        if done.halted():
            break
    if done.completed > before:
        _decide(waiting, done)  # one may have turned out to be a mail of its own


def _decide(waiting: Waiting, done: Pass, *, ahead: bool = False) -> None:
    """Decide what waits. What is left when the pass has to end is decided in the next one."""
    for _ in waiting.decide(ahead=ahead):
        if done.halted():
            done.cut = True
            return


def report(
    desk: Desk, mailbox: Mailbox, done: Pass, others: SupportError | None = None
) -> MailboxReport:
    """The report of the pass; also stores the mailbox's health, for the agents who did not run it.
    `others` is what else is wrong with the mailbox: then this pass alone does not heal it."""
    before, now = health_of(mailbox), desk.now()
    after = (
        before
        if done.error is None and (done.busy or others is not None)
        else after_pass(before, done.error, now, tells=not done.attended)
    )
    after = replace(after, synced_at=done.read_at or before.synced_at)
    if after != before:
        with desk.db.write() as tx:
            mailboxes.set_health(tx, mailbox.id, **asdict(after))
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
        late=done.sent.late,
        failed=done.sent.failed,
        uncertain=done.sent.uncertain,
        busy=done.busy,
        failing_since=after.failing_since or before.failing_since,
        failing_for=now - (after.failing_since or now),
        paused_until=after.paused_until,
        sends_again_at=done.sent.slowed_until,
        error=done.error,
        tells=after.failure_told and not before.failure_told,
        back=before.failure_told and not after.failure_told,
    )
