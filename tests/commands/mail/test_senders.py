"""Senders by command: block, unblock, machine or person, relays, floods."""

import pytest

from tests.commands.letters import letter
from tests.commands.program import Program, golden
from tests.servers.pymap import Pymap

INGEST = ("mail", "ingest", "-", "--mailbox", "help@shop.test")


def test_a_sender_is_blocked_listed_and_let_in_again(desk: Program) -> None:
    said = desk.done("mail", "block", "Spammer@Mail.test")
    said += desk.done("mail", "block", "@spam.test", "--discard")
    said += desk.done("mail", "sender", "alerts@monitor.test", "--machine")
    said += desk.done("mail", "blocked") + desk.done("mail", "senders")
    said += desk.done("mail", "senders", "--json") + desk.done("mail", "unblock", "@spam.test")
    said += desk.done("mail", "undo")
    golden("mail-senders.txt", said)
    assert [row["sender"] for row in desk.rows("mail", "blocked")] == [
        "@spam.test",
        "spammer@mail.test",
    ]


def test_undo_takes_the_newer_of_a_sender_and_a_mail(desk: Program) -> None:
    desk.done(*INGEST, stdin=b"To: help@shop.test\r\nSubject: x\r\n\r\nWho am I?\r\n")
    desk.done("mail", "block", "@spam.test")
    desk.clock.tick(minutes=1)
    desk.done("mail", "discard", 1)
    desk.clock.tick(minutes=1)
    assert desk.rows("mail", "undo")[0]["mails"] == [1]
    assert desk.rows("mail", "undo")[0]["sender"] == "@spam.test"
    assert desk.run("mail", "undo").code == 1


def test_what_nothing_was_said_about_cannot_be_taken_back(desk: Program) -> None:
    assert "Nothing was said" in desk.run("mail", "senders").err
    assert "No sender is blocked" in desk.run("mail", "blocked").err
    assert desk.run("mail", "unblock", "a@b.test").code == 1
    assert desk.run("mail", "sender", "a@b.test", "--forget").code == 1


@pytest.mark.parametrize(
    "call",
    [
        ("mail", "block", "nobody"),
        ("mail", "sender", "a@b.test"),
        ("mail", "sender", "a@b.test", "--machine", "--person"),
        ("mailbox", "edit", "help@shop.test"),
        ("mailbox", "edit", "help@shop.test", "--relay", "nobody"),
        ("desk", "edit", "--flood-limit", "0"),
        ("desk", "edit", "--flood-limit", "many"),
    ],
)
def test_a_wrong_call_changes_nothing(desk: Program, call: tuple[str, ...]) -> None:
    ran = desk.run(*call)
    assert (ran.code, ran.out) == (2, "")
    assert desk.rows("mail", "senders") == []


def test_a_desk_without_a_limit_holds_no_flood(desk: Program) -> None:
    def opened(count: int) -> int:
        for number in range(count):
            name = f"<m{desk.clock.now.timestamp()}-{number}@acme.test>"
            desk.done(*INGEST, stdin=letter(f"It leaks, {name}.\n", message_id=name))
        return len(desk.rows("ticket", "list"))

    assert opened(7) == 5
    assert "opened 5 tickets within an hour" in desk.done("mail", "held")
    assert desk.rows("desk", "edit", "--flood-limit", "none")[0]["flood_limit"] is None
    desk.clock.tick(seconds=1)
    assert opened(2) == 7


def test_a_mailbox_says_who_posts_for_others(desk: Program) -> None:
    edit = ("mailbox", "edit", "help@shop.test")
    said = desk.done(*edit, "--relay", "forms@service.test")
    said += desk.done(*edit, "--relay", "noreply@shop.test", "--authserv-id", "mx.shop.test")
    said += desk.done("mailbox", "show", "help@shop.test")
    golden("mailbox-relays.txt", said)
    assert desk.rows(*edit, "--no-relay", "forms@service.test")[0]["relays"] == [
        "noreply@shop.test"
    ]
    assert desk.run(*edit, "--no-relay", "forms@service.test").code == 1


def test_the_newest_mails_of_a_server_propose_relays(
    desk: Program, pymap: Pymap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SMTP server is not there: that says nothing about relays."""
    user, password = pymap.new_user()
    monkeypatch.setenv("ORDERS", password)
    desk.add_mailbox("orders@shop.test", pymap.port, 9, "--user", user, "--secret", "env:ORDERS")
    test = ("mailbox", "test", "orders@shop.test")
    assert "relay?" not in desk.run(*test).out
    for name in ("ann", "bob", "cy"):
        pymap.append(
            user,
            "INBOX",
            f"From: Forms <forms@service.test>\r\nReply-To: {name.title()} <{name}@acme.test>\r\n"
            f"Subject: \x1b[31mHelp {name}\r\n\r\nHello\r\n".encode(),
        )
    ran = desk.run(*test)
    assert ran.code == 69
    said = ran.out.splitlines()[-2:]
    assert "forms@service.test posted 3 of the newest 3 emails" in said[0]
    assert "for Cy <cy@acme.test>" in said[0]
    assert "\x1b" not in ran.out
    command = "supportcli mailbox edit orders@shop.test --relay forms@service.test"
    assert said[1].endswith(command)
    row = desk.run(*test, "--json").rows[-1]
    assert (row["relay"], row["count"], row["of"], row["hint"]) == (
        "forms@service.test",
        3,
        3,
        command,
    )
    desk.done(*command.split()[1:])
    assert "relay?" not in desk.run(*test).out
