"""How a mail finds its ticket: who takes part in one, and which Message-IDs its messages name."""

from sqlalchemy import Boolean, Column, Index, false
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText


class ParticipantRow(SQLModel, table=True):
    """An address in From, To, Cc or Reply-To of a ticket's messages: people known there may join
    it. `newcomer`: only a new participant, or a Reply-To, names it. (The outbox knows who our
    replies go to.)"""

    __tablename__ = "participant"
    ticket_number: int = Field(foreign_key="ticket.number", primary_key=True)
    address: str = Field(primary_key=True, sa_type=ForeignText)
    newcomer: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false())
    )


class ReferenceRow(SQLModel, table=True):
    """A Message-ID that a message names in In-Reply-To or References, so that a parent finds a
    reply that arrived before it.

    Unverified messages have theirs here too: an answer to one may belong to the ticket, and knowing
    the id proves nothing."""

    __tablename__ = "reference"
    __table_args__ = (Index("ix_reference_ticket", "ticket_number"),)
    reference: str = Field(primary_key=True, sa_type=ForeignText)
    message_id: int = Field(foreign_key="message.id", primary_key=True)
    ticket_number: int = Field(foreign_key="ticket.number")
    mailbox_id: int = Field(foreign_key="mailbox.id")
