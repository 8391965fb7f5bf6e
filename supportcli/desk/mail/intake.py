"""From a stored mail to a ticket: parse it, look up what is known, let the domain decide, write
everything in one transaction."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from supportcli.channels import parse
from supportcli.channels.channel import FolderRole
from supportcli.desk import Desk
from supportcli.desk.mail import bounces, duplicates, named_tickets, own_replies
from supportcli.desk.mail.batch import AN_HOUR, Batch, Received, together
from supportcli.desk.mail.filing import apply_decision
from supportcli.desk.mail.quotes.of_ours import compared
from supportcli.desk.mail.tally import Tally
from supportcli.desk.team import Team, team_of
from supportcli.domain.authors import author_of
from supportcli.domain.intake.decisions import Hold, Known, OpenTicket
from supportcli.domain.intake.joining import Named
from supportcli.domain.intake.ledger import DecidedMail
from supportcli.domain.intake.rules import decide
from supportcli.domain.mail import Mail
from supportcli.domain.mail_domains import comparable
from supportcli.errors import SupportError
from supportcli.errors.names import NotFound, Thing
from supportcli.storage.mail import decisions, mails
from supportcli.storage.mail.mails import Arrived, Pending, Settlement
from supportcli.storage.mail.surroundings import Surroundings
from supportcli.storage.setup import mailboxes
from supportcli.storage.tables import mail_states

INGEST = "ingest"
"""The name and role of the folder, on no server, for mails that came through `mail ingest`."""


def settle(desk: Desk, us: Team, group: list[Received], tally: Tally) -> None:
    """Decide mails in one transaction, and count them. If one of them breaks it, each gets a
    transaction of its own, and that one is held."""
    broken = _settle_together(desk, us, group, tally)
    if broken is None:
        return
    if len(group) > 1:
        for received in group:
            settle(desk, us, [received], tally)
    else:
        _hold(desk, us, group[0], broken, tally)


def _settle_together(desk: Desk, us: Team, group: list[Received], tally: Tally) -> Exception | None:
    """Decide mails in one transaction; returns the error with which that fails, and then nothing is
    written."""
    now = desk.now()
    try:
        with desk.db.write() as tx:
            done = _decided(tx, us, group, now)
    except SupportError:
        raise
    except Exception as error:  # noqa: BLE001 - no matter which error a sender provokes, the next mail still has to come in
        return error
    for settled, opened in done:
        tally.count(settled, opened=opened)
    return None


def _hold(desk: Desk, us: Team, received: Received, cause: Exception, tally: Tally) -> None:
    """Hold a mail that cannot be processed."""
    now = desk.now()
    decision = Hold(f"it could not be processed ({type(cause).__name__})")
    with desk.db.write() as tx:
        if mails.waiting(tx, [received.kept.id]):
            with together(tx, us, [], now) as batch:
                done = apply_decision(batch, received, "unprocessable", decision)
            tally.count(done)


def _decided(
    tx: Session, us: Team, group: Sequence[Received], now: datetime
) -> list[tuple[Settlement, bool]]:
    """Decide mails and write the decisions; returns what became of each, and whether that is a new
    ticket. Those that another process has decided meanwhile are left out."""
    waits = mails.waiting(tx, [one.kept.id for one in group])
    left = compared(tx, [one for one in group if one.kept.id in waits])
    with together(tx, us, left, now) as batch:
        return [decide_in(batch, one) for one in left]


def decide_in(batch: Batch, received: Received) -> tuple[Settlement, bool]:
    """Decide a mail of a batch; returns what became of it, and whether that is a new ticket."""
    around = known_around(batch.tx, batch.around, batch.us, received)
    rule, decision = decide(received.mail, around, received.kept.received_at)
    done = apply_decision(batch, received, rule, decision)
    batch.proofs += ids_of_ours(received.mail, around)
    return done, isinstance(decision, OpenTicket)


def known_around(tx: Session, around: Surroundings, us: Team, received: Received) -> Known:
    """Everything that `domain.intake.rules` needs to know about a mail."""
    mail = received.mail
    judged = us.verdict(received.mailbox_id, mail)
    seen = duplicates.of(tx, around, us, received, judged)
    candidates = named_tickets.candidates(around, us, received, seen)
    return Known(
        own=us.own,
        domains=us.domains,
        agents=us.agents
        if received.kept.filed is None
        else frozenset(comparable(one.address) for one in us.team),
        candidates=candidates,
        subjects=around.subjects({one.ticket for one in candidates})
        if mail.answered_subject
        else frozenset(),
        twins=seen.twins,
        copy=seen.copy,
        verdict=judged,
        ours=own_replies.named(around, us, mail),
        came_back=own_replies.came_back(around, us, received, {one.ticket for one in candidates}),
        same_id=seen.same_id,
        archived=received.kept.filed is not None,
        in_sent=received.kept.role == FolderRole.SENT,
        in_junk=(in_junk := _in_junk(received)),
        is_customer=in_junk and _is_customer(around, us, mail),
        returned=bounces.about(tx, around, us, received),
        close_after=us.close_after,
        names=us.names,
        relays=us.relays,
        senders=us.senders,
        opened_lately=_opened_lately(around, us, received),
        most_opened=us.most_opened,
    )


def _in_junk(received: Received) -> bool:
    """Whether only the provider's junk has a mail: a file that somebody imports is another
    place."""
    return received.kept.role == FolderRole.JUNK and received.kept.filed is None


def _is_customer(around: Surroundings, us: Team, mail: Mail) -> bool:
    """Whether a customer of the desk wrote a mail."""
    author = author_of(mail, us)
    return author is not None and around.is_customer(author.address)


def _opened_lately(around: Surroundings, us: Team, received: Received) -> int:
    """How many tickets the author of a mail opened in the hour before it. Mail from before the
    desk's time does not count."""
    author, at = author_of(received.mail, us), received.kept.received_at
    if author is None or us.most_opened is None or received.kept.historic:
        return 0
    return sum(at - AN_HOUR < one <= at for one in around.opened_by(author.address))


