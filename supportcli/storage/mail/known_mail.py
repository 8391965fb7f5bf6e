"""What is known about a mail: copies of it, the tickets that it names, and who is known in them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from sqlalchemy import BindParameter, and_, bindparam, false, func, literal, or_, select
from sqlmodel import Session

from supportcli.domain.mail_domains import lowered
from supportcli.domain.replies.delivery import RecipientState
from supportcli.domain.tickets.ticket import Direction, Status
from supportcli.storage import tables
from supportcli.storage.engine import rows
from supportcli.storage.tickets.events import IMPORTED

_MAIL = rows.table_of(tables.MailRow)
_REFERENCE = rows.table_of(tables.ReferenceRow)
_TICKET = rows.table_of(tables.TicketRow)
_CUSTOMER = rows.table_of(tables.CustomerRow)
_PARTICIPANT = rows.table_of(tables.ParticipantRow)
_MESSAGE = rows.table_of(tables.MessageRow)
_OUTBOX = rows.table_of(tables.OutboxRow)
_RECIPIENT = rows.table_of(tables.OutboxRecipientRow)
_LINK = rows.table_of(tables.TicketLinkRow)
_RAW = rows.table_of(tables.RawMailRow)
_EVENT = rows.table_of(tables.EventRow)

_ALIKE = (
    select(_MAIL.c.id, _MAIL.c.fingerprint, _MAIL.c.ticket_number)
    .where(
        or_(
            _MAIL.c.fingerprint == bindparam("fingerprint"),
            _MAIL.c.message_id == bindparam("message_id"),
        )
    )
    .where(_MAIL.c.state != "duplicate")
    .order_by(_MAIL.c.id)
)
_TRUSTED = and_(
    _MESSAGE.c.message_id == _MAIL.c.message_id,
    _MESSAGE.c.ticket_number == _MAIL.c.ticket_number,
    _MESSAGE.c.unverified.is_(False),
)
_TICKETS_WITH = (
    select(_MAIL.c.message_id, _MAIL.c.ticket_number, _MESSAGE.c.sender_address, _MAIL.c.mailbox_id)
    .join(_MESSAGE, _TRUSTED)
    .where(_MAIL.c.message_id.in_(bindparam("ids", expanding=True)))
    .order_by(_MAIL.c.id)
)
_TICKETS_WITHOUT_MAIL = (
    select(
        _MESSAGE.c.message_id,
        _MESSAGE.c.ticket_number,
        _MESSAGE.c.sender_address,
        _TICKET.c.mailbox_id,
    )
    .join(_TICKET, _TICKET.c.number == _MESSAGE.c.ticket_number)
    .where(
        _MESSAGE.c.message_id.in_(bindparam("ids", expanding=True)), _MESSAGE.c.mail_id.is_(None)
    )
    .where(_MESSAGE.c.unverified.is_(False))
    .order_by(_MESSAGE.c.id)
)
_TICKETS_NAMING = (
    select(_REFERENCE.c.reference, _REFERENCE.c.ticket_number)
    .where(
        _REFERENCE.c.reference.in_(bindparam("ids", expanding=True)),
        _REFERENCE.c.mailbox_id == bindparam("mailbox"),
    )
    .order_by(_REFERENCE.c.message_id)
)
_WANTED: BindParameter[list[int]] = bindparam("tickets", expanding=True)
_CHOSEN = (
    select(_MESSAGE.c.ticket_number, _RECIPIENT.c.address, false(), literal("answered"))
    .join(_OUTBOX, _OUTBOX.c.id == _RECIPIENT.c.outbox_id)
    .join(_MESSAGE, _MESSAGE.c.id == _OUTBOX.c.message_id)
    .where(_MESSAGE.c.ticket_number.in_(_WANTED), _RECIPIENT.c.state == RecipientState.SENT.value)
)
_WROTE = (
    select(
        _MESSAGE.c.ticket_number, _MESSAGE.c.sender_address, _MESSAGE.c.newcomer, literal("wrote")
    )
    .where(
        _MESSAGE.c.ticket_number.in_(_WANTED),
        _MESSAGE.c.direction == Direction.IN.value,
        _MESSAGE.c.retracted_at.is_(None),
    )
    .where(_MESSAGE.c.unverified.is_(False), _MESSAGE.c.newcomer.is_(False))
)
_PEOPLE_OF = (
    select(
        _PARTICIPANT.c.ticket_number,
        _PARTICIPANT.c.address,
        _PARTICIPANT.c.newcomer,
        literal("named"),
    )
    .where(_PARTICIPANT.c.ticket_number.in_(_WANTED))
    .union_all(_CHOSEN, _WROTE)
)
_LIVED = (
    select(_EVENT.c.id)
    .where(_EVENT.c.ticket_number == _TICKET.c.number, _EVENT.c.gesture != IMPORTED)
    .exists()
)
_HAS_LIVED = select(_TICKET.c.number).where(_TICKET.c.number == bindparam("of_ticket"), _LIVED)
_CIRCLES = (
    select(
        _TICKET.c.number,
        _TICKET.c.status,
        _TICKET.c.solved_at,
        _CUSTOMER.c.address,
        _LINK.c.other_number,
        _LIVED,
    )
    .join(_CUSTOMER, _CUSTOMER.c.id == _TICKET.c.customer_id)
    .outerjoin(_LINK, and_(_LINK.c.ticket_number == _TICKET.c.number, _LINK.c.kind == "follow-up"))
    .where(_TICKET.c.number.in_(_WANTED))
)
_FOLLOW_UPS = (
    select(_LINK.c.other_number, _LINK.c.ticket_number, _TICKET.c.mailbox_id)
    .join(_TICKET, _TICKET.c.number == _LINK.c.ticket_number)
    .where(_LINK.c.other_number.in_(_WANTED), _LINK.c.kind == "follow-up")
    .order_by(_LINK.c.ticket_number)
)


@dataclass(frozen=True, slots=True)
class Alike:
    """A decided mail with the same Message-ID or the same fingerprint."""

    mail_id: int
    fingerprint: str | None
    ticket: int | None


@dataclass(frozen=True, slots=True)
class KnownMail:
    """The raw bytes of a kept mail, its mailbox, and whether its author is unproven."""

    content: bytes
    mailbox_id: int
    unverified: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """A ticket with a message that has a wanted Message-ID, the address of its author, and the
    mailbox it came to."""

    ticket: int
    author: str
    mailbox_id: int


@dataclass(frozen=True, slots=True)
class Later:
    """A `ticket`, of this mailbox, that continues the ticket `before`."""

    before: int
    ticket: int
    mailbox_id: int


@dataclass(frozen=True, slots=True)
class JoinFacts:
    """What of a ticket decides who may join it."""

    status: Status
    solved_at: datetime | None
    customer: str
    people: frozenset[str]
    """The addresses in its messages and replies."""
    newcomers: frozenset[str] = frozenset()
    """Those whom nobody has answered, and only a new participant has named."""
    authors: frozenset[str] = frozenset()
    """Those who wrote a trusted message."""
    follows: int | None = None
    """The closed ticket that this one continues."""
    lived: bool = True
    """Something has happened to it besides an import."""
    answered: bool = False
    """A reply of ours has left."""

    @property
    def approved(self) -> frozenset[str]:
        """The people who are not newcomers."""
        return (self.people | {self.customer}) - self.newcomers


def alike(tx: Session, message_id: str | None, fingerprint: str) -> list[Alike]:
    """The decided mails of all mailboxes with this Message-ID or fingerprint, oldest first, without
    copies of others. (The decision writes both columns.)"""
    same = {"fingerprint": fingerprint or None, "message_id": message_id}  # NULL equals nothing
    return [Alike(*row) for row in tx.connection().execute(_ALIKE, same)]


def tickets_with(tx: Session, message_ids: Collection[str]) -> dict[str, list[Holder]]:
    """The tickets with a mail that has one of these Message-IDs, by the id, oldest mail first. A
    mail that went to two mailboxes counts in both.

    After them come tickets with a message whose mail is not here: a reply of ours, or one from an
    export. Unverified messages do not count: a forger chose their ids."""
    wanted = {"ids": list(message_ids)}
    found: dict[str, list[Holder]] = {}
    for message_id, *holder in chain(
        tx.connection().execute(_TICKETS_WITH, wanted),
        tx.connection().execute(_TICKETS_WITHOUT_MAIL, wanted),
    ):
        found.setdefault(message_id, []).append(Holder(*holder))
    return found


def tickets_naming(
    tx: Session, mailbox_id: int, message_ids: Collection[str]
) -> dict[str, list[int]]:
    """The tickets of this mailbox with a message that names one of these ids in In-Reply-To or
    References, by the id; unverified messages count too."""
    return _grouped(
        tx.connection().execute(_TICKETS_NAMING, {"ids": list(message_ids), "mailbox": mailbox_id})
    )


def circles(tx: Session, tickets: Collection[int]) -> dict[int, JoinFacts]:
    """Who is known in these tickets, by number; a ticket that does not exist is missing."""
    people = _people(tx, tickets)
    nobody = _People()
    return {
        number: JoinFacts(
            Status(status),
            solved_at,
            address,
            people=frozenset(people.get(number, nobody).everybody),
            newcomers=people.get(number, nobody).newcomers,
            authors=frozenset(people.get(number, nobody).authors),
            follows=follows,
            lived=lived,
            answered=people.get(number, nobody).answered,
        )
        for number, status, solved_at, address, follows, lived in tx.connection().execute(
            _CIRCLES, {"tickets": list(tickets)}
        )
    }


def lived(tx: Session, ticket: int) -> bool:
    """Whether something has happened to a ticket besides an import."""
    return tx.connection().execute(_HAS_LIVED, {"of_ticket": ticket}).first() is not None


def newcomers(tx: Session, ticket: int) -> frozenset[str]:
    """The new participants of a ticket: nobody has answered them, and only a new participant has
    named them."""
    found = _people(tx, [ticket]).get(ticket)
    return found.newcomers if found is not None else frozenset()


@dataclass(slots=True)
class _People:
    """The addresses around a ticket, while its rows are read: of all people, of those who are not
    newcomers, and of the authors."""

    everybody: set[str] = field(default_factory=set)
    approved: set[str] = field(default_factory=set)
    authors: set[str] = field(default_factory=set)
    answered: bool = False

    @property
    def newcomers(self) -> frozenset[str]:
        return frozenset(self.everybody - self.approved)


def _people(tx: Session, tickets: Collection[int]) -> dict[int, _People]:
    """The people of these tickets, by number; a ticket without any is missing."""
    found: dict[int, _People] = defaultdict(_People)
    for number, spelled, newcomer, way in tx.connection().execute(
        _PEOPLE_OF, {"tickets": list(tickets)}
    ):
        here, address = found[number], lowered(spelled)
        if way == "wrote":
            here.authors.add(address)
            continue
        here.everybody.add(address)
        here.answered |= way == "answered"
        if not newcomer:
            here.approved.add(address)
    return found


def follow_ups(tx: Session, tickets: Collection[int]) -> list[Later]:
    """The tickets that continue these, oldest first, each after the one it continues, and those
    that continue them in turn."""
    found: list[Later] = []
    wanted = set(tickets)
    while wanted:
        news = [
            Later(*row) for row in tx.connection().execute(_FOLLOW_UPS, {"tickets": sorted(wanted)})
        ]
        found += news
        wanted = {item.ticket for item in news} - {one.before for one in found} - set(tickets)
    return found


def last_message_at(tx: Session, ticket: int, *, notes: bool = True) -> datetime | None:
    """When the newest message of a ticket was written or received; without `notes`, only messages
    between us and others count."""
    statement = select(func.max(_MESSAGE.c.created_at)).where(_MESSAGE.c.ticket_number == ticket)
    if not notes:
        statement = statement.where(_MESSAGE.c.direction != Direction.NOTE.value)
    found: datetime | None = tx.connection().execute(statement).scalar()
    return found


def sent_by_us(tx: Session, message_ids: Collection[str]) -> dict[str, bytes]:
    """The bytes of our replies with these Message-IDs."""
    statement = select(_OUTBOX.c.rfc_message_id, _OUTBOX.c.content).where(
        _OUTBOX.c.rfc_message_id.in_(list(message_ids))
    )
    return {row.rfc_message_id: row.content for row in tx.connection().execute(statement)}


def letters(tx: Session, mail_ids: Collection[int]) -> dict[int, KnownMail]:
    """These mails, by id."""
    statement = (
        select(
            _MAIL.c.id,
            _RAW.c.content,
            _MAIL.c.mailbox_id,
            func.coalesce(_MESSAGE.c.unverified, false()),
        )
        .join(_RAW, _RAW.c.id == _MAIL.c.raw_id)
        .outerjoin(_MESSAGE, _MESSAGE.c.mail_id == _MAIL.c.id)
        .where(_MAIL.c.id.in_(list(mail_ids)))
    )
    return {
        mail: KnownMail(content, box, bool(unverified))
        for mail, content, box, unverified in tx.connection().execute(statement)
    }


def _grouped(found: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    tickets: dict[str, list[int]] = {}
    for message_id, ticket in found:
        if ticket not in tickets.setdefault(message_id, []):
            tickets[message_id].append(ticket)
    return tickets
