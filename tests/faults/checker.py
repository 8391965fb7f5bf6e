"""What must hold between a mail server and a desk, whatever happened before.

It reads both by itself, with the standard library's IMAP client and the plain drivers, and imports
nothing of the program: a mistake that the program makes when it writes cannot be made again here
when it is looked for. The figures in docs/reliability.md count what this finds.

    before = photograph(account, ["INBOX"])
    ...                                     # whatever may go wrong
    assert check(account, database, before) == []
"""

import hashlib
import imaplib
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

import psycopg

if TYPE_CHECKING:
    from email.message import Message

try:  # a newer SQLite than Python's; the file may have been written by it
    import pysqlite3 as sqlite3
except ImportError:
    import sqlite3

__all__ = [
    "NOTHING",
    "Account",
    "Expected",
    "FolderShot",
    "Kind",
    "Photograph",
    "Shot",
    "Violation",
    "check",
    "check_desk",
    "counted",
    "digest",
    "photograph",
    "sqlite3",
]

SECONDS = 60.0


class Kind(StrEnum):
    """What kind of promise is broken."""

    LOST = "lost"
    DOUBLED = "doubled"
    CHANGED = "changed"
    FLAGS = "flags changed"
    UNDECIDED = "undecided"
    TRUSTED = "wrongly trusted"
    SENT = "sent wrongly"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that is broken, and where."""

    kind: Kind
    where: str


@dataclass(frozen=True, slots=True)
class Account:
    """How to log in to a mailbox: IMAP without TLS."""

    port: int
    user: str
    password: str
    host: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Shot:
    """A mail on the server."""

    raw: bytes = field(repr=False)
    flags: frozenset[str]
    digest: str


@dataclass(frozen=True, slots=True)
class FolderShot:
    """A folder on the server: its mails by UID."""

    uidvalidity: int
    mails: Mapping[int, Shot]


Photograph = Mapping[str, FolderShot]
"""The folders of an account by name."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What only the test knows. `sent`: how often each Message-ID reached the mail server behind the
    desk; `taken`: how often each recipient of each Message-ID got it. `ever`: digests of mails that were on the server once, which the desk must have. `unread`:
    UIDs that the server never gave. `forged`: digests of mails that prove nothing about their
    author. `strangers`: addresses that only those name."""

    sent: Mapping[str, int] | None = None
    taken: Mapping[tuple[str, str], int] | None = None
    ever: Collection[str] = ()
    unread: Collection[int] = ()
    forged: Collection[str] = ()
    strangers: Collection[str] = ()


class Ask(Protocol):
    """Runs a query, and returns its rows."""

    def __call__(self, query: str) -> list[tuple[Any, ...]]: ...


NOTHING = Expected()


def photograph(account: Account, folders: Sequence[str]) -> Photograph:
    """What is on the server now, read without a trace (EXAMINE, BODY.PEEK[])."""
    with imaplib.IMAP4(account.host, account.port, timeout=SECONDS) as imap:
        imap.login(account.user, account.password)
        return {name: _folder(imap, name) for name in folders}


def _folder(imap: imaplib.IMAP4, name: str) -> FolderShot:
    answer, said = imap.select(f'"{name}"', readonly=True)
    if answer != "OK":
        raise ConnectionError(f"{name}: {said!r}")
    uidvalidity = int(imap.response("UIDVALIDITY")[1][0])
    mails: dict[int, Shot] = {}
    if int(said[0] or 0):
        _, found = imap.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")
        for entry, behind in itertools.pairwise([*found, b""]):
            if isinstance(entry, tuple):
                about = entry[0] + (behind if isinstance(behind, bytes) else b"")
                mails[_number(rb"UID (\d+)", about)] = Shot(
                    entry[1], _flags(about), digest(entry[1])
                )
    return FolderShot(uidvalidity, mails)


def _number(pattern: bytes, text: bytes) -> int:
    found = re.search(pattern, text)
    if found is None:
        raise ConnectionError(f"no {pattern!r} in {text!r}")
    return int(found[1])


def _flags(about: bytes) -> frozenset[str]:
    found = re.search(rb"FLAGS \(([^)]*)\)", about)
    return frozenset((found[1] if found else b"").decode().split()) - {r"\Recent"}


def digest(raw: bytes) -> str:
    """SHA-256 of bytes, in hex."""
    return hashlib.sha256(raw).hexdigest()


@contextmanager
def _asking(database: str) -> Iterator[tuple[Ask, bool]]:
    """How to ask the database at a path or a PostgreSQL URL, and whether it is SQLite."""
    if database.startswith("postgresql"):
        with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as server:
            yield lambda query: server.execute(query.encode()).fetchall(), False
        return
    file = sqlite3.connect(database, isolation_level=None)
    try:
        yield lambda query: file.execute(query).fetchall(), True
    finally:
        file.close()


def check(
    account: Account, database: str, before: Photograph, expected: Expected = NOTHING
) -> list[Violation]:
    """Every broken promise between the server, which held `before` when all began, and the
    desk."""
    now = photograph(account, list(before))
    return [*_flags_kept(before, now), *check_desk(database, now, expected)]


def check_desk(database: str, now: Photograph, expected: Expected = NOTHING) -> list[Violation]:
    """Every broken promise that the desk shows, if this is what its server holds."""
    found: list[Violation] = []
    with _asking(database) as (ask, is_sqlite):
        for broken in (
            _sqlite_sound(ask) if is_sqlite else _postgres_sound(ask),
            look_at(ask, now, expected),
        ):
            try:
                found += broken
            except (sqlite3.DatabaseError, psycopg.DatabaseError) as error:
                found.append(Violation(Kind.DAMAGED, str(error)))
    return found


def look_at(ask: Ask, now: Photograph, expected: Expected = NOTHING) -> Iterator[Violation]:
    """Every broken promise that the rows of a database show."""
    yield from _ledger(ask, now, expected)
    yield from _bytes(ask, expected)
    yield from _fates(ask)
    yield from _messages(ask)
    yield from _index(ask)
    yield from _outbox(ask, expected)
    yield from _recipients(ask, expected)
    yield from _trust(ask, expected)


def _flags_kept(before: Photograph, now: Photograph) -> Iterator[Violation]:
    """The flags of mails that are still there, where UIDs mean the same."""
    for name, folder in before.items():
        if folder.uidvalidity != now[name].uidvalidity:
            continue
        for uid, mail in folder.mails.items():
            seen = now[name].mails.get(uid)
            if seen is not None and seen.flags != mail.flags:
                yield Violation(Kind.FLAGS, f"{name} {uid}: {sorted(seen.flags)}")


LEDGER = """
SELECT folder.name, remote_mail.uid, remote_mail.state, raw_mail.sha256, raw_mail.content, mail.full_size
FROM remote_mail JOIN folder ON folder.id = remote_mail.folder_id
LEFT JOIN mail ON mail.id = remote_mail.mail_id LEFT JOIN raw_mail ON raw_mail.id = mail.raw_id
WHERE remote_mail.uidvalidity = {uidvalidity} AND folder.name = '{name}'
"""


def _ledger(ask: Ask, now: Photograph, expected: Expected) -> Iterator[Violation]:
    """Each UID of the server stands once in the ledger, with the server's bytes."""
    for name, folder in now.items():
        entries: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for row in ask(LEDGER.format(uidvalidity=folder.uidvalidity, name=name)):
            entries[row[1]].append(row[2:])
        for uid, mail in folder.mails.items():
            if uid in expected.unread:
                continue
            found = entries.get(uid, [])
            if not found:
                yield Violation(Kind.LOST, f"{name} {uid} is not in the ledger")
            elif len(found) > 1:
                yield Violation(Kind.DOUBLED, f"{name} {uid} stands {len(found)} times in it")
            else:
                yield from _entry(f"{name} {uid}", mail, found[0])


