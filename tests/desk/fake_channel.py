"""A mailbox's servers in memory, at the border that the desk sees. Every call fails the test that
makes it while a transaction is open: the network may take minutes, and a transaction must not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import QueuePool

from supportcli.channels.channel import (
    FolderRole,
    FolderState,
    Listed,
    RemoteFolder,
    RemoteMail,
    TryStep,
)
from supportcli.desk import Desk
from supportcli.desk.mail.sync import MailboxReport, sync
from supportcli.domain.mailbox import Mailbox, Secret
from supportcli.domain.replies.delivery import RecipientOutcome, RecipientResult
from supportcli.errors.servers import FolderRefused, MailServerError, MailServerUnreachable
from tests.desk.desks import START

HELP = "help@shop.test"
SERVER = f"The IMAP server mail.shop.test:993 of {HELP}"
BROKEN = MailServerUnreachable(SERVER, "it hung up", "Try again later.")


@dataclass(slots=True)
class FakeFolder:
    """A folder on the server. `unreadable` mails are listed and not given, `vanishing` ones are
    gone when they are asked for; `sizes` are announced instead of the true ones."""

    role: FolderRole = FolderRole.INBOX
    uidvalidity: int = 1
    mails: dict[int, RemoteMail] = field(default_factory=dict)
    unreadable: set[int] = field(default_factory=set)
    vanishing: set[int] = field(default_factory=set)
    sizes: dict[int, int] = field(default_factory=dict)
    next_uid: int = 1


@dataclass(frozen=True, slots=True)
class Submitted:
    """A mail whose final dot the server saw."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


class FakeServers:
    """The servers of one mailbox, and the desk's channel to them. `breaks_after` many fetched
    batches (`part_breaks_after` many parts) the line breaks once; with `no_parts` it gives no part
    of a mail; `reads_nothing` is what only reading meets;
    `outcomes` are the results of the next submissions by recipient; `during` is called
    in the middle of each submission, before its final dot, `after` behind it. `words` are
    what a server says of a recipient; `unfiled` are what
    the next copies for the folder of sent mail meet, `unsearched` is what a search there meets."""

    def __init__(self) -> None:
        self.boxes: dict[str, FakeFolder] = {"INBOX": FakeFolder()}
        self.submitted: list[Submitted] = []
        self.outcomes: list[dict[str, RecipientOutcome]] = []
        self.batches: list[list[int]] = []
        self.breaks_after: int | None = None
        self.part_breaks_after: int | None = None
        self.parts = 0
        self.seen: list[int] = []
        self.no_parts = False
        self.refuses: MailServerError | None = None
        self.reads_nothing: MailServerError | None = None
        self.largest_mail: int | None = None
        self.words = ""
        self.unfiled: list[MailServerError] = []
        self.unsearched: MailServerError | None = None
        self.during: Callable[[], object] = lambda: None
        self.after: Callable[[], object] = lambda: None
        self.desk: Desk | None = None

    def at(self, desk: Desk) -> Desk:
        """`desk`, connected to these servers, and holding the secret of every mailbox."""
        secrets = {"help@shop.test": Secret("env:NONE", ("localhost",))}
        self.desk = replace(
            desk, channels=self.channel, settings=replace(desk.settings, secrets=secrets)
        )
        return self.desk

    def channel(self, _mailbox: Mailbox) -> "FakeChannel":
        """A new connection."""
        return FakeChannel(self)

    def deliver(self, raw: bytes, at: datetime | None = START, folder: str = "INBOX") -> int:
        """Put a mail on the server; answers with its UID."""
        box = self.boxes.setdefault(folder, FakeFolder())
        uid = box.next_uid
        box.next_uid += 1
        box.mails[uid] = RemoteMail(uid, at, raw)
        return uid

    def alone(self) -> None:
        """Fail where the desk has a transaction open. (On PostgreSQL a lock holds a connection too,
        so there it cannot be told.)"""
        assert self.desk is not None
        pool = self.desk.db.engine.pool
        assert isinstance(pool, QueuePool)
        assert pool.checkedout() == 0 or self.desk.db.dialect != "sqlite", (
            "the network is used within a transaction"
        )


