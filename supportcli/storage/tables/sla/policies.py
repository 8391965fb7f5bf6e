"""Service-level policies, in versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


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
