"""Mails too large to be fetched with others: their first bytes, with headers and text, come at once
and make a ticket; the rest comes last.

The rest is collected in memory and replaces the first bytes in one transaction. A crash before that
costs another download, never a second message."""

from collections.abc import Iterator
from dataclasses import replace

from supportcli.channels import parse
from supportcli.channels.channel import Channel, Listed
from supportcli.desk import Desk
from supportcli.domain.mail import Mail
from supportcli.domain.mailbox import Mailbox
from supportcli.storage.mail import mails, partial
from supportcli.storage.mail.mails import Arrived, Folder
from supportcli.storage.mail.partial import PartialPlace
from supportcli.storage.setup.mailboxes import READ
from supportcli.storage.tables import mail_states

FIRST_BYTES = 1024 * 1024
"""How many bytes of a large mail come at once. Text comes before files in nearly every mail."""

CHUNK_BYTES = 1024 * 1024
"""How many bytes of the rest are requested at once."""

WHOLE_BYTES = 256 * 1024 * 1024
"""Of a mail above this size only the first bytes are fetched. (The large providers take up to 150
MB. A mail is in memory two times when it is written and once more when it is parsed; PostgreSQL and
SQLite end at 1 GB.)"""

PASS_BYTES = 256 * 1024 * 1024
"""A pass ends after so many bytes of such rests: other mailboxes wait for their turn."""


def beginning(channel: Channel, listed: Listed) -> Arrived | None:
    """The first bytes of a large mail, or at least its headers; None if the server does not deliver
    them. (`received_at` is the server's time; the caller corrects it.)"""
    part = channel.fetch_part(listed.uid, 0, FIRST_BYTES)
    if part is None:
        return None
    raw, at = part.raw, part.internal_date or listed.internal_date
    if not raw:  # it does not know parts
        raw = next((one.raw for one in channel.fetch_headers([listed.uid])), None)
    elif len(raw) < FIRST_BYTES:  # it ends sooner: the size was wrong
        return Arrived(listed.uid, at, raw) if at else None
    if not raw or at is None:
        return None
    state = mail_states.PARTIAL if listed.size <= WHOLE_BYTES else mail_states.TOO_LARGE
    return Arrived(listed.uid, at, raw, listed.size, state)


def read(raw: bytes, full_size: int | None) -> Mail:
    """Parse a stored mail, of which perhaps only the first bytes are here (`known_of`)."""
    return known_of(parse(raw), full_size)


def known_of(mail: Mail, full_size: int | None) -> Mail:
    """A parsed mail. If its end is missing (`full_size` is its real size), without its files: they
    may be cut anywhere."""
    return mail if full_size is None else replace(mail, attachments=())


def complete(desk: Desk, mailbox: Mailbox, channel: Channel) -> Iterator[int]:
    """Fetch the rest of the mails that are only partly here; yields the size of each completed one.
    The caller holds the mailbox's sync lock. Raises what `Channel` raises; then the next pass
    starts with that mail again."""
    room = PASS_BYTES
    with desk.db.read() as tx:
        folders = [
            folder
            for folder in mails.folders(tx, mailbox.id)
            if folder.role in READ and partial.waiting(tx, folder)
        ]
    for folder in folders:
        if channel.examine(folder.name).uidvalidity != folder.uidvalidity:
            continue  # the next pass reads it from its beginning
        for one in _waiting(desk, folder):
            if room <= 0:
                return
            rest = _rest(channel, one)
            if isinstance(rest, bytes):
                from supportcli.desk.mail.servers.completing import write  # noqa: PLC0415  # few mails come in parts

                write(desk, mailbox, folder, one, rest)
                room -= len(rest)
                yield len(rest)
            elif rest != mail_states.PARTIAL:
                with desk.db.write() as tx:
                    partial.set_state(tx, folder, one.uid, rest)


def _waiting(desk: Desk, folder: Folder) -> Iterator[PartialPlace]:
    """Yield them one by one: their bytes are not in memory together."""
    uid = 0
    while True:
        with desk.db.read() as tx:
            one = partial.waiting(tx, folder, above=uid)
        if one is None:
            return
        yield one
        uid = one.uid


def _rest(channel: Channel, one: PartialPlace) -> bytes | str:
    """All bytes of a mail: the first ones, which are here, and the rest. Or its state: gone, too
    large because it does not end, or partial if the server does not deliver it now."""
    whole = bytearray(one.raw)
    while len(whole) <= WHOLE_BYTES:
        part = channel.fetch_part(one.uid, len(whole), CHUNK_BYTES)
        if part is None:
            return mail_states.GONE
        whole += part.raw or b""
        # Sizes may be estimates: it ends when there is no more, and not much sooner than announced.
        if len(part.raw or b"") < CHUNK_BYTES:
            return bytes(whole) if len(whole) >= one.size * 9 // 10 else mail_states.PARTIAL
    return mail_states.TOO_LARGE
