"""The history of mail that is in no ticket."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class MailEventRow(SQLModel, table=True):
    """The append-only history of a mail that is in no ticket: who let held mail in, or discarded
    it. The columns are those of `event`."""

    __tablename__ = "mail_event"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor_kind: str
    actor: str = Field(sa_type=ForeignText)
    gesture: str = Field(index=True)
    kind: str
    mail_id: int = Field(foreign_key="mail.id", index=True)
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    undoes: str | None = Field(default=None, index=True)
