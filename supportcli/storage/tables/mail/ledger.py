"""What is on the servers, and what has to be done there."""

from datetime import datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime, partial_index

LACKING = "state IN ('unreadable', 'partial', 'too large')"
"""The rows of the ledger whose bytes are incomplete and should not be. A statement with exactly
these words uses an index."""


class RemoteMailRow(SQLModel, table=True):
    """The ledger: a row for each mail on a server. The index is for the states that every pass asks
    for."""

    __tablename__ = "remote_mail"
    __table_args__ = (
        UniqueConstraint("folder_id", "uidvalidity", "uid"),
        partial_index("ix_remote_mail_lacking", "state", where=LACKING),
    )
    id: int | None = Field(default=None, primary_key=True)
    folder_id: int = Field(foreign_key="folder.id")
    uidvalidity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)
    internal_date: datetime = Field(sa_type=UtcDateTime)
    size: int
    state: str
    """kept (its bytes are in `mail_id`) | partial (only the first bytes; the rest will be fetched)
    | too large (only the first bytes; the rest stays on the server) | unreadable (the server would
    not give it; tried again) | gone (expunged before all of it was read) | old (older than the
    history that was asked for)."""
    mail_id: int | None = Field(default=None, foreign_key="mail.id", index=True)


class ServerActionRow(SQLModel, table=True):
    """Something to do to a mail on its server, after what it is about has been committed."""

    __tablename__ = "server_action"
    __table_args__ = (UniqueConstraint("mail_id", "kind"),)
    id: int | None = Field(default=None, primary_key=True)
    folder_id: int = Field(foreign_key="folder.id")
    uidvalidity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)
    mail_id: int = Field(foreign_key="mail.id")
    kind: str
    """seen | move."""
    target: str | None = Field(default=None, sa_type=ForeignText)
    """The folder to move it to."""
    state: str = Field(index=True)
    """pending → done | gone (it was not there any more)."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