def _entry(where: str, mail: Shot, found: tuple[Any, ...]) -> Iterator[Violation]:
    state, sha256, content, full_size = found
    if content is None:
        yield Violation(Kind.LOST, f"{where} is {state} and has no bytes")
        return
    raw = bytes(content)
    if state == "kept":
        if raw != mail.raw or sha256 != mail.digest:
            yield Violation(Kind.CHANGED, f"{where} has other bytes than the server")
    elif state not in {"partial", "too large"} or not mail.raw.startswith(raw):
        yield Violation(Kind.CHANGED, f"{where} is {state}")
    elif full_size != len(mail.raw):
        yield Violation(Kind.CHANGED, f"{where} is said to have {full_size} bytes")


def _bytes(ask: Ask, expected: Expected) -> Iterator[Violation]:
    """The stored bytes are those of their hash, belong to a mail, and none that ever came is
    gone."""
    for number, sha256, size, content in ask("SELECT id, sha256, size, content FROM raw_mail"):
        if digest(bytes(content)) != sha256 or len(content) != size:
            yield Violation(Kind.CHANGED, f"raw mail {number} is not what its hash says")
    have = {row[0] for row in ask("SELECT sha256 FROM raw_mail")}
    for one in set(expected.ever) - have:
        yield Violation(Kind.LOST, f"a mail that was on the server: {one}")
    for (number,) in ask("SELECT id FROM raw_mail WHERE id NOT IN (SELECT raw_id FROM mail)"):
        yield Violation(Kind.LOST, f"raw mail {number} belongs to no mail")
    for number, count in ask(
        "SELECT raw_id, count(*) FROM mail WHERE state = 'accepted' GROUP BY raw_id HAVING count(*) > 1"
    ):
        yield Violation(Kind.DOUBLED, f"raw mail {number} was accepted {count} times")
    for mailbox, number in ask(
        "SELECT mailbox_id, raw_id FROM mail GROUP BY mailbox_id, raw_id HAVING count(*) > 1"
    ):
        yield Violation(Kind.DOUBLED, f"raw mail {number} came twice to mailbox {mailbox}")


