"""The desk and its content: people, mailboxes, mail, tickets and their history, the outbox, and the
texts that search finds."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field, SQLModel

from supportcli.domain.tickets.ticket import Priority
from supportcli.storage.tables.columns import ForeignText, PriorityRank, UtcDateTime

LACKING = "state IN ('unreadable', 'partial', 'too large')"
"""The rows of the ledger whose bytes are incomplete and should not be. A statement with exactly
these words uses an index."""


SNOOZED = "snoozed_until IS NOT NULL"
"""The tickets that are snoozed, or were and nobody has noted that they woke; as above."""

THERE = "retracted_at IS NULL"
"""The messages that nobody took back; as above."""

NOTES = "direction = 'note'"
"""The internal notes; as above."""


def _partial(name: str, *columns: str, where: str) -> Index:
    """An index of the rows for which this holds. (On PostgreSQL it is partial too, as its migration
    says: naming that engine here would load its dialect with each command, 20 ms.)"""
    return Index(name, *columns, sqlite_where=text(where))


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


class RawMailRow(SQLModel, table=True):
    """The bytes of a mail as the server gave them, uncompressed, stored once however often they are
    found."""

    __tablename__ = "raw_mail"
    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True)
    size: int
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class MailRow(SQLModel, table=True):
    """A mail that a mailbox received, and what was decided about it."""

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "raw_id"),
        Index("ix_mail_state", "state", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    mailbox_id: int = Field(foreign_key="mailbox.id")
    raw_id: int = Field(foreign_key="raw_mail.id")
    received_at: datetime = Field(sa_type=UtcDateTime)
    """INTERNALDATE."""
    state: str
    """kept (not decided yet) → accepted (a message of `ticket_number`) | held (`reason` is the
    cause) | duplicate (a copy of a mail that is here already) | ignored | discarded (an agent put
    it away)."""
    rule: str | None = None
    """The rule that decided, with its `reason`."""
    reason: str | None = Field(default=None, sa_type=ForeignText)
    message_id: str | None = Field(default=None, index=True, sa_type=ForeignText)
    fingerprint: str | None = Field(default=None, index=True, sa_type=ForeignText)
    historic: bool = False
    """It came in silently."""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ticket_number: int | None = Field(default=None, foreign_key="ticket.number", index=True)
    full_size: int | None = Field(default=None, sa_type=BigInteger)
    """Only part of the mail is here, and this is its size in bytes; None if all of it is."""


class MailEventRow(SQLModel, table=True):
    """The append-only history of a mail that is in no ticket: who let held mail in, or discarded
    it. The columns are those of `event`."""

    __tablename__ = "mail_event"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor_kind: str
    actor: str = Field(sa_type=ForeignText)
    gesture: str = Field(index=True)
    kind: str
    mail_id: int = Field(foreign_key="mail.id", index=True)
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    undoes: str | None = Field(default=None, index=True)


class SenderRow(SQLModel, table=True):
    """What the team decided about a sender: `judged` machine or person, `blocked` hold or discard.
    `who` is an address, or a domain with an @ before it."""

    __tablename__ = "sender"
    who: str = Field(primary_key=True, sa_type=ForeignText)
    judged: str | None = None
    blocked: str | None = None
    changed_by: str = Field(sa_type=ForeignText)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class SenderEventRow(SQLModel, table=True):
    """The append-only history of senders. `before` and `after` are the columns of `sender` that
    agents choose; empty where there was no row."""

    __tablename__ = "sender_event"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(sa_type=ForeignText)
    gesture: str = Field(index=True)
    who: str = Field(sa_type=ForeignText)
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    undoes: str | None = Field(default=None, index=True)


class RemoteMailRow(SQLModel, table=True):
    """The ledger: a row for each mail on a server. The index is for the states that every pass asks
    for. (On PostgreSQL it is partial too, as its migration says: naming that engine here would load
    its dialect with each command, 20 ms.)"""

    __tablename__ = "remote_mail"
    __table_args__ = (
        UniqueConstraint("folder_id", "uidvalidity", "uid"),
        _partial("ix_remote_mail_lacking", "state", where=LACKING),
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


class CustomerRow(SQLModel, table=True):
    """Somebody who writes to the desk; `address` is the one they used last."""

    __tablename__ = "customer"
    __table_args__ = {"sqlite_autoincrement": True}  # their history and undo name them by their id
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=ForeignText)
    address: str = Field(sa_type=ForeignText)
    created_at: datetime = Field(sa_type=UtcDateTime)


class CustomerAddressRow(SQLModel, table=True):
    """An address of a customer. `dead_since`: a bounce proved that it can never be reached.
    `spelled`: its last spelling, if that is not lower case."""

    __tablename__ = "customer_address"
    address: str = Field(primary_key=True, sa_type=ForeignText)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    dead_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    dead_words: str | None = Field(default=None, sa_type=ForeignText)
    """What the mail server said then."""
    spelled: str | None = Field(default=None, sa_type=ForeignText)


class TicketRow(SQLModel, table=True):
    """A ticket's state now.

    (The indexes for the orders of urgency and of due times are made of expressions, which models
    cannot have: see revisions 0002 and 0025, and `tickets.sorting`.)"""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_updated", "updated_at", "number", "status"),
        Index("ix_ticket_created", "created_at"),
        _partial("ix_ticket_solved", "solved_at", where="solved_at IS NOT NULL"),
        _partial("ix_ticket_due", "due_at", where="due_at IS NOT NULL"),
        _partial("ix_ticket_snoozed", "snoozed_until", where=SNOOZED),
        # A number is never reused, even if the newest ticket was erased: signed ids name it.
        {"sqlite_autoincrement": True},
    )
    number: int | None = Field(default=None, primary_key=True)
    subject: str = Field(sa_type=ForeignText)
    status: str
    priority: Priority = Field(sa_type=PriorityRank)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    assignee_id: int | None = Field(default=None, foreign_key="agent.id", index=True)
    mailbox_id: int = Field(foreign_key="mailbox.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    solved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    waiting_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """The oldest customer message that nobody has answered."""
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the first of its service-level targets runs out; None: none is running."""
    message_count: int = 0
    version: int = 1
    """Grows with each change."""
    merged_into: int | None = Field(default=None, foreign_key="ticket.number", index=True)
    """The ticket that has its messages, if it was merged."""
    snoozed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Until when it is out of the views of open tickets."""
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    """The team that it is assigned to."""


class TicketTagRow(SQLModel, table=True):
    """A tag on a ticket."""

    __tablename__ = "ticket_tag"
    ticket_number: int = Field(foreign_key="ticket.number", primary_key=True)
    tag: str = Field(primary_key=True, index=True, sa_type=ForeignText)


class TicketFollowerRow(SQLModel, table=True):
    """An agent who follows a ticket."""

    __tablename__ = "ticket_follower"
    ticket_number: int = Field(foreign_key="ticket.number", primary_key=True)
    agent_id: int = Field(foreign_key="agent.id", primary_key=True, index=True)


class RegroupingRow(SQLModel, table=True):
    """What a merge or a split did with messages, so that it can be undone: they went from
    `ticket_number` to `other_number`, and `before` is how both tickets were
    (`storage.tickets.regrouping`)."""

    __tablename__ = "regrouping"
    id: int | None = Field(default=None, primary_key=True)
    gesture: str = Field(index=True)
    ticket_number: int = Field(foreign_key="ticket.number", index=True)
    other_number: int = Field(foreign_key="ticket.number", index=True)
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    undone: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false())
    )


class TicketLinkRow(SQLModel, table=True):
    """Two related tickets, and why they are linked (`kind`: follow-up, claims, split, or
    related where an agent said so)."""

    __tablename__ = "ticket_link"
    ticket_number: int = Field(foreign_key="ticket.number", primary_key=True)
    other_number: int = Field(foreign_key="ticket.number", primary_key=True, index=True)
    kind: str
    reason: str = Field(sa_type=ForeignText)


class ParticipantRow(SQLModel, table=True):
    """An address in From, To, Cc or Reply-To of a ticket's messages: people known there may join
    it. `newcomer`: only a new participant, or a Reply-To, names it. (The outbox knows who our
    replies go to.)"""

    __tablename__ = "participant"
    ticket_number: int = Field(foreign_key="ticket.number", primary_key=True)
    address: str = Field(primary_key=True, sa_type=ForeignText)
    newcomer: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false())
    )


class MessageRow(SQLModel, table=True):
    """A message of a ticket: a customer's mail (`mail_id`), a reply, or an internal note."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("ticket_number", "position"),
        _partial("ix_message_channel", "channel", "ticket_number", "direction", where=THERE),
        _partial("ix_message_note", "ticket_number", where=f"{NOTES} AND {THERE}"),
    )
    id: int | None = Field(default=None, primary_key=True)
    ticket_number: int = Field(foreign_key="ticket.number")
    position: int
    """Counts from 1 in its ticket."""
    direction: str
    channel: str
    mail_id: int | None = Field(default=None, foreign_key="mail.id", index=True)
    agent_id: int | None = Field(default=None, foreign_key="agent.id")
    message_id: str | None = Field(default=None, index=True, sa_type=ForeignText)
    """With its angle brackets."""
    sender_name: str = Field(sa_type=ForeignText)
    sender_address: str = Field(sa_type=ForeignText)
    people: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """to, cc, bcc and reply_to as lists of {name, address}."""
    subject: str = Field(default="", sa_type=ForeignText)
    text: str = Field(sa_type=ForeignText)
    folds: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """As [start, end, kind]."""
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    remark: str | None = Field(default=None, sa_type=ForeignText)
    retracted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Undone, shown nowhere."""
    unverified: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false())
    )
    """It joined the ticket, and nothing proves who wrote it."""
    newcomer: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false())
    )
    """Its author was new in the ticket, and nobody had answered them yet."""


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


class ReferenceRow(SQLModel, table=True):
    """A Message-ID that a message names in In-Reply-To or References, so that a parent finds a
    reply that arrived before it.

    Unverified messages have theirs here too: an answer to one may belong to the ticket, and knowing
    the id proves nothing."""

    __tablename__ = "reference"
    __table_args__ = (Index("ix_reference_ticket", "ticket_number"),)
    reference: str = Field(primary_key=True, sa_type=ForeignText)
    message_id: int = Field(foreign_key="message.id", primary_key=True)
    ticket_number: int = Field(foreign_key="ticket.number")
    mailbox_id: int = Field(foreign_key="mailbox.id")


class OutboxRow(SQLModel, table=True):
    """A reply on its way. `content` is its bytes, made once, with Message-ID and Date; every
    attempt sends the same. `state` is a `Delivery`; `answer` the mail server's last text."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "state", "not_before"),
        Index("ix_outbox_tried", "mailbox_id", "tried_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", unique=True)
    mailbox_id: int = Field(foreign_key="mailbox.id")
    state: str
    not_before: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    first_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    rfc_message_id: str = Field(unique=True, sa_type=ForeignText)
    sender: str = Field(sa_type=ForeignText)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    answer: str | None = Field(default=None, sa_type=ForeignText)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    chosen: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    """What its agent chose besides words and people (`storage.replies.drafts`), to make a draft of
    it again; None: nothing."""
    scheduled_for: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """It leaves then, unless the customer writes first."""
    tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its latest attempt began."""


class OutboxRecipientRow(SQLModel, table=True):
    """The state of one recipient of a reply: waiting | uncertain | sent | failed | bounced."""

    __tablename__ = "outbox_recipient"
    outbox_id: int = Field(foreign_key="outbox.id", primary_key=True)
    address: str = Field(primary_key=True, sa_type=ForeignText)
    state: str
    answer: str | None = Field(default=None, sa_type=ForeignText)


class SentCopyRow(SQLModel, table=True):
    """A copy of a reply that is owed to its mailbox's folder of sent mail."""

    __tablename__ = "sent_copy"
    __table_args__ = (Index("ix_sent_copy_due", "state", "not_before"),)
    outbox_id: int = Field(foreign_key="outbox.id", primary_key=True)
    state: str
    not_before: datetime = Field(sa_type=UtcDateTime)
    attempts: int
    owed_since: datetime = Field(sa_type=UtcDateTime)
    answer: str | None = Field(default=None, sa_type=ForeignText)


