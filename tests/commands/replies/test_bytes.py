"""What leaves is what was shown: the bytes that the server gets are those of `--dry-run`, but for
the Message-ID, the boundaries made of it, and the time."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from supportcli.desk.replies import outbox
from supportcli.storage.replies import outbox as stored
from tests.commands.mail.test_sync import synced
from tests.commands.program import Program
from tests.servers.smtp import SmtpServer

__all__ = ["synced"]

SMUGGLED = "Dear Maria,\n.\n..\n.end\n\nFrom here on: ä, 漢字, 🎉 and a\ttab.\n" + "long " * 300
NEW = (
    (re.compile(rb"supportcli\.(\d+)\.[0-9a-zA-Z.]+?(?=[@\"\r-])"), rb"supportcli.\1.NEW"),
    (re.compile(rb"^Date: [^\r]+", re.MULTILINE), b"Date: NOW"),
)


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """Takes mail of whoever logs in with the password."""
    with SmtpServer(user="nobody yet") as server:
        yield server


def steady(content: bytes) -> bytes:
    """A mail without what is new in each."""
    for pattern, stands in NEW:
        content = pattern.sub(stands, content)
    return content


@pytest.mark.parametrize(
    "text", ["Try this.", SMUGGLED, "# A list\n\n- one\n- **two**\n\n> quoted\n"], ids=str.split
)
def test_the_server_gets_what_was_shown(
    synced: Program, smtp: SmtpServer, tmp_path: Path, text: str
) -> None:
    synced.done("sync")
    file = tmp_path / "träger.bin"
    file.write_bytes(bytes(range(256)) * 50 + b"\r\n.\r\n.\n")
    wish = ("ticket", "reply", 1, "--text", text, "--attach", str(file), "--cc", "bob@acme.test")
    (shown,) = synced.rows(*wish, "--dry-run", "--yes")
    (sent,) = synced.rows(*wish, "--now", "--yes")
    assert sent["state"] == "sent"
    (mail,) = smtp.accepted()
    with synced.desk() as desk, desk.db.read() as tx:
        kept = stored.content(tx, outbox.list_outbox(desk, everything=True)[0].id)
    assert mail.raw == kept, "the stored bytes are what left"
    assert steady(mail.raw) == steady(shown["mail"].encode())
    assert mail.raw != shown["mail"].encode()
    assert b"\n." in mail.raw or text != SMUGGLED


def test_an_address_that_cannot_be_answered_is_named_and_left_out(
    synced: Program, smtp: SmtpServer
) -> None:
    synced.done("sync")
    raw = (
        b"From: Maria Lopez <maria@acme.test>\r\nTo: help@shop.test\r\nSubject: Two\r\n"
        b"Cc: Bob <bob@acme.test>, list <a b@broken..test>, x@[127.0.0.1], Eve.Smith@acme.test\r\n"
        b"Message-ID: <two@acme.test>\r\n\r\nTwo?\r\n"
    )
    synced.done("mail", "ingest", "-", "--mailbox", "help@shop.test", stdin=raw)
    ran = synced.run("ticket", "reply", 2, "--text", "Yes.", "--now", "--yes")
    assert ran.code == 0, ran
    (mail,) = smtp.accepted()
    assert set(mail.recipients) == {"maria@acme.test", "bob@acme.test", "Eve.Smith@acme.test"}
    assert "left out" in ran.out + ran.err
