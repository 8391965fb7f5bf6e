"""The checker sees what it says it sees: each promise is broken once, with plain SQL or on the
server, and it is found."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.conversations import INBOX
from tests.faults.checker import NOTHING, Expected, Kind, digest, sqlite3
from tests.faults.desks import Desk, Ground, query
from tests.servers.dovecot import Dovecot
from tests.servers.process import ROOT

pytestmark = pytest.mark.acceptance

SOME = "(SELECT min(mail_id) FROM message WHERE position = 2)"
"""The id of a mail that answered another one."""

OF_SOME = f"WHERE mail_id = {SOME}"
OTHER_TICKET = f"(SELECT max(number) FROM ticket WHERE number <> (SELECT ticket_number FROM message {OF_SOME}))"
COLUMNS = "ticket_number, direction, channel, mail_id, sender_name, sender_address, people, subject, text, folds, created_at, unverified, newcomer"


def doubled(table: str, which: str) -> tuple[str, ...]:
    """Statements that write a row of a table once more, whatever its constraints say."""
    return (
        f"CREATE TABLE copy AS SELECT * FROM {table}",
        f"INSERT INTO copy SELECT * FROM {table} WHERE {which}",
        f"DROP TABLE {table}",
        f"ALTER TABLE copy RENAME TO {table}",
    )


MOVED = (
    f"UPDATE mail SET ticket_number = {OTHER_TICKET} WHERE id = {SOME}",
    f"UPDATE event SET ticket_number = {OTHER_TICKET} WHERE message_id = (SELECT id FROM message {OF_SOME})",
    f"UPDATE message SET position = 2, ticket_number = {OTHER_TICKET} {OF_SOME}",
)

DAMAGE: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "a place is forgotten": (Kind.LOST, (f"DELETE FROM remote_mail {OF_SOME}",)),
    "a place is there twice": (Kind.DOUBLED, doubled("remote_mail", f"mail_id = {SOME}")),
    "a mail is said to be unreadable": (
        Kind.LOST,
        (f"UPDATE remote_mail SET state = 'unreadable', mail_id = NULL {OF_SOME}",),
    ),
    "bytes of another mail": (
        Kind.CHANGED,
        (
            f"UPDATE remote_mail SET mail_id = (SELECT max(id) FROM mail) {OF_SOME}",
            f"UPDATE imported_mail SET place = place {OF_SOME}",
        ),
    ),
    "bytes and their hash": (
        Kind.CHANGED,
        (
            f"UPDATE raw_mail SET content = x'41', size = 1, sha256 = '{digest(b'A')}' WHERE id = (SELECT raw_id FROM mail WHERE id = {SOME})",
        ),
    ),
    "bytes without their hash": (
        Kind.CHANGED,
        (
            f"UPDATE raw_mail SET content = zeroblob(size) WHERE id = (SELECT raw_id FROM mail WHERE id = {SOME})",
        ),
    ),
    "a whole mail is said to be partial": (
        Kind.CHANGED,
        (f"UPDATE remote_mail SET state = 'partial' {OF_SOME}",),
    ),
    "a state that nobody knows": (
        Kind.CHANGED,
        (f"UPDATE remote_mail SET state = 'gone' {OF_SOME}",),
    ),
    "bytes of no mail": (Kind.LOST, (f"DELETE FROM mail WHERE id = {SOME}",)),
    "the same bytes are two mails": (Kind.DOUBLED, doubled("mail", f"id = {SOME}")),
    "two mailboxes accepted the same bytes": (
        Kind.DOUBLED,
        (
            f"INSERT INTO mail (mailbox_id, raw_id, received_at, state, historic) SELECT 2, raw_id, received_at, state, historic FROM mail WHERE id = {SOME}",
        ),
    ),
    "a mail waits for ever": (
        Kind.UNDECIDED,
        (f"UPDATE mail SET state = 'kept' WHERE id = {SOME}",),
    ),
    "a decision without a reason": (
        Kind.UNDECIDED,
        ("UPDATE mail SET reason = '' WHERE state = 'held'",),
    ),
    "a decision without a rule": (
        Kind.UNDECIDED,
        (f"UPDATE mail SET rule = NULL WHERE id = {SOME}",),
    ),
    "a mail is in no ticket": (Kind.LOST, (f"DELETE FROM message {OF_SOME}",)),
    "a mail is two messages": (
        Kind.DOUBLED,
        (f"INSERT INTO message (position, {COLUMNS}) SELECT 99, {COLUMNS} FROM message {OF_SOME}",),
    ),
    "a held mail is a message": (
        Kind.DOUBLED,
        (f"UPDATE mail SET state = 'held' WHERE id = {SOME}",),
    ),
    "a copy of nothing": (
        Kind.LOST,
        (
            "UPDATE mail SET state = 'duplicate', message_id = '<x@y>', fingerprint = 'x' WHERE state = 'held'",
        ),
    ),
    "a copy of what is in another ticket": (
        Kind.LOST,
        (
            "UPDATE mail SET ticket_number = (SELECT max(number) FROM ticket WHERE number <> mail.ticket_number) WHERE state = 'duplicate'",
        ),
    ),
    "a message without its mail": (
        Kind.DAMAGED,
        (f"UPDATE message SET mail_id = NULL {OF_SOME}",),
    ),
    "a mail whose ticket is another one": (
        Kind.DAMAGED,
        (f"UPDATE mail SET ticket_number = {OTHER_TICKET} WHERE id = {SOME}",),
    ),
    "a ticket without messages": (
        Kind.DAMAGED,
        (
            "CREATE TABLE copy AS SELECT * FROM ticket LIMIT 1",
            "UPDATE copy SET number = 999, message_count = 0",
            "INSERT INTO ticket SELECT * FROM copy",
            "DROP TABLE copy",
        ),
    ),
    "a wrong count": (
        Kind.DAMAGED,
        (f"UPDATE ticket SET message_count = 99 WHERE number = {OTHER_TICKET}",),
    ),
    "a place that is not counted": (
        Kind.DAMAGED,
        (f"UPDATE message SET position = 99 {OF_SOME}",),
    ),
    "a message without an event": (
        Kind.DAMAGED,
        (f"DELETE FROM event WHERE message_id = (SELECT id FROM message {OF_SOME})",),
    ),
    "a mail from nowhere": (Kind.DAMAGED, (f"DELETE FROM remote_mail {OF_SOME}",)),
    "a message that search does not know": (
        Kind.DAMAGED,
        ("DELETE FROM search_document WHERE message_id = (SELECT max(id) FROM message)",),
    ),
    "a subject that search does not know": (
        Kind.DAMAGED,
        ("DELETE FROM search_document WHERE message_id IS NULL",),
    ),
    "no words": (Kind.DAMAGED, ("DELETE FROM search_words",)),
    "words of nothing": (
        Kind.DAMAGED,
        ("INSERT INTO search_words (rowid, words) VALUES (99999, 'nothing')",),
    ),
    "an index of words that is broken": (
        Kind.DAMAGED,
        ("UPDATE search_words_content SET c0 = 'other'",),
    ),
    "a key to nothing": (Kind.DAMAGED, (f"UPDATE message SET agent_id = 999 {OF_SOME}",)),
    "a message that names nothing of its ticket": (Kind.TRUSTED, MOVED),
}

ON_POSTGRES = {
    "a place is forgotten": DAMAGE["a place is forgotten"],
    "a mail waits for ever": DAMAGE["a mail waits for ever"],
    "a key to nothing": (
        Kind.DAMAGED,
        (f"SET session_replication_role = replica; UPDATE message SET agent_id = 999 {OF_SOME}",),
    ),
    "no words": DAMAGE["no words"],
    "words of nothing": (
        Kind.DAMAGED,
        ("INSERT INTO search_words (id, words) VALUES (99999, 'nothing')",),
    ),
    "bytes without their hash": (
        Kind.CHANGED,
        (
            f"UPDATE raw_mail SET content = '\\x41' WHERE id = (SELECT raw_id FROM mail WHERE id = {SOME})",
        ),
    ),
    "a message that names nothing of its ticket": (Kind.TRUSTED, MOVED),
}


@pytest.fixture(scope="module")
def read(small: Ground, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A desk that has read its 25 mails."""
    desk = small.copy(tmp_path_factory.mktemp("read") / "desk")
    desk.sync_well()
    return replace(small, folder=desk.folder)


