"""Mails that are attached to a mail."""

from collections.abc import Sequence

from supportcli.channels.encodings import transfer
from supportcli.channels.headers.addresses import parse_addresses
from supportcli.channels.headers.header_block import Headers, OverBudget, read_headers
from supportcli.channels.parts.structure import Part
from supportcli.domain.mail import Address


def authors(parts: Sequence[Part], raw: bytes) -> list[Address | None]:
    """The authors of the mails attached to a mail with these parts; None for one that names
    none."""
    return [_author_in(part, raw) for part in parts if part.type == "message/rfc822"]


def _author_in(part: Part, raw: bytes) -> Address | None:
    """The author of an attached mail."""
    encoding = part.headers.plain("content-transfer-encoding")
    content, _ = transfer.decode(raw[part.start : part.end], encoding)
    try:
        block, _, _ = read_headers(content.lstrip(), 0, 0)
    except OverBudget as over:
        block = over.headers or Headers()
    found = (one for value in block.all("from") for one in parse_addresses(value))
    return next((one for one in found if one.address), None)
