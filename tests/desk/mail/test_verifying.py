"""The server counted against the desk: every mail has its place, and one that has none is named."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import text

from supportcli.channels.channel import RemoteMail
from supportcli.desk import Desk
from supportcli.desk.mail.held import accepting
from supportcli.desk.mail.ledger import verifying
from supportcli.desk.mail.servers import fetching, partial
from supportcli.desk.tickets import merging, splitting
from supportcli.domain.intake.accounts import Fate, FolderAccount, MailboxAccount
from supportcli.errors.names import NotFound
from supportcli.storage.mail import mails
from tests.desk.desks import START
from tests.desk.fake_channel import BROKEN, FakeServers, take_in
from tests.desk.letters import GRACE, letter

NOBODY = letter("held").replace(b"From: Grace <grace@customer.test>\r\n", b"")
"""A mail that names no sender, and is held."""


def verified(desk: Desk, *, deep: bool = False) -> MailboxAccount:
    (one,) = verifying.verify(desk, None, lambda *_: None, deep=deep)
    assert one.error is None
    assert one.account is not None
    return one.account


def inbox(desk: Desk, *, deep: bool = False) -> FolderAccount:
    (folder,) = verified(desk, deep=deep).folders
    return folder


def write(desk: Desk, statement: str) -> None:
    with desk.db.write() as tx:
        tx.connection().execute(text(statement))


def test_every_mail_has_its_place(each_desk: Desk, servers: FakeServers) -> None:
    desk = each_desk
    twice = letter("twice")
    take_in(desk, servers, *(letter(f"n{k}") for k in range(3)), twice, NOBODY)
    take_in(desk, servers, twice, letter("n1", headers="X-Seen: again"))
    servers.boxes["INBOX"].mails.pop(1)
    servers.deliver(letter("new"))
    found = inbox(desk, deep=True)
    assert found.fates == {Fate.TICKETS: 3, Fate.HELD: 1, Fate.DUPLICATES: 2, Fate.NEW: 1}
    assert (found.on_server, found.removed, found.compared) == (7, 1, 6)
    assert sum(found.fates.values()) == found.on_server
    assert (found.unaccounted, found.lacking) == ((), ())


def test_merged_split_and_accepted_mail_is_accounted_for(desk: Desk, servers: FakeServers) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), letter("b", references=["a"]), letter("c"), NOBODY)
    merging.merge(desk, [2], 1)
    splitting.split(desk, 1, [2])
    accepting.accept(desk, [4], ticket=1)
    assert verified(desk).unaccounted == 0


WRONG: list[tuple[str, str]] = [
    ("DELETE FROM remote_mail WHERE uid = 2", "no record"),
    ("UPDATE message SET mail_id = NULL WHERE mail_id = 2", "accepted, and has no messages"),
    ("UPDATE mail SET state = 'held' WHERE id = 2", "held, and has 1 message"),
    ("UPDATE mail SET ticket_number = 1 WHERE id = 2", "filed under #1, and its message is in #2"),
    ("UPDATE remote_mail SET mail_id = NULL WHERE uid = 2", "its record says kept"),
]


@pytest.mark.parametrize(("statement", "why"), WRONG)
def test_what_is_not_accounted_for_is_named(
    desk: Desk, servers: FakeServers, statement: str, why: str
) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), letter("b", subject="Where?"), letter("c"))
    write(desk, statement)
    (wrong,) = inbox(desk).unaccounted
    assert why in wrong.why
    assert (wrong.uid, str(wrong.sender), wrong.subject) == (2, f"Grace <{GRACE}>", "Where?")
    assert wrong.date is not None
    assert inbox(desk).fates == {Fate.TICKETS: 2}


@pytest.mark.parametrize(
    ("statement", "why", "deep"),
    [
        ("UPDATE raw_mail SET content = x'00' WHERE id = 2", "bytes at the desk are damaged", True),
        ("DELETE FROM raw_mail WHERE id = 2", "bytes are not at the desk", False),
        ("DELETE FROM ticket WHERE number = 2", "ticket #2 is not there", False),
    ],
)
def test_damage_at_the_desk_is_named(
    desk: Desk, servers: FakeServers, statement: str, why: str, *, deep: bool
) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), letter("b"), letter("c"))
    assert desk.db.path is not None
    with closing(sqlite3.connect(desk.db.path)) as raw, raw:  # it does not check keys
        raw.execute(statement)
    found = inbox(desk, deep=True)
    (wrong,) = found.unaccounted
    assert (wrong.uid, why in wrong.why, found.compared) == (2, True, 2)
    assert verified(desk).unaccounted == (0 if deep else 1)
    servers.boxes["INBOX"].mails.clear()
    assert [one.mail for one in verified(desk, deep=True).elsewhere] == [2]


def test_a_mailbox_that_was_never_synced_has_its_inbox_counted(
    desk: Desk, servers: FakeServers
) -> None:
    desk = servers.at(desk)
    servers.deliver(letter("a"))
    assert inbox(desk).fates == {Fate.NEW: 1}
    servers.refuses = BROKEN
    (one,) = verifying.verify(desk, None, lambda *_: None)
    assert one.error == BROKEN


def test_other_bytes_are_found_when_they_are_compared(desk: Desk, servers: FakeServers) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), letter("b"))
    servers.boxes["INBOX"].mails[2] = RemoteMail(2, START, letter("b", "Changed."))
    assert inbox(desk).unaccounted == ()
    (wrong,) = inbox(desk, deep=True).unaccounted
    assert (wrong.uid, "bytes" in wrong.why) == (2, True)


def test_a_mail_that_is_on_no_server_is_checked_too(desk: Desk, servers: FakeServers) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), letter("b"))
    servers.boxes["INBOX"].mails.clear()
    write(desk, "UPDATE message SET mail_id = NULL WHERE mail_id = 2")
    account = verified(desk)
    assert [one.mail for one in account.elsewhere] == [2]
    assert account.unaccounted == 1


def test_unreadable_and_partial_mail_is_named(
    desk: Desk, servers: FakeServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = servers.at(desk)
    monkeypatch.setattr(fetching, "MAX_BYTES", 2_000)
    monkeypatch.setattr(partial, "FIRST_BYTES", 1_000)
    monkeypatch.setattr(partial, "WHOLE_BYTES", 2_500)
    servers.deliver(letter("a"))
    servers.deliver(letter("b", "word " * 1_000))
    servers.boxes["INBOX"].unreadable.add(1)
    take_in(desk, servers)
    found = inbox(desk, deep=True)
    assert found.fates == {Fate.TICKETS: 1, Fate.UNREADABLE: 1}
    assert [(one.uid, one.what.split("; ")[-1]) for one in found.lacking] == [
        (1, "the server does not give it"),
        (2, "the rest stays on the server"),
    ]


def test_a_folder_whose_numbers_changed_is_new(desk: Desk, servers: FakeServers) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"))
    servers.boxes["INBOX"].uidvalidity = 2
    assert inbox(desk).fates == {Fate.NEW: 1}


def test_a_server_that_fails_is_told_and_a_mailbox_that_is_not_there_is_refused(
    desk: Desk, servers: FakeServers
) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"))
    servers.refuses = BROKEN
    (one,) = verifying.verify(desk, ["help@shop.test"], lambda *_: None)
    assert (one.account, one.error) == (None, BROKEN)
    servers.refuses = None
    with desk.db.write() as tx:
        mails.set_cursor(
            tx, replace(mails.add_folder(tx, 1, "Gone", "other"), uidvalidity=1), START
        )
    (one,) = verifying.verify(desk, None, lambda *_: None)
    assert one.error is not None
    assert one.account is not None
    assert [folder.folder for folder in one.account.folders] == ["INBOX"]
    with pytest.raises(NotFound):
        list(verifying.verify(desk, ["no@shop.test"], lambda *_: None))
