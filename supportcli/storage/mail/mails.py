"""Mail as it came: the ledger of what is on the servers, the raw bytes, and what was decided about
each."""

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    TextClause,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
    text,
    update,
)
from sqlmodel import Session

from supportcli.domain.intake.ledger import BLOCKED, JUNK
from supportcli.domain.mailbox import to_second
from supportcli.domain.tickets.ticket import Status
from supportcli.storage import tables
from supportcli.storage.engine import rows
from supportcli.storage.engine.among import among
from supportcli.storage.tables import (
    LACKING,
    FolderRow,
    MailEventRow,
    MailRow,
    RawMailRow,
    RemoteMailRow,
    mail_states,
)

_FOLDER = rows.table_of(FolderRow)
_RAW = rows.table_of(RawMailRow)
_MAIL = rows.table_of(MailRow)
_REMOTE = rows.table_of(RemoteMailRow)
_MAIL_EVENT = rows.table_of(MailEventRow)

FORMER = "former"
"""The role of a former folder: on a server that the mailbox has left, or from before its UIDs were
reassigned."""

JUNK_FOLDER = "junk"
"""The role of the provider's junk folder."""

_OFF = "off "
"""Stands before the role of a folder that somebody does not want to be read."""

_ROLE = (
    select(func.min(_FOLDER.c.role))  # the order of their names is that of what they mean
    .join(_REMOTE, _REMOTE.c.folder_id == _FOLDER.c.id)
    .where(_REMOTE.c.mail_id == _MAIL.c.id, _FOLDER.c.role != FORMER)
    .correlate(_MAIL)
    .scalar_subquery()
    .label("role")
)

_LARGEST = 2**31 - 1
"""The largest size that the ledger's column holds on PostgreSQL; `full_size` of the mail has the
real one."""

_SETTLED = ("state", "rule", "reason", "message_id", "fingerprint", "ticket_number", "decided_at")
_SETTLE = (
    update(_MAIL)
    .where(_MAIL.c.id == bindparam("of_mail"), _MAIL.c.state == mail_states.KEPT)
    .values({name: bindparam(f"new_{name}", type_=_MAIL.c[name].type) for name in _SETTLED})
)

_UNDOING = _MAIL_EVENT.alias()
_BY_HAND = exists().where(
    _MAIL_EVENT.c.mail_id == _MAIL.c.id,
    _MAIL_EVENT.c.kind == "discarded",
    ~exists().where(_UNDOING.c.mail_id == _MAIL.c.id, _UNDOING.c.undoes == _MAIL_EVENT.c.gesture),
)
"""An agent has put a mail away."""

_AS_JUNK = and_(_MAIL.c.state == mail_states.HELD, _MAIL.c.rule == JUNK)
_FOR_ITS_WAY = or_(
    _AS_JUNK,
    and_(
        _MAIL.c.rule == BLOCKED,
        or_(
            _MAIL.c.state == mail_states.HELD,
            and_(_MAIL.c.state == mail_states.DISCARDED, ~_BY_HAND),
        ),
    ),
)
"""A mail waits, or was put away, only because of the folder or the sender that it came from: if it
comes again, that is asked again. What an agent has put away stays so."""

_WAITING = select(_MAIL.c.id).where(among(_MAIL.c.id, "ids"), _MAIL.c.state == mail_states.KEPT)
_RAW_IDS = select(_RAW.c.sha256, _RAW.c.id).where(among(_RAW.c.sha256, "digests"))
_MAIL_IDS = select(_MAIL.c.raw_id, _MAIL.c.id).where(
    _MAIL.c.mailbox_id == bindparam("of_mailbox"), among(_MAIL.c.raw_id, "raw_ids")
)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder's cursor: everything up to `last_uid` of this `uidvalidity` is in the ledger. A
    `uidvalidity` of 0 means never opened."""

    id: int
    mailbox_id: int
    name: str
    role: str
    uidvalidity: int
    last_uid: int
    news_since: datetime | None = None
    """Mail in it from before that comes in silently; None: as the mailbox says."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail that a server gave us: its place in the folder, when the server took it, and its
    bytes.

    If these are only the first ones, `full_size` is its size on the server, and `state` says what
    happens to the rest."""

    uid: int
    received_at: datetime
    raw: bytes
    full_size: int | None = None
    state: str = mail_states.KEPT


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail on the server that was not fetched. A size of 0 means unknown."""

    uid: int
    internal_date: datetime
    size: int


