"""Which ticket `next` gave to whom: short-lived rows, which no history keeps."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import UtcDateTime


class ClaimRow(SQLModel, table=True):
    """A ticket that `next` gave to an agent: nobody else gets it before `until`. One that was given
    back, or ran out, stays until another agent is given the ticket."""

    __tablename__ = "claim"
    ticket_number: int = Field(foreign_key="ticket.number", primary_key=True)
    agent_id: int = Field(foreign_key="agent.id", index=True)
    claimed_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
