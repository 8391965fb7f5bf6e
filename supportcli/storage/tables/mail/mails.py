"""Mails, and their bytes."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class RawMailRow(SQLModel, table=True):
    """The bytes of a mail as the server gave them, uncompressed, stored once however often they are
    found."""

    __tablename__ = "raw_mail"
    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True)
    size: int
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class MailRow(SQLModel, table=True):
    """A mail that a mailbox received, and what was decided about it."""

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "raw_id"),
        Index("ix_mail_state", "state", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    mailbox_id: int = Field(foreign_key="mailbox.id")
    raw_id: int = Field(foreign_key="raw_mail.id")
    received_at: datetime = Field(sa_type=UtcDateTime)
    """INTERNALDATE."""
    state: str
    """kept (not decided yet) → accepted (a message of `ticket_number`) | held (`reason` is the
    cause) | duplicate (a copy of a mail that is here already) | ignored | discarded (an agent put
    it away)."""
    rule: str | None = None
    """The rule that decided, with its `reason`."""
    reason: str | None = Field(default=None, sa_type=ForeignText)
    message_id: str | None = Field(default=None, index=True, sa_type=ForeignText)
    fingerprint: str | None = Field(default=None, index=True, sa_type=ForeignText)
    historic: bool = False
    """It came in silently."""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ticket_number: int | None = Field(default=None, foreign_key="ticket.number", index=True)
    full_size: int | None = Field(default=None, sa_type=BigInteger)
    """Only part of the mail is here, and this is its size in bytes; None if all of it is."""
