"""Mail that is in no ticket: what waits for a person, where the mails of a mailbox are, and how a
decision is taken back."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, update
from sqlmodel import Session

from supportcli.domain.intake.ledger import JUNK, STRAY_BOUNCE, Counts, HeldBounces, NotHere
from supportcli.storage.engine import rows
from supportcli.storage.mail import mails
from supportcli.storage.tables import (
    DeskRow,
    FolderRow,
    MailboxRow,
    MailRow,
    RawMailRow,
    RemoteMailRow,
    mail_states,
)

_DESK = rows.table_of(DeskRow)
_BOX = rows.table_of(MailboxRow)
_FOLDER = rows.table_of(FolderRow)
_MAIL = rows.table_of(MailRow)
_RAW = rows.table_of(RawMailRow)
_REMOTE = rows.table_of(RemoteMailRow)

HEAD_BYTES = 64 * 1024
"""The bytes of a mail that a list reads: enough for the headers that mail programs write."""

_READ = (_FOLDER.c.role != mails.FORMER, _FOLDER.c.uidvalidity == _REMOTE.c.uidvalidity)
"""The places in folders that are still read: in others UIDs have lost their meaning."""

_PARTS = (mail_states.PARTIAL, mail_states.TOO_LARGE)
"""The states of a mail that is only partly here; of one that is too large there may be nothing."""

_ELSEWHERE = (mail_states.OLD, mail_states.GONE, mail_states.KEPT)
_DECIDED = ("state", "rule", "reason", "message_id", "fingerprint", "ticket_number")
"""The columns that a decision writes, without its time."""


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A held mail's row with the first bytes of the mail."""

    id: int
    mailbox: str
    received_at: datetime
    state: str
    rule: str
    reason: str
    size: int
    head: bytes


def waiting(
    tx: Session,
    mailbox_id: int | None,
    *,
    bounces: bool,
    junk: bool = False,
    limit: int | None = None,
) -> Iterator[HeldRow]:
    """The held mails of a mailbox (or all), oldest first; with `bounces` also the reports that are
    otherwise only counted; with `junk` only what is in the provider's junk."""
    others = _not_by(JUNK) if bounces else _not_by(JUNK, STRAY_BOUNCE)
    yield from _rows(tx, [*_held(mailbox_id), _MAIL.c.rule == JUNK if junk else others], limit)


def of_ids(tx: Session, ids: Collection[int]) -> list[HeldRow]:
    """These mails as a list shows them, in any state, in the order of their ids."""
    return list(_rows(tx, [_MAIL.c.id.in_(ids)], None))


def _rows(
    tx: Session, chosen: Sequence[ColumnElement[bool]], limit: int | None
) -> Iterator[HeldRow]:
    statement = (
        select(
            *(_MAIL.c[name] for name in ("id", "received_at", "state", "rule", "reason")),
            _RAW.c.size,
            _BOX.c.address,
        )
        .add_columns(func.substr(_RAW.c.content, 1, HEAD_BYTES).label("head"))
        .join(_RAW, _RAW.c.id == _MAIL.c.raw_id)
        .join(_BOX, _BOX.c.id == _MAIL.c.mailbox_id)
        .where(*chosen)
        .order_by(_MAIL.c.received_at, _MAIL.c.id)
        .limit(limit)
    )
    for row in tx.connection().execute(statement):
        yield HeldRow(
            row.id,
            row.address,
            row.received_at,
            row.state,
            row.rule or "",
            row.reason or "",
            row.size,
            bytes(row.head or b""),  # SQLite has no part of nothing
        )


def bounces(tx: Session, mailbox_id: int | None) -> HeldBounces | None:
    """The count of held reports about mail that is not ours; None if there are none."""
    statement = select(func.count(), func.max(_MAIL.c.received_at)).where(
        *_held(mailbox_id), _MAIL.c.rule == STRAY_BOUNCE
    )
    count, newest = tx.connection().execute(statement).one()
    return HeldBounces(count, newest) if count else None


def junk(tx: Session, mailbox_id: int | None) -> int:
    """How many mails are held because the provider has put them into its junk."""
    statement = select(func.count()).where(*_held(mailbox_id), _MAIL.c.rule == JUNK)
    return tx.connection().execute(statement).scalar() or 0


