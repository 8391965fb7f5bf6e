"""Agents who are away."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import UtcDateTime


class AgentAbsenceRow(SQLModel, table=True):
    """An agent who is away, and who got their tickets with which verb, if somebody did."""

    __tablename__ = "agent_absence"
    agent_id: int = Field(foreign_key="agent.id", primary_key=True)
    until: datetime = Field(sa_type=UtcDateTime)
    stand_in_id: int | None = Field(default=None, foreign_key="agent.id")
    gesture: str
