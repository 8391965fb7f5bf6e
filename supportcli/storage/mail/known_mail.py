"""What stands in the database about mails that are decided: their bytes, and when a ticket last
heard something."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, func, select
from sqlmodel import Session

from supportcli.storage import tables
from supportcli.storage.engine import rows

_MAIL = rows.table_of(tables.MailRow)
_MESSAGE = rows.table_of(tables.MessageRow)
_RAW = rows.table_of(tables.RawMailRow)


@dataclass(frozen=True, slots=True)
class KnownMail:
    """The raw bytes of a kept mail, its mailbox, and whether its author is unproven."""

    content: bytes
    mailbox_id: int
    unverified: bool


def last_message_at(tx: Session, ticket: int) -> datetime | None:
    """When the newest message of a ticket was written or received."""
    statement = select(func.max(_MESSAGE.c.created_at)).where(_MESSAGE.c.ticket_number == ticket)
    found: datetime | None = tx.connection().execute(statement).scalar()
    return found


def letters(tx: Session, mail_ids: Collection[int]) -> dict[int, KnownMail]:
    """These mails, by id."""
    statement = (
        select(
            _MAIL.c.id,
            _RAW.c.content,
            _MAIL.c.mailbox_id,
            func.coalesce(_MESSAGE.c.unverified, false()),
        )
        .join(_RAW, _RAW.c.id == _MAIL.c.raw_id)
        .outerjoin(_MESSAGE, _MESSAGE.c.mail_id == _MAIL.c.id)
        .where(_MAIL.c.id.in_(list(mail_ids)))
    )
    return {
        mail: KnownMail(content, box, bool(unverified))
        for mail, content, box, unverified in tx.connection().execute(statement)
    }
