"""What people wrote."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime, partial_index

THERE = "retracted_at IS NULL"
"""The messages that nobody took back. A statement with exactly these words uses an index."""

NOTES = "direction = 'note'"
"""The internal notes; as above."""


class MessageRow(SQLModel, table=True):
    """A message of a ticket: a customer's mail (`mail_id`), a reply, or an internal note."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("ticket_number", "position"),
        partial_index("ix_message_channel", "channel", "ticket_number", "direction", where=THERE),
        partial_index("ix_message_note", "ticket_number", where=f"{NOTES} AND {THERE}"),
    )
    id: int | None = Field(default=None, primary_key=True)
    ticket_number: int = Field(foreign_key="ticket.number")
    position: int
    """Counts from 1 in its ticket."""
    direction: str
    channel: str
    mail_id: int | None = Field(default=None, foreign_key="mail.id", index=True)
    agent_id: int | None = Field(default=None, foreign_key="agent.id")
    message_id: str | None = Field(default=None, index=True, sa_type=ForeignText)
    """With its angle brackets."""
    sender_name: str = Field(sa_type=ForeignText)
    sender_address: str = Field(sa_type=ForeignText)
    people: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """to, cc, bcc and reply_to as lists of {name, address}."""
    subject: str = Field(default="", sa_type=ForeignText)
    text: str = Field(sa_type=ForeignText)
    folds: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """As [start, end, kind]."""
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    remark: str | None = Field(default=None, sa_type=ForeignText)
    retracted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Undone, shown nowhere."""
    unverified: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false())
    )
    """It joined the ticket, and nothing proves who wrote it."""
    newcomer: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false())
    )
    """Its author was new in the ticket, and nobody had answered them yet."""
