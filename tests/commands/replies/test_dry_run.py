"""What `ticket reply --dry-run` shows is what leaves, and nothing else happens."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from supportcli.storage.replies import outbox
from tests.commands.letters import letter
from tests.commands.mail.test_sync import synced
from tests.commands.program import Program, golden
from tests.servers.smtp import SmtpServer

__all__ = ["synced"]

_OWN = re.compile(rb"supportcli\.1\.[0-9a-z.]+")
"""The Message-ID of a mail, and the boundaries that are made of it."""


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """Takes mail of whoever logs in with the password."""
    with SmtpServer(user="nobody yet") as server:
        yield server


def test_what_is_shown_leaves_byte_for_byte(
    synced: Program, smtp: SmtpServer, tmp_path: Path
) -> None:
    take(synced)
    synced.done("agent", "edit", "ada@shop.test", "--signature", "Ada, *Shop*")
    page = tmp_path / "frame.html"
    page.write_text("<html><body><h1>Shop</h1>{{ body }}<p>Mill Lane</p></body></html>")
    synced.done("mailbox", "edit", "help@shop.test", "--frame", str(page))
    invoice = tmp_path / "Rechnung März.pdf"
    invoice.write_bytes(b"%PDF-1.7 42")
    wish = (
        "ticket", "reply", 1, "--text", "Grüße, **bold** and <b>.\n\n.\nFrom here", "--add-cc",
        "Boss <boss@acme.test>", "--bcc", "audit@other.test", "--subject", "Ihr Öl",
        "--attach", str(invoice),
    )  # fmt: skip
    (shown,) = synced.rows(*wish, "--dry-run")
    assert synced.rows("outbox", "list", "--all") == []
    synced.rows(*wish, "--now")
    (mail,) = smtp.wait_for(1)
    assert _OWN.sub(b"OWN", mail.raw) == _OWN.sub(b"OWN", shown["mail"].encode())
    assert b"<h1>Shop</h1>" in mail.raw
    assert b"audit" not in mail.raw
    assert {one["address"] for kind in ("to", "cc", "bcc") for one in shown[kind]} == {
        *mail.recipients
    }


def test_what_nobody_sees_neither_leaves_nor_is_shown(synced: Program, smtp: SmtpServer) -> None:
    take(synced)
    text = "photo\u202egpj.exe\u2028next\u2066\u200b\U000e0041\x85last \U0001f469\u200d\U0001f527 \u200f\u05d0\ttab"
    said = "photogpj.exe\nnext\nlast \U0001f469\u200d\U0001f527 \u200f\u05d0\ttab\n"
    wish = ("ticket", "reply", 1, "--text", text)
    (shown,) = synced.rows(*wish, "--dry-run")
    synced.rows(*wish, "--now")
    (mail,) = smtp.wait_for(1)
    for raw in (mail.raw, shown["mail"].encode()):
        read = message_from_bytes(raw, policy=policy.default)
        body, page = (
            part.get_content() for part in read.walk() if part.get_content_maintype() == "text"
        )
        assert body.replace("\r\n", "\n").startswith(said)
        assert not set("\u202e\u2028\u2066\u200b\U000e0041\x85") & set(page)
    assert "photogpj.exe\nnext\nlast" in synced.done(*wish, "--dry-run")


def test_an_address_with_letters_beyond_ascii_is_shown_as_it_is(desk: Program) -> None:
    take(desk)
    wish = ("ticket", "reply", 1, "--text", "Hello.", "--cc", "jürgen@x.test", "-n")
    assert "\nCc:      jürgen@x.test\n" in desk.done(*wish)
    (shown,) = desk.rows(*wish)
    assert [one["address"] for one in shown["cc"]] == ["jürgen@x.test"]


def test_a_person_reads_the_mail_and_what_would_be_asked(desk: Program) -> None:
    take(desk, Cc="bob@acme.test", Reply_To="maria@home.test")
    before = desk.rows("ticket", "show", 1)
    ran = desk.run(
        "ticket", "reply", 1, "--text", "See the attached file.\x1b[2J", "--bcc", "a@other.test",
        "--at", "tomorrow 9:00", "-n",
    )  # fmt: skip
    golden("ticket-reply-dry-run.txt", ran.out + ran.err)
    assert ran.code == 0
    assert desk.rows("ticket", "show", 1) == before
    assert desk.rows("outbox", "list", "--all") == []
    assert desk.rows("ticket", "draft", 1)[0]["text"] == ""


def test_a_forward_is_shown_and_does_not_leave(desk: Program) -> None:
    take(desk)
    wish = ("ticket", "forward", 1, "--to", "lab@parts.test", "--text", "Which seal is it?")
    (shown,) = desk.rows(*wish, "-n")
    assert desk.rows("outbox", "list", "--all") == []
    assert shown["text"].startswith("Which seal is it?\n")
    assert "It leaks." in shown["mail"]
    desk.done(*wish)
    (left,) = desk.rows("outbox", "list")
    with desk.desk() as opened, opened.db.read() as tx:
        content = outbox.content(tx, left["id"])
    assert _OWN.sub(b"OWN", content) == _OWN.sub(b"OWN", shown["mail"].encode())


def test_a_draft_is_shown_and_stays(desk: Program) -> None:
    take(desk)
    assert desk.run("ticket", "reply", 1, "--text", " ", "-n").code == 2
    desk.done("ticket", "draft", 1, "--text", "It is on its way.", "--subject", "Your order")
    (shown,) = desk.rows("ticket", "reply", 1, "--dry-run", stdin="")
    assert shown["text"].startswith("It is on its way.\n")
    assert "Subject: Your order [#1]\r\n" in shown["mail"]
    assert desk.rows("ticket", "draft", 1)[0]["text"] == "It is on its way."


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (("--attach", "/nowhere/a.pdf"), 2),
        (("--at", "yesterday"), 2),
        (("--from", "who@shop.test"), 1),
        (("--status", "spam"), 2),
        (("--now",), 2),
    ],
)
def test_what_would_be_refused_is_refused(desk: Program, wrong: tuple[str, ...], code: int) -> None:
    take(desk)
    ran = desk.run("ticket", "reply", 1, "--text", "x", "--dry-run", *wrong)
    assert (ran.code, ran.out) == (code, "")
    assert desk.rows("ticket", "draft", 1)[0]["text"] == ""


def take(desk: Program, **headers: str) -> None:
    desk.done("mail", "ingest", "-", "--mailbox", "help@shop.test", stdin=letter(**headers))
