"""What was decided about mails, for `mail why` and for mail that comes in again."""

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from supportcli.domain.intake.ledger import DecidedMail, ServerPlace
from supportcli.storage.engine import rows
from supportcli.storage.tables import (
    FolderRow,
    ImportedMailRow,
    MailRow,
    MessageRow,
    RawMailRow,
    RemoteMailRow,
)

_FOLDER = rows.table_of(FolderRow)
_RAW = rows.table_of(RawMailRow)
_MAIL = rows.table_of(MailRow)
_REMOTE = rows.table_of(RemoteMailRow)
_MESSAGE = rows.table_of(MessageRow)
_IMPORTED = rows.table_of(ImportedMailRow)


def with_id(tx: Session, mail_id: int) -> list[DecidedMail]:
    """The mail with this id, as a list of at most one."""
    return _decided(tx, _MAIL.c.id == mail_id)


def with_message_id(tx: Session, message_id: str) -> list[DecidedMail]:
    """The decided mails with this Message-ID, oldest first."""
    return _decided(tx, _MAIL.c.message_id == message_id)


def at_position(tx: Session, ticket: int, position: int) -> list[DecidedMail]:
    """The mail of a ticket's message, if it came as one."""
    message = select(_MESSAGE.c.mail_id).where(
        _MESSAGE.c.ticket_number == ticket, _MESSAGE.c.position == position
    )
    return _decided(tx, _MAIL.c.id.in_(message))


def with_bytes(tx: Session, mailbox_id: int, sha256: str) -> list[DecidedMail]:
    """The mail of a mailbox with these bytes, if there is one."""
    return _decided(tx, (_MAIL.c.mailbox_id == mailbox_id) & (_RAW.c.sha256 == sha256))


def _decided(tx: Session, condition: ColumnElement[bool]) -> list[DecidedMail]:
    statement = (
        select(_MAIL, _RAW.c.sha256, _RAW.c.size)
        .join(_RAW, _RAW.c.id == _MAIL.c.raw_id)
        .where(condition)
        .order_by(_MAIL.c.id)
    )
    return [
        DecidedMail(
            id=row.id,
            mailbox_id=row.mailbox_id,
            received_at=row.received_at,
            state=row.state,
            rule=row.rule,
            reason=row.reason,
            message_id=row.message_id,
            sha256=row.sha256,
            size=row.size,
            historic=row.historic,
            decided_at=row.decided_at,
            ticket=row.ticket_number,
            places=_places(tx, row.id),
            imported_from=_imported_from(tx, row.id),
            full_size=row.full_size,
        )
        for row in tx.connection().execute(statement)
    ]


def _places(tx: Session, mail_id: int) -> tuple[ServerPlace, ...]:
    columns = (_FOLDER.c.name, _REMOTE.c.uidvalidity, _REMOTE.c.uid)
    statement = (
        select(*columns)
        .join(_FOLDER, _FOLDER.c.id == _REMOTE.c.folder_id)
        .where(_REMOTE.c.mail_id == mail_id)
        .order_by(_REMOTE.c.id)
    )
    return tuple(ServerPlace(*row) for row in tx.connection().execute(statement))


def _imported_from(tx: Session, mail_id: int) -> str | None:
    place: str | None = (
        tx.connection()
        .execute(select(_IMPORTED.c.place).where(_IMPORTED.c.mail_id == mail_id))
        .scalar()
    )
    return ", ".join(filter(None, place.split("\n"))) if place else None
