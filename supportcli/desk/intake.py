"""From a kept mail to a ticket: parse it, look up what is known, let the domain decide, write it all down in one transaction."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby, islice

from sqlmodel import Session

from supportcli.channels import authentication, mime
from supportcli.desk import Desk, bounces, partial
from supportcli.desk.accept import DecidedMeanwhile, Received, named_ids, write_down
from supportcli.desk.insiders import Insiders, insiders
from supportcli.desk.sending import prove_sent
from supportcli.domain import threading
from supportcli.domain.authentication import Verdict, verdict
from supportcli.domain.copies import same_mail
from supportcli.domain.intake import Candidate, Copy, Hold, Known, NewTicket, decide
from supportcli.domain.joining import Named
from supportcli.domain.ledger import DecidedMail
from supportcli.domain.mail import Mail
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.providers import comparable
from supportcli.errors import MailboxUnknown, SupportError
from supportcli.storage import decisions, known, mailboxes, mails
from supportcli.storage.known import Alike
from supportcli.storage.mails import Arrived, Pending, Settlement

INGEST = "ingest"
"""The name and the role of the folder, on no server, whose mails came through `mail ingest`."""

BATCH = 1_000
"""Mails that are put into the order of their threads at once."""

TOGETHER = 25
"""Mails out of files that share a transaction: where nobody waits, most of the time would go into commits."""

BATCH_BYTES = 32 * 1024 * 1024
"""Raw bytes of such a batch; they are in memory together."""


MAX_DOUBLES = 5
"""Mails of one Message-ID that are compared word by word; who sends more is not a list."""


@dataclass(slots=True)
class Tally:
    """What became of mails, counted: new tickets, follow-ups, and the others by the state of the mail."""

    new_tickets: int = 0
    follow_ups: int = 0
    states: Counter[str] = field(default_factory=Counter)

    def count(self, settled: Settlement, *, opened: bool = False) -> None:
        """Add one mail."""
        if settled.state == mails.ACCEPTED:
            self.new_tickets += opened
            self.follow_ups += not opened
        else:
            self.states[settled.state] += 1

    def counted(self) -> int:
        """How many mails there were."""
        return self.new_tickets + self.follow_ups + self.states.total()


def decide_pending(desk: Desk, mailbox: Mailbox, tally: Tally) -> None:
    """Decide every mail of a mailbox that is kept and not decided, and count them."""
    for _ in deciding(desk, mailbox, tally):
        pass


def deciding(desk: Desk, mailbox: Mailbox, tally: Tally) -> Iterator[int]:
    """Decide every mail of a mailbox that is kept and not decided, oldest first and replies behind their parents, each in a transaction of its own
    (those out of files, for which nobody waits, some at a time), and count them. Yields again and again how many are left.

    A mail that breaks something is held and never stops the one behind it. What is wrong with the desk itself (SupportError) ends the work;
    what was not decided then waits for the next time."""
    with desk.db.read() as tx:
        us = insiders(tx)
        ids = mails.pending_ids(tx, mailbox.id)
    start = 0
    while start < len(ids):
        window = ids[start : start + BATCH]
        with desk.db.read() as tx:
            batch = mails.pending(tx, window, BATCH_BYTES)
        left = len(ids) - start
        for group in _groups(_in_order(us, mailbox.id, batch)):
            if len(group) == 1 or not _settle_together(desk, us, group, tally):
                for received in group:
                    _settle(desk, us, received, tally)
            left -= len(group)
            yield left
        start = ids.index(batch[-1].id, start) + 1 if batch else start + len(window)


def _in_order(us: Insiders, mailbox_id: int, batch: list[Pending]) -> Iterator[Received]:
    """The mails of a batch, parsed, replies behind their parents."""
    parsed = [partial.read(one.raw, one.full_size) for one in batch]
    threaded = [threading.Threaded(mail.message_id, frozenset((*mail.in_reply_to, *mail.references, *_returned(mail)))) for mail in parsed]
    for place in threading.parents_first(threaded):
        yield Received(mailbox_id, batch[place], parsed[place], us.who_wrote(parsed[place].sender))


def _returned(mail: Mail) -> tuple[str, ...]:
    """The Message-ID of the mail that a report is about."""
    return (mail.bounce.message_id,) if mail.bounce is not None and mail.bounce.message_id else ()


def _groups(found: Iterator[Received]) -> Iterator[list[Received]]:
    """The mails that share a transaction."""
    for of_files, several in groupby(found, key=lambda one: one.kept.filed is not None):
        while group := list(islice(several, TOGETHER if of_files else 1)):
            yield group


def _settle_together(desk: Desk, us: Insiders, group: list[Received], tally: Tally) -> bool:
    """Decide several mails in one transaction, and count them; False, and nothing is written, where one of them breaks it."""
    now = desk.now()
    try:
        with desk.db.write() as tx:
            done = [_decided(tx, us, received, now) for received in group]
    except SupportError:
        raise
    except Exception:  # noqa: BLE001 - one by one it turns out which of them it was
        return False
    for settled, opened in done:
        tally.count(settled, opened=opened)
    return True


def _settle(desk: Desk, us: Insiders, received: Received, tally: Tally) -> None:
    """Decide one mail, and count it."""
    now = desk.now()
    try:
        with desk.db.write() as tx:
            done, opened = _decided(tx, us, received, now)
        tally.count(done, opened=opened)
    except DecidedMeanwhile:
        return
    except SupportError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a sender can provoke in us, the mail behind this one still has to come in
        with suppress(DecidedMeanwhile), desk.db.write() as tx:
            done = write_down(tx, received, "unprocessable", Hold(f"it could not be processed ({type(error).__name__})"), now)
            tally.count(done)


def _decided(tx: Session, us: Insiders, received: Received, now: datetime) -> tuple[Settlement, bool]:
    """Decide a mail and write it down: what became of it, and whether that is a new ticket. Raises DecidedMeanwhile."""
    around = known_around(tx, us, received)
    rule, decision = decide(received.mail, around, received.kept.received_at)
    done = write_down(tx, received, rule, decision, now)
    prove_sent(tx, ids_of_ours(received.mail, around), now)
    return done, isinstance(decision, NewTicket)


def known_around(tx: Session, us: Insiders, received: Received) -> Known:
    """Everything that `domain.intake` wants to know about a mail."""
    mail = received.mail
    alike = known.alike(tx, mail.message_id, mail.fingerprint)
    same = [one for one in alike if one.fingerprint == mail.fingerprint and (mail.message_id or mail.sent)] or _relayed(tx, us, mail, alike)
    return Known(
        own=us.own,
        domains=us.domains,
        agents=us.agents if received.kept.filed is None else frozenset(comparable(one.address) for one in us.team),
        candidates=_candidates(tx, us, received),
        copy=Copy(same[0].mail_id, same[0].ticket) if same else None,
        verdict=_verdict(us, received),
        ours=_sent_by_us(tx, us, mail),
        same_id=tuple(dict.fromkeys(one.ticket for one in alike if one.ticket is not None)) if not same else (),
        archived=received.kept.filed is not None,
        returned=bounces.about(tx, us, received.mailbox_id, mail),
        close_after=us.close_after,
    )


def _relayed(tx: Session, us: Insiders, mail: Mail, alike: Sequence[Alike]) -> list[Alike]:
    """The mails of this Message-ID that say the same but for what a list added. Only where there are such mails they are read again."""
    doubled = alike[:MAX_DOUBLES] if mail.message_id is not None else []
    raws = known.contents(tx, [one.mail_id for one in doubled]) if doubled else {}
    return [one for one in doubled if one.mail_id in raws and same_mail(mail, mime.parse(raws[one.mail_id]), us)]


def _sent_by_us(tx: Session, us: Insiders, mail: Mail) -> tuple[Mail, ...]:
    """The replies of ours whose Message-ID a mail bears; of one that seems to come from a mailbox of ours, those too that it names: a group may give
    our reply an id of its own."""
    people = (*mail.senders, *mail.reply_to, *mail.original_from)
    named = (*mail.original_ids, *named_ids(mail)) if any(us.mine(one.address) for one in people) else ()
    ids = (name for name in (mail.message_id, *named) if name is not None and threading.ticket_of(us.key, name) is not None)
    wanted = list(islice(ids, MAX_DOUBLES))
    found = known.sent_by_us(tx, wanted) if wanted else {}
    return tuple(replace(mime.parse(content), message_id=name) for name, content in found.items())


def _verdict(us: Insiders, received: Received) -> Verdict:
    """What the mail server of the mailbox says about who sent a mail."""
    mail, server = received.mail, us.servers.get(received.mailbox_id)
    if server is None or mail.sender is None or not mail.authentication:
        return Verdict.NONE
    return verdict(authentication.results_of(mail.authentication, server), mail.sender.address)


def ids_of_ours(mail: Mail, around: Known) -> list[str]:
    """The Message-IDs of replies of ours that this mail names, or bears: whoever knows them has seen the reply."""
    named = [one.by for one in around.candidates if one.named is Named.SIGNED]
    return [*named, mail.message_id] if around.doubles_ours(mail) and mail.message_id else named


def _candidates(tx: Session, us: Insiders, received: Received) -> tuple[Candidate, ...]:
    """The tickets that a mail names, in the order in which they count, each once for each way."""
    named = list(_named(tx, us, received))
    if not named:
        return ()
    circles = known.circles(tx, {ticket for ticket, _, _ in named})
    found: dict[tuple[int, Named], Candidate] = {}
    for ticket, how, by in named:
        if ticket in circles:
            circle = circles[ticket]
            found.setdefault((ticket, how), Candidate(ticket, how, by, circle.status, circle.solved_at, circle.customer, circle.people))
    return tuple(found.values())


def _named(tx: Session, us: Insiders, received: Received) -> Iterator[tuple[int, Named, str]]:
    """Each way in which a mail names a ticket, in the order of the design: signed, stored, related, the numbers in the subject (not in a mail
    from a file: they may be those of another desk)."""
    mail = received.mail
    ids = named_ids(mail)
    signed = [(name, threading.ticket_of(us.key, name)) for name in ids]
    signed += [(address, threading.ticket_of_address(us.key, address)) for address in _addressed(mail)]
    yield from ((ticket, Named.SIGNED, name) for name, ticket in signed if ticket is not None)
    stored = known.tickets_with(tx, received.mailbox_id, ids) if ids else {}
    yield from ((ticket, Named.STORED, name) for name in ids for ticket in stored.get(name, ()))
    wanted = (*((mail.message_id,) if mail.message_id else ()), *ids)
    related = known.tickets_naming(tx, received.mailbox_id, wanted) if wanted else {}
    yield from ((ticket, Named.RELATED, name) for name in wanted for ticket in related.get(name, ()))
    if received.kept.filed is None:
        yield from ((number, Named.NUMBER, f"[#{number}]") for number in threading.numbers_in(mail.subject))


def _addressed(mail: Mail) -> tuple[str, ...]:
    return (*(person.address for person in (*mail.to, *mail.cc)), *mail.delivered_to)


def ingest(desk: Desk, address: str, raw: bytes) -> DecidedMail:
    """Take one mail from standard input instead of a server, and decide it. The same bytes again are the same mail: nothing happens twice.

    MailboxUnknown where there is no such mailbox; whatever else is wrong with the desk is raised before or after the mail is kept, never between."""
    digest, now = hashlib.sha256(raw).hexdigest(), desk.now()
    with desk.db.write() as tx:
        mailbox = mailboxes.mailbox_by_address(tx, address)
        if mailbox is None or not mailbox.active:
            raise MailboxUnknown(address)
        if not decisions.with_bytes(tx, mailbox.id, digest):
            folder = mails.add_folder(tx, mailbox.id, INGEST, INGEST)
            mails.keep(tx, folder, [Arrived(mails.next_uid(tx, folder), now, raw)], mailbox.news_since)
        mail = decisions.with_bytes(tx, mailbox.id, digest)[0]
        us = insiders(tx)
    if mail.state == mails.KEPT:
        waiting = Pending(mail.id, mail.received_at, mail.historic, raw)
        _settle(desk, us, Received(mailbox.id, waiting, mime.parse(raw)), Tally())
    with desk.db.read() as tx:
        return decisions.with_id(tx, mail.id)[0]
