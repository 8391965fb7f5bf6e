"""Who has which ticket open just now: short-lived rows, which no history keeps."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import UtcDateTime


class PresenceRow(SQLModel, table=True):
    """A ticket that an agent has open in an inbox, or writes an answer to, as that inbox said at
    `seen_at`; one that says nothing for a while is not there any more."""

    __tablename__ = "presence"
    inbox: str = Field(primary_key=True)
    """A random name of the running inbox: an agent may have several."""
    agent_id: int = Field(foreign_key="agent.id", index=True)
    ticket_number: int = Field(foreign_key="ticket.number")
    writes: bool
    seen_at: datetime = Field(sa_type=UtcDateTime)
