"""What came in from files: each run of an import, the mails that it kept, and the tickets and
messages that it made of rows."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class ImportRunRow(SQLModel, table=True):
    """An import of mails, and how it wants them: a conversation whose last message is a customer's
    from `open_since` or later comes in open, every other one solved; `status` is the one for all,
    where it says one. They stand here because whoever decides the mails (the import that goes on
    after a stop, or a sync) has to know."""

    __tablename__ = "import_run"
    id: int | None = Field(default=None, primary_key=True)
    mailbox_id: int = Field(foreign_key="mailbox.id")
    source: str = Field(sa_type=ForeignText)
    open_since: datetime = Field(sa_type=UtcDateTime)
    status: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)


class ImportedMailRow(SQLModel, table=True):
    """A mail that came from a file, and where it stood there. It has no place on a server unless it
    is found on one later."""

    __tablename__ = "imported_mail"
    mail_id: int = Field(foreign_key="mail.id", primary_key=True)
    run_id: int = Field(foreign_key="import_run.id", index=True)
    place: str = Field(sa_type=ForeignText)


class ImportedItemRow(SQLModel, table=True):
    """A ticket, or a message of one, that came from a row of a table or a line of an export.
    `source_id` is its name in `source`: what is here already is not taken again."""

    __tablename__ = "imported_item"
    source: str = Field(primary_key=True, sa_type=ForeignText)
    source_id: str = Field(primary_key=True, sa_type=ForeignText)
    ticket_number: int = Field(foreign_key="ticket.number", index=True)
