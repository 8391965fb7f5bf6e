"""Agents who change, leave or are away, by command; and mailboxes that move."""

import pytest

from tests.commands.program import Program, golden


def test_agents_change_leave_and_come_back(desk: Program) -> None:
    desk.write_in()
    desk.done("ticket", "assign", "1", "--to", "bob")
    said = desk.done("agent", "edit", "bob@shop.test", "--name", "Robert Lee")
    said += desk.done("agent", "edit", "bob@shop.test", "--address", "robert@shop.test")
    said += desk.done("agent", "away", "robert", "--until", "2026-03-09", "--hand-over", "me")
    said += desk.done("agent", "list") + desk.done("agent", "show", "robert@shop.test")
    said += desk.done("agent", "list", "--json") + desk.done("agent", "back", "robert")
    assert desk.run("agent", "remove", "robert@shop.test").code == 1
    said += desk.done("agent", "remove", "robert@shop.test", "--hand-over", "none")
    said += desk.done("agent", "list") + desk.done("agent", "add", "Rob <robert@shop.test>")
    golden("agents-leaving.txt", said)


def test_a_mailbox_moves_to_another_server(desk: Program) -> None:
    edit = ("mailbox", "edit", "help@shop.test")
    said = desk.done(*edit, "--name", "Support", "--user", "support")
    said += desk.done(*edit, "--imap", "127.0.0.1:7", "--smtp", "127.0.0.1:8")
    said += desk.done(*edit, "--imap", "imap.new.test", "--security", "tls", "--name", "")
    golden("mailbox-moves.txt", said)
    box = desk.rows("mailbox", "show", "help@shop.test")[0]
    assert (box["name"], box["username"]) == ("", "support")
    assert box["imap"] == {"host": "imap.new.test", "port": 993, "security": "tls"}


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("agent edit bob@shop.test", "You did not say what to change."),
        ("agent edit bob@shop.test --address bob", "“bob” is not an email address"),
        ("agent away bob@shop.test --until soonish", "soonish"),
        ("agent away bob@shop.test --until mon --hand-over bob", "cannot take over"),
        ("mailbox edit help@shop.test --imap a:b:c", "“a:b:c” is not a server."),
        ("mailbox edit help@shop.test --imap mail.test --security none", "Without TLS"),
        ("mailbox edit help@shop.test --provider nobody", "does not know the provider"),
    ],
)
def test_what_cannot_be_read_changes_nothing(desk: Program, call: str, sentence: str) -> None:
    before = desk.done("agent", "list", "--json"), desk.done("mailbox", "list", "--json")
    ran = desk.run(*call.split())
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert before == (desk.done("agent", "list", "--json"), desk.done("mailbox", "list", "--json"))
