"""Teams."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class TeamRow(SQLModel, table=True):
    """Agents who share tickets. One that was removed is not `active`, and tickets still name it."""

    __tablename__ = "team"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, sa_type=ForeignText)
    active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)
