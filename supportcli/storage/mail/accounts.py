"""The desk's side of `mail verify`: the rows of the ledger, and mails that are not right."""

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session

from supportcli.domain.intake.accounts import LedgerPlace
from supportcli.storage.engine import rows
from supportcli.storage.mail.mails import Folder
from supportcli.storage.tables import MailRow, MessageRow, RawMailRow, RemoteMailRow, mail_states

_MAIL, _RAW = rows.table_of(MailRow), rows.table_of(RawMailRow)
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


def wrong(tx: Session, mailbox_id: int) -> dict[int, str]:
    """What is not right with mails of a mailbox, by their ids: an accepted one is exactly one
    message of its ticket, any other is none."""
    count, ticket = func.count(_MESSAGE.c.id), func.min(_MESSAGE.c.ticket_number)
    accepted = _MAIL.c.state == mail_states.ACCEPTED
    statement = (
        select(_MAIL.c.id, _MAIL.c.state, _MAIL.c.ticket_number, count, ticket)
        .outerjoin(_MESSAGE, _MESSAGE.c.mail_id == _MAIL.c.id)
        .where(_MAIL.c.mailbox_id == mailbox_id)
        .group_by(_MAIL.c.id, _MAIL.c.state, _MAIL.c.ticket_number)
        .having(
            or_(
                and_(accepted, or_(count != 1, ticket.is_distinct_from(_MAIL.c.ticket_number))),
                and_(~accepted, count != 0),
            )
        )
        .order_by(_MAIL.c.id)
    )
    return {
        mail: _why(state, number, messages, there)
        for mail, state, number, messages, there in tx.connection().execute(statement)
    }


def _why(state: str, number: int | None, messages: int, there: int | None) -> str:
    if state == mail_states.ACCEPTED and messages == 1:
        return f"it is filed under #{number}, and its message is in #{there}"
    return f"it is {state}, and has {messages or 'no'} message{'' if messages == 1 else 's'}"
