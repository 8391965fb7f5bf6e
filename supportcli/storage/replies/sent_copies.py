"""Copies of replies that are owed to a mailbox's folder of sent mail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from supportcli.domain.replies.sent_copies import CopyState, SentCopy
from supportcli.storage.engine import rows
from supportcli.storage.tables import OutboxRow, SentCopyRow

_COPY = rows.table_of(SentCopyRow)
_OUTBOX = rows.table_of(OutboxRow)


def owe(tx: Session, outbox_id: int, now: datetime) -> None:
    """A reply has left, and a copy of it is due; once for each reply."""
    owed = {
        "outbox_id": outbox_id,
        "state": CopyState.WAITING.value,
        "not_before": now,
        "attempts": 0,
        "owed_since": now,
    }
    rows.add_missing(tx, SentCopyRow, [owed])


def due(tx: Session, mailbox_id: int, now: datetime) -> list[SentCopy]:
    """A mailbox's copies that are due, longest due first."""
    statement = (
        select(_COPY)
        .join(_OUTBOX, _OUTBOX.c.id == _COPY.c.outbox_id)
        .where(_waiting(now), _OUTBOX.c.mailbox_id == mailbox_id)
        .order_by(_COPY.c.not_before, _COPY.c.outbox_id)
    )
    return [_copy(row) for row in tx.connection().execute(statement)]


def due_mailboxes(tx: Session, now: datetime) -> set[int]:
    """The ids of the mailboxes with copies that are due."""
    statement = (
        select(_OUTBOX.c.mailbox_id)
        .join(_COPY, _COPY.c.outbox_id == _OUTBOX.c.id)
        .where(_waiting(now))
        .distinct()
    )
    return set(tx.connection().execute(statement).scalars())


def of_replies(tx: Session, outbox_ids: Sequence[int]) -> dict[int, SentCopy]:
    """The copies of these replies, by the reply's id in the outbox."""
    statement = select(_COPY).where(_COPY.c.outbox_id.in_(outbox_ids))
    return {row.outbox_id: _copy(row) for row in tx.connection().execute(statement)}


def write(tx: Session, one: SentCopy) -> None:
    """Store how far a copy has come."""
    values = {
        "state": one.state.value,
        "not_before": one.not_before,
        "attempts": one.attempts,
        "answer": one.answer,
    }
    tx.connection().execute(update(_COPY).where(_COPY.c.outbox_id == one.outbox_id).values(values))


def _waiting(now: datetime) -> Any:  # noqa: ANN401 - SQLAlchemy's conditions have no common type
    return (_COPY.c.state == CopyState.WAITING.value) & (_COPY.c.not_before <= now)


def _copy(row: Any) -> SentCopy:  # noqa: ANN401
    return SentCopy(
        row.outbox_id,
        CopyState(row.state),
        row.not_before,
        row.attempts,
        row.owed_since,
        row.answer,
    )
