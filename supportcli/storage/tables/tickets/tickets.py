"""Tickets, and their tags."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from supportcli.domain.tickets.ticket import Priority
from supportcli.storage.tables.columns import ForeignText, PriorityRank, UtcDateTime, partial_index

SNOOZED = "snoozed_until IS NOT NULL"
"""The tickets that are snoozed, or were and nobody has noted that they woke. A statement with
exactly these words uses an index."""


class TicketRow(SQLModel, table=True):
    """A ticket's state now.

    (The indexes for the orders of urgency and of due times are made of expressions, which models
    cannot have: see revisions 0002 and 0025, and `tickets.sorting`.)"""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_updated", "updated_at", "number", "status"),
        Index("ix_ticket_created", "created_at"),
        partial_index("ix_ticket_solved", "solved_at", where="solved_at IS NOT NULL"),
        partial_index("ix_ticket_due", "due_at", where="due_at IS NOT NULL"),
        partial_index("ix_ticket_snoozed", "snoozed_until", where=SNOOZED),
        # A number is never reused, even if the newest ticket was erased: signed ids name it.
        {"sqlite_autoincrement": True},
    )
    number: int | None = Field(default=None, primary_key=True)
    subject: str = Field(sa_type=ForeignText)
    status: str
    priority: Priority = Field(sa_type=PriorityRank)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    assignee_id: int | None = Field(default=None, foreign_key="agent.id", index=True)
    mailbox_id: int = Field(foreign_key="mailbox.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    solved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    waiting_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """The oldest customer message that nobody has answered."""
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the first of its service-level targets runs out; None: none is running."""
    message_count: int = 0
    version: int = 1
    """Grows with each change."""
    merged_into: int | None = Field(default=None, foreign_key="ticket.number", index=True)
    """The ticket that has its messages, if it was merged."""
    snoozed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Until when it is out of the views of open tickets."""
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    """The team that it is assigned to."""


class TicketTagRow(SQLModel, table=True):
    """A tag on a ticket."""

    __tablename__ = "ticket_tag"
    ticket_number: int = Field(foreign_key="ticket.number", primary_key=True)
    tag: str = Field(primary_key=True, index=True, sa_type=ForeignText)
