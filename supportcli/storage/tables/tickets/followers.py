"""Who follows which ticket."""

from sqlmodel import Field, SQLModel


class TicketFollowerRow(SQLModel, table=True):
    """An agent who follows a ticket."""

    __tablename__ = "ticket_follower"
    ticket_number: int = Field(foreign_key="ticket.number", primary_key=True)
    agent_id: int = Field(foreign_key="agent.id", primary_key=True, index=True)
