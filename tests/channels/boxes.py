"""Mailboxes whose servers are the tests' own."""

from datetime import UTC, datetime

from supportcli.domain.mailbox import Endpoint, Mailbox, Security

HOST = "127.0.0.1"


def mailbox_at(
    *,
    imap: int = 9,
    smtp: int = 9,
    user: str = "help@shop.test",
    security: Security = Security.NONE,
    host: str = HOST,
) -> Mailbox:
    """The mailbox of `user` with its servers at these ports; 9 is "discard", where nothing
    listens."""
    ends = Endpoint(host, imap, security), Endpoint(host, smtp, security)
    return Mailbox(
        1,
        "help@shop.test",
        "Help",
        *ends,
        username=user,
        history="all",
        news_since=datetime(2026, 1, 1, tzinfo=UTC),
    )
