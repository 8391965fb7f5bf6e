"""What belongs to a mailbox: its aliases, and its folders on the server."""

from datetime import datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class MailboxAliasRow(SQLModel, table=True):
    """A further address that leads to a mailbox."""

    __tablename__ = "mailbox_alias"
    address: str = Field(primary_key=True, sa_type=ForeignText)
    mailbox_id: int = Field(foreign_key="mailbox.id", index=True)


class FolderRow(SQLModel, table=True):
    """The cursor of a folder on the server: everything up to `last_uid` of this `uidvalidity` has
    been kept."""

    __tablename__ = "folder"
    __table_args__ = (UniqueConstraint("mailbox_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    mailbox_id: int = Field(foreign_key="mailbox.id")
    name: str = Field(sa_type=ForeignText)
    role: str
    uidvalidity: int = Field(sa_type=BigInteger)
    last_uid: int = Field(sa_type=BigInteger)
    news_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Mail in it from before that comes in silently; None: as the mailbox says."""
    synced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
