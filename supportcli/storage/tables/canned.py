"""Canned responses in versions, the files that go with them, and each time one was used."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class CannedRow(SQLModel, table=True):
    """A canned response. `scope` is me, team or all, `scope_id` the agent's (or a team's) id, 0 for
    all. A removed one keeps its uses and comes back under the same id."""

    __tablename__ = "canned"
    __table_args__ = (UniqueConstraint("shortcut", "scope", "scope_id"),)
    id: int | None = Field(default=None, primary_key=True)
    shortcut: str = Field(sa_type=ForeignText)
    scope: str
    scope_id: int
    created_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CannedVersionRow(SQLModel, table=True):
    """The content of a canned response (`domain.canned.responses.Canned`), from when and by whom
    (None: it came with the desk). Never changed: an edit adds another."""

    __tablename__ = "canned_version"
    __table_args__ = (UniqueConstraint("canned_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    canned_id: int = Field(foreign_key="canned.id")
    number: int
    definition: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    agent_id: int | None = Field(default=None, foreign_key="agent.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


class CannedFileRow(SQLModel, table=True):
    """The bytes of a file that goes with canned responses, stored once for all of them."""

    __tablename__ = "canned_file"
    sha256: str = Field(primary_key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class CannedUseRow(SQLModel, table=True):
    """A reply in which a canned response was used. `applied`: unedited, by one key. `marks` are the
    marks of its files and macro that the text had, for undo."""

    __tablename__ = "canned_use"
    id: int | None = Field(default=None, primary_key=True)
    canned_id: int = Field(foreign_key="canned.id", index=True)
    agent_id: int = Field(foreign_key="agent.id")
    ticket_number: int = Field(foreign_key="ticket.number")
    gesture: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    applied: bool
    marks: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
