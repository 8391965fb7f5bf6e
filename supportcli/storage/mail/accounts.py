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
_REMOTE, _MESSAGE = rows.table_of(RemoteMailRow), rows.table_of(MessageRow)
_TICKET = rows.table_of(TicketRow)

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
    """What is not right with mails of a mailbox, by their ids: an accepted one is exactly one
    message of its ticket, any other is none; its ticket and its bytes are there."""
    count, ticket = func.count(_MESSAGE.c.id), func.min(_MESSAGE.c.ticket_number)
    accepted = _MAIL.c.state == mail_states.ACCEPTED
    id_, number, there, raw = _MAIL.c.id, _MAIL.c.ticket_number, _TICKET.c.number, _RAW.c.id
    columns = (id_, _MAIL.c.state, number, there, raw)
    gone = and_(number.is_not(None), there.is_(None))
    statement = (
        select(*columns, count, ticket)
        .outerjoin(_MESSAGE, _MESSAGE.c.mail_id == id_)
        .outerjoin(_TICKET, there == number)
        .outerjoin(_RAW, raw == _MAIL.c.raw_id)
        .where(_MAIL.c.mailbox_id == mailbox_id)
        .group_by(*columns)
        .having(
            or_(
                and_(accepted, or_(count != 1, ticket.is_distinct_from(number))),
                and_(~accepted, count != 0),
                gone,
                raw.is_(None),
            )
        )
        .order_by(id_)
    )
    return {row[0]: _why(row) for row in tx.connection().execute(statement)}


def _why(row: Row[Any]) -> str:
    _, state, number, there, raw, messages, of = tuple(row)
    if raw is None:
        return "its bytes are not at the desk"
    if number is not None and there is None:
        return f"its ticket #{number} is not there"
    if state == mail_states.ACCEPTED and messages == 1:
        return f"it is filed under #{number}, and its message is in #{of}"
    return f"it is {state}, and has {messages or 'no'} message{'' if messages == 1 else 's'}"


def bytes_of(tx: Session, mailbox_id: int, after: int, most: int) -> list[tuple[int, str, bytes]]:
    """The next mails of a mailbox by id, with the SHA-256 (hex) that was recorded and the bytes
    that are here; at most so many."""
    statement = (
        select(_MAIL.c.id, _RAW.c.sha256, _RAW.c.content)
        .join(_RAW, _RAW.c.id == _MAIL.c.raw_id)
        .where(_MAIL.c.mailbox_id == mailbox_id, _MAIL.c.id > after)
        .order_by(_MAIL.c.id)
        .limit(most)
    )
    return [(row[0], row[1], bytes(row[2])) for row in tx.connection().execute(statement)]
