"""Count the server against the desk: each mail on it is in a ticket, waits, or has a reason not to.
Nothing is written, here or there."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from supportcli.channels import mime
from supportcli.channels.channel import Channel, FolderRole, FolderState
from supportcli.desk import Desk
from supportcli.desk.mail.intake import INGEST
from supportcli.desk.mail.servers import missing_folders
from supportcli.desk.mail.servers.fetching import MAX_BYTES, batches, not_read_yet
from supportcli.domain.intake import accounts as domain
from supportcli.domain.intake.accounts import (
    FolderAccount,
    LedgerPlace,
    MailboxAccount,
    Unaccounted,
)
from supportcli.domain.mailbox import Mailbox
from supportcli.errors import SupportError
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.servers import FolderRefused, MailServerError
from supportcli.errors.setup import MailboxMissing, SecretMissing
from supportcli.storage.mail import accounts, mails
from supportcli.storage.mail.mails import FORMER, Folder
from supportcli.storage.setup import mailboxes

HEADERS = 50
"""How many mails' headers are fetched at once."""

_AT_ONCE = 20
"""How many mails' bytes are read from the desk at once."""

Progress = Callable[[str, int, int], None]
"""Called with a step, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What came out for a mailbox: its account, the first error that its server gave (then folders
    may be missing), or neither: this person holds no secret for it."""

    mailbox: str
    account: MailboxAccount | None = None
    error: SupportError | None = None


def verify(
    desk: Desk, addresses: Sequence[str] | None, progress: Progress, *, deep: bool = False
) -> Iterator[Verified]:
    """Account for every mail in the folders that are read, of these mailboxes or of all whose
    secret this person holds. With `deep` all bytes are fetched and compared.

    NotFound for an unknown address, MailboxMissing if there is none, SecretMissing if none has a
    secret."""
    boxes = _chosen(desk, addresses)
    skipped = 0
    for box in boxes:
        try:
            channel = desk.channels(box)
        except SecretMissing as error:
            skipped += 1
            if skipped == len(boxes):
                raise
            yield Verified(box.address, error=error if addresses else None)
            continue
        except SupportError as error:
            yield Verified(box.address, error=error)
            continue
        with closing(channel):
            yield _account(desk, box, _Server(channel, deep, progress))


def _chosen(desk: Desk, addresses: Sequence[str] | None) -> list[Mailbox]:
    with desk.db.read() as tx:
        boxes = {box.address: box for box in mailboxes.mailboxes(tx)}
    if not boxes:
        raise MailboxMissing
    wanted = list(boxes) if addresses is None else [one.lower() for one in addresses]
    if unknown := [one for one in wanted if one not in boxes]:
        raise NotFound(Thing.MAILBOX, unknown[0])
    return [boxes[one] for one in dict.fromkeys(wanted)]


@dataclass(slots=True)
class _Checked:
    """What is found in the folders of a mailbox so far: the mails that were met, and what is wrong
    with mails, by their ids."""

    wrong: dict[int, str]
    seen: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Server:
    """A mailbox's server, and what is asked of it."""

    channel: Channel
    deep: bool
    progress: Progress


def _account(desk: Desk, box: Mailbox, server: _Server) -> Verified:
    with desk.db.read() as tx:
        known = mails.folders(tx, box.id)
        found = _Checked(accounts.wrong(tx, box.id))
    if server.deep:
        found.wrong |= _damaged(desk, box, found.wrong)
    folders = [one for one in known if _is_read(one)]
    done: list[FolderAccount] = []
    trouble: SupportError | None = None
    try:
        folders += _not_read_yet(box, server.channel, known)
    except MailServerError as error:
        trouble = error
    for folder in folders:  # one that cannot be read (it was renamed) hides no other
        try:
            done.append(_folder(desk, box, server, folder, found))
        except FolderRefused as error:
            said = missing_folders.told(server.channel, box, folder.name, error)
            trouble = trouble or said
        except MailServerError as error:
            trouble = trouble or error
    rest = () if trouble else sorted(found.wrong.keys() - found.seen)
    elsewhere = tuple(Unaccounted(found.wrong[mail], mail=mail) for mail in rest)
    account = MailboxAccount(box.address, tuple(done), elsewhere)
    return Verified(box.address, account if done or not trouble else None, trouble)