@dataclass(frozen=True, slots=True)
class FromFile:
    """The settings of the import that brought a mail: a ticket whose last customer message is from
    `open_since` or later stays open, unless all are to get one `status`."""

    open_since: datetime
    status: Status | None


@dataclass(frozen=True, slots=True)
class Pending:
    """A mail that is kept and waits for a decision; `filed` is set if it came from a file,
    `full_size` if only its first bytes are here. `role` is that of its folder on the server (inbox,
    junk, sent …; of several the first in this order), if it has one."""

    id: int
    received_at: datetime
    historic: bool
    raw: bytes
    filed: FromFile | None = None
    full_size: int | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """A decision about a mail: its new state, the rule and its reason, the ids by which later mail
    finds it, and its ticket."""

    state: str
    rule: str
    reason: str
    message_id: str | None = None
    fingerprint: str | None = None
    ticket: int | None = None


def folders(tx: Session, mailbox_id: int) -> list[Folder]:
    """The folders of a mailbox that are read, by name."""
    return [
        _folder(row)
        for row in tx.connection().execute(
            select(_FOLDER).where(_FOLDER.c.mailbox_id == mailbox_id).order_by(_FOLDER.c.name)
        )
    ]


def add_folder(
    tx: Session, mailbox_id: int, name: str, role: str, news_since: datetime | None = None
) -> Folder:
    """Start reading this folder; one that is already read stays as it is. Mail in it from before
    `news_since` (None: as the mailbox says) comes in silently."""
    values = {"mailbox_id": mailbox_id, "name": name, "role": role, "news_since": news_since}
    rows.add_missing(tx, FolderRow, [values | {"uidvalidity": 0, "last_uid": 0}])
    found = (
        tx.connection()
        .execute(select(_FOLDER).where(_FOLDER.c.mailbox_id == mailbox_id, _FOLDER.c.name == name))
        .one()
    )
    return _folder(found)


def turn_folder(tx: Session, mailbox_id: int, name: str, *, on: bool) -> bool:
    """Stop reading a folder that is known, or read it again, in its former role; False if none of
    this name is, or it is so already. A folder that is off is not found again by its role."""
    found = next((one for one in folders(tx, mailbox_id) if one.name == name), None)
    if found is None or found.role == FORMER or found.role.startswith(_OFF) is not on:
        return False
    role = found.role.removeprefix(_OFF) if on else f"{_OFF}{found.role}"
    tx.connection().execute(update(_FOLDER).where(_FOLDER.c.id == found.id).values(role=role))
    return True


def retire_folders(tx: Session, mailbox_id: int) -> None:
    """Stop reading a mailbox's folders, and keep their records: they were on another server, whose
    UIDs mean nothing on the next one."""
    for folder in folders(tx, mailbox_id):
        if folder.role != FORMER:
            retire_folder(tx, folder)


def retire_folder(tx: Session, folder: Folder) -> None:
    """Stop reading a folder under this name, and keep its records: its UIDs mean nothing now, even
    if they come back."""
    former = {"name": f"{folder.name} (former, {folder.id})", "role": FORMER}
    tx.connection().execute(update(_FOLDER).where(_FOLDER.c.id == folder.id).values(former))


def set_cursor(tx: Session, folder: Folder, now: datetime) -> None:
    """Record how far a folder has been read (`uidvalidity`, `last_uid`), in the transaction that
    keeps what was read."""
    values = {"uidvalidity": folder.uidvalidity, "last_uid": folder.last_uid, "synced_at": now}
    tx.connection().execute(update(_FOLDER).where(_FOLDER.c.id == folder.id).values(values))


