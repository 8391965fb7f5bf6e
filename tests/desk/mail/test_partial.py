"""A mail that is too large to come with others: it stands in a ticket at once, and once, and
becomes whole in its place."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from supportcli.desk import Desk
from supportcli.desk.exports import attachments
from supportcli.desk.mail.intake import ingest
from supportcli.desk.mail.servers import fetching, partial
from supportcli.desk.mail.sync import MailboxReport, sync
from supportcli.desk.mail.why import why
from supportcli.desk.tickets import lists, reading, ticket_json
from supportcli.domain.tickets.ticket import Message, PartialMail, Rest
from supportcli.storage.mail import mails
from supportcli.storage.tables import mail_states
from tests.desk.desks import START, StandingClock, desk_at
from tests.desk.fake_channel import BROKEN, FakeFolder, FakeServers
from tests.desk.letters import letter

FILE = bytes(range(256)) * 20


def large(name: str = "large", words: str = "Here is the picture.", file: bytes = FILE) -> bytes:
    """A mail with a file of 5 kB behind its text."""
    head = f"From: Grace <grace@customer.test>\r\nTo: help@shop.test\r\nSubject: {name}\r\nMessage-ID: <{name}@customer.test>\r\n"
    head += 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    body = f"--b\r\nContent-Type: text/plain\r\n\r\n{words}\r\n"
    body += (
        "--b\r\nContent-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return (
        f"{head}{body}".encode() + base64.encodebytes(file).replace(b"\n", b"\r\n") + b"--b--\r\n"
    )


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> FakeServers:
    """Servers for a desk to which 3 kB are much."""
    monkeypatch.setattr(fetching, "MAX_BYTES", 3_000)
    monkeypatch.setattr(partial, "FIRST_BYTES", 1_000)
    monkeypatch.setattr(partial, "CHUNK_BYTES", 900)
    monkeypatch.setattr(partial, "WHOLE_BYTES", 20_000)
    return FakeServers()


@pytest.fixture
def desk(url: str, servers: FakeServers) -> Iterator[Desk]:
    with desk_at(url, StandingClock()) as desk:
        yield servers.at(desk)


@pytest.fixture
def sqlite_desk(tmp_path: Path, servers: FakeServers) -> Iterator[Desk]:
    with desk_at(f"sqlite:///{tmp_path / 'desk.db'}", StandingClock()) as desk:
        yield servers.at(desk)


def one(desk: Desk) -> MailboxReport:
    (report,) = sync(desk).mailboxes
    return report


def only_message(desk: Desk) -> Message:
    (number,) = lists.numbers(desk)
    (message,) = reading.ticket(desk, number).messages
    return message


def ledger(desk: Desk) -> list[tuple[int, str]]:
    with desk.db.read() as tx:
        return [
            (*row,)
            for row in tx.connection().execute(
                text("SELECT uid, state FROM remote_mail ORDER BY uid")
            )
        ]


def count(desk: Desk, table: str) -> int:
    with desk.db.read() as tx:
        return int(tx.connection().execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608 - a name from this file


def test_a_large_mail_is_in_a_ticket_at_once_and_whole_at_the_end_of_the_pass(
    desk: Desk, servers: FakeServers
) -> None:
    raw = large()
    servers.deliver(raw)
    servers.part_breaks_after = 1
    cut = one(desk)
    assert (cut.fetched, cut.new_tickets, cut.counts.partial, cut.error) == (1, 1, 1, BROKEN)
    message = only_message(desk)
    assert (message.text.strip(), message.attachments) == ("Here is the picture.", ())
    assert message.part == PartialMail(1_000, len(raw), Rest.COMING)
    assert ledger(desk) == [(1, mail_states.PARTIAL)]
    assert why(desk, "1")[0].full_size == len(raw)

    done = one(desk)
    assert (done.fetched, done.new_tickets, done.completed, done.counts.partial, done.error) == (
        0,
        0,
        1,
        0,
        None,
    )
    message = only_message(desk)
    assert (message.part, [file.name for file in message.attachments]) == (None, ["a.png"])
    assert attachments.content(desk, 1, 1)[1] == FILE
    assert ledger(desk) == [(1, mail_states.KEPT)]
    assert (count(desk, "mail"), count(desk, "raw_mail"), count(desk, "message")) == (1, 1, 1)
    assert list(lists.numbers(desk, "picture")) == [1]
    asked = servers.parts
    assert (one(desk).completed, servers.parts) == (0, asked)


@pytest.mark.parametrize("breaks", range(8))
def test_wherever_the_line_breaks_it_is_one_message(
    sqlite_desk: Desk, servers: FakeServers, breaks: int
) -> None:
    servers.deliver(large())
    servers.deliver(letter("small"))
    servers.part_breaks_after = breaks
    for _ in range(3):
        one(sqlite_desk)
    assert (
        count(sqlite_desk, "ticket"),
        count(sqlite_desk, "message"),
        count(sqlite_desk, "attachment"),
    ) == (2, 2, 1)
    assert ledger(sqlite_desk) == [(1, mail_states.KEPT), (2, mail_states.KEPT)]


def test_a_mail_beyond_all_measure_stays_on_the_server_and_says_so(
    sqlite_desk: Desk, servers: FakeServers
) -> None:
    raw = large(file=FILE * 4)
    servers.deliver(raw)
    for _ in range(2):
        assert one(sqlite_desk).counts.partial == 1
    assert only_message(sqlite_desk).part == PartialMail(1_000, len(raw), Rest.ON_SERVER)
    assert (ledger(sqlite_desk), servers.parts) == ([(1, mail_states.TOO_LARGE)], 1)
    shape = ticket_json.ticket(reading.ticket(sqlite_desk, 1), sqlite_desk.now())
    assert shape["messages"][0]["partial"] == {"here": 1_000, "size": len(raw), "rest": "on server"}


def test_a_rest_that_is_gone_is_asked_for_no_more(sqlite_desk: Desk, servers: FakeServers) -> None:
    uid = servers.deliver(large())
    servers.part_breaks_after = 2
    one(sqlite_desk)
    del servers.boxes["INBOX"].mails[uid]
    for _ in range(2):
        report = one(sqlite_desk)
        assert (report.counts.partial, report.error) == (0, None)
    assert only_message(sqlite_desk).part is not None
    assert only_message(sqlite_desk).part.rest is Rest.GONE  # type: ignore[union-attr]


def test_of_a_server_that_gives_no_part_the_headers_come(
    sqlite_desk: Desk, servers: FakeServers
) -> None:
    servers.no_parts = True
    servers.deliver(large())
    assert one(sqlite_desk).counts.partial == 1
    assert reading.ticket(sqlite_desk, 1).line.subject == "large"
    assert only_message(sqlite_desk).part is not None
    servers.no_parts = False
    assert one(sqlite_desk).completed == 1
    assert only_message(sqlite_desk).attachments


def test_a_large_mail_in_two_folders_is_one(sqlite_desk: Desk, servers: FakeServers) -> None:
    with sqlite_desk.db.write() as tx:
        for name in ("INBOX", "Orders"):
            mails.add_folder(tx, 1, name, "inbox")
    servers.boxes["Orders"] = FakeFolder()
    for folder in servers.boxes:
        servers.deliver(large(), folder=folder)
    assert one(sqlite_desk).new_tickets == 1
    assert (
        count(sqlite_desk, "mail"),
        count(sqlite_desk, "message"),
        count(sqlite_desk, "attachment"),
    ) == (1, 1, 1)
    assert {state for _, state in ledger(sqlite_desk)} == {mail_states.KEPT}


def test_two_mails_that_begin_alike_are_two(sqlite_desk: Desk, servers: FakeServers) -> None:
    words = "The same words. " * 100
    raws = [large(words=words), large(words=words, file=FILE[::-1])]
    for raw in raws:
        servers.deliver(raw)
    one(sqlite_desk)
    with sqlite_desk.db.read() as tx:
        kept = {
            bytes(row[0]) for row in tx.connection().execute(text("SELECT content FROM raw_mail"))
        }
    assert kept == set(raws)
    assert one(sqlite_desk).counts.partial == 0


def test_a_mail_that_came_whole_another_way_meanwhile_is_not_doubled(
    sqlite_desk: Desk, servers: FakeServers
) -> None:
    servers.deliver(large())
    servers.part_breaks_after = 2
    one(sqlite_desk)
    ingest(sqlite_desk, "help@shop.test", large())
    for _ in range(2):
        assert one(sqlite_desk).error is None
    assert {state for _, state in ledger(sqlite_desk)} == {mail_states.KEPT}
    assert one(sqlite_desk).counts.partial == 0


def test_a_large_mail_without_a_sender_is_held_and_becomes_whole(
    sqlite_desk: Desk, servers: FakeServers
) -> None:
    raw = large().replace(b"From: Grace <grace@customer.test>\r\n", b"")
    servers.deliver(raw)
    report = one(sqlite_desk)
    assert (report.held, report.completed) == (1, 1)
    assert why(sqlite_desk, "1")[0].size == len(raw)


def test_mails_that_an_older_program_left_on_the_server_come_in(
    sqlite_desk: Desk, servers: FakeServers
) -> None:
    raw = large()
    uid = servers.deliver(raw)
    with sqlite_desk.db.write() as tx:
        folder = replace(mails.add_folder(tx, 1, "INBOX", "inbox"), uidvalidity=1, last_uid=uid)
        mails.set_cursor(tx, folder, START)
        mails.note(tx, folder, [mails.Seen(uid, START, len(raw))], mail_states.TOO_LARGE)
    report = one(sqlite_desk)
    assert (report.new_tickets, report.completed) == (1, 1)
    assert ledger(sqlite_desk) == [(uid, mail_states.KEPT)]


def test_a_size_that_was_a_lie_is_no_large_mail(sqlite_desk: Desk, servers: FakeServers) -> None:
    uid = servers.deliver(letter("small"))
    servers.boxes["INBOX"].sizes[uid] = 2**62
    report = one(sqlite_desk)
    assert (report.new_tickets, report.counts.partial) == (1, 0)
    assert ledger(sqlite_desk) == [(uid, mail_states.KEPT)]


def test_a_mail_that_cannot_be_read_is_counted_until_it_can(
    sqlite_desk: Desk, servers: FakeServers
) -> None:
    uids = [servers.deliver(large()), servers.deliver(letter("small"))]
    box = servers.boxes["INBOX"]
    servers.no_parts = True
    box.unreadable.update(uids)
    box.mails[uids[0]] = replace(box.mails[uids[0]])
    assert one(sqlite_desk).counts.unreadable >= 1
    box.unreadable.clear()
    servers.no_parts = False
    assert one(sqlite_desk).counts.unreadable == 0
