"""Letters to help@shop.test, as raw mail."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

GRACE, EVE, HELP = "grace@customer.test", "eve@elsewhere.test", "help@shop.test"
WRITTEN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def letter(
    name: str,
    text: str = "It grinds.",
    *,
    sender: str = GRACE,
    to: str = HELP,
    subject: str = "Grinder",
    references: Sequence[str] = (),
    headers: str = "",
    sent: datetime = WRITTEN,
) -> bytes:
    """A mail with the Message-ID <name@customer.test>; `references` are such names, or whole ids in
    brackets; `headers` further lines."""
    ids = " ".join(one if one.startswith("<") else f"<{one}@customer.test>" for one in references)
    lines = [
        f"From: {sender.partition('@')[0].title()} <{sender}>",
        f"To: {to}",
        f"Subject: {subject}",
        f"Date: {format_datetime(sent)}",
    ]
    lines += [f"Message-ID: <{name}@customer.test>"] if name else []
    lines += [f"In-Reply-To: {ids.split()[-1]}", f"References: {ids}"] if ids else []
    lines += [headers] if headers else []
    return (
        "\r\n".join(lines) + f"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()
