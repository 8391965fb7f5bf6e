"""The desk itself."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary, text
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import UtcDateTime


class DeskRow(SQLModel, table=True):
    """The desk itself: one row."""

    __tablename__ = "desk"
    id: int = Field(default=1, primary_key=True)
    hmac_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """Signs our Message-IDs; nothing exports it."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    close_after_days: int | None = Field(
        default=28, sa_column_kwargs={"server_default": text("28")}
    )
    """A ticket counts as closed so long after it was solved, and a later answer opens a new one;
    None: never."""
    held_told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When an unattended sync last reported held mail."""
    most_opened: int | None = Field(default=5, sa_column_kwargs={"server_default": text("5")})
    """How many tickets one sender may open in an hour; None: any number."""
    all_seen_upto: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """The newest message (by id) that was there before the desk knew what each agent has seen: all
    up to it counts as seen by everybody."""
