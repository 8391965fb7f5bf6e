"""Reading a mailbox's folders on the server: raw mail, its place and the cursor go into the
database together, before anything is parsed.

The cursor says up to which UID a folder is in the ledger. It moves only in the transaction that
stores what is below it, so that a crash or a broken connection costs a batch, never a mail."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from supportcli.channels.channel import Channel, FolderRole, Listed, RemoteFolder, RemoteMail
from supportcli.desk import Desk
from supportcli.desk.mail.servers import missing_folders
from supportcli.desk.mail.servers.partial import beginning
from supportcli.domain.mailbox import Mailbox
from supportcli.errors.servers import FolderRefused, MailServerError
from supportcli.storage.mail import mails
from supportcli.storage.mail.mails import Arrived, Folder, Seen
from supportcli.storage.tables import mail_states

BATCH_MAILS = 50
BATCH_BYTES = 8 * 1024 * 1024
"""How much is fetched, and in memory, at once: so many mails, or so many bytes."""

MAX_BYTES = 64 * 1024 * 1024
"""Of a larger mail the first bytes come at once, and the rest after all other mail (`partial`)."""

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far a mail server's clock may be behind ours: without history, a mail from just before is
fetched rather than missed."""

RETRIED = 50
"""How many mails that the server did not deliver are requested again in each pass."""


class Measured(Protocol):
    """Something with a size in bytes."""

    @property
    def size(self) -> int:
        """The size."""


Mail = TypeVar("Mail", bound=Measured)


def receive(desk: Desk, mailbox: Mailbox, channel: Channel) -> Iterator[int]:
    """Store all new mail from the server; yields, after each batch, how many mails the desk did not
    have yet.

    The caller holds the mailbox's sync lock. Raises what `Channel` raises; all batches before are
    stored. A folder that cannot be read (it was renamed) does not stop the others: the first error
    is raised after the last folder, and FolderRefused only if there is no other. One that was found
    by its role may go again."""
    troubles: list[MailServerError] = []
    for folder in _folders(desk, mailbox, channel):
        try:
            yield from _read(desk, mailbox, channel, folder)
        except FolderRefused as error:
            if not _is_gone(desk, channel, folder):
                troubles.append(missing_folders.told(channel, mailbox, folder.name, error))
        except MailServerError as error:
            troubles.append(error)
    if troubles:
        raise min(troubles, key=lambda one: isinstance(one, FolderRefused))


_FOUND = (FolderRole.SENT, FolderRole.JUNK)
"""The roles of folders that are read although nobody has named them."""

_ORDER = (FolderRole.INBOX, *_FOUND)
"""The order of reading: answers come after what they answer."""


def _folders(desk: Desk, mailbox: Mailbox, channel: Channel) -> list[Folder]:
    """The folders to read: INBOX and those that were chosen, the folder of sent mail, and the
    provider's junk."""
    with desk.db.read() as tx:
        known = mails.folders(tx, mailbox.id)
    wanted = [
        RemoteFolder(name, role)
        for name, role in not_read_yet(channel, {one.role for one in known if one.name})
        if name not in {one.name for one in known}
    ]
    if wanted:
        since = desk.now() if mailbox.synced_at is not None else None
        with desk.db.write() as tx:
            for one in wanted:
                mails.add_folder(tx, mailbox.id, one.name, one.role, since)
            known = mails.folders(tx, mailbox.id)
    return sorted(
        (one for one in known if one.name and one.role in _ORDER),
        key=lambda one: _ORDER.index(FolderRole(one.role)),
    )


def not_read_yet(channel: Channel, roles: Collection[str]) -> Iterator[tuple[str, FolderRole]]:
    """The folders on the server with roles of which none is read yet."""
    if FolderRole.INBOX not in roles:
        channel.examine("INBOX")  # before it is promised
        yield "INBOX", FolderRole.INBOX
    if not set(_FOUND) <= set(roles):
        found = channel.folders()
        for role in _FOUND:
            if role not in roles:
                yield from ((one.name, role) for one in found if one.role is role)


def _is_gone(desk: Desk, channel: Channel, folder: Folder) -> bool:
    """Whether a folder that was found by its role has gone from the server: then it is not read any
    more, and another one may take its place."""
    if folder.role not in _FOUND:
        return False
    try:
        if any(one.name == folder.name for one in channel.folders()):
            return False
    except MailServerError:
        return False
    with desk.db.write() as tx:
        mails.retire_folder(tx, folder)
    return True


def _read(desk: Desk, mailbox: Mailbox, channel: Channel, folder: Folder) -> Iterator[int]:
    state = channel.examine(folder.name)
    again: list[Seen] = []
    if state.uidvalidity != folder.uidvalidity or state.uidnext <= folder.last_uid:
        folder = _begin(desk, mailbox, channel, folder, state.uidvalidity)
    else:
        with desk.db.read() as tx:
            again = mails.unreadable(tx, folder, RETRIED)
    if state.uidnext > folder.last_uid + 1:
        yield from _read_new(desk, mailbox, channel, folder)
    if again:  # last: a mail on which a server chokes delays no other
        yield _retry(desk, mailbox, channel, folder, again)


