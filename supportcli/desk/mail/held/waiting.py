"""Mail that is in no ticket: what waits for a person, and a complete mail."""

from supportcli.channels import parse
from supportcli.desk import Desk
from supportcli.desk.mail.servers import partial
from supportcli.desk.mail.why import why
from supportcli.desk.team import team_of
from supportcli.domain.authors import author_of
from supportcli.domain.impostors import doubts_about
from supportcli.domain.intake.ledger import DecidedMail, HeldMail, LetterShown, WaitingMail
from supportcli.errors.names import NameAmbiguous, NotFound, Thing
from supportcli.storage.mail import held
from supportcli.storage.mail.held import HeldRow
from supportcli.storage.setup import mailboxes


def waiting(
    desk: Desk,
    mailbox: str | None = None,
    *,
    bounces: bool = False,
    junk: bool = False,
    limit: int | None = None,
) -> WaitingMail:
    """What waits for a person, in one mailbox or in all; at most `limit` held mails, the oldest.
    Delivery reports about mail that is not ours are included with `bounces`, else only counted;
    what is in the provider's junk only with `junk`, and then nothing else.
    NotFound if there is no such mailbox."""
    with desk.db.read() as tx:
        box = None
        if mailbox is not None:
            found = mailboxes.mailbox_by_address(tx, mailbox)
            if found is None:
                raise NotFound(Thing.MAILBOX, mailbox)
            box = found.id
        kept = list(held.waiting(tx, box, bounces=bounces, junk=junk, limit=limit))
        counted = None if bounces or junk else held.bounces(tx, box)
        not_here = () if junk else tuple(held.not_here(tx, box))
        as_junk = 0 if junk else held.junk(tx, box)
    return WaitingMail(tuple(map(shown, kept)), counted, not_here, as_junk)


def shown(kept: HeldRow) -> HeldMail:
    """A held mail for a list: only its headers are read."""
    mail = parse(_headers(kept.head))
    return HeldMail(
        kept.id,
        kept.mailbox,
        kept.received_at,
        kept.state,
        mail.sender,
        mail.subject,
        kept.rule,
        kept.reason,
        kept.size,
    )


def _headers(head: bytes) -> bytes:
    """The header block of a mail, or all of its first bytes if no blank line ends it."""
    ends = [place for blank in (b"\r\n\r\n", b"\n\n") if (place := head.find(blank)) >= 0]
    return head[: min(ends)] + b"\r\n\r\n" if ends else head


def letters(desk: Desk, what: str) -> list[LetterShown]:
    """The complete mails that `what` names (as in `mail why`). NotFound if it names none."""
    return [_letter(desk, one) for one in why(desk, what)]


def _letter(desk: Desk, decided: DecidedMail) -> LetterShown:
    with desk.db.read() as tx:
        content = held.raw(tx, decided.id)
        box = mailboxes.mailbox_by_id(tx, decided.mailbox_id)
        us = team_of(tx)
    mail = partial.read(content, decided.full_size)
    author = author_of(mail, us) or mail.sender
    return LetterShown(
        decided,
        box.address if box else "",
        mail,
        us.verdict(decided.mailbox_id, mail),
        us.servers.get(decided.mailbox_id, ""),
        tuple(doubts_about(author, us)) if author is not None else (),
    )


def raw(desk: Desk, what: str) -> bytes:
    """The bytes of the one mail that `what` names, as they came. NotFound, or NameAmbiguous if it
    names several."""
    found = why(desk, what)
    if len(found) > 1:
        raise NameAmbiguous(what, [str(one.id) for one in found], "number")
    with desk.db.read() as tx:
        return held.raw(tx, found[0].id)
