"""Mails that are here already in this or another form: a copy says nothing new, a double does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from supportcli.channels import parse
from supportcli.channels.headers import lists
from supportcli.desk.mail.batch import Received, named_ids
from supportcli.desk.team import Team
from supportcli.domain.intake.decisions import Copy
from supportcli.domain.intake.duplicates import MailCopy, Twin, adds_nothing, same_mail, twin
from supportcli.domain.mail import Mail
from supportcli.domain.sender_authentication import AuthenticationVerdict
from supportcli.storage.mail import known_mail
from supportcli.storage.mail.surroundings import Alike, Surroundings

MAX_DOUBLES = 5
"""How many mails with one Message-ID are compared word by word; a list does not send more."""


@dataclass(frozen=True, slots=True)
class Doubles:
    """The mail of which another one is a `copy`; else the tickets of the `other` forms of the same
    mail, what it makes of those (`twins`), and the tickets of all mails with its Message-ID."""

    copy: Copy | None = None
    other: tuple[int, ...] = ()
    twins: tuple[Twin, ...] = ()
    same_id: tuple[int, ...] = ()


def of(
    tx: Session,
    around: Surroundings,
    us: Team,
    received: Received,
    verdict: AuthenticationVerdict,
) -> Doubles:
    """The other forms of this mail, about which our own mail server says `verdict`. They are read
    again, if there are any."""
    mail = received.mail
    alike = [
        one
        for one in around.alike(mail.message_id, mail.fingerprint)
        if one.mail_id != received.kept.id
    ]
    if not alike:
        return Doubles()
    new = MailCopy(
        mail, named_ids(mail), verdict, lists.posting(received.kept.raw).lists, received.mailbox_id
    )
    same = list(_same(tx, us, received, alike))
    copied = next((one for one, old in same if adds_nothing(new, old, us)), None)
    if copied is not None:
        return Doubles(Copy(copied.mail_id, copied.ticket))
    twins = (
        twin(new, old, us, mail_id=one.mail_id, ticket=one.ticket)
        for one, old in same
        if one.ticket is not None
    )
    return Doubles(
        None,
        _tickets([one for one, _ in same]),
        tuple(one for one in twins if one is not None),
        _tickets(alike),
    )


def are_same(mail: Mail, other: Mail, us: Team, *, alike: bool | None = None) -> bool:
    """Whether two mails are forms of the same one; `alike`: their fingerprints are equal, if the
    caller knows."""
    is_sure = mail.message_id is not None or mail.sent is not None
    alike = mail.fingerprint == other.fingerprint if alike is None else alike
    return (is_sure and alike) or same_mail(mail, other, us)


def _same(
    tx: Session, us: Team, received: Received, alike: Sequence[Alike]
) -> Iterator[tuple[Alike, MailCopy]]:
    """Those of these mails that are forms of the same mail, with what is known about each."""
    mail = received.mail
    kept = known_mail.letters(tx, [one.mail_id for one in alike[:MAX_DOUBLES]])
    for one in (one for one in alike if one.mail_id in kept):
        old = parse(kept[one.mail_id].content)
        if are_same(mail, old, us, alike=one.fingerprint == mail.fingerprint):
            box = kept[one.mail_id].mailbox_id
            yield (
                one,
                MailCopy(
                    old,
                    named_ids(old),
                    us.verdict(box, old),
                    frozenset(),
                    box,
                    is_doubted=kept[one.mail_id].unverified,
                ),
            )


def _tickets(found: Sequence[Alike]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one.ticket for one in found if one.ticket is not None))
