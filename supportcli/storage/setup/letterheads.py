"""What a mailbox puts around its mail: the signature below, and the HTML frame."""

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from supportcli.storage.engine import rows
from supportcli.storage.tables import MailboxRow

_MAILBOX = rows.table_of(MailboxRow)
_FRAME = select(_MAILBOX.c.frame).where(_MAILBOX.c.id == bindparam("mailbox"))


def set_signature(tx: Session, mailbox_id: int, signature: str) -> None:
    """Put this below everything that a mailbox sends; nothing if it is empty."""
    _set(tx, mailbox_id, signature=signature or None)


def set_frame(tx: Session, mailbox_id: int, frame: str) -> None:
    """Send the mail of a mailbox in this page; as it is if that is empty."""
    _set(tx, mailbox_id, frame=frame or None)


def frame(tx: Session, mailbox_id: int) -> str:
    """The page in which a mailbox sends; "" if there is none."""
    return tx.connection().execute(_FRAME, {"mailbox": mailbox_id}).scalar() or ""


def _set(tx: Session, mailbox_id: int, **values: str | None) -> None:
    tx.connection().execute(update(_MAILBOX).where(_MAILBOX.c.id == mailbox_id).values(values))
