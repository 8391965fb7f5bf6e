"""What became of a reply: for each recipient, and in the mailbox's folder of sent mail."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class OutboxRecipientRow(SQLModel, table=True):
    """The state of one recipient of a reply: waiting | uncertain | sent | failed | bounced."""

    __tablename__ = "outbox_recipient"
    outbox_id: int = Field(foreign_key="outbox.id", primary_key=True)
    address: str = Field(primary_key=True, sa_type=ForeignText)
    state: str
    answer: str | None = Field(default=None, sa_type=ForeignText)


class SentCopyRow(SQLModel, table=True):
    """A copy of a reply that is owed to its mailbox's folder of sent mail."""

    __tablename__ = "sent_copy"
    __table_args__ = (Index("ix_sent_copy_due", "state", "not_before"),)
    outbox_id: int = Field(foreign_key="outbox.id", primary_key=True)
    state: str
    not_before: datetime = Field(sa_type=UtcDateTime)
    attempts: int
    owed_since: datetime = Field(sa_type=UtcDateTime)
    answer: str | None = Field(default=None, sa_type=ForeignText)
