"""A held mail that an agent lets in: whose it is, and what becomes of it. Pure; `desk.letting_in` writes it down."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from supportcli.domain.authors import Us, author_of
from supportcli.domain.intake import FollowUp, NewTicket
from supportcli.domain.mail import Address, Mail, MailKind

_IN_TEXT = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.ASCII)
_SEARCHED = 100_000
"""Letters of a text in which addresses are looked for; who wrote stands near one of its ends, and nobody reads further."""

OFFERED = 5
"""Addresses of a text that are offered."""


@dataclass(frozen=True, slots=True)
class Insider:
    """Who lets a mail in, and who we are."""

    name: str
    us: Us


def named_in(mail: Mail, us: Us) -> tuple[str, ...]:
    """Addresses that stand in a mail's text and are not ours, each once, for a person to choose from."""

    def found() -> Iterator[str]:
        for match in _IN_TEXT.finditer(mail.text, 0, _SEARCHED):
            address = match[0].strip(".-").lower()
            if not us.mine(address):
                yield address

    return tuple(dict.fromkeys(found()))[:OFFERED]


def new_ticket(mail: Mail, customer: Address, by: Insider, cause: str) -> tuple[Mail, NewTicket]:
    """The mail as the first message of a ticket of `customer`. Where the mail names somebody else, or nobody, the customer is its author all the
    same: an agent says so, and answers go to them alone."""
    written, remark = _written_by(mail, customer, by, cause)
    return written, NewTicket(f"{by.name} let it in", customer, clock=mail.kind is MailKind.MAIL, remark=remark)


def follow_up(mail: Mail, ticket: int, writer: Address, by: Insider, cause: str) -> tuple[Mail, FollowUp]:
    """The mail as a message of `writer` in a ticket. A person's mail opens it again, unless one of us wrote it."""
    written, remark = _written_by(mail, writer, by, cause)
    clock = mail.kind is MailKind.MAIL and not by.us.is_team(writer.address)
    return written, FollowUp(f"{by.name} put it into #{ticket}", ticket, clock=clock, remark=remark, author=writer)


def _written_by(mail: Mail, person: Address, by: Insider, cause: str) -> tuple[Mail, str]:
    """The mail as one of `person`, and what an agent should know about it."""
    remark = f"was held: {cause}; {by.name} let it in"
    named = author_of(mail, by.us)
    if named is not None and named.address.lower() == person.address.lower():
        return (mail if mail.sender is not None else replace(mail, sender=named)), remark
    said = f"; the mail itself names {mail.sender} as its sender" if mail.sender is not None and mail.sender.address else ""
    return replace(mail, sender=person, reply_to=()), remark + said
