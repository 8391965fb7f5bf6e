"""What strangers, colleagues' files and programs write, on the pages and docks of the inbox: in a
real terminal no control byte of theirs arrives, and nothing crashes."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from supportcli.clock import utc_now
from supportcli.desk import Desk
from supportcli.desk.replies import writing
from supportcli.desk.tickets import verbs
from supportcli.domain.canned.responses import Body, Canned
from supportcli.domain.tickets.saved_views import SavedView, ViewScope
from supportcli.domain.tickets.ticket import Delivery, Status
from supportcli.storage import canned
from supportcli.storage.replies import outbox
from supportcli.storage.setup import teams, views
from tests.desk.desks import ADA, BOB, as_agent, write_in
from tests.tui.driver.test_typed_ahead import ESCAPE, terminal
from tests.tui.inboxes import shop
from tests.tui.replies.spellers import speller
from tests.tui.test_hostile import BAD, FORBIDDEN, hostile_shop, own_sequences_removed

STEPS = [
    ("gc", "Mailboxes"),
    ("    ", "A ticket closes"),
    (ESCAPE, "? keys"),
    ("go", "1 of 2"),
    ("j", "2 of 2"),
    (ESCAPE, "? keys"),
    ("gd", "Customers write"),
    (ESCAPE, "? keys"),
    ("gt", "My day"),
    (ESCAPE, "? keys"),
    ("gv", "View"),
    (ESCAPE, "? keys"),
    ("a", "Assign #"),
    (ESCAPE, "? keys"),
    (";", "Answer #"),
    ("bad", "▸ bad"),
    (ESCAPE, "? keys"),
    ("M", "Merge #"),
    (ESCAPE, "? keys"),
    ("l", "Link #"),
    (ESCAPE, "? keys"),
    ("\r", "esc back"),
    ("Y", "why it is here"),
    (ESCAPE, "? keys"),
    ("H", "Tickets like"),
    (ESCAPE, "? keys"),
    ("L", "owned.test"),
    (ESCAPE, "? keys"),
    ("A", "save in"),
    (ESCAPE, "? keys"),
    ("D", "esc cancel"),
    (ESCAPE, "? keys"),
    ("\\", "TICKETS"),
    (ESCAPE, "? keys"),
    ("\x0b", "evil on #"),
    (ESCAPE, "? keys"),
    ("m", "Note for agents"),
    (" recieve \x1b[18~", "recieve:"),
    ("\r", "Note for agents"),
    (ESCAPE, "kept as a draft"),
]
"""What is typed, and what shows that it has opened."""

NOTICE = re.compile(rb"\x1b\]9;supportcli: [^\x00-\x1f\x7f]*\x1b\\")
"""The notification that the inbox itself sends."""


def more_of_it(desk: Desk) -> None:
    """What else others can write: answers of servers, names of teams, views and canned responses,
    solved tickets, drafts."""
    other = write_in(desk, sender="eve@evil.test", subject=BAD, text=f"{BAD} http://owned.test/x")
    writing.reply(desk, other, f"Answer {BAD}", status=Status.SOLVED)
    writing.reply(desk, 2, f"Answer {BAD}", status=Status.OPEN)
    with desk.db.write() as tx:
        for place, state in ((1, Delivery.FAILED), (2, Delivery.UNCERTAIN)):
            outbox.change(tx, place, state, desk.now(), answer=f"550 {BAD}")
        teams.add(tx, BAD, desk.now())
        views.add(tx, SavedView(BAD, "status:open", ViewScope.EVERYONE), desk.now())
        canned.add(tx, Canned("bad", BAD, (Body("", BAD),)), None, desk.now())
    verbs.assign(desk, [2], "mallory@shop.test")


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_no_control_byte_of_anybody_reaches_the_terminal(
    tmp_path: Path, columns: int, lines: int
) -> None:
    command, _ = speller(tmp_path, recieve=f"re{BAD}, receive")
    evil = tmp_path / "evil"
    evil.write_bytes(
        b"#!/bin/sh\ncat <<'END'\nprinted " + BAD.encode("utf-8", "replace") + b"\nEND\n"
    )
    evil.chmod(0o700)
    settings = (
        f'[inbox]\nnotify = "osc9"\nspell_command = "{command}"\n'
        f'[inbox.commands.evil]\nrun = "{evil}"\nkey = "ctrl+k"\n'
    )
    with shop(tmp_path, tickets=0) as desk:
        hostile_shop(desk)
        more_of_it(desk)
        with terminal(desk, columns, lines, settings=settings) as screen:
            screen.wait_for("? keys")
            for keys, after in STEPS:
                screen.send(keys)
                screen.wait_for(after)
            bob = replace(as_agent(desk, BOB), clock=utc_now)
            verbs.note(bob, 1, f"@ada {BAD}")
            verbs.assign(bob, [1], ADA)
            screen.wait_until(lambda: NOTICE.search(bytes(screen.output)) is not None)
            assert screen.process.poll() is None
        written = NOTICE.sub(b"", own_sequences_removed(bytes(screen.output)))
        assert FORBIDDEN.findall(written) == []
        assert "OWNED" in written.decode("utf-8", "replace"), "the harmless letters are shown"
