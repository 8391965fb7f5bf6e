"""The team's mailboxes in the database. No secret, and no reference to one, is ever stored here."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, func, select, update
from sqlmodel import Session

from supportcli.domain.mail_domains import lowered
from supportcli.domain.mailbox import Endpoint, Mailbox, Security, SentCopies, to_second
from supportcli.storage import tables
from supportcli.storage.engine import rows
from supportcli.storage.setup.automatic_rules import rule_of
from supportcli.storage.tables import MailboxRow

_MAILBOX = rows.table_of(MailboxRow)

_COLUMNS = (
    *(column for column in _MAILBOX.c if column.name != "frame"),
    func.length(_MAILBOX.c.frame).label("frame_size"),
)

READ = ("inbox", "sent", "junk")
"""The roles of folders that are read."""

# Each pass over the mail reads mailboxes several times, and building these took as long as asking
# them: so they are built once, as in `rows`.
_EVERY = select(*_COLUMNS).order_by(_MAILBOX.c.address)
_ACTIVE = _EVERY.where(_MAILBOX.c.active)
_WITH_ADDRESS = _EVERY.where(_MAILBOX.c.address == bindparam("wanted"))
_WITH_ID = _EVERY.where(_MAILBOX.c.id == bindparam("wanted"))


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
        "refused_logins": 0,
        "paused_until": None,
        "failure_told": False,
        "after_import": mailbox.after_import,
        "acts_since": now,
        "largest_mail": None,
        "sends_again_at": None,
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
    return _read(tx, _EVERY if removed else _ACTIVE)


def mailbox_by_address(tx: Session, address: str) -> Mailbox | None:
    """The mailbox with this address, in any case; even if it was removed."""
    return next(iter(_read(tx, _WITH_ADDRESS, wanted=lowered(address))), None)


def mailbox_by_id(tx: Session, mailbox_id: int) -> Mailbox | None:
    """The mailbox with this id; even if it was removed."""
    return next(iter(_read(tx, _WITH_ID, wanted=mailbox_id)), None)


def with_alias(tx: Session, address: str) -> int | None:
    """The id of the mailbox that has this alias."""
    alias = rows.table_of(tables.MailboxAliasRow)
    statement = select(alias.c.mailbox_id).where(alias.c.address == lowered(address))
    found: int | None = tx.connection().execute(statement).scalar()
    return found


def mailbox_reached(tx: Session, address: str) -> Mailbox | None:
    """The mailbox that an address leads to, as its own or as an alias; even if it was removed."""
    alias_of = with_alias(tx, address)
    own = mailbox_by_address(tx, address)
    return own if own is not None or alias_of is None else mailbox_by_id(tx, alias_of)


def add_alias(tx: Session, mailbox_id: int, address: str) -> None:
    """Give a mailbox a further address; one that it has already is no error."""
    values = {"address": lowered(address), "mailbox_id": mailbox_id}
    rows.add_missing(tx, tables.MailboxAliasRow, [values])


def remove_alias(tx: Session, mailbox_id: int, address: str) -> bool:
    """Take an address from a mailbox; False if it does not have it."""
    alias = rows.table_of(tables.MailboxAliasRow)
    chosen = alias.c.mailbox_id == mailbox_id, alias.c.address == lowered(address)
    return tx.connection().execute(delete(alias).where(*chosen)).rowcount == 1


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


def end_pause(tx: Session, mailbox_id: int) -> None:
    """Let its servers be tried again."""
    values = {"paused_until": None, "refused_logins": 0}
    tx.connection().execute(update(_MAILBOX).where(_MAILBOX.c.id == mailbox_id).values(values))


def set_after_import(tx: Session, mailbox_id: int, after_import: str, now: datetime) -> None:
    """Say what happens on the server to mail that came in after `now`."""
    values = {"after_import": after_import, "acts_since": now}
    tx.connection().execute(update(_MAILBOX).where(_MAILBOX.c.id == mailbox_id).values(values))


def set_relays(tx: Session, mailbox_id: int, relays: Sequence[str]) -> None:
    """Name the addresses that post to a mailbox for other people."""
    tx.connection().execute(
        update(_MAILBOX).where(_MAILBOX.c.id == mailbox_id).values(relays=list(relays))
    )


def set_servers(tx: Session, mailbox: Mailbox) -> None:
    """Write what a mailbox is called, its servers and its login; a pause is over."""
    _set(
        tx,
        mailbox.id,
        name=mailbox.name,
        imap_host=mailbox.imap.host,
        imap_port=mailbox.imap.port,
        imap_security=mailbox.imap.security.value,
        smtp_host=mailbox.smtp.host,
        smtp_port=mailbox.smtp.port,
        smtp_security=mailbox.smtp.security.value,
        username=mailbox.username,
        insecure=mailbox.insecure,
        paused_until=None,
        refused_logins=0,
        largest_mail=None,
    )


def set_largest_mail(tx: Session, mailbox_id: int, largest: int | None) -> None:
    """Remember the most bytes of a mail that its SMTP server takes; None: it names no limit."""
    _set(tx, mailbox_id, largest_mail=largest)


def set_sends_again_at(tx: Session, mailbox_id: int, until: datetime | None) -> None:
    """Send nothing from it before this moment; None: send at once."""
    _set(tx, mailbox_id, sends_again_at=until)


def set_sending(
    tx: Session,
    mailbox_id: int,
    a_minute: int | None,
    an_hour: int | None,
    sent_copies: SentCopies,
) -> None:
    """Say how many replies leave in a time at most, and whether copies are filed."""
    _set(tx, mailbox_id, a_minute=a_minute, an_hour=an_hour, sent_copies=sent_copies.value)


def _set(tx: Session, mailbox_id: int, **values: object) -> None:
    tx.connection().execute(update(_MAILBOX).where(_MAILBOX.c.id == mailbox_id).values(values))


def set_health(
    tx: Session,
    mailbox_id: int,
    *,
    failing_since: datetime | None,
    failure: str | None,
    synced_at: datetime | None,
    refused_logins: int = 0,
    paused_until: datetime | None = None,
    failure_told: bool = False,
) -> None:
    """Write the result of the last sync, as `domain.intake.health` has it."""
    health = {
        "failing_since": failing_since,
        "failure": failure,
        "synced_at": synced_at,
        "refused_logins": refused_logins,
        "paused_until": paused_until,
        "failure_told": failure_told,
    }
    tx.connection().execute(update(_MAILBOX).where(_MAILBOX.c.id == mailbox_id).values(health))


def _read(tx: Session, statement: Select[Any], **values: object) -> list[Mailbox]:
    """Mailboxes by address, with their aliases and folders."""
    connection = tx.connection()
    found = connection.execute(statement, values)
    aliases, folders = defaultdict(list), defaultdict(list)
    further, read = _beside()
    for one in connection.execute(further):
        aliases[one.mailbox_id].append(one.address)
    for mailbox_id, name in connection.execute(read):
        folders[mailbox_id].append(name)
    return [
        replace(_mailbox(row), aliases=tuple(aliases[row.id]), folders=tuple(folders[row.id]))
        for row in found
    ]


@cache
def _beside() -> tuple[Select[Any], Select[Any]]:
    """What asks for the aliases of all mailboxes, and for their folders that are read."""
    alias, folder = rows.table_of(tables.MailboxAliasRow), rows.table_of(tables.FolderRow)
    names = select(folder.c.mailbox_id, folder.c.name).where(folder.c.role.in_(READ))
    return select(alias).order_by(alias.c.address), names.order_by(folder.c.name)


def _mailbox(row: Row[tuple[object, ...]]) -> Mailbox:
    return Mailbox(
        id=row.id,
        address=row.address,
        name=row.name,
        imap=Endpoint(row.imap_host, row.imap_port, Security(row.imap_security)),
        smtp=Endpoint(row.smtp_host, row.smtp_port, Security(row.smtp_security)),
        username=row.username,
        history=row.history,
        news_since=to_second(row.news_since),
        insecure=row.insecure,
        active=row.active,
        failing_since=row.failing_since,
        failure=row.failure,
        synced_at=row.synced_at,
        refused_logins=row.refused_logins,
        paused_until=row.paused_until,
        failure_told=row.failure_told,
        after_import=row.after_import,
        acts_since=to_second(row.acts_since) if row.acts_since else None,
        authserv_id=row.authserv_id,
        relays=tuple(row.relays or ()),
        signature=row.signature or "",
        frame_size=row.frame_size or 0,
        largest_mail=row.largest_mail,
        a_minute=row.a_minute,
        an_hour=row.an_hour,
        sends_again_at=row.sends_again_at,
        sent_copies=SentCopies(row.sent_copies),
        automatic=tuple(map(rule_of, row.automatic or ())),
    )
