"""What must hold between a server and a desk after a pass, however the passes before it ended."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlmodel import Session, SQLModel

from supportcli.desk import Desk
from supportcli.storage.tables import load_all, mail_states
from tests.conversations import INBOX, OTHER_FOLDER
from tests.servers.imap import ImapServer

LEDGER = """
SELECT remote_mail.uid, remote_mail.state, raw_mail.sha256, raw_mail.content, folder.last_uid, folder.uidvalidity
FROM folder JOIN remote_mail ON remote_mail.folder_id = folder.id AND remote_mail.uidvalidity = folder.uidvalidity
LEFT JOIN mail ON mail.id = remote_mail.mail_id LEFT JOIN raw_mail ON raw_mail.id = mail.raw_id WHERE folder.name = :name
"""
FATES = "SELECT mail.id, mail.state, count(message.id) AS messages FROM mail LEFT JOIN message ON message.mail_id = mail.id GROUP BY mail.id, mail.state"
EXPECTED = {
    mail_states.ACCEPTED: 1,
    mail_states.HELD: 0,
    mail_states.DUPLICATE: 0,
    mail_states.IGNORED: 0,
}
UNWANTED = {
    "a ticket without messages": "SELECT number FROM ticket WHERE number NOT IN (SELECT ticket_number FROM message)",
    "a count of messages that is wrong": "SELECT number FROM ticket WHERE message_count <> "
    "(SELECT count(*) FROM message WHERE message.ticket_number = ticket.number)",
    "a mail whose ticket is not its message's": "SELECT mail.id FROM mail JOIN message ON message.mail_id = mail.id "
    "WHERE mail.ticket_number <> message.ticket_number",
    "a mail from nowhere": "SELECT id FROM mail WHERE id NOT IN (SELECT mail_id FROM remote_mail WHERE mail_id IS NOT NULL)",
    "bytes of no mail": "SELECT id FROM raw_mail WHERE id NOT IN (SELECT raw_id FROM mail)",
    "a message without an event": "SELECT id FROM message WHERE id NOT IN (SELECT message_id FROM event WHERE message_id IS NOT NULL)",
}


def violations(
    desk: Desk, server: ImapServer, user: str, folders: Sequence[str] = (INBOX, OTHER_FOLDER)
) -> list[str]:
    """What is wrong between server and desk; empty where every mail of the server came in exactly
    once.

    Each UID stands once in the ledger with the bytes that the server gives for it; each mail is one
    message of a ticket, or held, or a known copy; the cursor is at the last UID; the database is
    sound."""
    wrong: list[str] = []
    with desk.db.read() as tx:
        for name in folders:
            wrong += _ledger_against_server(name, server, user, _rows(tx, LEDGER, name=name))
        wrong += [
            f"mail {row.id} is {row.state} with {row.messages} messages"
            for row in _rows(tx, FATES)
            if EXPECTED.get(row.state) != row.messages
        ]
        wrong += [f"{kind}: {row}" for kind, query in UNWANTED.items() for row in _rows(tx, query)]
        if desk.db.dialect == "sqlite":
            wrong += [
                f"integrity: {row[0]}"
                for row in _rows(tx, "PRAGMA integrity_check")
                if row[0] != "ok"
            ]
            wrong += [f"foreign key: {row}" for row in _rows(tx, "PRAGMA foreign_key_check")]
    return wrong


def _rows(tx: Session, query: str, **values: str) -> Sequence[Row[Any]]:
    return tx.connection().execute(text(query), values).all()


def _ledger_against_server(
    name: str, server: ImapServer, user: str, ledger: Sequence[Row[Any]]
) -> list[str]:
    on_server = {mail.uid: mail.raw for mail in server.messages(user, name)}
    entries = Counter(row.uid for row in ledger)
    wrong = [
        f"{name} {uid} stands {count} times in the ledger"
        for uid, count in entries.items()
        if count != 1
    ]
    wrong += [f"{name} {uid} is not in the ledger" for uid in on_server.keys() - entries.keys()]
    wrong += [f"{name} {uid} is not on the server" for uid in entries.keys() - on_server.keys()]
    for row in ledger:
        raw = on_server.get(row.uid)
        if (
            row.state != mail_states.KEPT
            or raw != row.content
            or row.sha256 != hashlib.sha256(raw or b"").hexdigest()
        ):
            wrong.append(f"{name} {row.uid} ({row.state}) has other bytes than the server")
        if row.last_uid != max(on_server, default=0):
            wrong.append(f"{name}: the cursor is at {row.last_uid}")
    return wrong


def sizes(desk: Desk) -> dict[str, int]:
    """The number of rows of each table: what a pass that found nothing new must leave alone."""
    load_all()
    with desk.db.read() as tx:
        return {
            name: tx.connection().execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in SQLModel.metadata.tables.items()
        }
