"""Senders whose name or domain looks like somebody else's. Nothing is decided by it: a person who
reads is told."""

import re
import unicodedata
from collections.abc import Iterator

from supportcli.domain.authors import Us, behind_list
from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import comparable, domain_of

_IN_NAME = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}")
_ALIKE = frozenset(["LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"])
"""Scripts with letters that look the same."""

_LOOKS_LATIN = frozenset("аеорсухіјѕһԁԛԝӏкмтвнԍүґοανρτυικγ")
"""Cyrillic and Greek letters that look like Latin ones: a word of only these is one in disguise."""


def folded(name: str) -> str:
    """A name as it is compared: without case, marks, quotes, and the width of letters."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return " ".join(re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c))))


def doubts_about(sender: Address, us: Us) -> Iterator[str]:
    """What is odd about a sender's name and domain, as phrases for one line."""
    if us.colleague(sender.address):
        return
    if behind_list(sender) is None:
        for found in _IN_NAME.findall(sender.name):
            if not _is_same_firm(found, sender.address):
                yield f"the sender's name says {found}, but the email comes from {sender.address}"
    if folded(sender.name) in us.names:
        yield f"the sender has an agent's name, but another address ({sender.address})"
    domain = domain_of(sender.address)
    shown = ".".join(_decoded(label) for label in domain.split("."))
    if any(_is_disguised(label) for label in shown.split(".")):
        written = comparable(domain)
        yield f"the sender's domain {shown} has letters that look like others ({written})"
    elif shown != domain:
        yield f"the sender's domain {domain} is read {shown}"


def _is_same_firm(one: str, other: str) -> bool:
    """Whether two addresses belong to one domain, or one to a domain above the other."""
    upper, lower = sorted((domain_of(comparable(one)), domain_of(comparable(other))), key=len)
    return lower == upper or lower.endswith(f".{upper}")


def _decoded(label: str) -> str:
    """A label of a domain as people read it."""
    if not label.startswith("xn--"):
        return label
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label
    return label if decoded.isascii() else decoded


def _is_disguised(label: str) -> bool:
    """Whether a label mixes scripts that look alike, or consists of such letters only."""
    letters = [char for char in label.lower() if char.isalpha()]
    scripts = {unicodedata.name(char, "").partition(" ")[0] for char in letters} & _ALIKE
    is_foreign = bool(letters) and not label.isascii()
    return is_foreign and (len(scripts) > 1 or set(letters) <= _LOOKS_LATIN)