class FakeChannel:
    """One connection to `FakeServers`: a `Channel`."""

    def __init__(self, servers: FakeServers) -> None:
        self.servers = servers
        self.box = FakeFolder()
        self.closed = False
        self.largest_mail = servers.largest_mail

    def folders(self) -> list[RemoteFolder]:
        self.servers.alone()
        return [RemoteFolder(name, box.role) for name, box in self.servers.boxes.items()]

    def examine(self, folder: str) -> FolderState:
        self.servers.alone()
        if trouble := self.servers.refuses or self.servers.reads_nothing:
            raise trouble
        if folder not in self.servers.boxes:
            raise FolderRefused(SERVER, HELP, folder, "select failed: no such folder", into=False)
        self.box = self.servers.boxes[folder]
        return FolderState(self.box.uidvalidity, self.box.next_uid, len(self.box.mails))

    def idle(self, _seconds: float, _wake: int) -> bool | None:
        return None

    def listing(self, after: int) -> Iterator[Listed]:
        for uid, mail in sorted(self.box.mails.items()):
            self.servers.alone()
            if uid > after:
                yield Listed(uid, mail.internal_date, self.box.sizes.get(uid, len(mail.raw or b"")))

    def uids(self) -> Iterator[int]:
        self.servers.alone()
        yield from sorted(self.box.mails)

    def fetch(self, uids: Sequence[int]) -> list[RemoteMail]:
        self.servers.alone()
        if (
            self.servers.breaks_after is not None
            and len(self.servers.batches) >= self.servers.breaks_after
        ):
            self.servers.breaks_after = None
            raise BROKEN
        self.servers.batches.append(list(uids))
        for uid in self.box.vanishing:
            self.box.mails.pop(uid, None)
        return [self._given(uid) for uid in uids if uid in self.box.mails]

    def _given(self, uid: int) -> RemoteMail:
        return (
            replace(self.box.mails[uid], raw=None)
            if uid in self.box.unreadable
            else self.box.mails[uid]
        )

    def fetch_headers(self, uids: Sequence[int]) -> list[RemoteMail]:
        self.servers.alone()
        blocks = (
            (self.box.mails[uid], (self.box.mails[uid].raw or b"").partition(b"\r\n\r\n"))
            for uid in uids
        )
        return [replace(mail, raw=head + end) for mail, (head, end, _) in blocks]

    def fetch_part(self, uid: int, start: int, length: int) -> RemoteMail | None:
        self.servers.alone()
        if (
            self.servers.part_breaks_after is not None
            and self.servers.parts >= self.servers.part_breaks_after
        ):
            self.servers.part_breaks_after = None
            raise BROKEN
        self.servers.parts += 1
        if uid not in self.box.mails:
            return None
        raw = self._given(uid).raw
        return replace(
            self.box.mails[uid],
            raw=raw[start : start + length]
            if raw is not None and not self.servers.no_parts
            else None,
        )

    def open_to_change(self, folder: str) -> FolderState:
        return self.examine(folder)

    def mark_seen(self, uids: Sequence[int]) -> None:
        self.servers.alone()
        self.servers.seen += uids

    def move(self, uid: int, message_id: str | None, target: str) -> bool:
        self.servers.alone()
        mail = self.box.mails.get(uid)
        if mail is None or (message_id or "").encode() not in (mail.raw or b""):
            return False
        self.servers.deliver(mail.raw or b"", mail.internal_date, target)
        del self.box.mails[uid]
        return True

    def find_sent(self, message_id: str) -> bool:
        self.servers.alone()
        if self.servers.unsearched:
            raise self.servers.unsearched
        sent = [box for box in self.servers.boxes.values() if box.role is FolderRole.SENT]
        return any(
            message_id.encode() in (mail.raw or b"") for box in sent for mail in box.mails.values()
        )

    def file_sent(self, message_id: str, content: bytes, sent_at: datetime) -> bool:
        self.servers.alone()
        sent = [name for name, box in self.servers.boxes.items() if box.role is FolderRole.SENT]
        if self.servers.unfiled:
            raise self.servers.unfiled.pop(0)
        if sent and not self.find_sent(message_id):
            self.servers.deliver(content, sent_at, sent[0])
        return bool(sent)

    def submit(
        self,
        sender: str,
        recipients: Sequence[str],
        content: bytes,
        before_final_dot: Callable[[Sequence[str]], None],
    ) -> tuple[RecipientResult, ...]:
        self.servers.alone()
        if self.servers.refuses:
            raise self.servers.refuses
        said = self.servers.outcomes.pop(0) if self.servers.outcomes else {}
        results = tuple(
            RecipientResult(
                address,
                said.get(address, RecipientOutcome.ACCEPTED),
                self.servers.words or f"words for {address}",
            )
            for address in recipients
        )
        taken = tuple(
            result.address
            for result in results
            if result.outcome in {RecipientOutcome.ACCEPTED, RecipientOutcome.UNKNOWN}
        )
        if taken:
            self.servers.during()
            before_final_dot(taken)
            self.servers.alone()
            self.servers.submitted.append(Submitted(sender, taken, content))
            self.servers.after()
        return results

    def steps(self) -> tuple[TryStep, ...]:
        return ()

    def close(self) -> None:
        self.servers.alone()
        self.closed = True


def take_in(desk: Desk, servers: FakeServers, *raw: bytes) -> MailboxReport:
    """Deliver mails and sync, which must succeed."""
    for one in raw:
        servers.deliver(one, desk.now())
    (report,) = sync(desk).mailboxes
    assert report.error is None
    return report
