"""The desk's side of `mail verify`: the rows of the ledger, and mails that are not right."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlmodel import Session

from supportcli.domain.intake.accounts import LedgerPlace
from supportcli.domain.intake.ledger import BY_HAND
from supportcli.domain.mail_domains import lowered
from supportcli.storage.engine import rows
from supportcli.storage.mail import held
from supportcli.storage.mail.mails import Folder
from supportcli.storage.tables import (
    MailRow,
    MessageRow,
    RawMailRow,
    RemoteMailRow,
    TicketRow,
    mail_states,
)
from supportcli.storage.tickets import messages, regrouping

_MAIL, _RAW = rows.table_of(MailRow), rows.table_of(RawMailRow)
_TICKET = rows.table_of(TicketRow)
_REMOTE, _MESSAGE = rows.table_of(RemoteMailRow), rows.table_of(MessageRow)

_PLACES = (
    select(
        _REMOTE.c.uid,
        _REMOTE.c.state,
        _MAIL.c.id,
        _MAIL.c.state,
        _RAW.c.sha256,
        func.coalesce(_RAW.c.size, 0),
        _MAIL.c.full_size,
    )
    .outerjoin(_MAIL, _MAIL.c.id == _REMOTE.c.mail_id)
    .outerjoin(_RAW, _RAW.c.id == _MAIL.c.raw_id)
    .order_by(_REMOTE.c.uid)
)


def places(tx: Session, folder: Folder) -> Iterator[LedgerPlace]:
    """The ledger of a folder, as its UIDs count now, by UID."""
    here = _PLACES.where(
        _REMOTE.c.folder_id == folder.id, _REMOTE.c.uidvalidity == folder.uidvalidity
    )
    for row in tx.connection().execute(here):
        yield LedgerPlace(*row)


def decided_ids(
    tx: Session, *, mailbox_id: int | None = None, since: datetime | None = None
) -> list[int]:
    """The mails that rules have decided, of a mailbox or of all, that came at `since` or later, in
    the order in which they came. Those that an agent let in or put away are left out."""
    chosen: list[ColumnElement[bool]] = [
        _MAIL.c.rule.is_not(None),
        _MAIL.c.rule != BY_HAND,
        _MAIL.c.state.not_in((mail_states.KEPT, mail_states.DISCARDED)),
    ]
    if mailbox_id is not None:
        chosen.append(_MAIL.c.mailbox_id == mailbox_id)
    if since is not None:
        chosen.append(_MAIL.c.received_at >= since)
    statement = select(_MAIL.c.id).where(*chosen).order_by(_MAIL.c.received_at, _MAIL.c.id)
    return list(tx.connection().execute(statement).scalars())


def take_out(tx: Session, mail_id: int, now: datetime) -> None:
    """Make a mail wait for a decision as if it had just come, and take what came by it out of its
    ticket. For a transaction that is rolled back."""
    for number, message in messages.of_mail(tx, mail_id):
        others = [one.id for one in regrouping.places(tx, number) if one.id != message]
        known = regrouping.named_by(tx, others) if others else frozenset()
        alone = regrouping.named_by(tx, [message]) - known
        people = [one for one in regrouping.people_of(tx, number) if lowered(one) in alone]
        messages.release(tx, mail_id, people, now)
    held.reopen(tx, mail_id, mail_states.DECIDED)


def wrong(tx: Session, mailbox_id: int) -> dict[int, str]:
    """What is not right with mails of a mailbox, by their ids: the bytes of each are here, an
    accepted one is exactly one message of its ticket, any other is none."""
    count, ticket = func.count(_MESSAGE.c.id), func.min(_MESSAGE.c.ticket_number)
    bytes_here, ticket_here = func.count(_RAW.c.id), func.count(_TICKET.c.number)
    accepted = _MAIL.c.state == mail_states.ACCEPTED
    statement = (
        select(
            _MAIL.c.id,
            _MAIL.c.state,
            _MAIL.c.ticket_number,
            count.label("messages"),
            ticket.label("there"),
            bytes_here.label("bytes_here"),
            ticket_here.label("ticket_here"),
        )
        .outerjoin(_MESSAGE, _MESSAGE.c.mail_id == _MAIL.c.id)
        .outerjoin(_RAW, _RAW.c.id == _MAIL.c.raw_id)
        .outerjoin(_TICKET, _TICKET.c.number == _MAIL.c.ticket_number)
        .where(_MAIL.c.mailbox_id == mailbox_id)
        .group_by(_MAIL.c.id, _MAIL.c.state, _MAIL.c.ticket_number)
        .having(
            or_(
                and_(accepted, or_(count != 1, ticket.is_distinct_from(_MAIL.c.ticket_number))),
                and_(~accepted, count != 0),
                and_(accepted, ticket_here == 0),
                bytes_here == 0,
            )
        )
        .order_by(_MAIL.c.id)
    )
    return {row.id: _why(row) for row in tx.connection().execute(statement)}


def _why(row: Row[Any]) -> str:
    accepted = row.state == mail_states.ACCEPTED
    if not row.bytes_here:
        return "its bytes are not here"
    if accepted and not row.ticket_here:
        return f"it is filed under #{row.ticket_number}, and there is no such ticket"
    if accepted and row.messages == 1:
        return f"it is filed under #{row.ticket_number}, and its message is in #{row.there}"
    plural = "" if row.messages == 1 else "s"
    return f"it is {row.state}, and has {row.messages or 'no'} message{plural}"