FATES = """
SELECT mail.id, mail.state, mail.rule, mail.reason, count(message.id)
FROM mail LEFT JOIN message ON message.mail_id = mail.id GROUP BY mail.id, mail.state, mail.rule, mail.reason
"""
COPIES = """
SELECT one.id FROM mail AS one WHERE one.state = 'duplicate' AND NOT EXISTS (
  SELECT 1 FROM mail AS other WHERE other.id <> one.id AND other.state <> 'duplicate'
  AND (other.message_id = one.message_id OR other.fingerprint = one.fingerprint OR other.raw_id = one.raw_id)
  AND (one.ticket_number IS NULL OR one.ticket_number IN (
    SELECT message.ticket_number FROM message JOIN mail AS its ON its.id = message.mail_id
    WHERE its.message_id = one.message_id OR its.fingerprint = one.fingerprint)))
"""


def _fates(ask: Ask) -> Iterator[Violation]:
    """Each mail is one message of a ticket, or held, or a copy of a known one, or put aside; with
    its reason."""
    for number, state, rule, reason, messages in ask(FATES):
        if state not in {"accepted", "held", "duplicate", "ignored", "discarded"}:
            yield Violation(Kind.UNDECIDED, f"mail {number} is {state}")
        elif not rule or not reason:
            yield Violation(Kind.UNDECIDED, f"mail {number} is {state} without a reason")
        if state == "accepted" and not messages:
            yield Violation(Kind.LOST, f"mail {number} is accepted and in no ticket")
        if messages > (state == "accepted"):
            yield Violation(Kind.DOUBLED, f"mail {number} is {state} and {messages} messages")
    for (number,) in ask(COPIES):
        yield Violation(Kind.LOST, f"mail {number} is a copy of nothing that is here")


BROKEN_MESSAGES = {
    "a message without its mail": "SELECT id FROM message WHERE channel = 'mail' AND mail_id IS NULL "
    "AND (direction <> 'out' OR id NOT IN (SELECT message_id FROM outbox))",
    "a mail whose ticket is not its message's": "SELECT mail.id FROM mail JOIN message ON message.mail_id = mail.id "
    "WHERE mail.ticket_number IS NULL OR mail.ticket_number <> message.ticket_number",
    "a ticket without messages": "SELECT number FROM ticket WHERE number NOT IN (SELECT ticket_number FROM message)",
    "a count of messages that is wrong": "SELECT number FROM ticket WHERE message_count <> "
    "(SELECT count(*) FROM message WHERE message.ticket_number = ticket.number)",
    "a message whose place is not counted": "SELECT id FROM message WHERE position NOT BETWEEN 1 AND "
    "(SELECT message_count FROM ticket WHERE number = message.ticket_number)",
    "a message without an event": "SELECT id FROM message WHERE id NOT IN (SELECT message_id FROM event WHERE message_id IS NOT NULL)",
    "a mail from nowhere": "SELECT id FROM mail WHERE id NOT IN (SELECT mail_id FROM remote_mail WHERE mail_id IS NOT NULL) "
    "AND id NOT IN (SELECT mail_id FROM imported_mail)",
}


