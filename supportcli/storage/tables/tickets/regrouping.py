"""What merges and splits did."""

from typing import Any

from sqlalchemy import JSON, Boolean, Column, false
from sqlmodel import Field, SQLModel


class RegroupingRow(SQLModel, table=True):
    """What a merge or a split did with messages, so that it can be undone: they went from
    `ticket_number` to `other_number`, and `before` is how both tickets were
    (`storage.tickets.regrouping`)."""

    __tablename__ = "regrouping"
    id: int | None = Field(default=None, primary_key=True)
    gesture: str = Field(index=True)
    ticket_number: int = Field(foreign_key="ticket.number", index=True)
    other_number: int = Field(foreign_key="ticket.number", index=True)
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    undone: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false())
    )