def _read_new(desk: Desk, mailbox: Mailbox, channel: Channel, folder: Folder) -> Iterator[int]:
    with desk.db.read() as tx:
        known = mails.places_above(tx, folder)
    for batch in batches(
        listed for listed in channel.listing(folder.last_uid) if listed.uid not in known
    ):
        folder = replace(folder, last_uid=batch[-1].uid)
        yield _keep(desk, mailbox, channel, folder, batch)
    if known and max(known) > folder.last_uid:
        with desk.db.write() as tx:
            mails.set_cursor(tx, replace(folder, last_uid=max(known)), desk.now())


def _begin(
    desk: Desk, mailbox: Mailbox, channel: Channel, folder: Folder, uidvalidity: int
) -> Folder:
    """Start a folder that was never read, or whose UIDs mean something else now (a new UIDVALIDITY,
    or UIDs reused after a restore): nothing is forgotten, and what is here already is recognised by
    its bytes.

    Mail older than the requested history goes into the ledger and is not fetched."""
    oldest = _history_begins(mailbox, folder)
    listed = channel.listing(0) if oldest is not None else ()
    old = [
        Seen(one.uid, one.internal_date, one.size)
        for one in listed
        if oldest and one.internal_date and one.internal_date < oldest
    ]
    with desk.db.write() as tx:
        if folder.uidvalidity:
            mails.retire_folder(tx, folder)
        begun = replace(
            mails.add_folder(tx, mailbox.id, folder.name, folder.role, folder.news_since),
            uidvalidity=uidvalidity,
        )
        mails.note(tx, begun, old, mail_states.OLD)
        mails.set_cursor(tx, begun, desk.now())
    return begun


def _history_begins(mailbox: Mailbox, folder: Folder) -> datetime | None:
    """Existing mail from before this moment stays on the server; None if all of it comes in.

    Old junk always stays there; so does what was sent before, if its folder was found later than
    the others."""
    since = _news_since(mailbox, folder)
    late = folder.role in _FOUND and (folder.role == FolderRole.JUNK or folder.news_since)
    if mailbox.history == "none" or late:
        return since - CLOCKS_DIFFER
    if mailbox.history == "all":
        return None
    return mailbox.news_since - timedelta(days=int(mailbox.history.removesuffix("d")))


def _news_since(mailbox: Mailbox, folder: Folder) -> datetime:
    """Mail of a folder from before this moment comes in silently."""
    return folder.news_since or mailbox.news_since


def batches(listed: Iterable[Mail]) -> Iterator[list[Mail]]:
    """Mails in batches that fit in memory at once."""
    batch: list[Mail] = []
    size = 0
    for one in listed:
        if batch and (len(batch) == BATCH_MAILS or size + one.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += one.size
    if batch:
        yield batch


def _keep(
    desk: Desk, mailbox: Mailbox, channel: Channel, folder: Folder, batch: Sequence[Listed]
) -> int:
    """Fetch a batch and store it, with the cursor after it.

    Each of its mails goes into the ledger, even if the server answers badly: one missing from the
    answer may be gone, or skipped by a faulty server; a later pass asks again (`_retry`)."""
    arrived, _ = _given(desk, channel, batch)
    now = desk.now()
    here = {one.uid for one in arrived}
    with desk.db.write() as tx:
        news = mails.keep(tx, folder, arrived, _news_since(mailbox, folder))
        absent = [
            Seen(one.uid, one.internal_date or now, one.size)
            for one in batch
            if one.uid not in here
        ]
        mails.note(tx, folder, absent, mail_states.UNREADABLE)
        mails.set_cursor(tx, folder, now)
    return news


def _given(
    desk: Desk, channel: Channel, wanted: Sequence[Listed]
) -> tuple[list[Arrived], set[int]]:
    """What the server delivers of these mails (of large ones the first bytes), and the UIDs that
    its answer mentions."""
    small = [one.uid for one in wanted if one.size <= MAX_BYTES]
    given = channel.fetch(small) if small else []
    now = desk.now()
    large = [
        one if one.internal_date else replace(one, internal_date=now)
        for one in wanted
        if one.size > MAX_BYTES
    ]
    begun = [found for one in large if (found := beginning(channel, one))]
    arrived = [
        *_arrived(given, now),
        *(replace(one, received_at=min(one.received_at, now)) for one in begun),
    ]
    return arrived, {mail.uid for mail in given} | {one.uid for one in begun}


def _retry(
    desk: Desk, mailbox: Mailbox, channel: Channel, folder: Folder, wanted: Sequence[Seen]
) -> int:
    """Ask again for mails that the server did not deliver; those that are gone are not requested
    any more."""
    arrived, said = _given(
        desk, channel, [Listed(one.uid, one.internal_date, one.size) for one in wanted]
    )
    gone = sorted({one.uid for one in wanted if one.size <= MAX_BYTES} - said)
    if not arrived and not gone:
        return 0
    with desk.db.write() as tx:
        mails.mark_gone(tx, folder, gone)
        mails.forget_unreadable(tx, folder, [mail.uid for mail in arrived])
        return mails.keep(tx, folder, arrived, _news_since(mailbox, folder))


def _arrived(given: Iterable[RemoteMail], now: datetime) -> list[Arrived]:
    """The mails that came with bytes. A clock starts when our server took the mail, but never in
    the future."""
    return [
        Arrived(mail.uid, min(mail.internal_date or now, now), mail.raw)
        for mail in given
        if mail.raw is not None
    ]
