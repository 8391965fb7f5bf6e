"""Texts that are not sent yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class DraftRow(SQLModel, table=True):
    """A text that is not sent yet. It belongs to the ticket."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("ticket_number", "agent_id", "kind"),)
    id: int | None = Field(default=None, primary_key=True)
    ticket_number: int = Field(foreign_key="ticket.number")
    agent_id: int = Field(foreign_key="agent.id")
    """Who wrote it last."""
    kind: str
    text: str = Field(sa_type=ForeignText)
    seen_event: int
    """The last event that its writer had seen."""
    updated_at: datetime = Field(sa_type=UtcDateTime)
    recipients: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    """Who it is for, as the composer showed them; None in a note, and in drafts older than this
    column."""
    chosen: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    """What else was chosen for it; None: nothing."""
