"""What is known around a mail: copies of it, the tickets that it names, and who is known in them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from sqlalchemy import bindparam, func, or_, select
from sqlmodel import Session

from supportcli.domain.ticket import Direction, Status
from supportcli.storage import rows
from supportcli.storage.tables import CustomerRow, MailRow, MessageRow, OutboxRow, ParticipantRow, RawMailRow, ReferenceRow, TicketRow

_MAIL = rows.table_of(MailRow)
_REFERENCE = rows.table_of(ReferenceRow)
_TICKET = rows.table_of(TicketRow)
_CUSTOMER = rows.table_of(CustomerRow)
_PARTICIPANT = rows.table_of(ParticipantRow)
_MESSAGE = rows.table_of(MessageRow)
_OUTBOX = rows.table_of(OutboxRow)
_RAW = rows.table_of(RawMailRow)

_ALIKE = (
    select(_MAIL.c.id, _MAIL.c.fingerprint, _MAIL.c.ticket_number)
    .where(or_(_MAIL.c.fingerprint == bindparam("fingerprint"), _MAIL.c.message_id == bindparam("message_id")))
    .order_by(_MAIL.c.id)
)
_TICKETS_WITH = (
    select(_MAIL.c.message_id, _MAIL.c.ticket_number)
    .where(_MAIL.c.message_id.in_(bindparam("ids", expanding=True)), _MAIL.c.mailbox_id == bindparam("mailbox"), _MAIL.c.ticket_number.is_not(None))
    .order_by(_MAIL.c.id)
)
_TICKETS_WITHOUT_MAIL = (
    select(_MESSAGE.c.message_id, _MESSAGE.c.ticket_number)
    .join(_TICKET, _TICKET.c.number == _MESSAGE.c.ticket_number)
    .where(_MESSAGE.c.message_id.in_(bindparam("ids", expanding=True)), _MESSAGE.c.mail_id.is_(None), _TICKET.c.mailbox_id == bindparam("mailbox"))
    .order_by(_MESSAGE.c.id)
)
_TICKETS_NAMING = (
    select(_REFERENCE.c.reference, _REFERENCE.c.ticket_number)
    .where(_REFERENCE.c.reference.in_(bindparam("ids", expanding=True)), _REFERENCE.c.mailbox_id == bindparam("mailbox"))
    .order_by(_REFERENCE.c.message_id)
)
_PEOPLE_OF = select(_PARTICIPANT).where(_PARTICIPANT.c.ticket_number.in_(bindparam("tickets", expanding=True)))
_CIRCLES = (
    select(_TICKET.c.number, _TICKET.c.status, _TICKET.c.solved_at, _CUSTOMER.c.address)
    .join(_CUSTOMER, _CUSTOMER.c.id == _TICKET.c.customer_id)
    .where(_TICKET.c.number.in_(bindparam("tickets", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Alike:
    """A mail that was decided before and has the same Message-ID or the same fingerprint."""

    mail_id: int
    fingerprint: str | None
    ticket: int | None


@dataclass(frozen=True, slots=True)
class Circle:
    """A ticket as far as it decides who may join it: where it stands, its customer's address, the addresses of its messages."""

    status: Status
    solved_at: datetime | None
    customer: str
    people: frozenset[str]


def alike(tx: Session, message_id: str | None, fingerprint: str) -> list[Alike]:
    """The decided mails of all mailboxes with this Message-ID or fingerprint, oldest first. (The columns are written by the decision.)"""
    same = {"fingerprint": fingerprint or None, "message_id": message_id}  # NULL is like nothing
    return [Alike(*row) for row in tx.connection().execute(_ALIKE, same)]


def tickets_with(tx: Session, mailbox_id: int, message_ids: Collection[str]) -> dict[str, list[int]]:
    """The tickets that hold a mail of this mailbox with one of these Message-IDs, by the id, oldest mail first. A mail that went to another
    mailbox too counts in both. Behind them those with a message whose mail is not here: a reply of ours, or one from an export."""
    wanted = {"ids": list(message_ids), "mailbox": mailbox_id}
    return _grouped(chain(tx.connection().execute(_TICKETS_WITH, wanted), tx.connection().execute(_TICKETS_WITHOUT_MAIL, wanted)))


def tickets_naming(tx: Session, mailbox_id: int, message_ids: Collection[str]) -> dict[str, list[int]]:
    """The tickets of this mailbox with a message that names one of these ids in In-Reply-To or References, by the id."""
    return _grouped(tx.connection().execute(_TICKETS_NAMING, {"ids": list(message_ids), "mailbox": mailbox_id}))


def circles(tx: Session, tickets: Collection[int]) -> dict[int, Circle]:
    """Who is known in these tickets, by number; one that does not exist is missing."""
    people: dict[int, set[str]] = {}
    wanted = {"tickets": list(tickets)}
    for number, address in tx.connection().execute(_PEOPLE_OF, wanted):
        people.setdefault(number, set()).add(address)
    return {
        number: Circle(Status(status), solved_at, address, frozenset(people.get(number, ())))
        for number, status, solved_at, address in tx.connection().execute(_CIRCLES, wanted)
    }


def last_message_at(tx: Session, ticket: int, *, notes: bool = True) -> datetime | None:
    """When the newest message of a ticket was written or received; of those that went between us and others only, without `notes`."""
    statement = select(func.max(_MESSAGE.c.created_at)).where(_MESSAGE.c.ticket_number == ticket)
    if not notes:
        statement = statement.where(_MESSAGE.c.direction != Direction.NOTE.value)
    found: datetime | None = tx.connection().execute(statement).scalar()
    return found


def sent_by_us(tx: Session, message_ids: Collection[str]) -> dict[str, bytes]:
    """The bytes of the replies of ours that have these Message-IDs."""
    statement = select(_OUTBOX.c.rfc_message_id, _OUTBOX.c.content).where(_OUTBOX.c.rfc_message_id.in_(list(message_ids)))
    return {row.rfc_message_id: row.content for row in tx.connection().execute(statement)}


def contents(tx: Session, mail_ids: Collection[int]) -> dict[int, bytes]:
    """The raw bytes of kept mails, by id."""
    statement = select(_MAIL.c.id, _RAW.c.content).join(_RAW, _RAW.c.id == _MAIL.c.raw_id).where(_MAIL.c.id.in_(list(mail_ids)))
    return {row.id: row.content for row in tx.connection().execute(statement)}


def _grouped(found: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    tickets: dict[str, list[int]] = {}
    for message_id, ticket in found:
        if ticket not in tickets.setdefault(message_id, []):
            tickets[message_id].append(ticket)
    return tickets