def count(tx: Session) -> int:
    """How many mails of the desk wait for a person. Uses only the indexes: it is asked after each
    change."""
    here = select(func.count()).where(*_held(None), _not_by(STRAY_BOUNCE, JUNK))
    lacking = (
        select(func.count())
        .select_from(_REMOTE)
        .join(_FOLDER, _FOLDER.c.id == _REMOTE.c.folder_id)
        .where(_REMOTE.c.mail_id.is_(None))
    )
    lacking = lacking.where(_REMOTE.c.state.not_in(_ELSEWHERE), *_READ)
    return sum(tx.connection().execute(statement).scalar() or 0 for statement in (here, lacking))


def ids(tx: Session, mailbox_id: int | None = None, *, bounces_only: bool = False) -> list[int]:
    """The ids of the held mails, oldest first; with `bounces_only` only of reports about mail that
    is not ours."""
    chosen = [*_held(mailbox_id), *([_MAIL.c.rule == STRAY_BOUNCE] if bounces_only else [])]
    return list(
        tx.connection()
        .execute(select(_MAIL.c.id).where(*chosen).order_by(_MAIL.c.received_at, _MAIL.c.id))
        .scalars()
    )


def not_here(tx: Session, mailbox_id: int | None) -> list[NotHere]:
    """The mails on servers whose bytes are missing here, all or in part, oldest first. Mail in a
    former folder is not fetched again."""
    lacking = _REMOTE.c.state.not_in(_ELSEWHERE)
    statement = (
        select(
            _BOX.c.address,
            _FOLDER.c.name,
            _REMOTE.c.uid,
            _REMOTE.c.internal_date,
            _REMOTE.c.size,
            _REMOTE.c.state,
        )
        .add_columns(
            _MAIL.c.id, _MAIL.c.ticket_number, _MAIL.c.full_size, _RAW.c.size.label("here")
        )
        .join(_FOLDER, _FOLDER.c.id == _REMOTE.c.folder_id)
        .join(_BOX, _BOX.c.id == _FOLDER.c.mailbox_id)
        .outerjoin(_MAIL, _MAIL.c.id == _REMOTE.c.mail_id)
        .outerjoin(_RAW, _RAW.c.id == _MAIL.c.raw_id)
        .where(lacking, *_READ, *([] if mailbox_id is None else [_BOX.c.id == mailbox_id]))
        .order_by(_REMOTE.c.internal_date, _REMOTE.c.id)
    )
    return [_not_here(row) for row in tx.connection().execute(statement)]


def _not_here(row: Any) -> NotHere:  # noqa: ANN401 - a row of several tables
    size = max(row.size, row.full_size or 0)
    return NotHere(
        row.address,
        row.name,
        row.uid,
        row.internal_date,
        size,
        row.state,
        row.here or 0,
        row.id,
        row.ticket_number,
    )


def counts(tx: Session) -> dict[int, Counts]:
    """Where the mails of each mailbox are, by its id; a mailbox without any is missing."""
    found: dict[int, dict[str, int]] = {}
    for mailbox_id, name, count in [*_by_state(tx), *_by_ledger(tx)]:
        there = found.setdefault(mailbox_id, {})
        there[name] = there.get(name, 0) + count
    return {mailbox_id: Counts(**fields) for mailbox_id, fields in found.items()}


_NAMES = {
    mail_states.KEPT: "undecided",
    mail_states.ACCEPTED: "tickets",
    mail_states.HELD: "held",
    mail_states.DUPLICATE: "copies",
    mail_states.IGNORED: "ignored",
    mail_states.DISCARDED: "discarded",
}
_LEDGER = {
    mail_states.OLD: "old",
    mail_states.GONE: "gone",
    mail_states.UNREADABLE: "unreadable",
    mail_states.TOO_LARGE: "too_large",
    mail_states.PARTIAL: "partial",
}


_COUNTED = {STRAY_BOUNCE: "bounces", JUNK: "junk"}
"""The rules whose held mails are counted apart."""


def _by_state(tx: Session) -> Iterator[tuple[int, str, int]]:
    counted = case((_MAIL.c.state != mail_states.HELD, ""), else_=func.coalesce(_MAIL.c.rule, ""))
    columns = (_MAIL.c.mailbox_id, _MAIL.c.state, counted)
    for mailbox_id, state, rule, count in tx.connection().execute(
        select(*columns, func.count()).group_by(*columns)
    ):
        yield mailbox_id, _COUNTED.get(rule, _NAMES[state]), count


