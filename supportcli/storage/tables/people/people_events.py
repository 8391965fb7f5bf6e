"""The history of customers and organisations."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class PeopleEventRow(SQLModel, table=True):
    """The append-only history of customers and organisations. `before` and `after` hold what
    changed, as `domain.people` shapes it; no row is referred to, so that the history outlives
    them."""

    __tablename__ = "people_event"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(sa_type=ForeignText)
    gesture: str = Field(index=True)
    kind: str
    customer_id: int | None = Field(default=None, index=True)
    organisation_id: int | None = Field(default=None, index=True)
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    undoes: str | None = Field(default=None, index=True)
