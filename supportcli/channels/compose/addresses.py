"""Addresses as they are sent: domains in ASCII, names encoded. What a header cannot hold is
refused, never repaired."""

import re
from email.header import Header

from supportcli.channels.headers.addresses import parse_addresses
from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import ascii_domain
from supportcli.errors.replies import AddressRefused

_NOT_IN_ADDRESSES = frozenset(' \t"(),:;<>[\\]') | {
    chr(code) for code in (*range(32), *range(0x7F, 0xA1))
}
_QUOTED_LOCAL = re.compile(r'"[\x20\x21\x23-\x3b\x3d\x3f-\x5b\x5d-\x7e]+"')
"""A quoted local part (RFC 5321, 4.1.2) without escapes and brackets, which can smuggle in
commands."""

_TO_AND_CC = re.compile(rb"^(To|Cc):((?:[^\r\n]|\r\n[ \t])*)", re.MULTILINE)
_LINE = 78
_LONGEST_LABEL, _LONGEST_DOMAIN = 63, 255  # RFC 1035, 2.3.4
_PHRASE_SAFE = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~ "
)


def on_the_wire(address: str) -> str:
    """An address for an envelope or a header, its domain in ASCII (IDNA).

    Raises AddressRefused if it is no address, or has a comment, a route or a number for a domain:
    customers never have those, and they can smuggle in headers and commands."""
    local, _, domain = address.rpartition("@")
    unfit = set(domain if _QUOTED_LOCAL.fullmatch(local) else address) & _NOT_IN_ADDRESSES
    if not local or unfit or ("@" in local and local[0] != '"'):
        raise AddressRefused(address)
    wire = ascii_domain(domain)
    if len(wire) > _LONGEST_DOMAIN or not all(
        0 < len(label) <= _LONGEST_LABEL for label in wire.split(".")
    ):
        raise AddressRefused(address)
    return f"{local}@{wire}"


def can_be_sent(address: str) -> bool:
    """Whether mail can be sent to this address at all."""
    try:
        on_the_wire(address)
    except AddressRefused:
        return False
    return True


def with_groups(content: bytes) -> bytes:
    """A mail that does without SMTPUTF8 (RFC 6531): in To and Cc, an address with non-ASCII
    characters before its @ is replaced by an empty group of its name (RFC 6857, 3.1.6), so that the
    other people get the mail.

    It stays as it is if there are no others: then its own server alone decides about it."""
    header, end, body = content.partition(b"\r\n\r\n")
    if header.isascii():
        return content
    people = [one for field in _TO_AND_CC.finditer(header) for one in parse_addresses(field[2])]
    if not any(_wire(one).isascii() for one in people):
        return content
    return _TO_AND_CC.sub(_grouped, header) + end + body


def _grouped(field: re.Match[bytes]) -> bytes:
    people = parse_addresses(field[2])
    value = ", ".join(in_header(one) if _wire(one).isascii() else _hidden(one) for one in people)
    return "\r\n".join(folded(field[1].decode(), value)).encode()


def _wire(person: Address) -> str:
    return on_the_wire(person.written)


def folded(name: str, value: str) -> list[str]:
    """The lines of a header that folds only at its spaces, of at most 78 characters if these allow
    it (RFC 5322, 2.1.1)."""
    lines = [f"{name}:"]
    for word in value.split(" "):
        if len(lines[-1]) + 1 + len(word) > _LINE and lines[-1].strip():
            lines.append("")
        lines[-1] += f" {word}"
    return lines


def _hidden(person: Address) -> str:
    return f"{_words(f'{person.name} {person.written}'.strip())}:;"


def _words(text: str) -> str:
    return " ".join(Header(" ".join(text.split()), "utf-8", maxlinelen=75).encode().split())


def in_header(person: Address) -> str:
    """A person for To, Cc or From, in ASCII except for a local part that is not (RFC 6532)."""
    address = on_the_wire(person.written)
    name = " ".join(person.name.split())
    if not name:
        return address
    if not name.isascii():
        return f"{_words(name)} <{address}>"
    if not set(name) <= _PHRASE_SAFE:
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{address}>"