def _by_ledger(tx: Session) -> Iterator[tuple[int, str, int]]:
    """Counts of ledger rows without a mail, and of mails whose rest is still on the server."""
    columns = (_FOLDER.c.mailbox_id, _REMOTE.c.state)
    places = (
        select(*columns, func.count())
        .join(_FOLDER, _FOLDER.c.id == _REMOTE.c.folder_id)
        .where(*_READ)
    )
    for mailbox_id, state, count in tx.connection().execute(
        places.where(_REMOTE.c.mail_id.is_(None)).group_by(*columns)
    ):
        yield mailbox_id, _LEDGER.get(state, "unreadable"), count
    parts = select(_FOLDER.c.mailbox_id, func.count(func.distinct(_REMOTE.c.mail_id))).join(
        _FOLDER, _FOLDER.c.id == _REMOTE.c.folder_id
    )
    parts = parts.where(*_READ, _REMOTE.c.mail_id.is_not(None), _REMOTE.c.state.in_(_PARTS))
    for mailbox_id, count in tx.connection().execute(parts.group_by(_FOLDER.c.mailbox_id)):
        yield mailbox_id, "partial", count


def mailbox_of(tx: Session, mail_id: int) -> int:
    """The id of the mailbox that received a mail. NoResultFound if there is no such mail."""
    return int(
        tx.connection()
        .execute(select(_MAIL.c.mailbox_id).where(_MAIL.c.id == mail_id))
        .scalar_one()
    )


def decision(tx: Session, mail_id: int) -> dict[str, Any] | None:
    """The decision about a mail, by column name; None if there is no such mail."""
    row = (
        tx.connection()
        .execute(select(*(_MAIL.c[name] for name in _DECIDED)).where(_MAIL.c.id == mail_id))
        .first()
    )
    return dict(zip(_DECIDED, row, strict=True)) if row is not None else None


def put_back(
    tx: Session, mail_id: int, expected: str, decided: dict[str, Any], now: datetime
) -> bool:
    """Restore an earlier decision about a mail (`decision`); False if it is no longer in the state
    `expected`."""
    values = {name: decided[name] for name in _DECIDED} | {"decided_at": now}
    return (
        tx.connection()
        .execute(
            update(_MAIL).where(_MAIL.c.id == mail_id, _MAIL.c.state == expected).values(values)
        )
        .rowcount
        == 1
    )


def reopen(tx: Session, mail_id: int, states: Collection[str]) -> bool:
    """Make a mail wait for a decision again, as if it had just come; False if it is in none of
    these states (another process was faster)."""
    blank = dict.fromkeys(_DECIDED) | {"state": mail_states.KEPT, "decided_at": None}
    return (
        tx.connection()
        .execute(
            update(_MAIL).where(_MAIL.c.id == mail_id, _MAIL.c.state.in_(states)).values(blank)
        )
        .rowcount
        == 1
    )


def discard(tx: Session, mail_id: int) -> bool:
    """Put a held mail away; False if it is not held."""
    chosen = _MAIL.c.id == mail_id, _MAIL.c.state == mail_states.HELD
    return (
        tx.connection()
        .execute(update(_MAIL).where(*chosen).values(state=mail_states.DISCARDED))
        .rowcount
        == 1
    )


def raw(tx: Session, mail_id: int) -> bytes:
    """The bytes of a mail as it came. NoResultFound if there is none with this id."""
    statement = (
        select(_RAW.c.content).join(_MAIL, _MAIL.c.raw_id == _RAW.c.id).where(_MAIL.c.id == mail_id)
    )
    return bytes(tx.connection().execute(statement).scalar_one())


def told_at(tx: Session) -> datetime | None:
    """When an unattended sync last reported held mail."""
    found: datetime | None = tx.connection().execute(select(_DESK.c.held_told_at)).scalar()
    return found


def tell(tx: Session, before: datetime | None, now: datetime | None) -> bool:
    """Record when held mail was reported; False if another process has reported it since
    `before`."""
    same = _DESK.c.held_told_at.is_(None) if before is None else _DESK.c.held_told_at == before
    return tx.connection().execute(update(_DESK).where(same).values(held_told_at=now)).rowcount == 1


def _held(mailbox_id: int | None) -> list[ColumnElement[bool]]:
    return [
        _MAIL.c.state == mail_states.HELD,
        *([] if mailbox_id is None else [_MAIL.c.mailbox_id == mailbox_id]),
    ]


def _not_by(*rules: str) -> ColumnElement[bool]:
    """No rule among these holds the mail."""
    return func.coalesce(_MAIL.c.rule, "").not_in(rules)