def _messages(ask: Ask) -> Iterator[Violation]:
    """Messages, tickets and mails belong together."""
    for what, query in BROKEN_MESSAGES.items():
        for (number,) in ask(query):
            yield Violation(Kind.DAMAGED, f"{what}: {number}")


BROKEN_INDEX = {
    "a message that search cannot find": "SELECT id FROM message WHERE retracted_at IS NULL "
    "AND id NOT IN (SELECT message_id FROM search_document WHERE message_id IS NOT NULL)",
    "a subject that search cannot find": "SELECT number FROM ticket "
    "WHERE number NOT IN (SELECT ticket_number FROM search_document WHERE message_id IS NULL)",
    "a document without words": "SELECT id FROM search_document WHERE id NOT IN (SELECT {words} FROM search_words)",
    "words of no document": "SELECT {words} FROM search_words WHERE {words} NOT IN (SELECT id FROM search_document)",
}


def _index(ask: Ask) -> Iterator[Violation]:
    """Search knows each message and each subject, and nothing else."""
    try:
        ask("SELECT rowid FROM search_words LIMIT 1")
        words = "rowid"
    except (psycopg.Error, sqlite3.Error):
        words = "id"
    for what, query in BROKEN_INDEX.items():
        for (number,) in ask(query.format(words=words)):
            yield Violation(Kind.DAMAGED, f"{what}: {number}")


COPIES_SENT = {"sent": (1, 1), "uncertain": (0, 1), "transmitting": (0, 1)}
"""How often a reply in a state may have arrived; in every other one, never."""


def _outbox(ask: Ask, expected: Expected) -> Iterator[Violation]:
    """Each reply has arrived as often as its state says."""
    if expected.sent is None:
        return
    known = dict(ask("SELECT rfc_message_id, state FROM outbox"))
    for name, state in known.items():
        least, most = COPIES_SENT.get(state, (0, 0))
        if not least <= expected.sent.get(name, 0) <= most:
            yield Violation(
                Kind.SENT, f"{name} is {state}, and came {expected.sent.get(name, 0)} times"
            )
    for name in expected.sent.keys() - known.keys():
        yield Violation(Kind.SENT, f"{name} is not in the outbox")


COPIES_TAKEN = {"sent": (1, 1), "bounced": (1, 1), "uncertain": (0, 1)}
"""How often a reply may have arrived at a recipient in a state; in every other one, never."""

WAITS = {"queued", "deferred", "late", "uncertain", "cancelled"}
"""The states of a reply in which a recipient may still wait, or was never to get it."""

RECIPIENTS = """
SELECT outbox.rfc_message_id, outbox_recipient.address, outbox_recipient.state, outbox_recipient.answer, outbox.state
FROM outbox_recipient JOIN outbox ON outbox.id = outbox_recipient.outbox_id
"""


def _recipients(ask: Ask, expected: Expected) -> Iterator[Violation]:
    """Each recipient got each reply as often as their state says; whoever did not get it is waited
    for, or stands there with the server's words."""
    if expected.taken is None:
        return
    known = set()
    for name, address, state, answer, reply in ask(RECIPIENTS):
        known.add((name, address))
        least, most = COPIES_TAKEN.get(state, (0, 0))
        count = expected.taken.get((name, address), 0)
        if count > most:
            yield Violation(Kind.DOUBLED, f"{name}, {address} is {state} and got it {count} times")
        elif count < least:
            yield Violation(Kind.LOST, f"{name}, {address} is {state} and never got it")
        if state in {"failed", "uncertain"} and not answer:
            yield Violation(Kind.SENT, f"{name}, {address} is {state} without a word")
        if state == "waiting" and reply not in WAITS:
            yield Violation(Kind.LOST, f"{name}, {address} waits for a reply that is {reply}")
    for name, address in expected.taken.keys() - known:
        yield Violation(Kind.SENT, f"{address} got {name}, which is not theirs")


TRUSTED = """
SELECT message.id, message.ticket_number, message.position, raw_mail.sha256, raw_mail.content FROM message
JOIN mail ON mail.id = message.mail_id JOIN raw_mail ON raw_mail.id = mail.raw_id
WHERE NOT message.unverified AND message.direction = 'in'
"""
NAMES_OF_TICKETS = """
SELECT ticket_number, id, message_id FROM message WHERE message_id IS NOT NULL
UNION ALL SELECT ticket_number, message_id, reference FROM reference
"""


