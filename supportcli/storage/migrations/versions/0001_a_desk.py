"""A desk: people, mailboxes, mail, tickets and their history, the outbox, and the index of
words."""

from typing import Any, TypedDict, Unpack

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_INTEGER = sa.Integer()
_BIG = sa.BigInteger()
_WORD = sa.String()
_TEXT = sa.Text()
_BYTES = sa.LargeBinary()
_JSON = sa.JSON()
_FLAG = sa.Boolean()
_TIME = sa.DateTime(timezone=True)


def _key() -> sa.Column[Any]:
    return sa.Column("id", _INTEGER, primary_key=True)


# The order of `lists`, exactly as its ORDER BY; the status after it lets a query filter without a
# look at the ticket.
_URGENCY = (
    (
        "(CASE status WHEN 'new' THEN 0 WHEN 'open' THEN 0 WHEN 'on-hold' THEN 1 WHEN 'pending' "
        "THEN 1 ELSE 2 END)"
    ),
    "priority DESC",
    "(waiting_since IS NULL)",
    "waiting_since",
    "updated_at DESC",
    "number DESC",
)


class _Flags(TypedDict, total=False):
    primary_key: bool
    index: bool
    unique: bool


def _column(
    name: str, kind: sa.types.TypeEngine[Any], *, nullable: bool = False, **flags: Unpack[_Flags]
) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, **flags)


def _to(
    name: str, target: str, *, nullable: bool = False, **flags: Unpack[_Flags]
) -> sa.Column[Any]:
    return sa.Column(name, _INTEGER, sa.ForeignKey(target), nullable=nullable, **flags)


def upgrade() -> None:
    """Make all tables, parents first."""
    _people()
    _tickets()
    _mails()
    _messages()
    _outbox()
    _history()
    _search()


def _people() -> None:
    op.create_table(
        "desk",
        _key(),
        _column("hmac_key", _BYTES),
        _column("created_at", _TIME),
    )
    op.create_table(
        "agent",
        _key(),
        _column("name", _TEXT),
        _column("address", _TEXT, unique=True),
        _column("role", _WORD),
        _column("os_user", _TEXT, nullable=True),
        _column("active", _FLAG),
        _column("created_at", _TIME),
    )
    op.create_table(
        "mailbox",
        _key(),
        _column("address", _TEXT, unique=True),
        _column("name", _TEXT),
        _column("imap_host", _TEXT),
        _column("imap_port", _INTEGER),
        _column("imap_security", _WORD),
        _column("smtp_host", _TEXT),
        _column("smtp_port", _INTEGER),
        _column("smtp_security", _WORD),
        _column("username", _TEXT),
        _column("insecure", _FLAG),
        _column("history", _WORD),
        _column("news_since", _TIME),
        _column("active", _FLAG),
        _column("created_at", _TIME),
        _column("failing_since", _TIME, nullable=True),
        _column("failure", _TEXT, nullable=True),
        _column("synced_at", _TIME, nullable=True),
    )
    op.create_table(
        "customer",
        _key(),
        _column("name", _TEXT),
        _column("address", _TEXT),
        _column("created_at", _TIME),
    )
    op.create_table(
        "customer_address",
        _column("address", _TEXT, primary_key=True),
        _to("customer_id", "customer.id", index=True),
        _column("dead_since", _TIME, nullable=True),
    )