def keep(tx: Session, folder: Folder, arrived: Sequence[Arrived], news_since: datetime) -> int:
    """Keep mails unchanged, with their places; returns how many were new to the mailbox.

    The same bytes are stored once, and are one mail of a mailbox however many places they have. A
    known place stays as it is. What waits only because the provider took it for junk, or was put
    away because its sender was blocked, waits for a decision again, if it is found elsewhere
    too."""
    kept = keep_bytes(
        tx,
        folder.mailbox_id,
        [(one.raw, one.received_at, one.received_at < news_since) for one in arrived],
    )
    places = [
        _place(folder, Seen(one.uid, one.received_at, one.full_size or len(one.raw)), one.state)
        | {"mail_id": mail}
        for one, (mail, _) in zip(arrived, kept, strict=True)
    ]
    rows.add_missing(tx, RemoteMailRow, places)
    if folder.role != JUNK_FOLDER:
        release(tx, [mail for mail, is_new in kept if not is_new])
    for one, (mail, is_new) in zip(arrived, kept, strict=True):
        if one.full_size is not None and is_new:
            tx.connection().execute(
                update(_MAIL).where(_MAIL.c.id == mail).values(full_size=one.full_size)
            )
    return len({mail for mail, is_new in kept if is_new})


def release(tx: Session, mail_ids: Sequence[int], *, historic: bool | None = None) -> list[int]:
    """Make those of these mails that are held as junk, or were held or put away because their
    sender was blocked, wait for a decision, as if they had just come (as `historic` ones, if that
    is said); returns them. What an agent put away stays so."""
    found = releasable(tx, mail_ids)
    if found:
        blank: dict[str, Any] = dict.fromkeys(_SETTLED) | {"state": mail_states.KEPT}
        if historic is not None:
            blank["historic"] = historic
        tx.connection().execute(update(_MAIL).where(_MAIL.c.id.in_(found)).values(blank))
    return found


def releasable(tx: Session, mail_ids: Sequence[int]) -> list[int]:
    """Which of these mails `release` would release."""
    if not mail_ids:
        return []
    statement = select(_MAIL.c.id).where(_MAIL.c.id.in_(mail_ids), _FOR_ITS_WAY)
    return list(tx.connection().execute(statement).scalars())


def release_moved(tx: Session, mail_id: int) -> bool:
    """Make a mail that is held as junk wait for a decision, if it has a place that is not junk;
    returns whether it has."""
    elsewhere = (
        exists()
        .where(_REMOTE.c.mail_id == _MAIL.c.id, _FOLDER.c.id == _REMOTE.c.folder_id)
        .where(_FOLDER.c.role.not_in((JUNK_FOLDER, FORMER)), ~_FOLDER.c.role.startswith(_OFF))
    )
    statement = select(_MAIL.c.id).where(_MAIL.c.id == mail_id, _AS_JUNK, elsewhere)
    return bool(release(tx, list(tx.connection().execute(statement).scalars())))


def keep_bytes(
    tx: Session, mailbox_id: int, arrived: Sequence[tuple[bytes, datetime, bool]]
) -> list[tuple[int, bool]]:
    """Keep mails unchanged. For each: the bytes, when they reached the mailbox, and whether they
    are historic. Returns the id of each, and whether it was new to the mailbox."""
    digests = [hashlib.sha256(raw).hexdigest() for raw, _, _ in arrived]
    raws = [
        {"sha256": digest, "size": len(raw), "content": raw}
        for digest, (raw, _, _) in zip(digests, arrived, strict=True)
    ]
    rows.add_missing(tx, RawMailRow, raws)
    raw_ids = dict(tx.connection().execute(_RAW_IDS, {"digests": digests}).all())
    before = _mail_ids(tx, mailbox_id, raw_ids.values())
    news = [
        {
            "mailbox_id": mailbox_id,
            "raw_id": raw_ids[digest],
            "received_at": received_at,
            "state": mail_states.KEPT,
            "historic": historic,
        }
        for digest, (_, received_at, historic) in zip(digests, arrived, strict=True)
        if raw_ids[digest] not in before
    ]
    rows.add_missing(tx, MailRow, news)
    mail_ids = _mail_ids(tx, mailbox_id, raw_ids.values())
    return [(mail_ids[raw_ids[digest]], raw_ids[digest] not in before) for digest in digests]


