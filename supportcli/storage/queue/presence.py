"""Who is at which ticket, as the running inboxes say."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlmodel import Session

from supportcli.storage.engine import rows
from supportcli.storage.tables import PresenceRow

_PRESENCE = rows.table_of(PresenceRow)


class Presence(NamedTuple):
    """An inbox of an agent that has a ticket open; `writes`: a text for it too."""

    inbox: str
    agent_id: int
    ticket_number: int
    writes: bool
    seen_at: datetime


def put(tx: Session, one: Presence) -> None:
    """Note where an inbox is, instead of where it was."""
    columns = ("agent_id", "ticket_number", "writes", "seen_at")
    rows.add_missing(tx, PresenceRow, [one._asdict()], put=columns)


def forget(tx: Session, inbox: str, before: datetime) -> None:
    """An inbox is at no ticket any more; and those are gone that said nothing since `before`."""
    gone = (_PRESENCE.c.inbox == inbox) | (_PRESENCE.c.seen_at < before)
    tx.connection().execute(delete(_PRESENCE).where(gone))


def since(tx: Session, at: datetime) -> list[Presence]:
    """Where inboxes are that said so from then on."""
    columns = [_PRESENCE.c[name] for name in Presence._fields]
    found = tx.connection().execute(select(*columns).where(_PRESENCE.c.seen_at > at))
    return [Presence(*row) for row in found]
