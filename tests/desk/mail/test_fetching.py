"""Receiving: what is on the server comes in once, whatever happens on the way, and the ledger knows
each mail."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NoReturn

import pytest
from sqlalchemy import text

from supportcli.channels.channel import FolderRole
from supportcli.desk import Desk
from supportcli.desk.mail.servers import fetching
from supportcli.desk.mail.sync import MailboxReport, SyncProgress, SyncStep, sync
from supportcli.desk.setup import founding
from supportcli.desk.tickets import lists, reading
from supportcli.domain.mailbox import Endpoint, Mailbox, Security
from supportcli.domain.tickets.ticket import Status
from supportcli.errors.names import NotFound
from supportcli.errors.servers import FolderGone
from supportcli.errors.setup import SecretMissing
from supportcli.storage.engine import rows
from supportcli.storage.engine.locks import mailbox_lock
from supportcli.storage.mail import mails
from supportcli.storage.setup import mailboxes
from supportcli.storage.tables import MailboxRow, mail_states
from tests.desk.desks import START, StandingClock
from tests.desk.fake_channel import BROKEN, FakeFolder, FakeServers
from tests.desk.letters import EVE, letter


@pytest.fixture
def desk(desk: Desk, servers: FakeServers) -> Desk:
    return servers.at(desk)


def one(desk: Desk) -> MailboxReport:
    (report,) = sync(desk).mailboxes
    return report


def ledger(desk: Desk) -> list[tuple[int, int, str]]:
    """Each place in the ledger: UIDVALIDITY, UID, state."""
    with desk.db.read() as tx:
        return [
            (*row,)
            for row in tx.connection().execute(
                text("SELECT uidvalidity, uid, state FROM remote_mail ORDER BY id")
            )
        ]


def count(desk: Desk, table: str) -> int:
    with desk.db.read() as tx:
        return int(tx.connection().execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608 - a name from this file


def set_history(desk: Desk, history: str) -> None:
    with desk.db.write() as tx:
        box = mailboxes.mailboxes(tx)[0]
        mailboxes.remove_mailbox(tx, box.id)
        mailboxes.add_mailbox(tx, replace(box, history=history), START)


def test_new_mail_becomes_tickets_and_a_second_pass_adds_nothing(
    desk: Desk, servers: FakeServers
) -> None:
    for number in range(3):
        servers.deliver(letter(f"m{number}"))
    report = one(desk)
    assert (report.fetched, report.new_tickets, report.error) == (3, 3, None)
    again = one(desk)
    assert (again.fetched, again.new_tickets, count(desk, "ticket"), count(desk, "raw_mail")) == (
        0,
        0,
        3,
        3,
    )


@pytest.mark.parametrize(
    "uidvalidities", [(2, 1), (1,)], ids=["an old UIDVALIDITY comes back", "restored from a backup"]
)
def test_uids_that_are_given_a_second_time_hide_no_mail(
    desk: Desk, servers: FakeServers, uidvalidities: tuple[int, ...]
) -> None:
    for name in ("one", "two", "three"):
        servers.deliver(letter(name))
    one(desk)
    for uidvalidity in uidvalidities:
        servers.boxes["INBOX"] = FakeFolder(uidvalidity=uidvalidity)
        servers.deliver(letter("one"))
        servers.deliver(letter(f"new-{uidvalidity}"))
        report = one(desk)
        assert (report.fetched, report.new_tickets, report.error) == (1, 1, None)
    assert one(desk).fetched == 0


def test_a_folder_that_is_gone_stops_no_other(desk: Desk, servers: FakeServers) -> None:
    with desk.db.write() as tx:
        for name in ("Archive", "INBOX", "Orders"):
            mails.add_folder(tx, 1, name, FolderRole.INBOX)
    servers.deliver(letter("one"))
    servers.deliver(letter("two"), folder="Orders")
    report = one(desk)
    assert (report.fetched, report.new_tickets, report.failing_since) == (2, 2, desk.now())
    assert isinstance(report.error, FolderGone)
    assert report.tells  # this does not pass by itself
    with desk.db.read() as tx:
        (box,) = mailboxes.mailboxes(tx)
    assert box.synced_at == desk.now()


def test_batches_are_small_in_number_and_in_bytes(
    desk: Desk, servers: FakeServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "BATCH_MAILS", 4)
    monkeypatch.setattr(fetching, "BATCH_BYTES", 2_000)
    for number in range(9):
        servers.deliver(letter(f"small{number}"))
    large = servers.deliver(letter("large", "x" * 5_000))
    servers.deliver(letter("last"))
    assert one(desk).fetched == 11
    assert [len(batch) for batch in servers.batches] == [4, 4, 1, 1, 1]
    assert [large] in servers.batches


def test_a_line_that_breaks_keeps_what_came_before_and_goes_on_there(
    desk: Desk, servers: FakeServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "BATCH_MAILS", 2)
    for number in range(7):
        servers.deliver(letter(f"m{number}"))
    servers.breaks_after = 2
    broken = one(desk)
    assert (broken.fetched, broken.new_tickets, broken.error) == (4, 4, BROKEN)
    assert one(desk).fetched == 3
    assert servers.batches == [[1, 2], [3, 4], [5, 6], [7]]


def test_a_mailbox_that_fails_says_since_when_and_when_it_is_back(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    servers.refuses = BROKEN
    first = one(desk)
    clock.tick(minutes=15)
    second = one(desk)
    assert (first.failing_since, second.failing_since) == (START, START)
    with desk.db.read() as tx:
        (box,) = mailboxes.mailboxes(tx)
    assert (box.failing_since, box.failure, box.synced_at) == (START, BROKEN.sentence, None)
    servers.refuses = None
    back = one(desk)
    assert (back.failing_since, back.error) == (START, None)
    with desk.db.read() as tx:
        (box,) = mailboxes.mailboxes(tx)
    assert (box.failing_since, box.failure, box.synced_at) == (None, None, clock.now)


def test_a_second_sync_says_that_one_is_running(desk: Desk, servers: FakeServers) -> None:
    servers.deliver(letter("m"))
    with desk.db.read() as tx:
        (box,) = mailboxes.mailboxes(tx)
    with mailbox_lock(desk.db, box.id, "sync") as held:
        assert held
        report = one(desk)
    assert (report.busy, report.fetched, report.error) == (True, 0, None)
    assert one(desk).fetched == 1


def test_equal_bytes_in_two_folders_are_one_mail(desk: Desk, servers: FakeServers) -> None:
    read_too(desk, "Archive")
    for folder in ("INBOX", "Archive"):
        servers.deliver(letter("m"), folder=folder)
    assert one(desk).new_tickets == 1
    assert (count(desk, "mail"), count(desk, "remote_mail"), count(desk, "message")) == (1, 2, 1)


def test_another_folder_is_read_beside_the_inbox(desk: Desk, servers: FakeServers) -> None:
    read_too(desk, "Orders")
    servers.deliver(letter("a"))
    servers.deliver(letter("b"), folder="Orders")
    assert one(desk).new_tickets == 2


def read_too(desk: Desk, *folders: str, host: str = "localhost") -> None:
    """Replace the mailbox by one that reads further folders, or another server."""
    with desk.db.write() as tx:
        tx.connection().execute(text("UPDATE agent SET role = 'admin'"))
    founding.remove_mailbox(desk, "help@shop.test")
    there = Endpoint(host, 1, Security.NONE)
    founding.add_mailbox(
        desk,
        founding.MailboxDetails(
            "help@shop.test", there, there, "help", "all", insecure=True, folders=folders
        ),
    )


def test_a_mailbox_that_moves_to_another_server_is_read_from_its_beginning(
    desk: Desk, servers: FakeServers
) -> None:
    for name in ("a", "b", "c"):
        servers.deliver(letter(name))
    one(desk)
    moved = FakeServers()
    for name in ("new", "b"):
        moved.deliver(letter(name))  # the same UIDVALIDITY and UIDs as on the old server
    for _ in range(2):
        read_too(desk, host="mail.elsewhere.test")
        assert one(moved.at(desk)).error is None
    assert (count(desk, "ticket"), count(desk, "mail")) == (4, 4)
    read_too(desk, host="mail.elsewhere.test")
    moved.deliver(letter("later"))
    assert (one(moved.at(desk)).new_tickets, moved.batches) == (1, [[1, 2], [3]])


def test_a_new_uidvalidity_forgets_nothing_and_knows_what_it_has(
    desk: Desk, servers: FakeServers
) -> None:
    for number in range(3):
        servers.deliver(letter(f"m{number}"))
    one(desk)
    box = servers.boxes["INBOX"]
    box.uidvalidity = 2
    box.mails = {uid + 10: replace(mail, uid=uid + 10) for uid, mail in box.mails.items()}
    box.next_uid = 20
    servers.deliver(letter("new"))
    report = one(desk)
    assert (report.fetched, report.new_tickets, count(desk, "mail"), count(desk, "message")) == (
        1,
        1,
        4,
        4,
    )
    assert [place for place in ledger(desk) if place[0] == 2] == [
        (2, uid, mail_states.KEPT) for uid in (11, 12, 13, 20)
    ]


def test_mail_that_vanishes_or_is_not_given_stands_in_the_ledger_and_stops_nothing(
    desk: Desk, servers: FakeServers
) -> None:
    bad, gone = servers.deliver(letter("bad")), servers.deliver(letter("gone"))
    servers.deliver(letter("good"))
    box = servers.boxes["INBOX"]
    box.unreadable.add(bad)
    box.vanishing.add(gone)
    assert one(desk).new_tickets == 1
    assert sorted(ledger(desk)) == [
        (1, bad, mail_states.UNREADABLE),
        (1, gone, mail_states.UNREADABLE),
        (1, 3, mail_states.KEPT),
    ]
    assert one(desk).fetched == 0  # asked again, and still not given
    assert {state for _, _, state in ledger(desk)} == {
        mail_states.UNREADABLE,
        mail_states.GONE,
        mail_states.KEPT,
    }
    box.unreadable.clear()
    assert one(desk).fetched == 1
    assert sorted(ledger(desk)) == [
        (1, bad, mail_states.KEPT),
        (1, gone, mail_states.GONE),
        (1, 3, mail_states.KEPT),
    ]


def test_a_mail_that_one_answer_leaves_out_comes_with_the_next(
    desk: Desk, servers: FakeServers
) -> None:
    skipped = servers.deliver(letter("skipped"))
    box = servers.boxes["INBOX"]
    box.vanishing.add(skipped)
    kept = box.mails[skipped]
    assert one(desk).fetched == 0
    box.vanishing.clear()
    box.mails[skipped] = kept
    assert one(desk).fetched == 1
    assert ledger(desk) == [(1, skipped, mail_states.KEPT)]


def test_without_history_a_mail_that_came_with_the_setting_up_is_not_missed(
    desk: Desk, servers: FakeServers
) -> None:
    with desk.db.write() as tx:
        tx.connection().execute(
            rows.table_of(MailboxRow).update().values(history="none", news_since=desk.now())
        )
    servers.deliver(letter("just before"), desk.now() - timedelta(minutes=2))
    servers.deliver(letter("last year"), desk.now() - timedelta(days=300))
    assert one(desk).fetched == 1


def test_unreadable_mail_that_goes_away_is_asked_for_no_more(
    desk: Desk, servers: FakeServers
) -> None:
    bad = servers.deliver(letter("bad"))
    servers.boxes["INBOX"].unreadable.add(bad)
    one(desk)
    del servers.boxes["INBOX"].mails[bad]
    one(desk)
    asked = len(servers.batches)
    one(desk)
    assert (ledger(desk), len(servers.batches)) == ([(1, bad, mail_states.GONE)], asked)


@pytest.mark.parametrize(
    ("taken", "begins"),
    [
        (START - timedelta(hours=3), START - timedelta(hours=3)),
        (START + timedelta(days=9), START),
        (None, START),
    ],
)
def test_clocks_start_when_our_server_took_the_mail_and_never_in_the_future(
    desk: Desk, servers: FakeServers, taken: datetime | None, begins: datetime
) -> None:
    set_news_since(desk, START - timedelta(days=1))
    servers.deliver(letter("m"), taken)
    one(desk)
    (line,) = lists.each_line(desk, "")
    assert (line.created_at, line.waiting_since) == (begins, begins)


def set_news_since(desk: Desk, moment: datetime) -> None:
    with desk.db.write() as tx:
        tx.connection().execute(
            text("UPDATE mailbox SET news_since = :moment"),
            {"moment": moment.replace(tzinfo=None).isoformat(" ")},
        )


@pytest.mark.parametrize(("history", "in_tickets"), [("none", 1), ("30d", 2), ("all", 3)])
def test_history_says_which_old_mail_comes_in(
    desk: Desk, servers: FakeServers, history: str, in_tickets: int
) -> None:
    set_history(desk, history)
    old, recent = (
        servers.deliver(letter("old"), START - timedelta(days=31)),
        servers.deliver(letter("recent"), START - timedelta(days=29)),
    )
    new = servers.deliver(letter("new"), START)
    report = one(desk)
    assert report.new_tickets == in_tickets
    assert len(servers.batches) == 1
    states = {uid: state for _, uid, state in ledger(desk)}
    assert [states[uid] == mail_states.KEPT for uid in (old, recent, new)] == [
        history == "all",
        history != "none",
        True,
    ]
    moved_in = servers.deliver(letter("moved in"), START - timedelta(days=400))
    assert one(desk).fetched == 1, (
        f"{moved_in} was put into the inbox later, by somebody who wants it there"
    )


def test_history_survives_a_crash_in_the_first_pass(
    desk: Desk, servers: FakeServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "BATCH_MAILS", 1)
    set_history(desk, "none")
    for number in range(3):
        servers.deliver(letter(f"old{number}"), START - timedelta(days=1))
        servers.deliver(letter(f"new{number}"), START)
    servers.breaks_after = 1
    assert [one(desk).fetched for _ in range(2)] == [1, 2]
    assert count(desk, "ticket") == 3


def test_old_mail_comes_in_silently_with_its_own_dates(desk: Desk, servers: FakeServers) -> None:
    then = START - timedelta(days=90)
    servers.deliver(letter("old"), then)
    servers.deliver(letter("answer", references=["old"]), then + timedelta(hours=1))
    one(desk)
    (line,) = lists.each_line(desk, "")
    ticket = reading.ticket(desk, line.number)
    assert (line.status, line.waiting_since, line.created_at, line.updated_at) == (
        Status.NEW,
        None,
        then,
        then + timedelta(hours=1),
    )
    assert [event.at for event in ticket.events] == [then, then + timedelta(hours=1)]


@pytest.mark.parametrize(("answered", "status"), [(30, Status.SOLVED), (-30, Status.NEW)])
def test_old_tickets_are_solved_where_sent_holds_a_later_answer(
    desk: Desk, servers: FakeServers, answered: int, status: Status
) -> None:
    then = START - timedelta(days=90)
    servers.deliver(letter("old"), then)
    servers.boxes["Sent"] = FakeFolder(FolderRole.SENT)
    answer = letter("ours", sender="help@shop.test", to="grace@customer.test", references=["old"])
    servers.deliver(answer, then + timedelta(minutes=answered), "Sent")
    servers.deliver(letter("stranger", sender=EVE), then)
    for _ in range(2):
        one(desk)
    found = {
        reading.ticket(desk, line.number).line.customer.address: line
        for line in lists.each_line(desk, "")
    }
    line = found["grace@customer.test"]
    assert line.status is status
    assert found[EVE].status is Status.NEW
    if status is Status.SOLVED:
        assert line.updated_at == then + timedelta(minutes=answered)
    assert count(desk, "message") == 3  # the answer stands in it


def test_new_tickets_are_not_solved_by_sent_mail(desk: Desk, servers: FakeServers) -> None:
    servers.boxes["Sent"] = FakeFolder(FolderRole.SENT)
    servers.deliver(letter("new"), START)
    servers.deliver(letter("ours", references=["new"]), START - timedelta(minutes=1), "Sent")
    one(desk)
    (line,) = lists.each_line(desk, "")
    assert line.status is Status.NEW


def test_progress_is_told(desk: Desk, servers: FakeServers) -> None:
    servers.deliver(letter("m"))
    told: list[SyncProgress] = []
    sync(desk, progress=told.append)
    assert list(dict.fromkeys(progress.step for progress in told)) == [
        SyncStep.RECEIVING,
        SyncStep.DECIDING,
        SyncStep.SENDING,
    ]
    assert told[-1].fetched == 1


def test_who_holds_no_secret_cannot_sync(desk: Desk) -> None:
    def nothing_held(_mailbox: Mailbox) -> NoReturn:
        raise SecretMissing("help@shop.test", "config.toml")

    with pytest.raises(SecretMissing):
        sync(replace(desk, channels=nothing_held))
    (report,) = sync(replace(desk, channels=nothing_held), ["help@shop.test"]).mailboxes
    assert isinstance(report.error, SecretMissing)
    with pytest.raises(NotFound):
        sync(desk, ["nobody@shop.test"])
