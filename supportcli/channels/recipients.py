"""Addresses as they travel: domains in ASCII, names encoded. What a header cannot carry is refused, never repaired."""

from email.header import Header

from supportcli.domain.mail import Address
from supportcli.domain.providers import ascii_domain
from supportcli.errors import AddressRefused

_NOT_IN_ADDRESSES = frozenset(' \t"(),:;<>[\\]') | {chr(code) for code in (*range(32), *range(0x7F, 0xA1))}
_PHRASE_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~ ")


def on_the_wire(address: str) -> str:
    """An address for an envelope or a header, its domain in ASCII (IDNA). Raises AddressRefused for what is no address: those that need quotes,
    a comment or a route are never a customer's, and they are how headers and commands are smuggled in."""
    local, _, domain = address.rpartition("@")
    if not local or not domain or _NOT_IN_ADDRESSES & set(address) or "@" in local:
        raise AddressRefused(address)
    return f"{local}@{ascii_domain(domain)}"


def in_header(person: Address) -> str:
    """A person for To, Cc or From, in ASCII but for the local part of an address that is not."""
    address = on_the_wire(person.address)
    name = " ".join(person.name.split())
    if not name:
        return address
    if not name.isascii():
        return f"{' '.join(Header(name, 'utf-8', maxlinelen=75).encode().split())} <{address}>"
    if not set(name) <= _PHRASE_SAFE:
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{address}>"
