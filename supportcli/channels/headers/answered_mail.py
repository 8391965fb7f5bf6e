"""What the headers of a mail say about the mail that it answers: who wrote that, and its subject.

A quote is from a mail that the sender answers. The author of that mail is a recipient of the
answer, and the subject of the answer is that mail's subject. A list that somebody types, or a mail
that somebody pastes from elsewhere, fits neither."""

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
    """What the headers of a mail say about the mail that it answers. Addresses and names are in
    lower case."""

    own: frozenset[str] = frozenset()
    """The addresses of the author."""
    addresses: frozenset[str] = frozenset()
    """The recipients' addresses, as `names` are their names."""
    names: frozenset[frozenset[str]] = frozenset()
    subject: str | None = None
    """The subject that it answers, without "Re:"; None if it answers nothing."""
    own_names: frozenset[str] = frozenset()
    firms: frozenset[str] = frozenset()
    """The domains of recipients and of the ids of what it answers, without the sender's own."""
    above_firms: frozenset[str] = frozenset()
    """These domains and all their parent domains."""
    forwards: bool = False
    """The subject begins with "Fwd:"."""
    bare_reply: bool = False
    """The subject begins with "Re:", but there is neither date nor id: a web form or a test may
    have sent it. It forwards nothing."""
    known: bool = False
    """Whether the headers can be asked. If so, what they do not confirm is not proven, however
    little they say. A text without headers cannot be asked; nor can a `bare_reply`."""

    @classmethod
    def of(cls, mail: Mail) -> Self:
        """What the headers of `mail` say.

        If no mail program wrote the headers of a reply, nothing is known: a program gives each mail
        a date or an id. The person answered is in To; people in Cc only see it."""
        own = _addresses([one for one in (mail.sender, *mail.reply_to) if one is not None])
        own_names = _names(mail.sender)
        people = own or mail.to or mail.cc
        replies, forwards = is_reply(mail.subject), is_forward(mail.subject)
        if mail.sent is None and mail.message_id is None and (replies or not people):
            return cls(own, own_names=own_names, bare_reply=replies)
        to = [one for one in mail.to or mail.cc if one.address not in own]
        names = frozenset([_words(one.name) for one in to if one.name]) - {frozenset()}
        answers = bool(mail.in_reply_to or mail.references) or replies or forwards
        addresses = _addresses(to) | (frozenset(mail.delivered_to) - own)
        subject = _plain(mail.subject) if answers else None
        ids = {lowered(one.strip("<>")) for one in (*mail.in_reply_to, *mail.references)}
        firms = _domains(addresses | ids) - _domains(own)
        above = frozenset([name for firm in firms for name in _and_above(firm)])
        return cls(own, addresses, names, subject, own_names, firms, above, forwards, known=True)

    def is_own(self, text: str) -> bool:
        """Whether a text contains an address of the sender's."""
        said = lowered(text)
        return any(address in said for address in self.own)

    def names_recipient(self, who: str) -> bool:
        """Whether a recipient of the mail has this name."""
        said = _words(_VIA.sub("", _ADDRESS.sub("", who)))
        return bool(said) and said in self.names

    def is_of(self, who: str) -> bool:
        """Whether the sender of an earlier mail, given as name, address or both, is a recipient of
        this mail. If both are given the address counts."""
        found = {lowered(one) for one in _ADDRESS.findall(who)}
        if found:
            return not found.isdisjoint(self.addresses)
        return self.names_recipient(who)

    def is_near(self, who: str) -> bool:
        """Whether somebody is a recipient, or has an address at the domain of a recipient or of the
        id that is answered: people answer a colleague at a shared address. This proves less, and
        nothing in the sender's own domain."""
        if self.is_of(who):
            return True
        said = _domains(lowered(one) for one in _ADDRESS.findall(who))
        return any(
            one in self.above_firms or not self.firms.isdisjoint(_and_above(one)) for one in said
        )

    def is_stranger(self, who: str) -> bool:
        """Whether a text contains addresses, but none of the sender or near a recipient."""
        named = _ADDRESS.search(who) is not None
        return self.known and named and not self.is_own(who) and not self.is_near(who)

    def is_about(self, subject: str) -> bool:
        """Whether an earlier mail with this subject is the one that is answered. A long subject may
        be broken into lines in a text."""
        said = _plain(subject)
        if not self.subject or not said:
            return False
        return said == self.subject or (
            len(said) >= _SHORTEST_BEGIN and self.subject.startswith(said)
        )


NOBODY = Answered()
"""The value for a text without headers."""


def _addresses(people: Sequence[Address]) -> frozenset[str]:
    return frozenset([person.address for person in people if person.address])


def _domains(addresses: Iterable[str]) -> frozenset[str]:
    """The domains of addresses, without those that are too long (RFC 1035, 2.3.4)."""
    found = {address.rpartition("@")[2] for address in addresses}
    return frozenset([one for one in found if 0 < len(one) <= _LONGEST_DOMAIN])


def _and_above(domain: str) -> list[str]:
    """A domain and all its parent domains."""
    labels = domain.split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]


def _names(sender: Address | None) -> frozenset[str]:
    """The names of the author; if there are none, the part of the address before the "@"."""
    return _words(sender.name or sender.address.partition("@")[0]) if sender else frozenset()


def _words(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(name.casefold()))


def _plain(subject: str) -> str:
    """A subject without reply and forward marks, with uniform spaces and case."""
    return " ".join(behind_marks(subject).split()).casefold()
