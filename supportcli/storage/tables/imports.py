"""Imports from files: each run, the mails that it kept, and the tickets and messages made from
rows."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class ImportRunRow(SQLModel, table=True):
    """An import of mails and its settings: a conversation whose last message is a customer's from
    `open_since` or later comes in open, every other one solved; `status`, if set, is for all.

    They are stored because another process may decide the mails (the import, resumed after a stop,
    or a sync)."""

    __tablename__ = "import_run"
    id: int | None = Field(default=None, primary_key=True)
    mailbox_id: int = Field(foreign_key="mailbox.id")
    source: str = Field(sa_type=ForeignText)
    open_since: datetime = Field(sa_type=UtcDateTime)
    status: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)


class ImportedMailRow(SQLModel, table=True):
    """A mail that came from a file, and its place there. It has no place on a server unless it is
    found on one later."""

    __tablename__ = "imported_mail"
    mail_id: int = Field(foreign_key="mail.id", primary_key=True)
    run_id: int = Field(foreign_key="import_run.id", index=True)
    place: str = Field(sa_type=ForeignText)


class ImportedItemRow(SQLModel, table=True):
    """A ticket, or a message of one, that came from a row of a table or a line of an export.
    `source_id` is its id in `source`: an entry that is here already is not imported again."""

    __tablename__ = "imported_item"
    source: str = Field(primary_key=True, sa_type=ForeignText)
    source_id: str = Field(primary_key=True, sa_type=ForeignText)
    ticket_number: int = Field(foreign_key="ticket.number", index=True)
