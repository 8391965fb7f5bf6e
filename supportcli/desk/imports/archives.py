"""Mail from files: stored first like any mail, and then decided in the order of its dates,
silently. Importing is a sync from a file.

Mail whose bytes are here already is skipped: so a stopped import continues when it is started
again, and a repeated one adds nothing.

The mails of a run wait in the database until they are decided, by this process or by a sync; it
makes no difference."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from supportcli.channels import mime
from supportcli.channels.files import archives
from supportcli.channels.files.archives import Filed
from supportcli.channels.headers.received import received_at
from supportcli.channels.parsers import Parsers
from supportcli.desk import Desk
from supportcli.desk.gestures import authorize
from supportcli.desk.mail.batch import Received, surroundings
from supportcli.desk.mail.deciding.waiting import Waiting
from supportcli.desk.mail.intake import known_around
from supportcli.desk.mail.servers.fetching import MAX_BYTES, batches
from supportcli.desk.mail.tally import Tally
from supportcli.desk.team import Team, team_of
from supportcli.domain.intake.decisions import (
    BounceReport,
    Copy,
    FollowUp,
    Hold,
    Ignore,
    OpenTicket,
)
from supportcli.domain.intake.rules import decide
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.people import Action
from supportcli.domain.tickets.ticket import Status
from supportcli.errors.files import ArchiveUnreadable, ImportBusy
from supportcli.storage import imports
from supportcli.storage.engine.locks import mailbox_lock
from supportcli.storage.mail import mails
from supportcli.storage.mail.mails import FromFile, Pending
from supportcli.storage.tables import mail_states


class ImportStep(StrEnum):
    """What an import is doing: reading bytes, or filing mails into tickets."""

    READING = "reading"
    FILING = "filing"


class ArchiveKind(StrEnum):
    """The archives of mail that can be read."""

    MBOX = "mbox"
    MAILDIR = "maildir"
    EML = "eml"


@dataclass(frozen=True, slots=True)
class Source:
    """What is read: archives of one kind."""

    kind: ArchiveKind
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The options of an import: a customer's last message from `open_since` or later leaves a
    ticket open; every other ticket comes in solved, unless all get one `status`. `rehearse`: read
    everything, write nothing."""

    open_since: datetime
    status: Status | None = None
    rehearse: bool = False


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Something in a file that was not imported: its place, and why (“too large: 70,000,000
    bytes”)."""

    file: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """The progress of an import: `done` of `total` bytes read, or mails filed."""

    step: ImportStep
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Watch:
    """Callbacks: for each thing that is not imported, as it comes up, and for the progress."""

    not_taken: Callable[[NotTaken], None]
    progress: Callable[[ImportProgress], None]


@dataclass(slots=True)
class ImportResult:
    """The result of an import. `read` counts mails, rows or lines; `here` those that were here
    already; `not_taken` counts the others by reason.

    For what is new, a rehearsal says how many one of us wrote (`ours`), and its span of dates.

    `strangers` are agents that a file names and the desk does not know, `absent` teams (“team
    billing”); `renumbered` counts tickets
    that could not keep their number."""

    read: int = 0
    new_tickets: int = 0
    messages: int = 0
    here: int = 0
    ours: int = 0
    not_taken: Counter[str] = field(default_factory=Counter)
    oldest: datetime | None = None
    newest: datetime | None = None
    strangers: Counter[str] = field(default_factory=Counter)
    absent: Counter[str] = field(default_factory=Counter)
    renumbered: int = 0

    def refuse(self, watch: Watch, one: NotTaken) -> None:
        """Count what is not imported, and report it."""
        self.not_taken[one.reason.partition(":")[0]] += 1
        watch.not_taken(one)

    def dated(self, at: datetime) -> None:
        """Widen the span of dates."""
        self.oldest = min(self.oldest or at, at)
        self.newest = max(self.newest or at, at)


@dataclass(frozen=True, slots=True)
class _ArchiveRun:
    """A running import: `total` is the number of bytes to read."""

    desk: Desk
    mailbox: Mailbox
    source: Source
    wish: ImportOptions
    watch: Watch
    total: int
    done: ImportResult = field(default_factory=ImportResult)

    def refuse(self, one: NotTaken) -> None:
        """Count what is not imported, and report it."""
        self.done.refuse(self.watch, one)

    def read(self, batch: Sequence[Filed]) -> None:
        """Report the progress of reading."""
        self.watch.progress(ImportProgress(ImportStep.READING, batch[-1].read, self.total))


def import_mail(
    desk: Desk, source: Source, mailbox: Mailbox, wish: ImportOptions, watch: Watch
) -> ImportResult:
    """Import archives of mail into a mailbox.

    ArchiveUnreadable if one of them is not an archive, before anything is written; ImportBusy while
    a sync of the mailbox runs; NotAllowed if my role may not set up the desk."""
    with desk.db.read() as tx:
        authorize(desk.me(tx), Action.SET_UP)
    run = _ArchiveRun(
        desk,
        mailbox,
        source,
        wish,
        watch,
        sum(_checked(source.kind, path) for path in source.paths),
    )
    if wish.rehearse:
        _rehearse(run)
        return run.done
    with mailbox_lock(desk.db, mailbox.id, "sync") as held:
        if not held:
            raise ImportBusy(mailbox.address)
        _keep(run)
        _decide(run)
    return run.done


def _checked(kind: ArchiveKind, path: Path) -> int:
    """The size of an archive in bytes; ArchiveUnreadable if it is not one."""
    other = (
        "Is it another kind? supportcli import "
        f"{' | '.join(one for one in ArchiveKind if one is not kind)}"
    )
    try:
        if kind is ArchiveKind.MBOX or (kind is ArchiveKind.EML and not path.is_dir()):
            return _checked_file(kind, path, other)
        if not path.is_dir():
            path.stat()
            raise ArchiveUnreadable(
                str(path), "is a file, and a Maildir is a folder with cur and new", other
            )
        files = (
            archives.files_of_maildir(path)
            if kind is ArchiveKind.MAILDIR
            else archives.letters_in(path)
        )
        sizes = [file.stat().st_size for file in files if file.exists()]
    except (OSError, EOFError) as error:
        raise ArchiveUnreadable(
            str(path),
            f"cannot be read: {getattr(error, 'strerror', None) or error}",
            "Choose files or folders.",
        ) from error
    if not sizes:
        what = (
            "holds no mail: no folder cur or new with files"
            if kind is ArchiveKind.MAILDIR
            else "holds no mail: no file that ends in .eml"
        )
        raise ArchiveUnreadable(str(path), what, other)
    return sum(sizes)


def _checked_file(kind: ArchiveKind, path: Path, other: str) -> int:
    if path.is_dir():
        raise ArchiveUnreadable(str(path), "is a folder", other)
    size = path.stat().st_size
    if path.is_file() and not size:
        raise ArchiveUnreadable(str(path), "is empty", other)
    if not path.is_file():
        raise ArchiveUnreadable(str(path), "is not a file", other)
    with archives.opened(path) as (stream, _):
        begin = stream.read(archives.LONGEST_FROM_LINE)
    if kind is ArchiveKind.MBOX and not archives.is_mbox(begin):
        raise ArchiveUnreadable(
            str(path), "is not an mbox: its first line is not “From …” with a date", other
        )
    if kind is ArchiveKind.EML and archives.is_mbox(begin):
        raise ArchiveUnreadable(
            str(path), "is an mbox", f"Import it with: supportcli import mbox {path}"
        )
    return size


def _read(source: Source) -> Iterator[Filed]:
    if source.kind is ArchiveKind.MBOX:
        return _mboxes(source.paths)
    list_files = (
        archives.files_of_maildir if source.kind is ArchiveKind.MAILDIR else archives.letters_in
    )
    return archives.read_letters(
        (
            file
            for path in source.paths
            for file in (list_files(path) if path.is_dir() else (path,))
        ),
        MAX_BYTES,
    )


def _mboxes(paths: Sequence[Path]) -> Iterator[Filed]:
    """The mails of several mboxes. If the end of one cannot be read (a truncated gzip), it gives
    the mails before that."""
    before = 0
    for path in paths:
        last = "byte 0"
        try:
            with archives.opened(path) as (stream, file):
                for one in archives.read_mbox(stream, str(path), MAX_BYTES):
                    last = one.place
                    yield Filed(
                        one.file,
                        one.place,
                        one.size,
                        one.raw,
                        one.trouble,
                        one.stamped,
                        one.exported,
                        before + file.tell(),
                    )
                before += file.tell()
        except (OSError, EOFError) as error:
            yield Filed(
                str(path),
                f"after {last}",
                0,
                None,
                f"cannot be read: {getattr(error, 'strerror', None) or error}",
                read=before,
            )


def _dated(one: Filed, raw: bytes, now: datetime) -> datetime:
    """When a mail reached the mailbox, as far as known: never in the future."""
    own = one.stamped if one.exported else received_at(raw, now)
    return min(own or one.stamped or now, now)


def _keep(run: _ArchiveRun) -> None:
    """Store what the mailbox does not have yet, batch by batch; nothing is decided before all is
    stored, since archives are in no order."""
    desk, mailbox, number = run.desk, run.mailbox, 0
    for batch in batches(_read(run.source)):
        if news := _news(run, batch):
            now = desk.now()
            with desk.db.write() as tx:
                number = number or imports.begin_run(
                    tx, mailbox.id, ", ".join(map(str, run.source.paths)), _filed(run.wish), now
                )
                kept = imports.keep(
                    tx,
                    number,
                    mailbox.id,
                    [(raw, _dated(one, raw, now), f"{one.file}\n{one.place}") for one, raw in news],
                )
            run.done.here += len(news) - kept
        run.read(batch)


def _filed(wish: ImportOptions) -> FromFile:
    return FromFile(wish.open_since, wish.status)


def _news(run: _ArchiveRun, batch: Sequence[Filed]) -> list[tuple[Filed, bytes]]:
    """The mails of a batch whose bytes the mailbox does not have. Mails stored by a stopped import
    are counted when they are decided; a rehearsal counts them as new."""
    run.done.read += sum(1 for one in batch if one.size)
    whole: list[tuple[Filed, bytes]] = []
    for one in batch:
        if one.raw is None:
            run.refuse(NotTaken(one.file, one.place, one.trouble))
        else:
            whole.append((one, one.raw))
    digests = [hashlib.sha256(raw).hexdigest() for _, raw in whole]
    with run.desk.db.read() as tx:
        known = mails.known_bytes(tx, run.mailbox.id, digests)
    run.done.here += sum(known.get(digest, False) for digest in digests)
    return [
        one
        for one, digest in zip(whole, digests, strict=True)
        if digest not in known or (run.wish.rehearse and not known[digest])
    ]


def _decide(run: _ArchiveRun) -> None:
    """Decide what was stored, by this import and by a stopped one."""
    tally, total, done = Tally(), 0, run.done
    with run.desk.db.read() as tx:
        before = imports.held(tx, run.mailbox.id)
    with closing(Parsers()) as parsers:
        for left in Waiting(run.desk, run.mailbox, tally, parsers).decide():
            total = total or tally.counted() + left
            run.watch.progress(ImportProgress(ImportStep.FILING, total - left, total))
    done.new_tickets, done.messages = tally.new_tickets, tally.follow_ups
    done.here += tally.states[mail_states.DUPLICATE] + tally.states[mail_states.IGNORED]
    with run.desk.db.read() as tx:
        held = imports.held(tx, run.mailbox.id)
    for one in (held[mail] for mail in held if mail not in before):
        file, _, place = one.place.rpartition("\n")
        run.refuse(NotTaken(file, place, f"held: {one.reason}"))


def _rehearse(run: _ArchiveRun) -> None:
    """Read and decide everything as far as possible without writing: which mail answers which other
    one of the same archive is then not known."""
    seen: set[bytes] = set()
    with run.desk.db.read() as tx:
        us = team_of(tx)
    for batch in batches(_read(run.source)):
        for one, raw in _news(run, batch):
            if not _is_first(seen, raw):
                run.done.here += 1
                continue
            mail = mime.parse(raw)
            kept = Pending(
                0, _dated(one, raw, run.desk.now()), historic=True, raw=b"", filed=_filed(run.wish)
            )
            is_copy = (
                not _is_first(seen, mail.fingerprint.encode())
                and (mail.message_id or mail.sent) is not None
            )
            _rehearse_mail(run, us, one, Received(run.mailbox.id, kept, mail), is_copy=is_copy)
        run.read(batch)


def _is_first(seen: set[bytes], content: bytes) -> bool:
    """Whether this was not seen before; marks it as seen."""
    mark = hashlib.sha256(content).digest()[:8]
    if mark in seen:
        return False
    seen.add(mark)
    return True


def _rehearse_mail(
    run: _ArchiveRun, us: Team, one: Filed, received: Received, *, is_copy: bool
) -> None:
    with run.desk.db.read() as tx:
        around = known_around(tx, surroundings(tx, us, [received]), us, received)
    if is_copy:
        around = replace(around, copy=Copy(0, None))
    _, decision = decide(received.mail, around, received.kept.received_at)
    match decision:
        case Hold():
            run.refuse(NotTaken(one.file, one.place, f"held: {decision.reason}"))
        case Ignore():
            run.done.here += 1
        case OpenTicket() | FollowUp() | BounceReport():
            run.done.messages += 1
            run.done.ours += not isinstance(decision, BounceReport) and decision.sent
            run.done.dated(received.kept.received_at)
