"""Whatever one mailbox's server says, the next mailbox gets its mail, and nothing that the first
one has is lost."""

import itertools
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from supportcli.channels.email import EmailChannel
from supportcli.channels.servers import imap, imap_client
from supportcli.channels.servers.imap import ImapTimeouts
from supportcli.desk import Desk
from supportcli.desk.mail import sync as sync_module
from supportcli.desk.mail.servers import fetching
from supportcli.desk.mail.sync import SyncReport, sync
from supportcli.domain.mailbox import Endpoint, Mailbox, Security
from supportcli.storage.engine import rows
from supportcli.storage.setup import mailboxes
from supportcli.storage.tables import MailboxRow, mail_states
from tests.channels.boxes import mailbox_at
from tests.desk.desks import START, StandingClock, desk_at
from tests.desk.letters import letter
from tests.long import LONG
from tests.servers.liar import Liar

SECRET = "s3cret-canary"
QUICK = ImapTimeouts(connect=0.5, read=0.5, whole=1.5)
FIRST, SECOND = "help@shop.test", "sales@shop.test"


@pytest.fixture
def liar() -> Iterator[Liar]:
    with Liar(*(letter(name, "x" * 600) for name in ("one", "two", "three"))) as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, liar: Liar) -> Iterator[Desk]:
    """A desk that reads the liar first, and an honest server behind it."""
    with ExitStack() as stack:
        honest = stack.enter_context(Liar(letter("honest", subject="Honest")))
        found = stack.enter_context(desk_at(f"sqlite:///{tmp_path / 'desk.db'}", StandingClock()))
        with found.db.write() as tx:
            (box,) = mailboxes.mailboxes(tx)
            imap = Endpoint("127.0.0.1", honest.port, Security.NONE)
            mailboxes.add_mailbox(
                tx, replace(box, address=SECOND, imap=imap, smtp=imap, history="all"), START
            )
            here = {
                "imap_host": "127.0.0.1",
                "imap_port": liar.port,
                "imap_security": "none",
                "history": "all",
            }
            tx.connection().execute(
                rows.table_of(MailboxRow).update().where(text(f"address = '{FIRST}'")).values(here)
            )

        def channels(mailbox: Mailbox) -> EmailChannel:
            patience = QUICK if mailbox.address == FIRST else None
            return EmailChannel(mailbox, SECRET, patience)

        yield replace(found, channels=channels)


@pytest.fixture
def patient_desk(desk: Desk) -> Desk:
    """The same desk, with the time that agents give a server: for answers that do come, however
    busy the machine is."""
    return replace(desk, channels=lambda mailbox: EmailChannel(mailbox, SECRET))


def subjects(desk: Desk, mailbox: str) -> list[str]:
    statement = "SELECT ticket.subject FROM ticket JOIN mailbox ON mailbox.id = mailbox_id WHERE address = :box ORDER BY number"
    with desk.db.read() as tx:
        return list(tx.connection().execute(text(statement), {"box": mailbox}).scalars())


def ledger(desk: Desk) -> dict[int, tuple[str, bool]]:
    statement = "SELECT uid, remote_mail.state, content IS NOT NULL FROM remote_mail JOIN folder ON folder.id = folder_id "
    statement += "LEFT JOIN mail ON mail.id = mail_id LEFT JOIN raw_mail ON raw_mail.id = raw_id WHERE folder.mailbox_id = 1"
    with desk.db.read() as tx:
        return {row[0]: (row[1], bool(row[2])) for row in tx.connection().execute(text(statement))}


def kept(desk: Desk) -> set[bytes]:
    """The bytes of all mails of the first mailbox."""
    with desk.db.read() as tx:
        found = tx.connection().execute(
            text(
                "SELECT content FROM raw_mail JOIN mail ON raw_id = raw_mail.id WHERE mailbox_id = 1"
            )
        )
        return {bytes(row[0]) for row in found}


def first_of(desk: Desk) -> Mailbox:
    with desk.db.read() as tx:
        return next(box for box in mailboxes.mailboxes(tx) if box.address == FIRST)


def assert_contained(desk: Desk, report: SyncReport) -> None:
    """The first mailbox fails and says so; the second one has its mail, and the service levels were
    looked at."""
    first, second = report.mailboxes
    assert first.error is not None
    assert (first.failing_since, first_of(desk).failing_since) == (START, START)
    assert first_of(desk).failure == first.error.sentence
    assert "127.0.0.1" in first.error.sentence
    assert SECRET not in first.error.sentence
    assert first.error.exit_code in {69, 77}
    assert (second.error, second.new_tickets, subjects(desk, SECOND)) == (None, 1, ["Honest"])
    assert report.ticked is not None


HUGE = [b"99999999999999999999", b"9" * 5_000, b"-1", b"4294967299999"]
EXAMINED = b"* %s EXISTS\r\n* OK [UIDVALIDITY %s] ok\r\n* OK [UIDNEXT %s] ok\r\n%%T OK done\r\n"


