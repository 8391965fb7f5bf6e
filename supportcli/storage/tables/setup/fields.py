"""Custom fields and their values."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class CustomFieldRow(SQLModel, table=True):
    """A field that an admin made. One that was removed is not `active`, and keeps its values."""

    __tablename__ = "custom_field"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, sa_type=ForeignText)
    title: str = Field(sa_type=ForeignText)
    kind: str
    choices: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    required: bool = False
    active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)


class TicketFieldRow(SQLModel, table=True):
    """A ticket's value of a field, and the same as a number if it is one."""

    __tablename__ = "ticket_field"
    __table_args__ = (Index("ix_ticket_field_value", "field_id", "value"),)
    ticket_number: int = Field(foreign_key="ticket.number", primary_key=True)
    field_id: int = Field(foreign_key="custom_field.id", primary_key=True)
    value: str = Field(sa_type=ForeignText)
    amount: float | None = None
