"""What happens on the server to mail that became a message: nothing, unless somebody wants it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from imapclient import IMAPClient
from sqlalchemy import text

from supportcli.channels.servers.imap_client import Client
from supportcli.desk import Desk
from supportcli.desk.mail.sync import MailboxReport, sync
from supportcli.desk.setup import founding
from supportcli.errors import UsageError
from supportcli.errors.servers import MailServerUnreachable
from tests.conversations import INBOX
from tests.desk.desks import START, StandingClock
from tests.desk.fake_channel import BROKEN, FakeChannel, FakeServers
from tests.desk.letters import letter
from tests.desk.receiving import desk_reading
from tests.servers.dovecot import Dovecot

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HELP = "help@shop.test"


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    return dovecot.new_user()[0]


@pytest.fixture
def reading(dovecot: Dovecot, user: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk that reads Dovecot."""
    dovecot.create_folder(user, "Orders")
    with desk_reading(dovecot, user, f"sqlite:///{tmp_path / 'desk.db'}", tmp_path) as desk:
        assert isinstance(desk.clock, StandingClock)
        desk.clock.now = NOW
        yield desk


def arrives(dovecot: Dovecot, user: str, *names: str) -> None:
    for name in names:
        dovecot.append(user, INBOX, letter(name), NOW + timedelta(hours=1))


def wants(desk: Desk, after_import: str) -> None:
    founding.edit_mailbox(desk, HELP, founding.MailboxChanges(after_import=after_import))


def one(desk: Desk) -> MailboxReport:
    (report,) = sync(desk).mailboxes
    return report


def flags(dovecot: Dovecot, user: str, folder: str = INBOX) -> list[set[str]]:
    return [set(mail.flags) for mail in dovecot.messages(user, folder)]


def states(desk: Desk) -> list[tuple[int, str, str]]:
    with desk.db.read() as tx:
        found = tx.connection().execute(text("SELECT uid, kind, state FROM server_action"))
        return [(*row,) for row in found]


def test_nothing_happens_unless_somebody_wants_it(
    reading: Desk, dovecot: Dovecot, user: str
) -> None:
    arrives(dovecot, user, "one")
    assert one(reading).error is None
    assert (flags(dovecot, user), states(reading)) == ([set()], [])


def test_what_became_a_message_is_marked_as_read(
    reading: Desk, dovecot: Dovecot, user: str
) -> None:
    dovecot.append(user, INBOX, letter("early"), NOW - timedelta(hours=1))
    wants(reading, "seen")
    arrives(dovecot, user, "one")
    dovecot.append(user, INBOX, b"\r\nno headers at all\r\n", NOW + timedelta(hours=1))
    assert one(reading).error is None
    report = one(reading)
    assert (report.error, report.counts.held) == (None, 1)
    assert flags(dovecot, user) == [set(), {r"\Seen"}, set()]
    assert states(reading) == [(2, "seen", "done")]


@pytest.mark.parametrize("without", [(), ("MOVE",)], ids=["MOVE", "UID EXPUNGE"])
def test_what_became_a_message_is_moved_and_nothing_of_others_is_expunged(
    reading: Desk,
    dovecot: Dovecot,
    user: str,
    without: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lacks(monkeypatch, *without)
    dovecot.create_folder(user, "Done &- answered")
    wants(reading, "move:Done & answered")
    arrives(dovecot, user, "one", "two")
    dovecot.append(user, INBOX, letter("deleted"), NOW - timedelta(hours=1), flags=[r"\Deleted"])
    assert one(reading).error is None
    assert [mail.flags for mail in dovecot.messages(user)] == [{r"\Deleted"}]
    moved = [mail.raw for mail in dovecot.messages(user, "Done &- answered")]
    assert moved == [letter("one"), letter("two")]
    assert {state for _, _, state in states(reading)} == {"done"}
    dovecot.append(user, INBOX, letter("one"), NOW + timedelta(hours=1))  # somebody moves it back
    assert one(reading).error is None
    assert len(dovecot.messages(user)) == 2


def lacks(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Make the server look as if it did not have these capabilities."""

    def has(self: Client, name: str) -> bool:
        return name not in names and bool(IMAPClient.has_capability(self, name))

    monkeypatch.setattr(Client, "has_capability", has)


def test_without_a_safe_way_nothing_is_moved(
    reading: Desk, dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacks(monkeypatch, "MOVE", "UIDPLUS")
    dovecot.create_folder(user, "Done")
    wants(reading, "move:Done")
    arrives(dovecot, user, "one")
    report = one(reading)
    assert isinstance(report.error, MailServerUnreachable)
    assert "neither MOVE nor UID EXPUNGE" in report.error.sentence
    assert (report.new_tickets, flags(dovecot, user)) == (1, [set()])


def test_a_folder_that_is_not_there_is_said_and_costs_no_mail(
    reading: Desk, dovecot: Dovecot, user: str
) -> None:
    wants(reading, "move:Nowhere")
    arrives(dovecot, user, "one")
    report = one(reading)
    assert report.error is not None
    assert "“Nowhere”" in report.error.sentence
    dovecot.create_folder(user, "Nowhere")
    assert one(reading).error is None
    assert len(dovecot.messages(user, "Nowhere")) == 1


def test_new_uids_are_not_acted_upon_by_old_wishes(
    reading: Desk, dovecot: Dovecot, user: str
) -> None:
    wants(reading, "move:Nowhere")
    arrives(dovecot, user, "one", "two")
    one(reading)
    dovecot.set_uid_validity(user, INBOX, 77_777)
    dovecot.create_folder(user, "Nowhere")
    one(reading)
    assert dovecot.messages(user, "Nowhere") == []


def test_a_try_that_was_cut_off_moves_nothing_twice(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    class Cut(FakeChannel):
        def move(self, uid: int, message_id: str | None, target: str) -> bool:
            super().move(uid, message_id, target)
            raise BROKEN

    connected = servers.at(desk)
    with desk.db.write() as tx:
        tx.connection().execute(text("UPDATE agent SET role = 'admin'"))
    wants(connected, "move:Done")
    servers.deliver(letter("one"), START)
    cut = replace(connected, channels=lambda _: Cut(servers))
    assert one(cut).error is BROKEN
    assert one(servers.at(desk)).error is None
    assert [len(box.mails) for box in servers.boxes.values()] == [0, 1]
    assert states(desk) == [(1, "move", "gone")]
    assert clock() == START


@pytest.mark.parametrize("typed", ["delete", "move", "move:", "seen:x", "move:a\nb", ""])
def test_what_cannot_be_wanted(desk: Desk, typed: str) -> None:
    with pytest.raises(UsageError):
        wants(desk, typed)
