"""Business calendars, in versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class CalendarRow(SQLModel, table=True):
    """A business calendar; its content is in its versions."""

    __tablename__ = "calendar"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, sa_type=ForeignText)
    created_at: datetime = Field(sa_type=UtcDateTime)


class CalendarVersionRow(SQLModel, table=True):
    """What a calendar says for targets that start at `since` or later (`domain.sla.calendar_text`).
    Never changed: an edit adds another."""

    __tablename__ = "calendar_version"
    id: int | None = Field(default=None, primary_key=True)
    calendar_id: int = Field(foreign_key="calendar.id", index=True)
    since: datetime = Field(sa_type=UtcDateTime)
    definition: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    agent_id: int | None = Field(default=None, foreign_key="agent.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
