"""What is to be done to mails on their servers: rows that are made after the mail has become a
message, and done after that has been committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlmodel import Session

from supportcli.storage.engine import rows
from supportcli.storage.mail.mails import Folder
from supportcli.storage.tables import (
    FolderRow,
    MailRow,
    RemoteMailRow,
    ServerActionRow,
    mail_states,
)

_ACTION = rows.table_of(ServerActionRow)
_REMOTE = rows.table_of(RemoteMailRow)
_MAIL = rows.table_of(MailRow)
_FOLDER = rows.table_of(FolderRow)

PENDING, DONE, GONE = "pending", "done", "gone"
"""The states of an action."""


@dataclass(frozen=True, slots=True)
class PendingAction:
    """An action that waits: the mail's place, its Message-ID, and where it is to be moved."""

    id: int
    uid: int
    kind: str
    target: str | None
    message_id: str | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done to each mail that came in `since` a moment; `target` is where it is to be
    moved."""

    kind: str
    target: str | None
    since: datetime


def plan(tx: Session, folder: Folder, wish: Wish, now: datetime) -> None:
    """Plan an action for each mail of a folder that has become a message, and has none of this
    kind."""
    statement = (
        select(_REMOTE.c.uid, _MAIL.c.id)
        .join(_MAIL, _MAIL.c.id == _REMOTE.c.mail_id)
        .where(
            _REMOTE.c.folder_id == folder.id,
            _REMOTE.c.uidvalidity == folder.uidvalidity,
            _REMOTE.c.internal_date >= wish.since,
            _REMOTE.c.state == mail_states.KEPT,
            _MAIL.c.state == mail_states.ACCEPTED,
            ~_MAIL.c.historic,
            ~exists().where(_ACTION.c.mail_id == _MAIL.c.id, _ACTION.c.kind == wish.kind),
        )
    )
    planned = {"folder_id": folder.id, "uidvalidity": folder.uidvalidity, "kind": wish.kind}
    planned |= {"target": wish.target, "state": PENDING, "created_at": now, "done_at": None}
    found = tx.connection().execute(statement).all()
    rows.add_missing(
        tx, ServerActionRow, [planned | {"uid": uid, "mail_id": mail} for uid, mail in found]
    )


def pending(tx: Session, folder: Folder) -> list[PendingAction]:
    """The actions of a folder that wait, in the order of their mails."""
    statement = (
        select(_ACTION.c.id, _ACTION.c.uid, _ACTION.c.kind, _ACTION.c.target, _MAIL.c.message_id)
        .join(_MAIL, _MAIL.c.id == _ACTION.c.mail_id)
        .where(
            _ACTION.c.state == PENDING,
            _ACTION.c.folder_id == folder.id,
            _ACTION.c.uidvalidity == folder.uidvalidity,
        )
        .order_by(_ACTION.c.uid)
    )
    return [PendingAction(*row) for row in tx.connection().execute(statement)]


def forget(tx: Session, mailbox_id: int) -> None:
    """Forget what waits to be done in a mailbox: somebody wants something else now."""
    folders = select(_FOLDER.c.id).where(_FOLDER.c.mailbox_id == mailbox_id)
    tx.connection().execute(
        delete(_ACTION).where(_ACTION.c.state == PENDING, _ACTION.c.folder_id.in_(folders))
    )


def conclude(tx: Session, ids: Sequence[int], state: str, now: datetime) -> None:
    """Record that actions are done, or that their mails are gone."""
    tx.connection().execute(
        update(_ACTION).where(_ACTION.c.id.in_(ids)).values(state=state, done_at=now)
    )
