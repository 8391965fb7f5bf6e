"""Agents who change or are away."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class FormerAgentAddressRow(SQLModel, table=True):
    """An address that an agent had before: the history names it."""

    __tablename__ = "former_agent_address"
    address: str = Field(primary_key=True, sa_type=ForeignText)
    agent_id: int = Field(foreign_key="agent.id", index=True)


class AgentAbsenceRow(SQLModel, table=True):
    """An agent who is away, and who got their tickets with which verb, if somebody did."""

    __tablename__ = "agent_absence"
    agent_id: int = Field(foreign_key="agent.id", primary_key=True)
    until: datetime = Field(sa_type=UtcDateTime)
    stand_in_id: int | None = Field(default=None, foreign_key="agent.id")
    gesture: str