def _tickets() -> None:
    op.create_table(
        "ticket",
        _column("number", _INTEGER, primary_key=True),
        _column("subject", _TEXT),
        _column("status", _WORD),
        _column("priority", _INTEGER),
        _to("customer_id", "customer.id", index=True),
        _to("assignee_id", "agent.id", nullable=True, index=True),
        _to("mailbox_id", "mailbox.id", index=True),
        _column("created_at", _TIME),
        _column("updated_at", _TIME),
        _column("solved_at", _TIME, nullable=True),
        _column("waiting_since", _TIME, nullable=True),
        _column("message_count", _INTEGER),
        _column("version", _INTEGER),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_updated", "ticket", ["updated_at", "number", "status"])
    op.execute(f"CREATE INDEX ix_ticket_urgency ON ticket ({', '.join(_URGENCY)}, status)")
    op.create_table(
        "ticket_tag",
        _to("ticket_number", "ticket.number", primary_key=True),
        _column("tag", _TEXT, primary_key=True, index=True),
    )
    op.create_table(
        "ticket_link",
        _to("ticket_number", "ticket.number", primary_key=True),
        _to("other_number", "ticket.number", primary_key=True, index=True),
        _column("kind", _WORD),
        _column("reason", _TEXT),
    )
    op.create_table(
        "participant",
        _to("ticket_number", "ticket.number", primary_key=True),
        _column("address", _TEXT, primary_key=True),
    )


def _mails() -> None:
    op.create_table(
        "folder",
        _key(),
        _to("mailbox_id", "mailbox.id"),
        _column("name", _TEXT),
        _column("role", _WORD),
        _column("uidvalidity", _BIG),
        _column("last_uid", _BIG),
        _column("synced_at", _TIME, nullable=True),
        sa.UniqueConstraint("mailbox_id", "name"),
    )
    op.create_table(
        "raw_mail",
        _key(),
        _column("sha256", _WORD, unique=True),
        _column("size", _INTEGER),
        _column("content", _BYTES),
    )
    op.create_table(
        "mail",
        _key(),
        _to("mailbox_id", "mailbox.id"),
        _to("raw_id", "raw_mail.id"),
        _column("received_at", _TIME),
        _column("state", _WORD),
        _column("rule", _WORD, nullable=True),
        _column("reason", _TEXT, nullable=True),
        _column("message_id", _TEXT, nullable=True, index=True),
        _column("fingerprint", _TEXT, nullable=True, index=True),
        _column("historic", _FLAG),
        _column("decided_at", _TIME, nullable=True),
        _to("ticket_number", "ticket.number", nullable=True, index=True),
        sa.UniqueConstraint("mailbox_id", "raw_id"),
    )
    op.create_index("ix_mail_state", "mail", ["state", "id"])
    op.create_table(
        "remote_mail",
        _key(),
        _to("folder_id", "folder.id"),
        _column("uidvalidity", _BIG),
        _column("uid", _BIG),
        _column("internal_date", _TIME),
        _column("size", _INTEGER),
        _column("state", _WORD),
        _to("mail_id", "mail.id", nullable=True, index=True),
        sa.UniqueConstraint("folder_id", "uidvalidity", "uid"),
    )


def _messages() -> None:
    op.create_table(
        "message",
        _key(),
        _to("ticket_number", "ticket.number"),
        _column("position", _INTEGER),
        _column("direction", _WORD),
        _column("channel", _WORD),
        _to("mail_id", "mail.id", nullable=True, index=True),
        _to("agent_id", "agent.id", nullable=True),
        _column("message_id", _TEXT, nullable=True, index=True),
        _column("sender_name", _TEXT),
        _column("sender_address", _TEXT),
        _column("people", _JSON),
        _column("subject", _TEXT),
        _column("text", _TEXT),
        _column("folds", _JSON),
        _column("sent_at", _TIME, nullable=True),
        _column("created_at", _TIME),
        _column("remark", _TEXT, nullable=True),
        _column("retracted_at", _TIME, nullable=True),
        sa.UniqueConstraint("ticket_number", "position"),
    )
    op.create_table(
        "attachment",
        _key(),
        _to("message_id", "message.id"),
        _column("position", _INTEGER),
        _column("part", _INTEGER),
        _column("name", _TEXT),
        _column("type", _TEXT),
        _column("size", _INTEGER),
        _column("sha256", _WORD),
        _column("inline", _FLAG),
        _column("content_id", _TEXT, nullable=True),
        sa.UniqueConstraint("message_id", "position"),
    )
    op.create_table(
        "reference",
        _column("reference", _TEXT, primary_key=True),
        _to("message_id", "message.id", primary_key=True),
        _to("ticket_number", "ticket.number"),
        _to("mailbox_id", "mailbox.id"),
    )
    op.create_index("ix_reference_ticket", "reference", ["ticket_number"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        _key(),
        _to("message_id", "message.id", unique=True),
        _to("mailbox_id", "mailbox.id"),
        _column("state", _WORD),
        _column("not_before", _TIME),
        _column("attempts", _INTEGER),
        _column("first_try_at", _TIME, nullable=True),
        _column("rfc_message_id", _TEXT, unique=True),
        _column("sender", _TEXT),
        _column("content", _BYTES),
        _column("answer", _TEXT, nullable=True),
        _column("sent_at", _TIME, nullable=True),
        _column("created_at", _TIME),
        _column("updated_at", _TIME),
    )
    op.create_index("ix_outbox_due", "outbox", ["state", "not_before"])
    op.create_table(
        "outbox_recipient",
        _to("outbox_id", "outbox.id", primary_key=True),
        _column("address", _TEXT, primary_key=True),
        _column("state", _WORD),
        _column("answer", _TEXT, nullable=True),
    )
    op.create_table(
        "draft",
        _key(),
        _to("ticket_number", "ticket.number"),
        _to("agent_id", "agent.id"),
        _column("kind", _WORD),
        _column("text", _TEXT),
        _column("seen_event", _INTEGER),
        _column("updated_at", _TIME),
        sa.UniqueConstraint("ticket_number", "agent_id", "kind"),
    )


def _history() -> None:
    op.create_table(
        "event",
        _key(),
        _column("at", _TIME),
        _column("actor_kind", _WORD),
        _column("actor", _TEXT),
        _column("gesture", _WORD, index=True),
        _column("kind", _WORD),
        _to("ticket_number", "ticket.number"),
        _to("message_id", "message.id", nullable=True),
        _column("before", _JSON),
        _column("after", _JSON),
        _column("undoes", _WORD, nullable=True, index=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_ticket", "event", ["ticket_number", "id"])
    op.create_table(
        "search_document",
        _key(),
        _to("ticket_number", "ticket.number", index=True),
        _to("message_id", "message.id", nullable=True, index=True),
    )


def _search() -> None:
    """Index words that are already split (`domain.text.words`): SQLite's tokenizer only splits them
    at spaces, PostgreSQL takes them as they are."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search_words USING fts5(words, tokenize = 'ascii')")
    else:
        op.execute(
            "CREATE TABLE search_words (id integer CONSTRAINT pk_search_words PRIMARY KEY, "
            "words tsvector NOT NULL)"
        )
        op.execute("CREATE INDEX ix_search_words_words ON search_words USING gin (words)")
