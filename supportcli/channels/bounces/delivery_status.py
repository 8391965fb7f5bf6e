"""The machine-readable part of a delivery report (RFC 3464): one block of fields for each
recipient."""

import re

from supportcli.channels.bounces.failures import Failure, address_in
from supportcli.channels.headers.addresses import parse_addresses
from supportcli.channels.headers.header_block import Headers, OverBudget, read_headers

_MOST_BLOCKS = 2_000
STATUS_LIMIT = 1024 * 1024
"""The most bytes of a report that are read, up to the last recipient that is complete."""

_DONE = frozenset({"delivered", "relayed", "expanded", "deliverable"})
"""The actions that are a success by RFC 3464 (section 2.3.3), and Postfix's answer to a mail that
only probes an address."""

_UNDONE = frozenset({"failed", "delayed", "undeliverable"})
_RECIPIENT = ("final-recipient", "original-recipient", "x-actual-recipient")
_XTEXT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_COMMENT = re.compile(r"\s*\(.*\)\s*$")


def read_delivery_status(data: bytes) -> tuple[Failure, ...]:
    """What a message/delivery-status part says about each recipient."""
    found: list[Failure] = []
    if len(data) > STATUS_LIMIT:
        ends = (data.rfind(blank, 0, STATUS_LIMIT) for blank in (b"\n\n", b"\n\r\n"))
        data = data[: max(ends) + 1]
    for headers in _blocks(data.lstrip()):
        if not any(name in headers for name in _RECIPIENT):
            continue
        action = headers.plain("action").lower()
        status = _COMMENT.sub("", headers.plain("status"))
        if not (action or status):
            continue
        done = action in _DONE or (action not in _UNDONE and status.startswith("2."))
        comment = headers.plain("status")[len(status) :]
        diagnostic = headers.plain("diagnostic-code")
        reason = (
            f"{diagnostic} {comment}".strip()
            if "rejected address" in comment or not diagnostic
            else diagnostic
        )
        delayed = action == "delayed" or (not action and status.startswith("4."))
        found.append(Failure(_address(headers), status, reason, delayed=delayed, done=done))
    return tuple(found)


def _blocks(data: bytes) -> list[Headers]:
    """The blocks of fields, separated by blank lines. A line that is no field is skipped: only its
    server knows what broke there."""
    blocks: list[Headers] = []
    at = 0
    while at < len(data) and len(blocks) < _MOST_BLOCKS:
        try:
            headers, after, _ = read_headers(data, at, 0)
        except OverBudget:
            break
        if any(True for _ in headers):
            blocks.append(headers)
        at = after if after > at else (data.find(b"\n", at) + 1 or len(data))
    return blocks


def _address(headers: Headers) -> str:
    """The recipient as the sender wrote it, if the report has it, else as the last server did;
    without the type in "rfc822; a@b"."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        value = headers.first(name)
        if value is None:
            continue
        kind, _, written = value.rpartition(b";")
        if kind.strip().lower() == b"utf-8":
            written = _decoded(written)
        for one in parse_addresses(written, "utf-8"):
            if one.address:
                return one.address
    return address_in(headers.plain("final-recipient"))


def _decoded(address: bytes) -> bytes:
    """An address of the type utf-8 without the escapes that keep it ASCII (RFC 6533, section
    3)."""
    text = address.decode("utf-8", "replace")
    return _XTEXT.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), text).encode(
        "utf-8", "replace"
    )