@pytest.mark.parametrize(
    "number", HUGE, ids=["20 digits", "5000 digits", "negative", "above 32 bits"]
)
@pytest.mark.parametrize("place", range(3), ids=["EXISTS", "UIDVALIDITY", "UIDNEXT"])
def test_a_number_out_of_range_is_one_mailboxs_trouble(
    desk: Desk, liar: Liar, place: int, number: bytes
) -> None:
    said = [b"3", b"7", b"4"]
    said[place] = number
    liar.answers[b"EXAMINE"] = EXAMINED % tuple(said)
    report = sync(desk)
    first, second = report.mailboxes
    assert (second.error, second.new_tickets) == (None, 1)
    if first.error is not None:
        assert_contained(desk, report)
    else:  # what imaplib does not take for a number, or a UIDVALIDITY that a server may well have
        assert first.new_tickets == 3


SAID = {
    "greeting that ends": (b"", b"* BYE go away\r\n"),
    "bytes": (b"EXAMINE", b"\xff\xfe\x00\x1b]0;title\x07\r\n"),
    "an unknown tag": (b"EXAMINE", b"ZZZZ1 OK done\r\n"),
    "a literal of 99 GB": (b"EXAMINE", b"* 3 EXISTS {99999999999}\r\nabc"),
    "UIDs beyond 64 bits": (b"UID SEARCH", b"* SEARCH 99999999999999999999 1 2 3\r\n%T BAD no\r\n"),
    "UIDs of 5000 digits": (b"UID SEARCH", b"* SEARCH " + b"9" * 5_000 + b"\r\n%T OK done\r\n"),
    "parentheses": (b"UID FETCH", b"* 1 FETCH " + b"(" * 50_000 + b"\r\n%T OK done\r\n"),
    "LOGIN": (
        b"LOGIN",
        b'%T NO [AUTHENTICATIONFAILED] no user help with the password "'
        + SECRET.encode()
        + b'"\r\n',
    ),
    "no UIDVALIDITY": (b"EXAMINE", b"* 3 EXISTS\r\n%T OK done\r\n"),
}


@pytest.mark.parametrize("name", SAID)
def test_an_answer_that_is_none_is_one_mailboxs_trouble(desk: Desk, liar: Liar, name: str) -> None:
    command, answer = SAID[name]
    if command:
        liar.answers[command] = answer
    else:
        liar.greeting = answer
    assert_contained(desk, sync(desk))


COMMANDS = [b"", b"CAPABILITY", b"LOGIN", b"EXAMINE", b"UID SEARCH", b"UID FETCH", b"LIST"]
ENDLESS = {
    "words": (b"* OK still working\r\n", 0.02),
    "a flood": (b"* OK still working\r\n" * 5_000, 0.0),
    "a byte at a time": (b"*", 0.05),
    "a line": (b"* OK " + b"x" * 100_000, 0.0),
    "consent": (b"+ go on\r\n", 0.02),
    "a literal": (b"* 1 FETCH (BODY[] {3221225472}\r\n" + b"x" * 50_000, 0.02),
    "folders": (b'* LIST () "/" "Sent"\r\n' * 2_000, 0.0),
}
ALWAYS = {
    (b"", "words"),
    (b"EXAMINE", "a flood"),
    (b"LOGIN", "a byte at a time"),
    (b"UID SEARCH", "a line"),
    (b"UID FETCH", "words"),
    (b"UID FETCH", "a literal"),
    (b"EXAMINE", "consent"),
    (b"LIST", "folders"),
}
EVERY = [
    pytest.param(
        command,
        *ENDLESS[name],
        id=f"{name}, {command.decode()}",
        marks=[] if (command, name) in ALWAYS else pytest.mark.acceptance,
    )
    for place, (command, name) in enumerate(itertools.product(COMMANDS, ENDLESS))
    if LONG or place % 2 or (command, name) in ALWAYS
]
"""All of them with LONG, each second one without."""


@pytest.mark.parametrize(("command", "words", "pause"), EVERY)
def test_an_answer_without_end_ends(
    desk: Desk, liar: Liar, command: bytes, words: bytes, pause: float
) -> None:
    liar.ever, liar.endless, liar.pause = command, words, pause
    tracemalloc.start()
    try:
        report = sync(desk)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert_contained(desk, report)
    assert peak < 64_000_000


BEFORE_AND_BEHIND = [letter(name, "x" * 600) for name in ("one", "three")]


def lie_about(liar: Liar, literal: int) -> None:
    liar.literals[2] = literal


