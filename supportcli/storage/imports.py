"""Imports from files: their runs, the mails that they kept, and the tickets and messages made from
rows and lines."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from supportcli.domain.mail import Address
from supportcli.domain.tickets.ticket import Direction
from supportcli.storage.engine import rows
from supportcli.storage.mail import mails
from supportcli.storage.tables import (
    ImportedItemRow,
    ImportedMailRow,
    ImportRunRow,
    MailRow,
    MessageRow,
    TicketRow,
    mail_states,
)

_IMPORTED = rows.table_of(ImportedMailRow)
_ITEM = rows.table_of(ImportedItemRow)
_MAIL = rows.table_of(MailRow)
_MESSAGE = rows.table_of(MessageRow)
_TICKET = rows.table_of(TicketRow)

_TICKET_OF_ITEM = select(_ITEM.c.ticket_number).where(
    _ITEM.c.source == bindparam("from_source"), _ITEM.c.source_id == bindparam("called")
)


@dataclass(frozen=True, slots=True)
class HeldImport:
    """A mail of an import that is in no ticket: its place in the archive, and why it is held."""

    place: str
    reason: str


def begin_run(
    tx: Session, mailbox_id: int, source: str, filed: mails.FromFile, now: datetime
) -> int:
    """Record an import and the settings for its mails; returns its id."""
    values = {
        "mailbox_id": mailbox_id,
        "source": source,
        "open_since": filed.open_since,
        "created_at": now,
    }
    return rows.add(
        tx, ImportRunRow, values | {"status": filed.status.value if filed.status else None}
    )


def keep(
    tx: Session, run: int, mailbox_id: int, found: Sequence[tuple[bytes, datetime, str]]
) -> int:
    """Keep mails of a file unchanged (each with its bytes, when it was received, and its place in
    the file); returns how many were new. One that was only held as junk is one of the file now."""
    kept = mails.keep_bytes(
        tx, mailbox_id, [(raw, received_at, True) for raw, received_at, _ in found]
    )
    junk = mails.release(tx, [mail for mail, is_new in kept if not is_new], historic=True)
    news = {
        mail: place
        for (mail, is_new), (_, _, place) in reversed(list(zip(kept, found, strict=True)))
        if is_new or mail in junk
    }
    rows.add_missing(
        tx,
        ImportedMailRow,
        [{"mail_id": mail, "run_id": run, "place": place} for mail, place in news.items()],
    )
    return len(news)


def held(tx: Session, mailbox_id: int) -> dict[int, HeldImport]:
    """The imported mails that wait for a person, by id."""
    statement = select(_MAIL.c.id, _IMPORTED.c.place, _MAIL.c.reason).join(
        _MAIL, _MAIL.c.id == _IMPORTED.c.mail_id
    )
    found = tx.connection().execute(
        statement.where(
            _MAIL.c.mailbox_id == mailbox_id, _MAIL.c.state == mail_states.HELD
        ).order_by(_MAIL.c.id)
    )
    return {mail: HeldImport(place, reason or "") for mail, place, reason in found}


def ticket_of(tx: Session, source: str, source_id: str) -> int | None:
    """The ticket that a row or line became or is a message of; None if it has not been imported."""
    found: int | None = (
        tx.connection()
        .execute(_TICKET_OF_ITEM, {"from_source": source, "called": source_id})
        .scalar()
    )
    return found


def note(tx: Session, source: str, source_id: str, ticket: int) -> None:
    """Remember the ticket of a row or line."""
    rows.add_missing(
        tx, ImportedItemRow, [{"source": source, "source_id": source_id, "ticket_number": ticket}]
    )


def has_message(tx: Session, written: Collection[tuple[str, datetime]]) -> bool:
    """Whether a ticket has one of these messages (its Message-ID, and when it was written). The
    Message-ID alone proves nothing: some senders give all their mails the same one."""
    statement = select(
        _MESSAGE.c.message_id,
        func.coalesce(_MESSAGE.c.sent_at, _MESSAGE.c.created_at, type_=_MESSAGE.c.created_at.type),
    )
    found = tx.connection().execute(
        statement.where(_MESSAGE.c.message_id.in_({name for name, _ in written}))
    )
    return not {(name, at.replace(microsecond=0)) for name, at in found}.isdisjoint(written)


def said_by(
    tx: Session, ticket: int, direction: Direction, text: str, at: datetime | None
) -> list[Address]:
    """The authors of the messages with this text in a ticket, written at `at` if it is given."""
    statement = select(_MESSAGE.c.sender_name, _MESSAGE.c.sender_address)
    statement = statement.where(
        _MESSAGE.c.ticket_number == ticket,
        _MESSAGE.c.direction == direction.value,
        _MESSAGE.c.text == text,
    )
    if at is not None:
        statement = statement.where(_MESSAGE.c.created_at == at)
    return [Address.of(name, address) for name, address in tx.connection().execute(statement)]


def same_ticket(
    tx: Session, source: str, subject: str, created_at: datetime, number: int | None
) -> int | None:
    """A ticket that began at this moment with this subject and number: the one that was exported. A
    ticket that came from `source` has its own id there, so it is not considered."""
    came = (
        select(_ITEM.c.ticket_number)
        .where(_ITEM.c.source == source, _ITEM.c.ticket_number == _TICKET.c.number)
        .exists()
    )
    condition = (
        _TICKET.c.subject == subject,
        _TICKET.c.created_at == created_at,
        _TICKET.c.number == number,
        ~came,
    )
    found: int | None = tx.connection().execute(select(_TICKET.c.number).where(*condition)).scalar()
    return found


def is_free(tx: Session, number: int) -> bool:
    """Whether no ticket has this number."""
    return (
        tx.connection().execute(select(_TICKET.c.number).where(_TICKET.c.number == number)).first()
        is None
    )


def highest_number(tx: Session) -> int:
    """The highest ticket number; 0 if there are none."""
    return tx.connection().execute(select(func.max(_TICKET.c.number))).scalar() or 0
