"""Replies on their way."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class OutboxRow(SQLModel, table=True):
    """A reply on its way. `content` is its bytes, made once, with Message-ID and Date; every
    attempt sends the same. `state` is a `Delivery`; `answer` the mail server's last text."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "state", "not_before"),
        Index("ix_outbox_tried", "mailbox_id", "tried_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", unique=True)
    mailbox_id: int = Field(foreign_key="mailbox.id")
    state: str
    not_before: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    first_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    rfc_message_id: str = Field(unique=True, sa_type=ForeignText)
    sender: str = Field(sa_type=ForeignText)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    answer: str | None = Field(default=None, sa_type=ForeignText)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    chosen: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    """What its agent chose besides words and people (`storage.replies.drafts`), to make a draft of
    it again; None: nothing."""
    scheduled_for: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """It leaves then, unless the customer writes first."""
    tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its latest attempt began."""