class EventRow(SQLModel, table=True):
    """The append-only history: what a verb, a mail or the desk itself changed in a ticket. It is
    also the change log that other processes read."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_ticket", "ticket_number", "id"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor_kind: str
    actor: str = Field(sa_type=ForeignText)
    gesture: str = Field(index=True)
    kind: str
    ticket_number: int = Field(foreign_key="ticket.number")
    message_id: int | None = Field(default=None, foreign_key="message.id")
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    undoes: str | None = Field(default=None, index=True)


class DraftRow(SQLModel, table=True):
    """A text that is not sent yet. It belongs to the ticket."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("ticket_number", "agent_id", "kind"),)
    id: int | None = Field(default=None, primary_key=True)
    ticket_number: int = Field(foreign_key="ticket.number")
    agent_id: int = Field(foreign_key="agent.id")
    """Who wrote it last."""
    kind: str
    text: str = Field(sa_type=ForeignText)
    seen_event: int
    """The last event that its writer had seen."""
    updated_at: datetime = Field(sa_type=UtcDateTime)
    recipients: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    """Who it is for, as the composer showed them; None in a note, and in drafts older than this
    column."""
    chosen: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    """What else was chosen for it; None: nothing."""


class SearchDocumentRow(SQLModel, table=True):
    """A text that search finds: of one message (several for a very long one), or, if `message_id`
    is None, the ticket's subject. Its words are in the engine's index under the same id
    (`storage.tickets.search_index`)."""

    __tablename__ = "search_document"
    id: int | None = Field(default=None, primary_key=True)
    ticket_number: int = Field(foreign_key="ticket.number", index=True)
    message_id: int | None = Field(default=None, foreign_key="message.id", index=True)
