"""What happens to a held mail that an agent lets in. Pure; `desk.mail.held.accepting` writes
it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from supportcli.domain.authors import Us, author_of, kind_of
from supportcli.domain.intake.decisions import FollowUp, OpenTicket
from supportcli.domain.intake.joining import FORGED
from supportcli.domain.mail import Address, Mail, MailKind
from supportcli.domain.mail_domains import comparable
from supportcli.domain.sender_authentication import AuthenticationVerdict

_IN_TEXT = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.ASCII)
_SEARCHED = 100_000
"""Characters at either end of a text in which addresses are looked for: the author is named near an
end, and nobody reads further."""

_BY_WORD = "the email itself does not name who wrote it"
_BY_PROGRAM = "a program wrote it"
_BY_HAND = "an agent accepted it into the ticket"

OFFERED = 5
"""The most addresses of a text that are offered."""


@dataclass(frozen=True, slots=True)
class Insider:
    """The agent who lets a mail in, with our addresses and our own mail server's verdict on its
    From."""

    name: str
    us: Us
    verdict: AuthenticationVerdict


def named_in(mail: Mail, us: Us) -> tuple[str, ...]:
    """Addresses in a mail's text that are not ours, each once, for a person to choose from."""

    def found() -> Iterator[str]:
        for match in _IN_TEXT.finditer(mail.text, 0, _SEARCHED):
            address = match[0].strip(".-").lower()
            if not us.mine(address):
                yield address

    return tuple(dict.fromkeys(found()))[:OFFERED]


def let_in(
    mail: Mail, person: Address, by: Insider, cause: str, *, ticket: int | None = None
) -> tuple[Mail, OpenTicket | FollowUp]:
    """The mail as one of `person`: the first message of their ticket, or a message in `ticket`,
    which it reopens unless one of us wrote it.

    Answers go to `person` alone, even if the mail names another author or none: the agent
    decides."""
    named = author_of(mail, by.us)
    is_theirs = named is not None and comparable(named.address) == comparable(person.address)
    doubt = _doubt(mail, by, ticket, is_theirs=is_theirs)
    remark = f"was held: {cause}; {by.name} accepted it"
    if is_theirs:
        mail = mail if mail.sender is not None else replace(mail, sender=named)
    else:
        remark += (
            f"; the email itself names {mail.sender} as its sender"
            if mail.sender is not None and mail.sender.address
            else ""
        )
        mail = replace(mail, sender=person, reply_to=())
    is_persons = kind_of(mail, by.us, ()) is MailKind.MAIL
    if ticket is None:
        return mail, OpenTicket(
            f"{by.name} accepted it", person, clock=is_persons, remark=remark, doubt=doubt
        )
    clock = is_persons and not by.us.is_team(person.address)
    return mail, FollowUp(
        f"{by.name} put it into #{ticket}",
        ticket,
        author=person,
        clock=clock,
        remark=remark,
        doubt=doubt,
    )


def _doubt(mail: Mail, by: Insider, ticket: int | None, *, is_theirs: bool) -> str:
    """Why a mail that an agent lets in proves nothing: anybody may know its id, and its Cc makes
    nobody known.

    Only a mail that the person wrote and that opens their own ticket is as good as any: it says
    nothing about other tickets."""
    if by.verdict is AuthenticationVerdict.FAIL:
        return FORGED
    if not is_theirs:
        return _BY_WORD
    if kind_of(mail, by.us, ()) is not MailKind.MAIL:
        return _BY_PROGRAM
    return _BY_HAND if ticket is not None else ""