def ids_of_ours(mail: Mail, around: Known) -> list[str]:
    """The Message-IDs of our replies that this mail names or has: whoever knows them has seen the
    reply."""
    named = [one.by for one in around.candidates if one.named is Named.SIGNED]
    return [*named, mail.message_id] if around.doubles_ours(mail) and mail.message_id else named


def ingest(desk: Desk, address: str, raw: bytes) -> DecidedMail:
    """Take one mail from standard input instead of a server, and decide it. The same bytes again
    are the same mail: nothing happens twice.

    NotFound if there is no such mailbox; any other error of the desk is raised before or
    after the mail is stored, never in between."""
    digest, now = hashlib.sha256(raw).hexdigest(), desk.now()
    with desk.db.write() as tx:
        mailbox = mailboxes.mailbox_by_address(tx, address)
        if mailbox is None or not mailbox.active:
            raise NotFound(Thing.MAILBOX, address)
        known = [one.id for one in decisions.with_bytes(tx, mailbox.id, digest)]
        if len(mails.releasable(tx, known)) == len(known):
            folder = mails.add_folder(tx, mailbox.id, INGEST, INGEST)
            mails.keep(
                tx, folder, [Arrived(mails.next_uid(tx, folder), now, raw)], mailbox.news_since
            )
        mail = decisions.with_bytes(tx, mailbox.id, digest)[0]
        us = team_of(tx)
    if mail.state == mail_states.KEPT:
        waiting = Pending(mail.id, mail.received_at, mail.historic, raw)
        settle(desk, us, [Received(mailbox.id, waiting, parse(raw))], Tally())
    with desk.db.read() as tx:
        return decisions.with_id(tx, mail.id)[0]
