"""What each agent has seen of a ticket."""

from sqlmodel import Field, SQLModel


class SeenMessageRow(SQLModel, table=True):
    """The newest message of a ticket that an agent had on screen: what came later is unread. A
    ticket without a row was never looked at (`DeskRow.all_seen_upto`)."""

    __tablename__ = "seen_message"
    agent_id: int = Field(foreign_key="agent.id", primary_key=True)
    ticket_number: int = Field(foreign_key="ticket.number", primary_key=True, index=True)
    message_id: int
    """Its id: a message that came later has a greater one, wherever its date puts it."""
