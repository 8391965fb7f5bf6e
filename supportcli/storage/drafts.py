"""Drafts: texts that are not sent yet, kept so that a crash or a lost line costs no word."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, select
from sqlmodel import Session

from supportcli.storage import rows
from supportcli.storage.tables import DraftRow

_DRAFT = rows.table_of(DraftRow)


class DraftKey(NamedTuple):
    """Whose draft it is: one a ticket, agent and kind (reply or note)."""

    ticket: int
    agent_id: int
    kind: str


def _is(key: DraftKey) -> ColumnElement[bool]:
    return (_DRAFT.c.ticket_number == key.ticket) & (_DRAFT.c.agent_id == key.agent_id) & (_DRAFT.c.kind == key.kind)


def save(tx: Session, key: DraftKey, text: str, seen_event: int, now: datetime) -> None:
    """Keep a draft in place of the one before."""
    discard(tx, key)
    values = {"ticket_number": key.ticket, "agent_id": key.agent_id, "kind": key.kind}
    rows.add(tx, DraftRow, {**values, "text": text, "seen_event": seen_event, "updated_at": now})


def discard(tx: Session, key: DraftKey) -> None:
    """Forget a draft; nothing happens where there is none."""
    tx.connection().execute(delete(_DRAFT).where(_is(key)))


def find(tx: Session, key: DraftKey) -> tuple[str, int] | None:
    """A draft's text and the last event its writer had seen."""
    row = tx.connection().execute(select(_DRAFT.c.text, _DRAFT.c.seen_event).where(_is(key))).first()
    return (row.text, row.seen_event) if row else None


def of_agent(tx: Session, agent_id: int) -> list[tuple[int, str, str, int]]:
    """All drafts of an agent: ticket, kind, text and the last event its writer had seen."""
    statement = select(_DRAFT.c.ticket_number, _DRAFT.c.kind, _DRAFT.c.text, _DRAFT.c.seen_event).where(_DRAFT.c.agent_id == agent_id)
    return [(row.ticket_number, row.kind, row.text, row.seen_event) for row in tx.connection().execute(statement)]
