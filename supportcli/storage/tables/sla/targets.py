"""A row for each service-level target that ran."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


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