@pytest.fixture
def desk(read: Ground, tmp_path: Path) -> Desk:
    """A copy of it."""
    return read.copy(tmp_path / "desk")


def kinds(desk: Desk, expected: Expected = NOTHING) -> set[Kind]:
    """The kinds of promises that are broken."""
    return {one.kind for one in desk.violations(expected)}


def test_a_desk_that_was_left_alone_breaks_no_promise(desk: Desk) -> None:
    assert desk.violations(Expected(sent={})) == []
    states = {row[0] for row in desk.query("SELECT state FROM mail")}
    assert states == {"accepted", "held", "duplicate"}


@pytest.mark.parametrize(("kind", "statements"), DAMAGE.values(), ids=DAMAGE)
def test_a_broken_promise_is_seen(desk: Desk, kind: Kind, statements: tuple[str, ...]) -> None:
    for statement in statements:
        desk.query(statement)
    assert kind in kinds(desk)


@pytest.fixture(scope="module")
def read_on_postgres(small_on_postgres: Ground, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A desk on PostgreSQL that has read its 25 mails."""
    desk = small_on_postgres.copy(tmp_path_factory.mktemp("read") / "desk")
    desk.sync_well()
    assert small_on_postgres.postgres is not None
    return replace(
        small_on_postgres,
        folder=desk.folder,
        template=small_on_postgres.postgres.name_of(desk.database),
    )


@pytest.mark.parametrize(("kind", "statements"), ON_POSTGRES.values(), ids=ON_POSTGRES)
def test_a_broken_promise_is_seen_on_postgres(
    read_on_postgres: Ground, tmp_path: Path, kind: Kind, statements: tuple[str, ...]
) -> None:
    desk = read_on_postgres.copy(tmp_path / "desk")
    assert desk.violations() == []
    for statement in statements:
        desk.query(statement)
    assert kind in kinds(desk)
    desk.drop()


def test_a_page_that_rots_is_seen(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.database)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = file.execute("PRAGMA page_size").fetchone()
        (page,) = file.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'ix_mail_state'"
        ).fetchone()
    with Path(desk.database).open("r+b") as written:
        written.seek(page * size - 40)
        written.write(b"rot" * 10)
    assert Kind.DAMAGED in kinds(desk)


@pytest.fixture
def flag(dovecot: Dovecot, read: Ground) -> Iterator[Callable[..., None]]:
    """Sets the flags of the first mail, and takes them away again."""
    user = read.account.user
    first = min(read.before[INBOX].mails)
    yield lambda *flags: dovecot.store_flags(user, INBOX, first, *flags)
    dovecot.store_flags(user, INBOX, first)


@pytest.mark.parametrize("name", [r"\Seen", r"\Deleted", r"\Flagged", "$Ours"])
def test_a_flag_that_was_set_is_seen(desk: Desk, flag: Callable[..., None], name: str) -> None:
    flag(name)
    assert kinds(desk) == {Kind.FLAGS}


def test_a_mail_that_was_there_once_is_missed(desk: Desk) -> None:
    assert kinds(desk, Expected(ever=[digest(b"a mail that is gone")])) == {Kind.LOST}


REPLY = """
INSERT INTO outbox (id, message_id, mailbox_id, state, not_before, attempts, rfc_message_id, sender, content, created_at, updated_at)
SELECT 1, min(id), 1, '{state}', '2026-01-01', 1, '<reply@shop.test>', 'help@shop.test', x'41', '2026-01-01', '2026-01-01' FROM message
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """What state a reply is in, how often it came, and whether that is as promised."""

    state: str
    copies: int
    right: bool


SENT = [
    Sent("sent", 1, True),
    Sent("sent", 0, False),
    Sent("sent", 2, False),
    Sent("uncertain", 1, True),
    Sent("uncertain", 2, False),
    Sent("queued", 0, True),
    Sent("queued", 1, False),
    Sent("failed", 1, False),
]


@pytest.mark.parametrize("sent", SENT, ids=str)
def test_a_reply_that_came_too_often_or_never_is_seen(desk: Desk, sent: Sent) -> None:
    desk.query(REPLY.format(state=sent.state))
    found = kinds(desk, Expected(sent={"<reply@shop.test>": sent.copies}))
    assert found == (set() if sent.right else {Kind.SENT})


def test_a_reply_that_nobody_queued_is_seen(desk: Desk) -> None:
    assert kinds(desk, Expected(sent={"<unknown@shop.test>": 1})) == {Kind.SENT}


RECIPIENT = """
INSERT INTO outbox_recipient (outbox_id, address, state, answer) VALUES (1, 'grace@customer.test', '{state}', {answer})
"""


@dataclass(frozen=True, slots=True)
class Got:
    """A reply's state, that of its recipient, what the server said, how often they got it, and what
    is wrong with that."""

    reply: str
    state: str
    answer: str
    copies: int
    wrong: frozenset[Kind] = frozenset()


GOT = [
    Got("sent", "sent", "'250 ok'", 1),
    Got("sent", "sent", "'250 ok'", 0, frozenset({Kind.LOST})),
    Got("sent", "sent", "'250 ok'", 2, frozenset({Kind.DOUBLED})),
    Got("failed", "failed", "'550 no'", 0),
    Got("failed", "failed", "'550 no'", 1, frozenset({Kind.DOUBLED})),
    Got("failed", "failed", "NULL", 0, frozenset({Kind.SENT})),
    Got("uncertain", "uncertain", "'silence'", 1),
    Got("uncertain", "uncertain", "NULL", 1, frozenset({Kind.SENT})),
    Got("uncertain", "uncertain", "'silence'", 2, frozenset({Kind.DOUBLED})),
    Got("late", "waiting", "NULL", 0),
    Got("sent", "waiting", "NULL", 0, frozenset({Kind.LOST})),
]


@pytest.mark.parametrize("got", GOT, ids=str)
def test_what_a_recipient_got_is_compared_with_their_state(desk: Desk, got: Got) -> None:
    desk.query(REPLY.format(state=got.reply))
    desk.query(RECIPIENT.format(state=got.state, answer=got.answer))
    taken = {("<reply@shop.test>", "grace@customer.test"): got.copies}
    assert kinds(desk, Expected(taken=taken)) == got.wrong


def test_whoever_got_a_reply_that_was_not_theirs_is_seen(desk: Desk) -> None:
    taken = {("<reply@shop.test>", "eve@evil.test"): 1}
    assert kinds(desk, Expected(taken=taken)) == {Kind.SENT}


FORGED = f"SELECT sha256 FROM raw_mail WHERE id = (SELECT raw_id FROM mail WHERE id = {SOME})"


def test_a_forgery_that_is_trusted_is_seen(desk: Desk) -> None:
    ((forged,),) = desk.query(FORGED)
    assert kinds(desk, Expected(forged=[forged])) == {Kind.TRUSTED}
    desk.query(f"UPDATE message SET unverified = 1 {OF_SOME}")
    assert kinds(desk, Expected(forged=[forged])) == set()


@pytest.mark.parametrize(
    "statements",
    [
        ("INSERT INTO participant VALUES (1, 'Mallory@evil.test', 0)",),
        (
            REPLY.format(state="queued"),
            "INSERT INTO outbox_recipient (outbox_id, address, state) VALUES (1, 'mallory@evil.test', 'waiting')",
        ),
    ],
    ids=["participant", "recipient"],
)
def test_a_stranger_who_was_brought_in_is_seen(desk: Desk, statements: tuple[str, ...]) -> None:
    for statement in statements:
        desk.query(statement)
    assert kinds(desk, Expected(strangers=["mallory@evil.test"])) == {Kind.TRUSTED}


def test_the_checker_loads_nothing_of_the_program() -> None:
    look = "import sys, tests.faults.checker; print(sorted(name for name in sys.modules if name.startswith(('supportcli', 'sqlalchemy', 'imapclient', 'tests'))))"
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['tests', 'tests.faults', 'tests.faults.checker']"


def test_query_changes_what_it_is_told(desk: Desk) -> None:
    query(desk.database, "DELETE FROM event")
    assert desk.query("SELECT count(*) FROM event") == [(0,)]
