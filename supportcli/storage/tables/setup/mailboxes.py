"""The team's mailboxes."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, false, text
from sqlmodel import Field, SQLModel

from supportcli.storage.tables.columns import ForeignText, UtcDateTime


class MailboxRow(SQLModel, table=True):
    """A mailbox of the team and its servers. No secret, and no reference to one, is stored here."""

    __tablename__ = "mailbox"
    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True, sa_type=ForeignText)
    name: str = Field(sa_type=ForeignText)
    imap_host: str = Field(sa_type=ForeignText)
    imap_port: int
    imap_security: str
    smtp_host: str = Field(sa_type=ForeignText)
    smtp_port: int
    smtp_security: str
    username: str = Field(sa_type=ForeignText)
    insecure: bool = False
    history: str
    news_since: datetime = Field(sa_type=UtcDateTime)
    """Mail from before that comes in silently."""
    active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure: str | None = Field(default=None, sa_type=ForeignText)
    synced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refused_logins: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """How many logins in a row its servers have refused."""
    paused_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Nothing connects before: a server wants to be left alone, or would lock the account."""
    after_import: str = Field(
        default="nothing", sa_type=ForeignText, sa_column_kwargs={"server_default": "nothing"}
    )
    """What happens on the server to a mail that became a message: nothing, seen, or move:FOLDER;
    only to mail from `acts_since` on."""
    acts_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure_told: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """An unattended sync has reported that it fails."""
    authserv_id: str | None = Field(default=None, sa_type=ForeignText)
    """The name with which our own mail server signs Authentication-Results (RFC 8601, section 2.5);
    None: it writes none that we know of."""
    relays: list[Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    """The addresses that post to it for other people, as strings; None: nobody does."""
    signature: str | None = Field(default=None, sa_type=ForeignText)
    """What stands below everything that it sends, under the agent's own; None: nothing."""
    frame: str | None = Field(default=None, sa_type=ForeignText)
    """The HTML page around what it sends; None: no frame."""
    largest_mail: int | None = Field(default=None, sa_type=BigInteger)
    """The most bytes of a mail that its SMTP server takes (RFC 1870)."""
    a_minute: int | None = None
    an_hour: int | None = None
    """How many replies leave in that time at most."""
    sends_again_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Nothing is sent from it before."""
    sent_copies: str = Field(default="auto", sa_column_kwargs={"server_default": "auto"})
    """Whether copies of replies are filed in its folder of sent mail (`SentCopies`)."""
    automatic: list[Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    """What it answers by itself (`storage.setup.automatic_rules`); None: nothing."""