def known_bytes(tx: Session, mailbox_id: int, digests: Sequence[str]) -> dict[str, bool]:
    """Which of these hashes (SHA-256, hex) the mailbox has, each with whether it is decided. What
    `release` would release is not counted."""
    statement = select(_RAW.c.sha256, _MAIL.c.state).join(_MAIL, _MAIL.c.raw_id == _RAW.c.id)
    chosen = (_MAIL.c.mailbox_id == mailbox_id, _RAW.c.sha256.in_(digests))
    stays = or_(_MAIL.c.rule.is_(None), not_(_FOR_ITS_WAY))
    found = tx.connection().execute(statement.where(*chosen, stays))
    return {digest: state != mail_states.KEPT for digest, state in found}


def note(tx: Session, folder: Folder, seen: Iterable[Seen], state: str) -> None:
    """Record mails in the ledger whose bytes are not here, and why: `mail_states.OLD`,
    `mail_states.GONE` or `mail_states.UNREADABLE`."""
    rows.add_missing(
        tx, RemoteMailRow, [_place(folder, one, state) | {"mail_id": None} for one in seen]
    )


def forget_unreadable(tx: Session, folder: Folder, uids: Sequence[int]) -> None:
    """Remove mails from the ledger that could not be read before but can be now: `keep` follows."""
    tx.connection().execute(_REMOTE.delete().where(*_unreadable(folder), _REMOTE.c.uid.in_(uids)))


def mark_gone(tx: Session, folder: Folder, uids: Sequence[int]) -> None:
    """Record that mails that could not be read are no longer on the server."""
    tx.connection().execute(
        update(_REMOTE)
        .where(*_unreadable(folder), _REMOTE.c.uid.in_(uids))
        .values(state=mail_states.GONE)
    )


def places_above(tx: Session, folder: Folder) -> set[int]:
    """The UIDs above the cursor that the ledger already has."""
    condition = (
        _REMOTE.c.folder_id == folder.id,
        _REMOTE.c.uidvalidity == folder.uidvalidity,
        _REMOTE.c.uid > folder.last_uid,
    )
    return set(tx.connection().execute(select(_REMOTE.c.uid).where(*condition)).scalars())


def unreadable(tx: Session, folder: Folder, limit: int) -> list[Seen]:
    """The mails that the server would not give, for another try."""
    columns = (_REMOTE.c.uid, _REMOTE.c.internal_date, _REMOTE.c.size)
    statement = select(*columns).where(*_unreadable(folder)).order_by(_REMOTE.c.uid).limit(limit)
    return [Seen(*row) for row in tx.connection().execute(statement)]


def pending_ids(tx: Session, mailbox_id: int) -> "array[int]":
    """The mails of a mailbox that wait for a decision, in the order in which they reached it."""
    statement = (
        select(_MAIL.c.id)
        .where(_MAIL.c.state == mail_states.KEPT, _MAIL.c.mailbox_id == mailbox_id)
        .order_by(_MAIL.c.received_at, _MAIL.c.id)
    )
    with tx.connection().execution_options(yield_per=1_000).execute(statement) as result:
        return array("q", result.scalars())


