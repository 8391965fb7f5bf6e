"""What makes a desk this desk: the single row that is written when it is created."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlmodel import Session

from supportcli.storage.engine import rows
from supportcli.storage.tables import DeskRow

_DESK = rows.table_of(DeskRow)

CLOSE_AFTER_DAYS = select(_DESK.c.close_after_days)
"""For statements that select it with other columns."""


def found_desk(tx: Session, hmac_key: bytes, now: datetime) -> None:
    """Give a new database its key; IntegrityError if it has one."""
    tx.connection().execute(insert(_DESK).values(id=1, hmac_key=hmac_key, created_at=now))


def hmac_key(tx: Session) -> bytes:
    """The key that signs our Message-IDs. NoResultFound in a database without a desk."""
    return bytes(tx.connection().execute(select(_DESK.c.hmac_key)).scalar_one())


@dataclass(frozen=True, slots=True)
class Identity:
    """The desk's row. `key` signs our Message-IDs; a ticket closes `close_after` it was solved
    (None: never); a sender may open `most_opened` tickets in an hour (None: any number)."""

    key: bytes
    founded_at: datetime
    close_after: timedelta | None
    most_opened: int | None


def identity(tx: Session) -> Identity:
    """The desk's identity. NoResultFound in a database without a desk."""
    row = tx.connection().execute(select(_DESK)).one()
    return Identity(
        bytes(row.hmac_key), row.created_at, _span(row.close_after_days), row.most_opened
    )


def close_after(tx: Session) -> timedelta | None:
    """How long after it was solved a ticket closes; None if it never does."""
    return _span(tx.connection().execute(CLOSE_AFTER_DAYS).scalar())


def set_close_after(tx: Session, days: int | None) -> None:
    """Make tickets close so many days after they were solved, or never."""
    tx.connection().execute(update(_DESK).values(close_after_days=days))


def set_most_opened(tx: Session, tickets: int | None) -> None:
    """Let a sender open so many tickets in an hour, or any number."""
    tx.connection().execute(update(_DESK).values(most_opened=tickets))


def _span(days: int | None) -> timedelta | None:
    return None if days is None else timedelta(days=days)
