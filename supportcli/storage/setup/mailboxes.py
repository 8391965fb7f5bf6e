"""The team's mailboxes in the database. No secret, and no reference to one, is ever stored here."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, select, update
from sqlmodel import Session

from supportcli.domain.mail_domains import lowered
from supportcli.domain.mailbox import Endpoint, Mailbox, Security
from supportcli.storage.engine import rows
from supportcli.storage.tables import MailboxRow

_MAILBOX = rows.table_of(MailboxRow)


def add_mailbox(tx: Session, mailbox: Mailbox, now: datetime) -> int:
    """Add a mailbox; returns its id (that of `mailbox` is ignored). One that was removed comes back
    under its old id, with its tickets and cursors, and the new servers. IntegrityError if the
    address already has one."""
    values = {
        "address": lowered(mailbox.address),
        "name": mailbox.name,
        "imap_host": mailbox.imap.host,
        "imap_port": mailbox.imap.port,
        "imap_security": mailbox.imap.security.value,
        "smtp_host": mailbox.smtp.host,
        "smtp_port": mailbox.smtp.port,
        "smtp_security": mailbox.smtp.security.value,
        "username": mailbox.username,
        "insecure": mailbox.insecure,
        "history": mailbox.history,
        "news_since": mailbox.news_since,
        "authserv_id": mailbox.authserv_id,
        "relays": list(mailbox.relays),
        "active": True,
        "failing_since": None,
        "failure": None,
        "synced_at": None,
    }
    removed = (
        tx.connection()
        .execute(
            select(_MAILBOX.c.id).where(_MAILBOX.c.address == values["address"], ~_MAILBOX.c.active)
        )
        .scalar()
    )
    if removed is None:
        return rows.add(tx, MailboxRow, values | {"created_at": now})
    tx.connection().execute(update(_MAILBOX).where(_MAILBOX.c.id == removed).values(values))
    return int(removed)


def mailboxes(tx: Session, *, removed: bool = False) -> list[Mailbox]:
    """The mailboxes by address; with `removed`, including those that were removed."""
    statement = select(_MAILBOX).order_by(_MAILBOX.c.address)
    return [
        _mailbox(row)
        for row in tx.connection().execute(
            statement if removed else statement.where(_MAILBOX.c.active)
        )
    ]


def mailbox_by_address(tx: Session, address: str) -> Mailbox | None:
    """The mailbox with this address, in any case; even if it was removed."""
    row = (
        tx.connection()
        .execute(select(_MAILBOX).where(_MAILBOX.c.address == lowered(address)))
        .first()
    )
    return _mailbox(row) if row else None


def mailbox_by_id(tx: Session, mailbox_id: int) -> Mailbox | None:
    """The mailbox with this id; even if it was removed."""
    row = tx.connection().execute(select(_MAILBOX).where(_MAILBOX.c.id == mailbox_id)).first()
    return _mailbox(row) if row else None


def addresses(tx: Session) -> dict[int, str]:
    """The address of each mailbox by id, also of those that were removed."""
    return {
        row.id: row.address
        for row in tx.connection().execute(select(_MAILBOX.c.id, _MAILBOX.c.address))
    }


def remove_mailbox(tx: Session, mailbox_id: int) -> None:
    """Stop reading it and sending through it. Its tickets stay."""
    tx.connection().execute(
        update(_MAILBOX).where(_MAILBOX.c.id == mailbox_id).values(active=False)
    )


def set_authserv_id(tx: Session, mailbox_id: int, authserv_id: str | None) -> None:
    """Name the server whose Authentication-Results are trusted in mail to this mailbox; None trusts
    nobody's."""
    tx.connection().execute(
        update(_MAILBOX).where(_MAILBOX.c.id == mailbox_id).values(authserv_id=authserv_id)
    )


def set_relays(tx: Session, mailbox_id: int, relays: Sequence[str]) -> None:
    """Name the addresses that post to a mailbox for other people."""
    tx.connection().execute(
        update(_MAILBOX).where(_MAILBOX.c.id == mailbox_id).values(relays=list(relays))
    )


def set_health(
    tx: Session,
    mailbox_id: int,
    *,
    failing_since: datetime | None,
    failure: str | None,
    synced_at: datetime | None,
) -> None:
    """Write the result of the last sync: since when and why it fails, and when it last
    succeeded."""
    health = {"failing_since": failing_since, "failure": failure, "synced_at": synced_at}
    tx.connection().execute(update(_MAILBOX).where(_MAILBOX.c.id == mailbox_id).values(health))


def _mailbox(row: Row[tuple[object, ...]]) -> Mailbox:
    return Mailbox(
        id=row.id,
        address=row.address,
        name=row.name,
        imap=Endpoint(row.imap_host, row.imap_port, Security(row.imap_security)),
        smtp=Endpoint(row.smtp_host, row.smtp_port, Security(row.smtp_security)),
        username=row.username,
        history=row.history,
        news_since=row.news_since,
        insecure=row.insecure,
        active=row.active,
        failing_since=row.failing_since,
        failure=row.failure,
        synced_at=row.synced_at,
        authserv_id=row.authserv_id,
        relays=tuple(row.relays or ()),
    )
