"""Who writes to the desk."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class CustomerRow(SQLModel, table=True):
    """Somebody who writes to the desk; `address` is the one they used last."""

    __tablename__ = "customer"
    __table_args__ = {"sqlite_autoincrement": True}  # their history and undo name them by their id
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=ForeignText)
    address: str = Field(sa_type=ForeignText)
    created_at: datetime = Field(sa_type=UtcDateTime)
