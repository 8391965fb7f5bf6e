"""Mails that are too large to be fetched with others: their first bytes, with headers and text,
come at once and make a ticket; the rest comes last.

The rest is gathered in memory and written in one transaction that puts it in the place of the first
bytes. A crash before that costs the way once more, and never a second message."""

import uuid
from collections.abc import Iterator
from dataclasses import replace

from sqlmodel import Session

from supportcli.channels import mime
from supportcli.channels.channel import Channel, FolderRole, Listed
from supportcli.desk import Desk
from supportcli.domain.mail import Mail
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.people import DESK
from supportcli.storage.mail import mails, partial
from supportcli.storage.mail.mails import Arrived, Folder
from supportcli.storage.mail.partial import PartialPlace
from supportcli.storage.tables import mail_states
from supportcli.storage.tickets import events, messages

FIRST_BYTES = 1024 * 1024
"""What comes at once of a large mail. Text stands in front of files in nearly every mail."""

CHUNK_BYTES = 1024 * 1024
"""What is asked for at once of the rest."""

WHOLE_BYTES = 256 * 1024 * 1024
"""A mail above this stays on the server but for its first bytes. (The large providers take up to
150 MB. A mail is in memory two times when it is written and once more when it is parsed; PostgreSQL
and SQLite end at 1 GB.)"""

PASS_BYTES = 256 * 1024 * 1024
"""After so many bytes of such rests a pass ends: other mailboxes wait for their turn."""


def beginning(channel: Channel, listed: Listed) -> Arrived | None:
    """The first bytes of a large mail, or at least its headers; None where the server does not give
    them. (`received_at` is the server's moment: the caller knows what else it may be.)"""
    part = channel.fetch_part(listed.uid, 0, FIRST_BYTES)
    if part is None:
        return None
    raw, at = part.raw, part.internal_date or listed.internal_date
    if not raw:  # it knows nothing of parts
        raw = next((one.raw for one in channel.fetch_headers([listed.uid])), None)
    elif len(raw) < FIRST_BYTES:  # it ends before that: the size was wrong
        return Arrived(listed.uid, at, raw) if at else None
    if not raw or at is None:
        return None
    state = mail_states.PARTIAL if listed.size <= WHOLE_BYTES else mail_states.TOO_LARGE
    return Arrived(listed.uid, at, raw, listed.size, state)


def read(raw: bytes, full_size: int | None) -> Mail:
    """What a kept mail says. Of one whose end is missing (`full_size` says how long it is) no
    files: they may be cut anywhere."""
    mail = mime.parse(raw)
    return mail if full_size is None else replace(mail, attachments=())


def complete(desk: Desk, mailbox: Mailbox, channel: Channel) -> Iterator[int]:
    """Fetch the rest of the mails that are only partly here; yields the size of each that is whole
    now. Whoever calls it holds the mailbox's sync lock. Raises what `Channel` raises; then the next
    pass begins with that mail again."""
    room = PASS_BYTES
    with desk.db.read() as tx:
        folders = [
            folder
            for folder in mails.folders(tx, mailbox.id)
            if folder.role == FolderRole.INBOX and partial.waiting(tx, folder)
        ]
    for folder in folders:
        if channel.examine(folder.name).uidvalidity != folder.uidvalidity:
            continue  # the next pass reads it from its beginning
        for one in _waiting(desk, folder):
            if room <= 0:
                return
            rest = _rest(channel, one)
            if isinstance(rest, bytes):
                _write(desk, mailbox, folder, one, rest)
                room -= len(rest)
                yield len(rest)
            elif rest != mail_states.PARTIAL:
                with desk.db.write() as tx:
                    partial.set_state(tx, folder, one.uid, rest)


def _waiting(desk: Desk, folder: Folder) -> Iterator[PartialPlace]:
    """One after the other: their bytes are not in memory together."""
    uid = 0
    while True:
        with desk.db.read() as tx:
            one = partial.waiting(tx, folder, above=uid)
        if one is None:
            return
        yield one
        uid = one.uid


def _rest(channel: Channel, one: PartialPlace) -> bytes | str:
    """All bytes of a mail: the first ones, which are here, and those behind them. Or the state in
    which it stays: gone, too large since it does not end, or partial where the server does not give
    it now."""
    whole = bytearray(one.raw)
    while len(whole) <= WHOLE_BYTES:
        part = channel.fetch_part(one.uid, len(whole), CHUNK_BYTES)
        if part is None:
            return mail_states.GONE
        whole += part.raw or b""
        # Sizes may be estimates: it ends where there is no more, and not much sooner than was said.
        if len(part.raw or b"") < CHUNK_BYTES:
            return bytes(whole) if len(whole) >= one.size * 9 // 10 else mail_states.PARTIAL
    return mail_states.TOO_LARGE


def _write(desk: Desk, mailbox: Mailbox, folder: Folder, one: PartialPlace, whole: bytes) -> None:
    """The mail in its ticket, whole."""
    mail = mime.parse(whole)
    with desk.db.write() as tx:
        mail_id = partial.complete(tx, folder, one, whole, mailbox.news_since)
        if mail_id is not None and mail.held is None:
            _fill(tx, desk, mail_id, mail)


def _fill(tx: Session, desk: Desk, mail_id: int, mail: Mail) -> None:
    """The message of a mail that is whole now: its text to the end, and its files."""
    for ticket, message in messages.of_mail(tx, mail_id):
        messages.fill(tx, ticket, message, mail)
        events.record(
            tx,
            events.NewEvent(
                desk.now(), DESK, uuid.uuid4().hex, "completed", ticket, message_id=message
            ),
        )
