"""Views that were saved."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class SavedViewRow(SQLModel, table=True):
    """A query with a name. `scope` is a `ViewScope`, `scope_id` the agent's or the team's id, 0 for
    everybody's; `place` counts from 1 among the views of one owner."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("scope", "scope_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=ForeignText)
    query: str = Field(sa_type=ForeignText)
    scope: str
    scope_id: int
    place: int
    columns: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    sort: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
