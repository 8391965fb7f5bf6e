"""What strangers write, on every surface of the inbox in a real terminal: no control byte of theirs
arrives, nothing crashes, nothing vanishes."""

import re
from contextlib import nullcontext
from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.desk.replies import drafts
from supportcli.domain.mail import Address, Attachment
from supportcli.domain.mailbox import Endpoint, Mailbox, Security
from supportcli.domain.people import Role
from supportcli.storage.setup import mailboxes
from supportcli.storage.tickets import people, tickets
from supportcli.terminal import clean
from supportcli.tui.app import Inbox
from tests.desk.desks import write_in
from tests.tui.driver.test_typed_ahead import ESCAPE, terminal
from tests.tui.inboxes import Seen, drive, shop, ticket

BAD = (
    "A\x1b]0;OWNED\x07\x1b]52;c;T1dORUQ=\x07\x1b]8;;http://owned.test\x1b\\\x1b[2J\x9b31m\x90owned\x9c\x00\rB\x08\x7f"
    "\u202eC\u2066\u200b\u2028\ufeff\U000e0041[/x][@click=app.quit]D[/]"
)
"""Escapes, C1, OSC 0, 8 and 52, NUL, CR, BS, DEL, bidirectional and invisible signs, and markup
that crashes or eats text."""

PASTED = "x\x9b31m\u202eC\u200b\ufeff[/x][@click=app.quit]D[/]"
"""What a terminal lets through when it is pasted."""

FORBIDDEN = re.compile(
    rb"\x1b\]0;|\x1b\]52;|\x1b\]8;|\x1b\[2J|\x00|\x08|\x7f|\xc2[\x80-\x9f]|\xe2\x80[\x8b\xa8\xae]|\xe2\x81\xa6|\xef\xbb\xbf|\xf3\xa0\x81\x81|\x07"
)


def hostile_shop(desk: Desk) -> None:
    """Fill every field that a stranger, or a colleague's file, can fill."""
    person = Address(BAD, "eve@evil.test")
    file = Attachment(1, BAD, BAD, 7, "0" * 64)
    options = {
        "attachments": (file,),
        "remark": BAD,
        "cc": (Address(BAD, f"{BAD}@evil.test"),),
        "reply_to": (Address(BAD, "x@evil.test"),),
    }
    number = write_in(
        desk,
        sender="eve@evil.test",
        subject=BAD,
        text=f"Begin {BAD} end\n> {BAD}\n\n" + "x" * 1_000_000 + "END",
        message=options,
    )
    desk.clock.tick(minutes=1)  # type: ignore[attr-defined]
    other = write_in(desk, sender="eve2@evil.test", subject=f"{BAD} again", text=BAD)
    with desk.db.write() as tx:
        people.add_agent(tx, BAD, "mallory@shop.test", Role.AGENT, now=desk.now())
        tickets.change(tx, number, {"tags": (BAD.replace(" ", ""), "plain")}, desk.now())
        tickets.link(tx, number, other, BAD, BAD)
        nowhere = Endpoint(BAD, 1, Security.NONE)
        made = mailboxes.add_mailbox(
            tx,
            Mailbox(0, "sick@shop.test", BAD, nowhere, nowhere, BAD, "all", desk.now()),
            desk.now(),
        )
        mailboxes.set_health(tx, made, failing_since=desk.now(), failure=BAD, synced_at=None)
        customer = people.customer_for(tx, person, desk.now())
        tickets.change(tx, number, {"customer_id": customer}, desk.now())
    drafts.save_draft(desk, number, "reply", f"Draft {BAD}", 0)
    drafts.save_draft(desk, number, "note", f"Note {BAD}", 0)