def _trust(ask: Ask, expected: Expected) -> Iterator[Violation]:
    """What is trusted in a ticket names something of it; what was forged is trusted in nobody
    else's, and brings nobody in."""
    named: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for ticket, message, name in ask(NAMES_OF_TICKETS):
        named[ticket][message].add(name)
    forged = set(expected.forged)
    honest = {
        row[0]
        for row in ask(
            "SELECT message.ticket_number, raw_mail.sha256 FROM message JOIN mail ON mail.id = message.mail_id "
            "JOIN raw_mail ON raw_mail.id = mail.raw_id WHERE message.direction = 'in'"
        )
        if row[1] not in forged
    }
    for message, ticket, position, sha256, content in ask(TRUSTED):
        if sha256 in forged and ticket in honest:
            yield Violation(Kind.TRUSTED, f"message {message} in #{ticket} was forged")
        others = {name for one, names in named[ticket].items() if one != message for name in names}
        if position > 1 and not _belongs(bytes(content), others, ticket):
            yield Violation(Kind.TRUSTED, f"message {message} names nothing of #{ticket}")
    yield from _brought_in(ask, expected, honest)


def _brought_in(ask: Ask, expected: Expected, honest: set[int]) -> Iterator[Violation]:
    strangers = {one.lower() for one in expected.strangers}
    participants = ask("SELECT ticket_number, address FROM participant")
    reached = ask(
        "SELECT message.ticket_number, outbox_recipient.address FROM outbox_recipient "
        "JOIN outbox ON outbox.id = outbox_id JOIN message ON message.id = outbox.message_id"
    )
    for what, found in (("is a participant of", participants), ("is written to in", reached)):
        for ticket, address in found:
            if address.lower() in strangers and ticket in honest:
                yield Violation(Kind.TRUSTED, f"{address} {what} #{ticket}")


def _belongs(raw: bytes, others: set[str], ticket: int) -> bool:
    """Whether a mail names something of its ticket: one of its Message-IDs, its plus-address, or
    its number together with what our own server found out about the sender."""
    mail = BytesHeaderParser().parsebytes(raw)
    ids = set(re.findall(r"<[^<>]+>", _values(mail, "In-Reply-To", "References", "Message-ID")))
    if ids & others or f"+supportcli.{ticket}." in _values(mail, "To", "Cc", "Delivered-To"):
        return True
    return "pass" in _values(mail, "Authentication-Results")


def _values(mail: "Message[str, str]", *names: str) -> str:
    return re.sub(
        r"\s+", " ", " ".join(str(one) for name in names for one in mail.get_all(name, []))
    )


def _sqlite_sound(ask: Ask) -> Iterator[Violation]:
    """The file is in order, row by row and word by word."""
    for query in ("PRAGMA integrity_check", "PRAGMA foreign_key_check"):
        for row in ask(query):
            if row[0] != "ok":
                yield Violation(Kind.DAMAGED, f"{query}: {row}")
    for (name,) in ask(
        "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"
    ):
        try:
            ask(f"INSERT INTO {name}({name}, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            yield Violation(Kind.DAMAGED, f"{name}: {error}")


FOREIGN_KEYS = """
SELECT conrelid::regclass::text, confrelid::regclass::text, one.attname, other.attname FROM pg_constraint
JOIN pg_attribute AS one ON one.attrelid = conrelid AND one.attnum = conkey[1]
JOIN pg_attribute AS other ON other.attrelid = confrelid AND other.attnum = confkey[1] WHERE contype = 'f'
"""


def _postgres_sound(ask: Ask) -> Iterator[Violation]:
    """Each foreign key points to a row."""
    for table, to, column, key in ask(FOREIGN_KEYS):
        query = f"SELECT count(*) FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT {key} FROM {to})"
        ((count,),) = ask(query)
        if count:
            yield Violation(Kind.DAMAGED, f"{count} rows of {table} point to nothing in {to}")


def counted(database: str) -> Counter[str]:
    """The rows of each table: what a run that found nothing new must leave as they are."""
    with _asking(database) as (ask, is_sqlite):
        names = (
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'search_words%'"
            if is_sqlite
            else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        return Counter(
            {name: ask(f'SELECT count(*) FROM "{name}"')[0][0] for (name,) in ask(names)}
        )
