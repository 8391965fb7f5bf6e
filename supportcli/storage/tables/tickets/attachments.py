"""The files of messages."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText


class AttachmentRow(SQLModel, table=True):
    """A file of a message: the part of the raw mail that it is. `position` counts from 1 in its
    message."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("message_id", "position"),)
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    position: int
    part: int
    name: str = Field(sa_type=ForeignText)
    type: str = Field(sa_type=ForeignText)
    size: int
    sha256: str
    inline: bool = False
    content_id: str | None = Field(default=None, sa_type=ForeignText)
