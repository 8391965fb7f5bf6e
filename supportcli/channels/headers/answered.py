"""What the headers of a mail know of the mail that it answers: who wrote that, and what it is
about.

A quote is of a mail that the sender answers. Whoever wrote that mail is a recipient of the
answer, and the subject of the answer is the subject of that mail. A list that somebody types, or
a mail that somebody pastes from elsewhere, agrees with neither.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from supportcli.domain.mail import Address, Mail
from supportcli.domain.mail_domains import lowered
from supportcli.domain.text.subjects import behind_marks, is_forward, is_reply

_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,80}@[^\s<>()\[\]\"',;:]{2,80}")
_WORD = re.compile(r"\w+")
_VIA = re.compile(r"\s+(?:via|über|par|vía|tramite)\s.*", re.IGNORECASE)
_SHORTEST_BEGIN = 20
_LONGEST_DOMAIN = 255


@dataclass(frozen=True, slots=True)
class Answered:
    """`own` are the addresses of who wrote the mail, `addresses` and `names` those to whom it goes,
    in lower case; `subject` is what it answers, without "Re:", None where it answers nothing.
    `firms` are the domains of recipients and of the ids of what it answers, without the sender's
    own; `above_firms` are these and all domains that they belong to. `forwards` says that the
    subject begins with "Fwd:". `known` says that the headers can be asked at all: what they do not
    vouch for is no proof then, however poor they are. They cannot of a text without headers; nor
    of a mail whose subject begins with "Re:" though it has neither date nor id (`bare_reply`): a
    web form or a test may have sent it. It forwards nothing."""

    own: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    names: frozenset[frozenset[str]] = frozenset()
    subject: str | None = None
    own_names: frozenset[str] = frozenset()
    firms: frozenset[str] = frozenset()
    above_firms: frozenset[str] = frozenset()
    forwards: bool = False
    bare_reply: bool = False
    known: bool = False

    @classmethod
    def of(cls, mail: Mail) -> Self:
        """What the headers of `mail` know. Of a reply they know nothing where no mail program wrote
        them: it gives each mail a date or an id. Who is answered stands in To; others see it in
        Cc."""
        own = _addresses([one for one in (mail.sender, *mail.reply_to) if one is not None])
        own_names = _names(mail.sender)
        people = own or mail.to or mail.cc
        if mail.sent is None and mail.message_id is None and (is_reply(mail.subject) or not people):
            return cls(own, own_names=own_names, bare_reply=is_reply(mail.subject))
        to = [one for one in mail.to or mail.cc if one.address not in own]
        names = frozenset(_words(one.name) for one in to) - {frozenset()}
        prefixed = is_reply(mail.subject) or is_forward(mail.subject)
        answers = bool(mail.in_reply_to or mail.references) or prefixed
        addresses = _addresses(to) | (frozenset(mail.delivered_to) - own)
        subject = _plain(mail.subject) if answers else None
        ids = frozenset(lowered(one.strip("<>")) for one in (*mail.in_reply_to, *mail.references))
        firms = _domains(addresses | ids) - _domains(own)
        above = frozenset(name for firm in firms for name in _and_above(firm))
        forwards = is_forward(mail.subject)
        return cls(own, addresses, names, subject, own_names, firms, above, forwards, known=True)

    def is_own(self, text: str) -> bool:
        """Whether an address of the sender's stands in a text."""
        said = lowered(text)
        return any(address in said for address in self.own)

    def names_recipient(self, who: str) -> bool:
        """Whether a name is that of somebody to whom the mail goes."""
        said = _words(_VIA.sub("", _ADDRESS.sub("", who)))
        return bool(said) and said in self.names

    def is_of(self, who: str) -> bool:
        """Whether the sender of an earlier mail, named by a name, an address or both, is one to
        whom this mail goes. Of a name and an address the address counts."""
        found = {lowered(one) for one in _ADDRESS.findall(who)}
        if found:
            return not found.isdisjoint(self.addresses)
        return self.names_recipient(who)

    def is_near(self, who: str) -> bool:
        """Whether somebody is a recipient, or has an address of the firm of one, or of the firm
        that made the id of what is answered: people answer a colleague at the address of all. It
        proves less; in the sender's own firm nothing."""
        if self.is_of(who):
            return True
        said = _domains(lowered(one) for one in _ADDRESS.findall(who))
        return any(
            one in self.above_firms or not self.firms.isdisjoint(_and_above(one)) for one in said
        )

    def is_stranger(self, who: str) -> bool:
        """Whether a text names addresses, and none of the sender or near a recipient."""
        named = _ADDRESS.search(who) is not None
        return self.known and named and not self.is_own(who) and not self.is_near(who)

    def is_about(self, subject: str) -> bool:
        """Whether an earlier mail with this subject is the one that is answered. The line of a
        long subject may break in a text."""
        said = _plain(subject)
        if not self.subject or not said:
            return False
        return said == self.subject or (
            len(said) >= _SHORTEST_BEGIN and self.subject.startswith(said)
        )


NOBODY = Answered()
"""Of a text without headers."""


def _addresses(people: Sequence[Address]) -> frozenset[str]:
    return frozenset(one.address for one in people if one.address)


def _domains(addresses: Iterable[str]) -> frozenset[str]:
    """The domains of addresses; longer than a name can be (RFC 1035, 2.3.4) is none."""
    found = (one.rpartition("@")[2] for one in addresses)
    return frozenset(one for one in found if 0 < len(one) <= _LONGEST_DOMAIN)


def _and_above(domain: str) -> list[str]:
    """A domain, and all that it belongs to."""
    labels = domain.split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]


def _names(sender: Address | None) -> frozenset[str]:
    """The names of who wrote; without any, what stands before the "@" of the address."""
    return _words(sender.name or sender.address.partition("@")[0]) if sender else frozenset()


def _words(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(name.casefold()))


def _plain(subject: str) -> str:
    """A subject without the marks of replies and forwards, spaced and cased alike."""
    return " ".join(behind_marks(subject).split()).casefold()
