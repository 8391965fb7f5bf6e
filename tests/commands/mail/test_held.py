"""Held mail by command: what waits, what is done about it, and what `sync` and `mailbox` say of
it."""

import os
from contextlib import closing

import pytest

from supportcli.desk.setup.founding import add_agent
from supportcli.domain.mail import Address
from supportcli.domain.people import Role
from supportcli.storage.engine.driver import load_driver
from tests.commands.options.test_completion import complete
from tests.commands.program import Program, golden
from tests.commands.test_hostile import painted, stripped
from tests.servers.pymap import Pymap

INGEST = ("mail", "ingest", "-", "--mailbox", "help@shop.test")
ORPHAN = "To: help@shop.test\r\nSubject: Order {0} is late\r\nMessage-ID: <{0}@else.test>\r\n\r\nWhere is it?\r\nSue, sue@else.test\r\n"


def orphan(name: str) -> bytes:
    """A mail that names no sender."""
    return ORPHAN.format(name).encode()


@pytest.fixture
def holding(desk: Program) -> Program:
    """The program on a desk that holds two mails, an hour apart."""
    for name in ("one", "two"):
        desk.done(*INGEST, stdin=orphan(name))
        desk.clock.tick(hours=1)
    return desk


def test_an_empty_mail_is_listed(desk: Program) -> None:
    (desk.folder / "empty.eml").touch()
    path = str(desk.folder / "empty.eml")
    assert desk.run("mail", "ingest", path, "--mailbox", "help@shop.test").code == 0
    assert "it names no sender" in desk.done("mail", "held")


