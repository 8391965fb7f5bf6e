"""The mailing list or group that a mail came through (RFC 2369, RFC 2919, and what Mailman, Sympa,
Google and Yahoo write besides)."""

import re

from supportcli.channels.headers.addresses import parse_addresses
from supportcli.channels.headers.header_block import Headers, OverBudget, read_headers
from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import lowered
from supportcli.domain.replies.addressing import Posting

_MAILTO = re.compile(r"<\s*mailto:([^?>\s]+)", re.IGNORECASE)
_LIST_ID = re.compile(r"<?\s*([A-Za-z0-9][\w.+-]{0,250})\s*>?\s*\Z")
_YAHOO = re.compile(r"\blist\s+([^\s;,]+@[^\s;,]+)", re.IGNORECASE)
_FOR_LIST = re.compile(
    r"(?:owner|bounces?)-(.+)|(.+?)-(?:bounces?|owner|admin|errors|request|return)(?:[+-].*)?"
)
_SENDERS = ("sender", "errors-to", "return-path")
_ADDRESSES = ("x-beenthere", "x-mailing-list", "mailing-list")
_ORIGINALS = ("x-original-from", "x-original-sender", "x-google-original-from")


def posting(raw: bytes) -> Posting:
    """The list that a mail came through, if its headers name one, and the original author if the
    list has put itself into From."""
    try:
        block, _, _ = read_headers(raw if b"\n" in raw else raw.replace(b"\r", b"\n"), 0, 0)
    except OverBudget as over:
        block = over.headers or Headers()
    posts = {lowered(found[1]) for found in _MAILTO.finditer(block.plain("list-post"))}
    named = {
        one.address
        for name in _ADDRESSES
        for value in block.all(name)
        for one in parse_addresses(value)
        if one.address
    }
    yahoo = {lowered(found[1]) for found in _YAHOO.finditer(block.plain("mailing-list"))}
    sent = _by_sender(block)
    return Posting(
        lists=frozenset(posts | named | yahoo | sent | _by_id(block)),
        is_posted=bool(posts or named or yahoo),
        is_list="list-id" in block or "list-post" in block or bool(sent),
        originals=_originals(block),
    )


def _by_id(block: Headers) -> set[str]:
    """The addresses that <users.lists.example.org> may stand for, as nearly every list program
    derives it from the list's address: each dot except the last may have been the @, since list
    names may contain dots."""
    found = _LIST_ID.search(block.plain("list-id"))
    labels = lowered(found[1]).split(".") if found else []
    return {f"{'.'.join(labels[:at])}@{'.'.join(labels[at:])}" for at in range(1, len(labels) - 1)}


def _by_sender(block: Headers) -> set[str]:
    """The lists that the senders of list or bulk mail stand for: l@ for l-bounces@, owner-l@ and
    the like, as Mailman, Majordomo, Sympa and ezmlm name them.

    An old list, or one whose headers a relay has removed, has no other sign."""
    if not any(
        block.plain(name).lower() in {"list", "bulk"} for name in ("precedence", "x-precedence")
    ):
        return set()
    senders = {
        one.address
        for name in _SENDERS
        for value in block.all(name)
        for one in parse_addresses(value)
    }
    parted = (sender.rpartition("@") for sender in senders)
    return {
        f"{found[1] or found[2]}@{domain}"
        for local, at, domain in parted
        if at and (found := _FOR_LIST.fullmatch(local))
    }


def _originals(block: Headers) -> tuple[Address, ...]:
    every = (
        one for name in _ORIGINALS for value in block.all(name) for one in parse_addresses(value)
    )
    return tuple(dict.fromkeys(one for one in every if one.address))