STEPS = [
    ("1 of 2", "\r", "answers go to"),
    ("answers", "r", "Draft A"),
    ("Draft A", "\x14", "Note for agents"),
    ("Note for agents", ESCAPE, "kept as a draft"),
    ("kept", "t", "Tag #1"),
    ("Tag #1", f"\x1b[200~x:{PASTED}\x1b[201~\r", "cannot be a tag"),
    ("cannot", "a", "Assign #1"),
    ("Assign #1", f"\x1b[200~zq{PASTED}\x1b[201~\r", "Nothing matches"),
    ("Nothing matches", ESCAPE, "? keys"),
    ("? keys", "/", "cancel"),
    ("cancel", f"\x1b[200~status:{PASTED}\x1b[201~", "“x"),
    ("“x", ESCAPE, "? keys"),
    ("? keys", ":", "Do:"),
    ("Do:", f"\x1b[200~{PASTED}\x1b[201~", "no match"),
    ("no match", ESCAPE, "? keys"),
    ("? keys", "?", "every action"),
    ("every action", ESCAPE, "? keys"),
    ("? keys", "gd", "Customers write"),
    ("Customers write", "m", "My day"),
    ("My day", ESCAPE, "? keys"),
    ("? keys", "gc", "Mailboxes"),
    ("Mailboxes", ESCAPE, "? keys"),
    ("? keys", "go", "Nothing is on its way"),
]


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_no_control_byte_of_a_stranger_reaches_the_terminal(
    tmp_path: Path, columns: int, lines: int
) -> None:
    with shop(tmp_path, tickets=0) as desk:
        hostile_shop(desk)
        with terminal(desk, columns, lines) as screen:
            for before, keys, after in STEPS:
                screen.wait_for(before)
                screen.send(keys)
                screen.wait_for(after)
            assert screen.process.poll() is None
        written = own_sequences_removed(bytes(screen.output))
        assert FORBIDDEN.findall(written) == []
        assert "OWNED" in screen.output.decode(errors="replace"), "the harmless letters are shown"


def own_sequences_removed(written: bytes) -> bytes:
    """Without what Textual itself sends once at start and end: the shape of the pointer, and
    clearing the screen."""
    return re.sub(rb"\x1b\]22;[a-z]*(?:\x07|\x1b\\\\)?", b"", written)


def test_every_letter_of_a_megabyte_can_be_reached_by_the_key_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, pager = tmp_path / "paged", tmp_path / "pager"
    pager.write_text(f'#!/bin/sh\ncp "$1" {kept}\n')
    pager.chmod(0o700)
    monkeypatch.setenv("PAGER", str(pager))
    monkeypatch.setattr(Inbox, "suspend", lambda _: nullcontext())
    with shop(tmp_path, tickets=0) as desk:
        hostile_shop(desk)
        whole = clean(ticket(desk, 1).messages[0].text, lines=True)

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            last = "".join(
                text for spans in seen.screen.context.conversation._lines for text, _ in spans
            )
            assert "it goes on · W shows the rest" in last
            await seen.press("W")
            assert whole in kept.read_text(encoding="utf-8")

        drive(desk, script)


def test_each_control_leaves_a_mark(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=0) as desk:
        write_in(desk, subject="a\x1bb\x9bc\u202ed\x7fe", text="x\x07y")

        async def script(seen: Seen) -> None:
            assert "a␛b\ufffdc\ufffdd␡e" in seen.text
            await seen.press("enter")
            assert "x␇y" in seen.text

        drive(desk, script)


MARKUP = ("[/x]", "[/etc/passwd] x", "[@click=app.quit]me[/]", "[red", "[JIRA-1] a [b]", "\\[x]")


def test_markup_is_text(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=0) as desk:
        for markup in MARKUP:
            write_in(desk, subject=markup, text=markup)

        async def script(seen: Seen) -> None:
            for number, markup in enumerate(MARKUP, 1):
                assert markup in seen.text
                await seen.press("/", *f"#{number}", "enter", "enter")
                assert [markup in line for line in seen.text.splitlines()].count(True) >= 2, (
                    f"{markup}: subject and text\n{seen.text}"
                )
                await seen.press("t", *markup, "enter", "escape", "/", *markup, "enter")
                assert seen.app.is_running, markup
                await seen.press("escape", "escape")
                assert len(seen.numbers) == len(MARKUP), markup

        drive(desk, script, size=(120, 40))
