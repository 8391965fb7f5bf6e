"""Who a reply is for, as values and as text: what is shown, kept with a draft, and asked about
before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from supportcli.domain.mail import Address

MOST_UNASKED = 5
"""Recipients that a reply may have without a question: answering everybody on a mail with hundreds
in Cc would make the desk an amplifier."""

_NAMED_TO, _NAMED_CC = 2, 3
_LONGEST_NAME = 40
_LONGEST_WORDS = 120


@dataclass(frozen=True, slots=True)
class Recipients:
    """To, Cc and Bcc of a reply. `only_sender`: it was begun as a private answer to the author.
    `by_hand` are the addresses (lower-case) that an agent typed: nobody asks about those again."""

    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    only_sender: bool = False
    bcc: tuple[Address, ...] = ()
    by_hand: frozenset[str] = frozenset()

    @property
    def everybody(self) -> tuple[Address, ...]:
        """To, Cc and Bcc together."""
        return (*self.to, *self.cc, *self.bcc)

    def with_copies(self, other: "Recipients") -> "Recipients":
        """These, and those of `other` who are not among them: its To and Cc get copies, its Bcc
        hidden ones."""
        there = {one.address for one in self.everybody}
        cc, bcc = (
            tuple(one for one in some if one.address not in there)
            for some in ((*other.to, *other.cc), other.bcc)
        )
        by_hand = self.by_hand | other.by_hand
        return Recipients(self.to, (*self.cc, *cc), self.only_sender, (*self.bcc, *bcc), by_hand)

    def same_people(self, other: "Recipients") -> bool:
        """Whether both name the same people in the same places."""
        mine, theirs = (
            [[one.address for one in part] for part in (two.to, two.cc, two.bcc)]
            for two in (self, other)
        )
        return mine == theirs


class LeftOut(NamedTuple):
    """Somebody the mail names but the reply does not go to, and why."""

    person: Address
    reason: str

    @property
    def told(self) -> str:
        """“help@shop.test, it leads back to this desk”."""
        return f"{self.person.written}, {self.reason}"


class DeadAddress(NamedTuple):
    """An address that a mail server called dead: since when, and in which words."""

    address: str
    since: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Addressing:
    """Who a reply goes to, who was left out, and who to ask about."""

    recipients: Recipients
    left_out: tuple[LeftOut, ...] = ()
    new: tuple[Address, ...] = ()
    """Not yet participants of the ticket."""
    unproven: tuple[Address, ...] = ()
    """Participants, but only an unverified mail says that answers go to them."""
    dead: tuple["DeadAddress", ...] = ()
    """Recipients whose address a mail server called dead, and who have not written since."""
    author_known: bool = True
    """An answer to the author alone would ask nothing."""

    def question(self, number: int) -> str:
        """The question to agree to before it is sent; "" if there is none."""
        count = len(self.recipients.everybody)
        parts = [
            f"{named(self.new, _NAMED_CC)} {'is' if len(self.new) == 1 else 'are'} new to #{number}"
            if self.new
            else ""
        ]
        parts += [
            f"{named(self.unproven, _NAMED_CC)} {'is' if len(self.unproven) == 1 else 'are'} "
            "named only "
            f"in an unverified email in #{number}"
            if self.unproven
            else ""
        ]
        parts += [
            f"emails to {one.address} came back on {one.since:%Y-%m-%d}"
            + (f": {_cut(one.words)}" if one.words else "")
            for one in self.dead
        ]
        parts += [f"the reply to #{number} goes to {count} people" if count > MOST_UNASKED else ""]
        return "; ".join(part for part in parts if part)

    @property
    def told(self) -> str:
        """“to Ada Byron <ada@…> (Cc Bob Lee <bob@…> and 3 more); left out: …”."""
        return told(self.recipients) + "".join(
            f"; left out: {one.told}" for one in self.left_out[:_NAMED_CC]
        )


def _cut(words: str) -> str:
    """A mail server's words, on one line of a question."""
    short = " ".join(words.split())
    return short if len(short) <= _LONGEST_WORDS else f"{short[: _LONGEST_WORDS - 1]}…"


def told(recipients: Recipients) -> str:
    """“to Ada Byron <ada@…> (Cc Bob Lee <bob@…> and 3 more; Bcc eve@…)”."""
    copies = [
        f"{how} {named(people, _NAMED_CC)}"
        for how, people in (("Cc", recipients.cc), ("Bcc", recipients.bcc))
        if people
    ]
    more = f" ({'; '.join(copies)})" if copies else ""
    return f"to {named(recipients.to, _NAMED_TO)}{more}"


def named(people: Sequence[Address], most: int) -> str:
    """The first of these people with their addresses, and how many more there are. A single one
    more is named too."""
    shown = people if len(people) <= most + 1 else people[:most]
    more = f" and {len(people) - len(shown)} more" if len(people) > len(shown) else ""
    return ", ".join(_named(person) for person in shown) + more


def _named(person: Address) -> str:
    """A person as “name <address>”. The address is always shown, because a name is only a claim; a
    long name is cut, so that it cannot push the address out."""
    name = " ".join(person.name.split())
    short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    return f"{short} <{person.written}>" if short else person.written