def pending(
    tx: Session, ids: Sequence[int], size: int, states: Sequence[str] = (mail_states.KEPT,)
) -> list[Pending]:
    """Those of these mails that are in one of `states` (by default those that still wait), in the
    order in which they reached the mailbox. As many as fit into `size` bytes, but at least one."""
    statement = _pending().where(_MAIL.c.id.in_(ids), _MAIL.c.state.in_(states))
    found: list[Pending] = []
    with tx.connection().execution_options(yield_per=50).execute(statement) as result:
        for row in result:
            size -= len(row.content)
            if found and size < 0:
                break
            filed = (
                FromFile(row.open_since, Status(row.status) if row.status else None)
                if row.open_since
                else None
            )
            found.append(
                Pending(
                    row.id,
                    row.received_at,
                    row.historic,
                    row.content,
                    filed,
                    row.full_size,
                    row.role or "",
                )
            )
    return found


@cache
def _pending() -> Select[Any]:
    """Mails with what `Pending` says of them. The tables of imports are loaded here: a sync with
    nothing new is over without them."""
    imported, run = rows.table_of(tables.ImportedMailRow), rows.table_of(tables.ImportRunRow)
    return (
        select(
            _MAIL.c.id,
            _MAIL.c.received_at,
            _MAIL.c.historic,
            _MAIL.c.full_size,
            _RAW.c.content,
            run.c.open_since,
            run.c.status,
            _ROLE,
        )
        .join(_RAW, _RAW.c.id == _MAIL.c.raw_id)
        .outerjoin(imported, imported.c.mail_id == _MAIL.c.id)
        .outerjoin(run, run.c.id == imported.c.run_id)
        .order_by(_MAIL.c.received_at, _MAIL.c.id)
    )


def settle(tx: Session, mail_id: int, done: Settlement, now: datetime) -> None:
    """Write a decision about a mail that still waits for one (`waiting`)."""
    values = {
        "of_mail": mail_id,
        "new_state": done.state,
        "new_rule": done.rule,
        "new_reason": done.reason,
        "new_message_id": done.message_id,
        "new_fingerprint": done.fingerprint,
        "new_ticket_number": done.ticket,
        "new_decided_at": now,
    }
    rows.change(tx, _SETTLE, values)


def waiting(tx: Session, mail_ids: Sequence[int]) -> set[int]:
    """Which of these mails still wait for a decision."""
    return set(tx.connection().execute(_WAITING, {"ids": list(mail_ids)}).scalars())


def next_uid(tx: Session, folder: Folder) -> int:
    """A new UID for a folder that belongs to us alone."""
    return (
        tx.connection()
        .execute(select(func.max(_REMOTE.c.uid)).where(_REMOTE.c.folder_id == folder.id))
        .scalar()
        or 0
    ) + 1


def _unreadable(folder: Folder) -> tuple[ColumnElement[bool] | TextClause, ...]:
    never_here = (_REMOTE.c.state == mail_states.UNREADABLE) | (
        (_REMOTE.c.state == mail_states.TOO_LARGE) & _REMOTE.c.mail_id.is_(None)
    )
    return (
        text(f"remote_mail.{LACKING}"),
        _REMOTE.c.folder_id == folder.id,
        _REMOTE.c.uidvalidity == folder.uidvalidity,
        never_here,
    )


def _mail_ids(tx: Session, mailbox_id: int, raw_ids: Iterable[int]) -> dict[int, int]:
    """The mails of a mailbox with these bytes, by the bytes' id."""
    of_mailbox = {"of_mailbox": mailbox_id, "raw_ids": list(raw_ids)}
    return dict(tx.connection().execute(_MAIL_IDS, of_mailbox).all())


def _place(folder: Folder, seen: Seen, state: str) -> dict[str, Any]:
    place = {"folder_id": folder.id, "uidvalidity": folder.uidvalidity, "uid": seen.uid}
    return place | {
        "internal_date": seen.internal_date,
        "size": min(seen.size, _LARGEST),
        "state": state,
    }


def _folder(row: Any) -> Folder:  # noqa: ANN401 - a row of the folder table
    return Folder(
        row.id,
        row.mailbox_id,
        row.name,
        row.role,
        row.uidvalidity,
        row.last_uid,
        to_second(row.news_since) if row.news_since else None,
    )
