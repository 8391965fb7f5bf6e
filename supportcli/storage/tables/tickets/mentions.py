"""Who is mentioned in notes."""

from sqlmodel import Field, SQLModel


class MentionRow(SQLModel, table=True):
    """An agent whom a note mentions."""

    __tablename__ = "mention"
    message_id: int = Field(foreign_key="message.id", primary_key=True)
    agent_id: int = Field(foreign_key="agent.id", primary_key=True, index=True)
