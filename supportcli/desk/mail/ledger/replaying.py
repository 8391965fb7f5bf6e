"""Decide mails again, and say what would be different now. Each is decided against the desk as it
is, without the mail itself, in a transaction that is rolled back: nothing is written."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.mail.batch import Received, surroundings
from supportcli.desk.mail.held.accepting import MailOutcome, foreseen
from supportcli.desk.mail.intake import known_around
from supportcli.desk.mail.servers import partial
from supportcli.desk.team import team_of
from supportcli.domain.intake.ledger import JUNK
from supportcli.domain.intake.rules import decide
from supportcli.errors import SupportError
from supportcli.errors.names import NotFound, Thing
from supportcli.storage.mail import accounts, held, mails
from supportcli.storage.setup import mailboxes
from supportcli.storage.tables import mail_states
from supportcli.storage.tickets import messages, regrouping, tickets


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was decided about a mail, and what would be decided now. `position`: which message of
    its ticket it is. `now` is None if the mail cannot be read; then `trouble` says why. `reached`
    are the tickets that agents have moved it to since, and where those were merged into."""

    was: MailOutcome
    now: MailOutcome | None
    position: int | None = None
    trouble: str = ""
    reached: frozenset[int] = frozenset()

    @property
    def differs(self) -> bool:
        """Whether the mail would go elsewhere. (A mail that opened its ticket, and now would join
        it by an answer that is there, would be where it is. A copy is in no ticket, whichever its
        original has got since; nor is junk that has come elsewhere too since. If an agent has put
        another copy into its ticket, it would be there, too.)"""
        if self.now is None:
            return True
        if self.now.state == mail_states.DUPLICATE and (
            self.was.state == mail_states.DUPLICATE or self.was.rule == JUNK
        ):
            return False
        if self.now.opens is not None:
            return self.was.opens is None
        there = {self.was.ticket, *self.reached}
        is_copied = (self.was.state, self.now.state) == (
            mail_states.ACCEPTED,
            mail_states.DUPLICATE,
        )
        same = self.was.state == self.now.state or is_copied
        return not same or self.now.ticket not in there


def decided(desk: Desk, *, mailbox: str | None = None, since: datetime | None = None) -> list[int]:
    """The mails that rules have decided, oldest first, of one mailbox or of all, that came at
    `since` or later. NotFound if there is no such mailbox."""
    with desk.db.read() as tx:
        box = mailboxes.mailbox_by_address(tx, mailbox) if mailbox is not None else None
        if mailbox is not None and box is None:
            raise NotFound(Thing.MAILBOX, mailbox)
        return accounts.decided_ids(tx, mailbox_id=box.id if box else None, since=since)


def replay(
    desk: Desk, ids: Sequence[int], progress: Callable[[str, int, int], None]
) -> Iterator[Replayed]:
    """Decide these mails again, one by one. NotFound if one is not there, before anything is
    decided; one that waits for its first decision is left out."""
    with desk.db.read() as tx:
        missing = [mail_id for mail_id in ids if held.decision(tx, mail_id) is None]
    if missing:
        raise NotFound(Thing.MAIL, str(missing[0]))
    for done, mail_id in enumerate(ids, 1):
        found = _replay(desk, mail_id)
        if found is not None:
            yield found
        progress("deciding", done, len(ids))


class _Over(Exception):
    """Ends a transaction of which nothing is to stay."""


def _replay(desk: Desk, mail_id: int) -> Replayed | None:
    found: list[Replayed] = []
    with suppress(_Over), desk.db.write() as tx:
        was = _was(tx, mail_id)
        if was is not None:
            place = messages.position_of_mail(tx, mail_id)
            was, reached = _before_moves(tx, was)
            try:
                found.append(Replayed(was, _again(desk, tx, was), place, reached=reached))
            except SupportError:
                raise
            except Exception as error:  # noqa: BLE001 - no matter which error a sender provokes, the next mails are decided
                found.append(
                    Replayed(was, None, place, f"it cannot be read ({type(error).__name__})")
                )
        raise _Over
    return found[0] if found else None


def _was(tx: Session, mail_id: int) -> MailOutcome | None:
    """What was decided, with the customer whose ticket the mail opened, if it opened one."""
    said = held.decision(tx, mail_id) or {}
    if said.get("state") not in mail_states.DECIDED:
        return None
    accepted = said["state"] == mail_states.ACCEPTED
    return MailOutcome(
        mail_id,
        said["state"],
        said["rule"] or "",
        said["reason"] or "",
        said["ticket_number"],
        messages.opener(tx, mail_id) if accepted else None,
    )


def _before_moves(tx: Session, was: MailOutcome) -> tuple[MailOutcome, frozenset[int]]:
    """What the rule decided, before agents moved the mail by merging and splitting; and the tickets
    that its message has been in since. (One that opened its ticket may find that by an answer,
    wherever agents have put that.)"""
    if was.ticket is None:
        return was, frozenset()
    moves = regrouping.moves_of(tx, was.mail, was.ticket)
    first = moves[0].source if moves else was.ticket
    passed = {first, *(one.target for one in moves)}
    if was.opens is not None:
        passed |= set(regrouping.reached(tx, first))
    ends = tickets.ends_of_merges(tx, passed).values()
    return replace(was, ticket=first), frozenset({*passed, *ends})


def _again(desk: Desk, tx: Session, was: MailOutcome) -> MailOutcome:
    mail_id = was.mail
    us, box = team_of(tx), held.mailbox_of(tx, mail_id)
    accounts.take_out(tx, mail_id, desk.now())
    kept = mails.pending(tx, [mail_id], 0)[0]
    mail = partial.read(kept.raw, kept.full_size)
    received = Received(box, kept, mail, us.who_wrote(mail.sender))
    around = surroundings(tx, us, [received])
    if was.opens is not None:
        around.not_opened(was.opens.address, kept.received_at)
    known = known_around(tx, around, us, received)
    rule, decision = decide(mail, known, kept.received_at)
    return foreseen(mail_id, rule, decision)
