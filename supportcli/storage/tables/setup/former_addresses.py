"""Addresses that agents had before."""

from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText


class FormerAgentAddressRow(SQLModel, table=True):
    """An address that an agent had before: the history names it."""

    __tablename__ = "former_agent_address"
    address: str = Field(primary_key=True, sa_type=ForeignText)
    agent_id: int = Field(foreign_key="agent.id", index=True)