def _not_read_yet(box: Mailbox, channel: Channel, known: Sequence[Folder]) -> Iterator[Folder]:
    """The folders that the next sync begins with: those of a mailbox that was never synced."""
    names, roles = {one.name for one in known}, {one.role for one in known}
    for name, role in not_read_yet(channel, roles):
        if name not in names:
            yield Folder(0, box.id, name, role, 0, 0)


def _damaged(desk: Desk, box: Mailbox, wrong: Mapping[int, str]) -> dict[int, str]:
    """The mails whose bytes at the desk are not those that it took, wherever they are now."""
    found: dict[int, str] = {}
    last = 0
    while True:
        with desk.db.read() as tx:
            some = accounts.bytes_of(tx, box.id, last, _AT_ONCE)
        if not some:
            return found
        for mail, sha256, content in some:
            if mail not in wrong and hashlib.sha256(content).hexdigest() != sha256:
                found[mail] = "its bytes at the desk are damaged"
        last = some[-1][0]


def _is_read(folder: Folder) -> bool:
    """Whether a folder is on the server, and syncs read it."""
    return folder.role not in {FORMER, INGEST} and (
        folder.role == FolderRole.INBOX or bool(folder.uidvalidity)
    )


def _folder(
    desk: Desk, box: Mailbox, server: _Server, folder: Folder, found: _Checked
) -> FolderAccount:
    state = server.channel.examine(folder.name)
    uids = _uids(server, state)
    if state.uidvalidity != folder.uidvalidity:
        folder = replace(folder, last_uid=0)  # its numbers mean other mails: all of it is new
        ledger: dict[int, LedgerPlace] = {}
    else:  # after the server: what a sync adds meanwhile is not missed
        with desk.db.read() as tx:
            ledger = {one.uid: one for one in accounts.places(tx, folder)}
    sound = {uid: one for uid, one in ledger.items() if one.mail not in found.wrong}
    same, others = _compare(server, uids, sound) if server.deep else (None, frozenset[int]())
    count = domain.counted(
        uids,
        ledger.values(),
        found.wrong,
        last_uid=folder.last_uid,
        uidnext=state.uidnext,
        other_bytes=others,
    )
    found.seen |= count.seen
    return FolderAccount(
        box.address,
        folder.name,
        len(uids),
        dict(count.fates),
        tuple(_named(server.channel, count.unaccounted)),
        tuple(count.lacking),
        count.removed,
        same,
        synced=bool(folder.uidvalidity),
    )


def _uids(server: _Server, state: FolderState) -> list[int]:
    """The UIDs in the folder that is open."""
    uids: list[int] = []
    for uid in server.channel.uids():
        uids.append(uid)
        if len(uids) % 1_000 == 0:
            server.progress("counting", len(uids), state.exists)
    server.progress("counting", len(uids), len(uids))
    return uids


def _named(
    channel: Channel, unaccounted: Sequence[tuple[int, int | None, str]]
) -> Iterator[Unaccounted]:
    """What the headers of these mails say."""
    for start in range(0, len(unaccounted), HEADERS):
        some = unaccounted[start : start + HEADERS]
        given = {one.uid: one for one in channel.fetch_headers([uid for uid, *_ in some])}
        for uid, mail, why in some:
            said = mime.parse((given[uid].raw if uid in given else None) or b"")
            at = given[uid].internal_date if uid in given else None
            yield Unaccounted(why, uid, mail, said.sent or at, said.sender, said.subject)


@dataclass(frozen=True, slots=True)
class _KeptMail:
    """A mail whose bytes are to be compared."""

    uid: int
    size: int
    sha256: str


def _compare(
    server: _Server, uids: Iterable[int], ledger: Mapping[int, LedgerPlace]
) -> tuple[int, frozenset[int]]:
    """Fetch the mails whose bytes are all here, and compare; returns how many are the same, and the
    UIDs of those that are not. (What is too large to be fetched with others is not compared.)"""
    kept = [
        _KeptMail(uid, place.size, place.sha256)
        for uid in uids
        if (place := ledger.get(uid)) and place.sha256 and place.full_size is None
    ]
    kept = [one for one in kept if one.size <= MAX_BYTES]
    others: set[int] = set()
    same = done = 0
    for batch in batches(kept):
        given = {one.uid: one.raw for one in server.channel.fetch([one.uid for one in batch])}
        for one in batch:
            raw = given.get(one.uid)
            if raw is not None and hashlib.sha256(raw).hexdigest() == one.sha256:
                same += 1
            elif raw is not None:
                others.add(one.uid)
        done += len(batch)
        server.progress("comparing", done, len(kept))
    return same, frozenset(others)
