"""Mails that are only partly here: which they are, and what happens to one when the rest has
come."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, text, update
from sqlmodel import Session

from supportcli.storage.engine import rows
from supportcli.storage.mail import mails
from supportcli.storage.mail.mails import Folder
from supportcli.storage.tables import LACKING, MailRow, RawMailRow, RemoteMailRow, mail_states

_RAW = rows.table_of(RawMailRow)
_MAIL = rows.table_of(MailRow)
_REMOTE = rows.table_of(RemoteMailRow)


@dataclass(frozen=True, slots=True)
class PartialPlace:
    """A place on the server whose mail is only partly here."""

    mail_id: int
    uid: int
    received_at: datetime
    """When the server took it."""
    size: int
    """Its size on the server."""
    raw: bytes
    """The bytes that are here; none if another mail that began with them was completed: then all of
    it has to be read."""


def waiting(tx: Session, folder: Folder, above: int = 0) -> PartialPlace | None:
    """The first mail of a folder above a UID whose rest has to be fetched."""
    statement = (
        select(
            _MAIL.c.id,
            _MAIL.c.full_size,
            _REMOTE.c.uid,
            _REMOTE.c.internal_date,
            _REMOTE.c.size,
            _RAW.c.content,
        )
        .select_from(
            _REMOTE.join(_MAIL, _MAIL.c.id == _REMOTE.c.mail_id).join(
                _RAW, _RAW.c.id == _MAIL.c.raw_id
            )
        )
        .where(
            text(f"remote_mail.{LACKING}"),
            _REMOTE.c.state == mail_states.PARTIAL,
            _REMOTE.c.uid > above,
        )
        .where(_REMOTE.c.folder_id == folder.id, _REMOTE.c.uidvalidity == folder.uidvalidity)
        .order_by(_REMOTE.c.uid)
    )
    row = tx.connection().execute(statement.limit(1)).first()
    if row is None:
        return None
    return PartialPlace(
        row.id,
        row.uid,
        row.internal_date,
        row.size,
        row.content if row.full_size is not None else b"",
    )


def set_state(tx: Session, folder: Folder, uid: int, state: str) -> None:
    """Set what happens to the rest of a mail."""
    tx.connection().execute(update(_REMOTE).where(*_at(folder, uid)).values(state=state))


def complete(
    tx: Session, folder: Folder, one: PartialPlace, whole: bytes, news_since: datetime
) -> int | None:
    """Replace the first bytes of a mail by all of them; returns its id. It stays the same mail, in
    the same ticket.

    None if that is impossible: the mail is already complete; or its bytes are those of another mail
    of the mailbox (to which the place now belongs); or another mail with the same first bytes was
    completed meanwhile (then these bytes are kept as a mail of their own)."""
    digest = hashlib.sha256(whole).hexdigest()
    known = _with_bytes(tx, folder.mailbox_id, digest)
    still_partial = (
        tx.connection()
        .execute(select(_MAIL.c.full_size, _MAIL.c.raw_id).where(_MAIL.c.id == one.mail_id))
        .one()
    )
    if known is None and still_partial.full_size is None:
        known = mails.keep_bytes(
            tx, folder.mailbox_id, [(whole, one.received_at, one.received_at < news_since)]
        )[0][0]
    place = update(_REMOTE).where(*_at(folder, one.uid), _REMOTE.c.mail_id == one.mail_id)
    tx.connection().execute(place.values(state=mail_states.KEPT, mail_id=known or one.mail_id))
    if known is not None:
        return None
    rows.add_missing(tx, RawMailRow, [{"sha256": digest, "size": len(whole), "content": whole}])
    raw = tx.connection().execute(select(_RAW.c.id).where(_RAW.c.sha256 == digest)).scalar_one()
    tx.connection().execute(
        update(_MAIL).where(_MAIL.c.id == one.mail_id).values(raw_id=raw, full_size=None)
    )
    unused = ~select(_MAIL.c.id).where(_MAIL.c.raw_id == _RAW.c.id).exists()
    tx.connection().execute(delete(_RAW).where(_RAW.c.id == still_partial.raw_id, unused))
    return one.mail_id


def _with_bytes(tx: Session, mailbox_id: int, digest: str) -> int | None:
    statement = (
        select(_MAIL.c.id)
        .join(_RAW, _RAW.c.id == _MAIL.c.raw_id)
        .where(_MAIL.c.mailbox_id == mailbox_id, _RAW.c.sha256 == digest)
    )
    found: int | None = tx.connection().execute(statement).scalar()
    return found


def _at(folder: Folder, uid: int) -> tuple[ColumnElement[bool], ...]:
    return (
        _REMOTE.c.folder_id == folder.id,
        _REMOTE.c.uidvalidity == folder.uidvalidity,
        _REMOTE.c.uid == uid,
    )
