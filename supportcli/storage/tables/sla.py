"""Service levels: calendars and policies in versions, and a row for each target that ran."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
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


class PolicyRow(SQLModel, table=True):
    """A service-level policy. Of those whose condition matches a ticket the one with the lowest
    `position` counts. Targets start under it from `valid_from` on, and none runs after
    `valid_to`."""

    __tablename__ = "policy"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, sa_type=ForeignText)
    position: int
    valid_from: datetime = Field(sa_type=UtcDateTime)
    valid_to: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class PolicyVersionRow(SQLModel, table=True):
    """What a policy says for targets that start at `since` or later: its condition, goals, pauses
    and warnings. An edit adds another."""

    __tablename__ = "policy_version"
    id: int | None = Field(default=None, primary_key=True)
    policy_id: int = Field(foreign_key="policy.id", index=True)
    since: datetime = Field(sa_type=UtcDateTime)
    definition: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    agent_id: int | None = Field(default=None, foreign_key="agent.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


class TargetRow(SQLModel, table=True):
    """A target that runs or ran: the result of `domain.sla.targets`, kept for sorting, search and
    reports (`domain.sla.targets.Target` explains the columns). `next_at` is when the next warning
    or breach has to be recorded. `excused_*` is the excuse for a breach."""

    __tablename__ = "target"
    __table_args__ = (UniqueConstraint("ticket_number", "kind", "ordinal"),)
    id: int | None = Field(default=None, primary_key=True)
    ticket_number: int = Field(foreign_key="ticket.number")
    kind: str
    ordinal: int
    policy_version_id: int = Field(foreign_key="policy_version.id", index=True)
    calendar_version_id: int | None = Field(default=None, foreign_key="calendar_version.id")
    started_event: int = Field(foreign_key="event.id")
    started_at: datetime = Field(sa_type=UtcDateTime)
    goal_s: int
    spent_s: int
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    pauses: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    warned: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    next_at: datetime | None = Field(default=None, index=True, sa_type=UtcDateTime)
    met_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    breached_at: datetime | None = Field(default=None, index=True, sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancelled_because: str | None = Field(default=None, sa_type=ForeignText)
    ended_event: int | None = Field(default=None, foreign_key="event.id")
    excused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    excused_by: str | None = Field(default=None, sa_type=ForeignText)
    excused_because: str | None = Field(default=None, sa_type=ForeignText)
