"""The history of tickets."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class EventRow(SQLModel, table=True):
    """The append-only history: what a verb, a mail or the desk itself changed in a ticket. It is
    also the change log that other processes read."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_ticket", "ticket_number", "id"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor_kind: str
    actor: str = Field(sa_type=ForeignText)
    gesture: str = Field(index=True)
    kind: str
    ticket_number: int = Field(foreign_key="ticket.number")
    message_id: int | None = Field(default=None, foreign_key="message.id")
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    undoes: str | None = Field(default=None, index=True)
