"""By which mailing list or group a mail came (RFC 2369, RFC 2919, and what Mailman, Sympa, Google and Yahoo write beside them)."""

import re

from supportcli.channels.addresses import parse_addresses
from supportcli.channels.headers import Headers, OverBudget, read_headers
from supportcli.domain.addressing import Posting
from supportcli.domain.mail import Address

_MAILTO = re.compile(r"<\s*mailto:([^?>\s]+)", re.IGNORECASE)
_LIST_ID = re.compile(r"<?\s*([A-Za-z0-9][\w.+-]*)\.([\w-]+(?:\.[\w-]+)+)\s*>?\s*\Z")
_YAHOO = re.compile(r"\blist\s+([^\s;,]+@[^\s;,]+)", re.IGNORECASE)
_ADDRESSES = ("x-beenthere", "x-mailing-list", "mailing-list")
_ORIGINALS = ("x-original-from", "x-original-sender", "x-google-original-from")


def posting(raw: bytes) -> Posting:
    """The list that a mail came through, where its headers name one, and who had written to it where the list has put itself into From."""
    try:
        block, _, _ = read_headers(raw if b"\n" in raw else raw.replace(b"\r", b"\n"), 0, 0)
    except OverBudget as over:
        block = over.headers or Headers()
    posts = {found[1].lower() for found in _MAILTO.finditer(block.plain("list-post"))}
    named = {one.address for name in _ADDRESSES for value in block.all(name) for one in parse_addresses(value) if one.address}
    yahoo = {found[1].lower() for found in _YAHOO.finditer(block.plain("mailing-list"))}
    return Posting(
        lists=frozenset(posts | named | yahoo | _by_id(block)),
        is_posted=bool(posts or named or yahoo),
        originals=_originals(block),
    )


def _by_id(block: Headers) -> set[str]:
    """The address of <users.lists.example.org>, as nearly every list program makes the one of the other."""
    found = _LIST_ID.search(block.plain("list-id"))
    return {f"{found[1]}@{found[2]}".lower()} if found else set()


def _originals(block: Headers) -> tuple[Address, ...]:
    every = (one for name in _ORIGINALS for value in block.all(name) for one in parse_addresses(value))
    return tuple(dict.fromkeys(one for one in every if one.address))
