"""What the team decided about senders, and the history of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class SenderRow(SQLModel, table=True):
    """What the team decided about a sender: `judged` machine or person, `blocked` hold or discard.
    `who` is an address, or a domain with an @ before it."""

    __tablename__ = "sender"
    who: str = Field(primary_key=True, sa_type=ForeignText)
    judged: str | None = None
    blocked: str | None = None
    changed_by: str = Field(sa_type=ForeignText)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class SenderEventRow(SQLModel, table=True):
    """The append-only history of senders. `before` and `after` are the columns of `sender` that
    agents choose; empty where there was no row."""

    __tablename__ = "sender_event"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(sa_type=ForeignText)
    gesture: str = Field(index=True)
    who: str = Field(sa_type=ForeignText)
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    undoes: str | None = Field(default=None, index=True)
