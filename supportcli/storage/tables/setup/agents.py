"""Who answers."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class AgentRow(SQLModel, table=True):
    """Somebody who answers. `os_user` binds the agent to a user of the operating system, if set."""

    __tablename__ = "agent"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=ForeignText)
    address: str = Field(unique=True, sa_type=ForeignText)
    role: str
    os_user: str | None = Field(default=None, sa_type=ForeignText)
    active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)
    signature: str | None = Field(default=None, sa_type=ForeignText)
    """What stands below their replies; None: nothing."""