LIES: dict[str, Callable[[Liar], object]] = {
    "20 bytes too long": lambda liar: lie_about(liar, len(liar.mails[2]) + 20),
    "1 byte too long": lambda liar: lie_about(liar, len(liar.mails[2]) + 1),
    "3 bytes too long": lambda liar: lie_about(liar, len(liar.mails[2]) + 3),
    "as long as the next": lambda liar: lie_about(liar, len(liar.mails[2]) * 2),
    "20 bytes too short": lambda liar: lie_about(liar, len(liar.mails[2]) - 20),
    "2 bytes too short": lambda liar: lie_about(liar, len(liar.mails[2]) - 2),
    "99 GB": lambda liar: lie_about(liar, 99_999_999_999),
    "3 GB": lambda liar: lie_about(liar, 3 * 1024**3),
    "empty": lambda liar: liar.bodies.__setitem__(2, b""),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_about_one_mail_costs_no_other_and_not_that_one(
    desk: Desk, liar: Liar, name: str
) -> None:
    honest = set(liar.mails.values())
    LIES[name](liar)
    first, second = sync(desk).mailboxes
    assert (second.error, second.new_tickets) == (None, 1)
    assert (first.error, first.counts.unreadable) == (None, 1)
    assert kept(desk) == honest - {liar.mails[2]}
    assert ledger(desk) == {
        1: (mail_states.KEPT, True),
        2: (mail_states.UNREADABLE, False),
        3: (mail_states.KEPT, True),
    }
    liar.literals.clear()
    liar.bodies.clear()
    first, _ = sync(desk).mailboxes
    assert (first.fetched, first.counts.unreadable, kept(desk)) == (1, 0, honest)


@pytest.mark.parametrize(
    "size", [b"99999999999999999999999", b"-5", b"NIL", b"0", b"1", b"700", b'"x"', b"(1 2)"]
)
def test_a_size_that_is_wrong_keeps_no_mail_out(
    patient_desk: Desk, liar: Liar, size: bytes
) -> None:
    for uid in liar.mails:
        liar.sizes[uid] = size
    first, second = sync(patient_desk).mailboxes
    assert (first.error, first.new_tickets, first.counts.partial, first.counts.unreadable) == (
        None,
        3,
        0,
        0,
    )
    assert kept(patient_desk) == set(liar.mails.values())
    assert second.new_tickets == 1


def test_a_mistake_of_the_program_in_one_mailbox_is_told_and_stops_no_other(
    patient_desk: Desk,
) -> None:
    channels = patient_desk.channels

    class Broken(EmailChannel):
        def examine(self, folder: str) -> object:  # type: ignore[override]
            raise ZeroDivisionError(f"\x1b]0;{folder}\x07")

    def mixed(mailbox: Mailbox) -> EmailChannel:
        return Broken(mailbox, SECRET) if mailbox.address == FIRST else channels(mailbox)  # type: ignore[return-value]

    first, second = sync(replace(patient_desk, channels=mixed)).mailboxes
    assert first.error is not None
    assert "ZeroDivisionError" in first.error.sentence
    assert "\x1b" not in first.error.sentence
    assert (first.error.exit_code, first.failing_since) == (1, START)
    assert second.new_tickets == 1


@pytest.mark.parametrize("searched", [4, 80_000], ids=["windows", "at once"])
def test_gaps_of_millions_and_the_last_uids_there_are(
    patient_desk: Desk, liar: Liar, searched: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "_SEARCHED", searched)
    places = [1, 2, 1_000_003, 2**32 - 3, 2**32 - 2]
    liar.mails = {uid: letter(f"m{uid}") for uid in places}
    first, _ = sync(patient_desk).mailboxes
    assert (first.error, first.new_tickets) == (None, len(places))
    assert sorted(ledger(patient_desk)) == places
    liar.mails[2**32 - 1] = letter("the last")
    first, _ = sync(patient_desk).mailboxes
    assert (first.error, first.new_tickets) == (None, 1)


def test_windows_that_are_too_wide_become_narrow_again(
    liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "_SEARCHED", 100)
    monkeypatch.setattr(imap_client, "_LONGEST_LINE", 1_000)
    places = [1, *range(500_000, 500_300)]
    liar.mails = dict.fromkeys(places, b"")
    with closing(imap.Imap(mailbox_at(imap=liar.port), SECRET)) as connection:
        connection.examine("INBOX")
        assert [one.uid for one in connection.listing(0)] == places


def test_a_body_that_drips_is_one_mailboxs_trouble(desk: Desk, liar: Liar) -> None:
    liar.drip = 0.2
    report = sync(desk)
    assert_contained(desk, report)
    liar.drip = 0.0
    assert sync(desk).mailboxes[0].new_tickets == 3


def test_one_pass_leaves_time_for_the_next_mailbox(
    patient_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_module, "TURN_SECONDS", 0.0)
    monkeypatch.setattr(fetching, "BATCH_MAILS", 1)
    for expected in range(1, 4):
        first, second = sync(patient_desk).mailboxes
        assert (first.fetched, len(ledger(patient_desk)), second.error) == (1, expected, None)
        assert first_of(patient_desk).synced_at is None  # it has not been read to its end
    assert sync(patient_desk, attended=True).mailboxes[0].counts.tickets == 3
