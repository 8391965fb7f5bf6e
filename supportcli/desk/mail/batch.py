"""Mails that are decided together: what is known around all of them is read in a handful of
statements, and what is decided is written in as few."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from supportcli.channels.channel import FolderRole
from supportcli.desk import running_targets
from supportcli.desk.replies import automatic, scheduling
from supportcli.desk.replies.delivering.steps import prove_sent
from supportcli.desk.team import Team
from supportcli.domain.intake import thread_ids
from supportcli.domain.mail import Mail
from supportcli.domain.people import Agent
from supportcli.storage import tables
from supportcli.storage.engine.gathering import gathering
from supportcli.storage.mail.mails import Pending
from supportcli.storage.mail.surroundings import MailQuestions, Surroundings

MAX_REFERENCES = 100
"""How many Message-IDs of a mail are kept to find its thread: the first, and the last ones. No
person's mail has more."""


AN_HOUR = timedelta(hours=1)
"""How far back it counts who opened how many tickets."""


@dataclass(frozen=True, slots=True)
class Received:
    """A mail to decide: where it is stored, what it says, and the agent who wrote it, if one did.
    `gesture` is that of an agent who has it decided again, so that undo finds the result."""

    mailbox_id: int
    kept: Pending
    mail: Mail
    agent: Agent | None = None
    gesture: str = ""


def named_ids(mail: Mail) -> tuple[str, ...]:
    """The ids that a mail names, nearest first: In-Reply-To, then References from right to left."""
    ids = tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))))
    return ids if len(ids) <= MAX_REFERENCES else (*ids[: MAX_REFERENCES - 1], ids[-1])


def seems_ours(us: Team, mail: Mail) -> bool:
    """Whether a mail seems to come from a mailbox of ours, and names nobody else as its author: a
    reply that came back, perhaps."""
    authors = [one.address for one in (*mail.reply_to, *mail.original_from) if one.address]
    people = (*(one.address for one in mail.senders), *authors)
    return any(map(us.mine, people)) and all(map(us.colleague, authors))


def addressed(mail: Mail) -> tuple[str, ...]:
    """The addresses that a mail was sent to, as far as it says."""
    return (*(person.address for person in (*mail.to, *mail.cc)), *mail.delivered_to)


@dataclass(slots=True)
class Batch:
    """The mails of one transaction that are decided `now`, and what they leave for its end:
    `tickets` whose clocks move, Message-IDs of ours that somebody has (`proofs`), mails that may
    get an automatic answer (`arrivals`)."""

    tx: Session
    us: Team
    around: Surroundings
    now: datetime
    tickets: dict[int, None] = field(default_factory=dict)
    proofs: list[str] = field(default_factory=list)
    written_in: dict[int, None] = field(default_factory=dict)
    """The tickets in which a customer wrote."""
    arrivals: list[automatic.Arrival] = field(default_factory=list)


@contextmanager
def together(tx: Session, us: Team, mails: Sequence[Received], now: datetime) -> Iterator[Batch]:
    """Decide mails in one transaction. What they ask about is read first; what they write is
    written at the end, with what follows from it."""
    models = (
        tables.CustomerRow,
        tables.TicketRow,
        tables.MessageRow,
        tables.AttachmentRow,
        tables.SearchDocumentRow,
        tables.EventRow,
        tables.TargetRow,
    )
    with gathering(tx, *models):
        batch = Batch(tx, us, surroundings(tx, us, mails), now)
        yield batch
        running_targets.keep_all(tx, list(batch.tickets), now)
        prove_sent(tx, batch.proofs, now)
        automatic.answer_all(tx, us, batch.arrivals, now)
    scheduling.give_up(tx, batch.written_in, now)


def surroundings(tx: Session, us: Team, mails: Sequence[Received]) -> Surroundings:
    """What is known around mails."""
    asked = MailQuestions()
    for one in mails:
        _ask(asked, us, one)
    news = [one.kept.received_at for one in mails if not one.kept.historic]
    asked.since = min(news) - AN_HOUR if news and us.most_opened is not None else None
    around = Surroundings(tx)
    around.load(asked)
    return around


def _ask(asked: MailQuestions, us: Team, received: Received) -> None:
    """Add what a mail asks about."""
    mail = received.mail
    own = {mail.message_id} if mail.message_id else set[str]()
    named = {*named_ids(mail), *mail.original_ids}
    if mail.bounce is not None:
        named |= {
            *mail.bounce.related,
            *([mail.bounce.message_id] if mail.bounce.message_id else ()),
        }
    asked.own |= own
    asked.fingerprints |= {mail.fingerprint} if mail.fingerprint else set()
    asked.named |= named
    if seems_ours(us, mail):
        asked.answered |= set(named_ids(mail))
    signed = {name: thread_ids.ticket_of(us.key, name) for name in own | named}
    asked.signed.update(name for name, ticket in signed.items() if ticket is not None)
    addresses = (thread_ids.ticket_of_address(us.key, one) for one in addressed(mail))
    tickets = (*signed.values(), *addresses, *thread_ids.numbers_in(mail.subject))
    asked.tickets.update(ticket for ticket in tickets if ticket is not None)
    people = (*((mail.sender,) if mail.sender else ()), *mail.reply_to, *mail.original_from)
    addresses_of = {person.address for person in people if person.address}
    asked.addresses |= addresses_of
    asked.junk |= addresses_of if received.kept.role == FolderRole.JUNK else set()
