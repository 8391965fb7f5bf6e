"""What leaves is what was shown: the bytes that the server gets are those of `--dry-run`, but for
the Message-ID, the boundaries made of it, and the time."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from supportcli.desk.replies import outbox
from supportcli.storage.replies import outbox as stored
from tests.commands.mail.test_sync import synced
from tests.commands.program import Program
from tests.rendering.lines import plain
from tests.servers.smtp import SmtpServer
from tests.tui.inboxes import inbox

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


def test_the_server_gets_what_v_shows_in_the_inbox(
    synced: Program, smtp: SmtpServer, tmp_path: Path
) -> None:
    synced.done("sync")
    synced.done("agent", "edit", "ada@shop.test", "--signature", "Ada\nThe shop, Grünstraße 1")
    file = tmp_path / "offer.pdf"
    file.write_bytes(b"%PDF-1.7")
    page: list[str] = []

    async def script() -> None:
        settings = replace(synced.settings, secrets={})  # no sync of its own
        async with inbox(settings, synced.clock, (100, 40)) as seen:
            await seen.press("r", *"Dear Maria,", "enter", "enter", *"it *fits*: 漢字, 🎉.")
            await seen.press("shift+tab", "tab", *"Bob Lee <bob@acme.test>", "tab")
            await seen.press(*"eve@other.test", "tab", *"The offer", "tab", *str(file), "enter")
            await seen.press("ctrl+s", "v")
            width = seen.screen.context.mail_page.size.width
            page.extend(plain(*line) for line in seen.screen.context.mail_page.lines(width))
            assert page[1].strip() in seen.text, "it is what stands on the screen"
            await seen.press("escape", "ctrl+s")

    asyncio.run(script())
    (one,) = synced.rows("outbox", "list")
    synced.done("outbox", "send", one["id"])
    (mail,) = smtp.accepted()
    got = message_from_bytes(mail.raw, policy=policy.default)
    assert isinstance(got, EmailMessage)
    body = got.get_body(("plain",))
    assert body is not None
    cut = page.index("")
    headers = dict(line.strip().split(maxsplit=1) for line in page[:cut])
    assert headers.pop("Files") == "offer.pdf (8 bytes)"
    assert headers.pop("Leaves") == "in 10 s"
    hidden = headers.pop("Bcc")
    assert headers == {name: str(got[name]) for name in ("From", "To", "Cc", "Subject")}
    named = {one.addr_spec for name in ("To", "Cc") for one in got[name].addresses}
    assert set(mail.recipients) == named | {hidden}
    assert hidden.encode() not in mail.raw
    assert "".join(page[cut:]).split() == str(body.get_content()).split()
    assert [part.get_content() for part in got.iter_attachments()] == [file.read_bytes()]


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