def alter(program: Program, *statements: str) -> None:
    """Write into the desk what a server would have brought about."""
    with closing(load_driver().connect(program.folder / "desk.db")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def lacking(program: Program) -> None:
    """A mail that the server does not deliver, one that is old, and two bounces of mail that is not
    ours."""
    place = "INSERT INTO remote_mail (folder_id, uidvalidity, uid, internal_date, size, state) VALUES (1, 0, {}, '2026-03-02 08:00:00', 5000, '{}')"
    alter(program, place.format(71, "unreadable"), place.format(70, "old"))
    for name in ("b1", "b2"):
        program.done(*INGEST, stdin=orphan(name))
    alter(program, "UPDATE mail SET rule = 'bounce' WHERE message_id LIKE '<b%'")


def test_what_waits(holding: Program) -> None:
    lacking(holding)
    golden("mail-held.txt", holding.done("mail", "held"))
    golden("mail-held.jsonl", holding.done("mail", "held", "--mailbox", "help@shop.test", "--json"))
    assert [
        row["id"] for row in holding.rows("mail", "held", "--bounces") if row["kind"] == "mail"
    ] == [1, 2, 3, 4]
    refused = holding.run("mail", "held", "--mailbox", "typo@shop.test")
    assert (refused.code, refused.out) == (1, "")


def test_a_mail_without_a_byte_waits_like_any_other(holding: Program) -> None:
    empty = holding.folder / "empty.eml"
    empty.write_bytes(b"")
    holding.done("mail", "ingest", str(empty), "--mailbox", "help@shop.test")
    assert [row["id"] for row in holding.rows("mail", "held")][:3] == [1, 2, 3]
    assert "0 bytes" in holding.done("mail", "discard", "3", "--dry-run")


def test_where_nothing_waits_it_says_so(desk: Program) -> None:
    ran = desk.run("mail", "held")
    assert (ran.code, ran.out, ran.err) == (0, "", "No mail is held.\n")
    assert desk.rows("mail", "held") == []


def test_a_mail_is_shown(holding: Program) -> None:
    golden("mail-show.txt", holding.done("mail", "show", 1))
    golden("mail-show.jsonl", holding.done("mail", "show", "one@else.test", "--json"))
    assert holding.run("mail", "show", 1, "--raw").raw == orphan("one")
    refused = holding.run("mail", "show", 99)
    assert (refused.code, refused.err.splitlines()[0]) == (
        1,
        "supportcli: There is no mail “99”.",
    )


def test_raw_bytes_are_for_no_terminal(holding: Program) -> None:
    (code, refused), (_, forced) = painted(
        holding, ["mail show 1 --raw", "mail show 1 --raw --force"]
    )
    assert (code, stripped(refused).splitlines()[0]) == (
        2,
        "supportcli: An email as it came is not written to a terminal.",
    )
    assert "Message-ID: <one@else.test>" in stripped(forced)


def test_letting_in_and_back(holding: Program) -> None:
    said = [holding.done("mail", "accept", 1, "--customer", "Sue <sue@else.test>", "--dry-run")]
    said += [
        holding.done("mail", "accept", 1, "--customer", "Sue <sue@else.test>"),
        holding.done("mail", "accept", 2, "--ticket", 1),
    ]
    said += [
        holding.done("mail", "why", 2),
        holding.done("ticket", "show", 1),
        holding.done("mail", "undo"),
        holding.done("ticket", "undo"),
    ]
    said += [holding.done("mail", "held"), holding.done("mail", "why", 1)]
    golden("mail-accept.txt", "\n".join(said))
    assert holding.rows("ticket", "list") == []


def test_what_the_verbs_say_as_json(holding: Program) -> None:
    person = ("--customer", "sue@else.test")
    said = [
        holding.done("mail", "accept", 1, *person, "-n", "--json"),
        holding.done("mail", "accept", 1, *person, "--json"),
    ]
    said += [
        holding.done("mail", "retry", "--all", "-n", "--json"),
        holding.done("mail", "retry", "--all", "--json"),
    ]
    said += [
        holding.done("mail", "discard", 2, "-n", "--json"),
        holding.done("mail", "discard", 2, "--json"),
        holding.done("mail", "undo", "--json"),
    ]
    golden("mail-verbs.jsonl", "".join(said))


def test_a_dry_run_changes_nothing(holding: Program) -> None:
    before = holding.done("mail", "held", "--json")
    for argv in (
        ("accept", 1, 2, "--customer", "sue@else.test"),
        ("discard", 1),
        ("retry", "--all"),
    ):
        holding.done("mail", *argv, "--dry-run")
    assert (holding.done("mail", "held", "--json"), holding.rows("ticket", "list")) == (before, [])
    assert holding.run("mail", "undo").code == 1


def test_ids_come_through_a_pipe(holding: Program) -> None:
    lacking(holding)
    assert (
        holding.done("mail", "discard", "-", stdin=holding.done("mail", "held", "--json"))
        == "Mail 1 is discarded.\nMail 2 is discarded.\n"
    )
    assert (
        holding.done("mail", "discard", "--bounces")
        == "Mail 3 is discarded.\nMail 4 is discarded.\n"
    )
    assert holding.done("mail", "retry", "-", stdin="1 2\n3\n").count("still held") == 3
    none = holding.run("mail", "accept", "-", stdin="")
    assert (none.code, none.err) == (0, "No mail ids came through the pipe; nothing was done.\n")
    refused = holding.run("mail", "accept", "-", stdin="{}")
    assert (refused.code, refused.err.splitlines()[1]) == (
        2,
        "Try: supportcli mail held --json | supportcli mail accept -",
    )


@pytest.mark.parametrize(
    ("argv", "code", "sentence"),
    [
        (("accept", "x"), 2, "“x” is not the id of an email."),
        (("accept", "0"), 2, "“0” is not the id of an email."),
        (("accept", "99", "--customer", "sue@else.test"), 1, "There is no mail “99”."),
        (("accept", "1"), 1, "Mail 1 names nobody to answer."),
        (("accept", "1", "--customer", "sue"), 2, "“sue” is not an email address."),
        (("accept", "1", "--ticket", "7"), 1, "There is no ticket #7."),
        (("accept", "3"), 1, "Mail 3 is not held: it is in ticket #1."),
        (("discard", "3"), 1, "Mail 3 is not held: it is in ticket #1."),
        (("retry", "3"), 1, "Mail 3 is not held: it is in ticket #1."),
        (("retry",), 2, "No mail was given."),
        (("retry", "1", "--all"), 2, "No mail was given."),
        (("discard",), 2, "No mail was given."),
        (("undo",), 1, "There is nothing of yours to undo."),
        (("undo", "1"), 1, "There is nothing of yours to undo about mail 1."),
        (("undo", "99"), 1, "There is no mail “99”."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_cannot_be_done_is_said(
    holding: Program, argv: tuple[str, ...], code: int, sentence: str
) -> None:
    holding.done(*INGEST, stdin=b"From: sue@else.test\r\nSubject: x\r\n\r\nx\r\n")
    refused = holding.run("mail", *argv)
    assert (refused.code, refused.out, refused.err.splitlines()[0]) == (
        code,
        "",
        f"supportcli: {sentence}",
    )
    assert len(holding.rows("mail", "held")) == 2


def test_an_agent_who_only_reads_may_look_and_no_more(holding: Program) -> None:
    with holding.desk() as desk:
        add_agent(desk, Address("Lea", "lea@shop.test"), Role.READ_ONLY)
    config = holding.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("ada@", "lea@"), encoding="utf-8")
    assert len(holding.rows("mail", "held")) == 2
    for argv in (
        ("accept", 1, "--customer", "sue@else.test"),
        ("discard", 1),
        ("retry", "--all"),
        ("undo",),
    ):
        assert holding.run("mail", *argv).code == 77


def test_ids_are_completed(holding: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert complete(holding, monkeypatch, "supportcli mail accept ") == ["2", "1"]


def test_a_mailbox_says_where_its_mails_are(holding: Program) -> None:
    lacking(holding)
    holding.done("mail", "accept", 1, "--customer", "sue@else.test")
    last = holding.done("mailbox", "show", "help@shop.test").splitlines()[-1]
    assert last == (
        "Mail      1 in tickets, 1 held (supportcli mail held), 2 bounces of mail that is not ours, 1 that the server will not hand over, "
        "1 old, left on the server"
    )
    counts = holding.rows("mailbox", "show", "help@shop.test")[0]["mails"]
    assert {name: count for name, count in counts.items() if count} == {
        "tickets": 1,
        "held": 1,
        "bounces": 2,
        "unreadable": 1,
        "old": 1,
    }
    assert holding.rows("mailbox", "list")[0]["mails"] == counts


@pytest.fixture
def synced(desk: Program, pymap: Pymap, monkeypatch: pytest.MonkeyPatch) -> Program:
    """A desk that reads a real server, on which a mail lies that names no sender."""
    user, password = pymap.new_user()
    monkeypatch.setenv("HELP_PASSWORD", password)
    desk.add_mailbox(
        "orders@shop.test", pymap.port, 9, "--user", user, "--secret", "env:HELP_PASSWORD"
    )
    pymap.append(user, "INBOX", orphan("one"))
    return desk


SAID = "supportcli: 1 held email is waiting: supportcli mail held\n"


def test_cron_hears_of_held_mail_once_a_day(synced: Program) -> None:
    heard = []
    for _ in range(2):
        heard += [synced.run("sync").err, synced.run("sync").err]
        synced.clock.tick(days=1)
    assert heard == [SAID, "", SAID, ""]
    synced.done("mail", "discard", 1)
    assert synced.run("sync").err == ""
    synced.done("mail", "undo")
    assert synced.run("sync").err == SAID


def test_a_sync_of_the_inbox_leaves_it_to_cron(
    synced: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setitem(os.environ, "SUPPORTCLI_IN_INBOX", "1")
        assert synced.run("sync").err == ""
    assert synced.run("sync").err == SAID


def test_a_sync_as_json_says_where_the_mails_are(synced: Program) -> None:
    first = next(row for row in synced.rows("sync") if row.get("mailbox") == "orders@shop.test")
    assert (first["held"], first["mails"]["held"]) == (1, 1)
    again = next(row for row in synced.rows("sync") if row.get("mailbox") == "orders@shop.test")
    assert (again["held"], again["mails"]["held"]) == (0, 1)


def test_mailboxes_with_the_same_trouble_are_named(
    desk: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOWHERE", raising=False)
    for name in ("orders", "billing"):
        desk.add_mailbox(f"{name}@shop.test", 9, 9, "--secret", "env:NOWHERE")
    lines = [line for line in desk.run("sync").err.splitlines() if line.startswith("supportcli:")]
    assert [line.split(": ")[1] for line in lines] == ["billing@shop.test", "orders@shop.test"]
