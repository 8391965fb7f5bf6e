"""Senders of a mailbox that look as if they posted for other people, so that an admin can name them
as relays. Only a proposal: what a relay says about the author is believed."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from supportcli.domain.authors import Us
from supportcli.domain.mail import Address, Mail
from supportcli.domain.mail_domains import comparable

_LEAST = 3
"""So many people must be behind a sender from outside: one may have a second address."""

_MACHINE = re.compile(
    r"(?:no|do-?_?not|donot)[-_.]?reply|forms?|(?:web|contact|kontakt)-?(?:form|formular|master)?|www"
    r"|www-data|wordpress|webserver|apache|mailer|formular|formulaire|formulario|shop|store|website",
    re.IGNORECASE,
)
"""Local parts of addresses that programs post from."""


@dataclass(frozen=True, slots=True)
class RelayProposal:
    """A sender that may be a relay: how many of the mails looked at it posted, the subject of its
    newest one, and the person behind that (None: its text has to name them)."""

    address: str
    count: int
    subject: str
    person: Address | None


def propose(mails: Sequence[Mail], us: Us) -> list[RelayProposal]:
    """Those senders of `mails` (newest last, read from their headers alone) that look like relays
    and are none yet, the busiest first. Agents, and lists, are none."""
    by_sender: dict[str, list[Mail]] = defaultdict(list)
    for mail in mails:
        if mail.sender is not None and mail.sender.address:
            by_sender[comparable(mail.sender.address)].append(mail)
    found = [
        RelayProposal(sender, len(posted), posted[-1].subject, _behind(posted[-1], us))
        for sender, posted in by_sender.items()
        if sender not in us.relays and sender not in us.agents and _posts_for_others(posted, us)
    ]
    return sorted(found, key=lambda one: (-one.count, one.address))


def _posts_for_others(posted: Sequence[Mail], us: Us) -> bool:
    """Whether a sender's mails are those of other people. One of ours needs no second sign if its
    name is a program's, or if customers write to it: then it cannot be a customer."""
    sender = posted[0].sender
    address = sender.address if sender is not None else ""
    people = {one.address for mail in posted if (one := _behind(mail, us)) is not None}
    if us.colleague(address):
        is_named_so = _MACHINE.fullmatch(address.partition("@")[0]) is not None
        return (us.mine(address) or is_named_so) and len(people) < len(posted)
    return len(people) >= _LEAST and not any(_of_list(mail) for mail in posted)


def _behind(mail: Mail, us: Us) -> Address | None:
    """Whom the headers name besides the sender."""
    sender = mail.sender.address if mail.sender is not None else ""
    named: Iterable[Address] = (*mail.reply_to, *mail.original_from)
    others = (one for one in named if one.address and comparable(one.address) != comparable(sender))
    return next((one for one in others if not us.colleague(one.address)), None)


def _of_list(mail: Mail) -> bool:
    """Whether a list has sent it on for somebody whom it does not hide behind itself. (A group that
    puts itself into From names them in X-Original-From.)"""
    by_list = (mail.automatic or "").startswith(("List-", "Precedence: list"))
    return by_list and not mail.original_from
