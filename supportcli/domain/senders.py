"""What the team has decided about senders: that one is a machine or a person, or is blocked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from supportcli.domain.mail_domains import ascii_domain, comparable, lowered_domain, without_detail
from supportcli.domain.people import address_of
from supportcli.errors.setup import AddressInvalid, SenderInvalid

_DOMAIN = re.compile(r"\*?@((?:[\w-]{1,63}\.)+[\w-]{2,63})")


class Judgement(StrEnum):
    """What sends the mail of an address, if our own verdict is wrong."""

    MACHINE = "machine"
    PERSON = "person"


class Block(StrEnum):
    """What becomes of blocked mail: it is held for a person, or put away. Both keep it."""

    HOLD = "hold"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class SenderRule:
    """What the team has decided about a sender. `who` is an address or, with an @ before it, a
    domain with all below it, in `comparable` form. `by` decided last, `at` that moment."""

    who: str
    judged: Judgement | None = None
    blocked: Block | None = None
    by: str = ""
    at: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return self.judged is None and self.blocked is None


@dataclass(frozen=True, slots=True)
class Senders:
    """All rules, by whom they are about. The closest one counts: the address, the address without
    its detail, its domain, the domains above that."""

    rules: Mapping[str, SenderRule] = field(default_factory=dict)

    def judged(self, address: str) -> SenderRule | None:
        """The rule that says what an address is."""
        return next((one for one in self._of(address) if one.judged is not None), None)

    def blocked(self, address: str) -> SenderRule | None:
        """The rule that blocks an address."""
        return next((one for one in self._of(address) if one.blocked is not None), None)

    def _of(self, address: str) -> Iterator[SenderRule]:
        if self.rules and "@" in address:
            yield from (self.rules[name] for name in _names_of(address) if name in self.rules)


def _names_of(address: str) -> Iterator[str]:
    """What a rule about an address may be called, closest first."""
    known = comparable(address)
    yield from dict.fromkeys((known, without_detail(known)))
    labels = known.rpartition("@")[2].split(".")
    yield from (f"@{'.'.join(labels[at:])}" for at in range(len(labels) - 1))


def who_of(typed: str) -> str:
    """Whom a rule is about, as typed: an address, or `@spam.test` for a domain and all below it.
    SenderInvalid if it is neither."""
    domain = _DOMAIN.fullmatch(typed.strip())
    if domain is not None:
        return f"@{ascii_domain(lowered_domain(domain[1]))}"
    if typed.strip().startswith(("@", "*")):
        raise SenderInvalid(typed)
    try:
        return comparable(address_of(typed, received=True).address)
    except AddressInvalid:
        raise SenderInvalid(typed) from None
