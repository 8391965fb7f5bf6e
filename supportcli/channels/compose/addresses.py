"""Addresses as they are sent: domains in ASCII, names encoded. What a header cannot hold is
refused, never repaired."""

import re
from collections.abc import Sequence
from email.header import Header

from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import ascii_domain
from supportcli.errors.replies import AddressRefused

_NOT_IN_ADDRESSES = frozenset(' \t"(),:;<>[\\]') | {
    chr(code) for code in (*range(32), *range(0x7F, 0xA1))
}
_QUOTED_LOCAL = re.compile(r'"[\x20\x21\x23-\x3b\x3d\x3f-\x5b\x5d-\x7e]+"')
"""A quoted local part (RFC 5321, 4.1.2) without escapes and brackets, which can smuggle in
commands."""

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


def in_headers(*groups: Sequence[Address]) -> list[str]:
    """To and Cc.

    An address with non-ASCII characters before its @ needs servers with SMTPUTF8 (RFC 6531). If
    other people get the mail too, it is replaced by an empty group (RFC 6857, 3.1.6), and its own
    server alone decides about it."""
    wires = [on_the_wire(person.written) for group in groups for person in group]
    hides = any(wire.isascii() for wire in wires)
    return [
        ", ".join(
            _hidden(one) if hides and not on_the_wire(one.written).isascii() else in_header(one)
            for one in group
        )
        for group in groups
    ]


def _hidden(person: Address) -> str:
    return f"{_words(f'{person.name} {person.written}'.strip())}:;"


def _words(text: str) -> str:
    return " ".join(Header(" ".join(text.split()), "utf-8", maxlinelen=75).encode().split())


def in_header(person: Address) -> str:
    """A person for To, Cc or From, in ASCII except for a local part that is not."""
    address = on_the_wire(person.written)
    name = " ".join(person.name.split())
    if not name:
        return address
    if not name.isascii():
        return f"{_words(name)} <{address}>"
    if not set(name) <= _PHRASE_SAFE:
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{address}>"
