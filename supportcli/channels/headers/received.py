"""When a mail from a file reached its mailbox: by its Received lines, else by its Date."""

from datetime import UTC, datetime

from supportcli.channels.headers.dates import parse_date
from supportcli.channels.headers.encoded_words import header_text
from supportcli.channels.headers.header_block import Headers, OverBudget, read_headers

_FIRST_MAIL = datetime(1971, 1, 1, tzinfo=UTC)
"""No mail is older; clocks that were never set claim to be."""


def received_at(raw: bytes, now: datetime) -> datetime | None:
    """The newest plausible time in the Received lines of a raw mail (RFC 5321, 4.4: after the last
    semicolon), else that of its Date header, else None. A time after `now` is not plausible."""
    try:
        block, _, _ = read_headers(raw if b"\n" in raw else raw.replace(b"\r", b"\n"), 0, 0)
    except OverBudget as over:
        block = over.headers or Headers()
    traced = [parse_date(header_text(value.rpartition(b";")[2])) for value in block.all("received")]
    dated = [parse_date(header_text(block.first("date") or b""))]
    return max(_plausible(traced, now), default=None) or max(_plausible(dated, now), default=None)


def _plausible(moments: list[datetime | None], now: datetime) -> list[datetime]:
    return [at for at in moments if at is not None and _FIRST_MAIL <= at <= now]
