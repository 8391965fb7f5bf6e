"""Keys that arrive faster than anything is answered, in one write to a real terminal: none is lost, none lands on another ticket."""

import os
import random
import string
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from supportcli.desk import Desk, inbox, views
from supportcli.domain.ticket import Direction, Status
from tests.demo.terminal import Terminal
from tests.tui.inboxes import marked, shop, until

ESCAPE = "\x1b"


@contextmanager
def terminal(desk: Desk, columns: int = 80, lines: int = 24, **environ: str) -> Iterator[Terminal]:
    """The inbox of a desk in a pty."""
    config = desk.settings.path
    config.write_text(f'agent = "{desk.settings.agent}"\n')
    command = [sys.executable, "-m", "supportcli", "--config", str(config), "--database", desk.settings.database]
    home = {"PATH": os.environ["PATH"], "HOME": str(config.parent), "ESCDELAY": "25", "TEXTUAL_ANIMATIONS": "none"}
    with Terminal(command, {**home, **environ}, columns, lines) as found:
        yield found


def state(desk: Desk) -> list[object]:
    """All tickets as they are, without the drafts."""
    return [views.ticket(desk, number) for number in views.numbers(desk, "")]


def texts(count: int) -> Iterator[str]:
    """Texts full of letters that are verbs elsewhere."""
    pick = random.Random(7)
    for _ in range(count):
        yield "".join(pick.choices(string.ascii_letters + "  .,;/?!:><+-*()[]{}'\"0123456789zeitwampRqjk", k=pick.randint(5, 60)))


@pytest.mark.acceptance
def test_a_reply_and_its_text_in_one_write_a_hundred_times(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        before = state(desk)
        for text in texts(100):
            screen.send("r" + text + "\x13")  # ctrl+s asks how it is sent: the composer has taken all before it
            screen.wait_for("Send to #1?")
            screen.send("d")
            screen.wait_for("is kept as a draft")
            until(lambda: bool(inbox.my_drafts(desk)))
            assert inbox.my_drafts(desk)[1, "reply"].text == text
            screen.send("r" + "\x15" * 8 + ESCAPE)  # ctrl+u cuts to the start of the line
            screen.wait_for("Nothing was written to #1")
            until(lambda: not inbox.my_drafts(desk))
        assert state(desk) == before


def test_a_reply_and_its_text_in_one_write(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        before = state(desk)
        screen.send("rplease see these eeesss zzz\x7f\x7f\x7fyes" + ESCAPE)
        screen.wait_for("is kept as a draft")
        until(lambda: bool(inbox.my_drafts(desk)))
        assert inbox.my_drafts(desk)[1, "reply"].text == "please see these eeesss yes"
        assert state(desk) == before


def test_keys_that_come_before_the_desk_is_open_are_done_when_it_is(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("Opening the desk")
        screen.send("jjrHello\x13\x13")
        screen.wait_for("Reply to #3 leaves")
        assert [views.ticket(desk, number).line.status for number in (1, 2, 3, 4)] == [Status.NEW, Status.NEW, Status.PENDING, Status.NEW]
        assert views.ticket(desk, 3).messages[-1].text == "Hello"


def test_a_whole_morning_in_one_write(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        screen.send("rDone.\x13\x13" + "mCall them.\x13" + "trefund\ri" + "je" + "/customer6\re" + "qq")
        assert screen.ended() == 0
        found = {number: views.ticket(desk, number) for number in range(1, 7)}
        assert found[1].messages[-1].text == "Done."
        assert found[2].messages[-1].direction is Direction.NOTE
        assert found[2].line.tags == ("refund",)
        assert found[2].line.assignee is not None
        assert [found[number].line.status for number in range(1, 7)] == [
            Status.PENDING, Status.OPEN, Status.SOLVED, Status.NEW, Status.NEW, Status.SOLVED,
        ]  # fmt: skip


def test_no_dock_lets_a_letter_through(tmp_path: Path) -> None:
    docks = {"/": "0 found", "tx": "Tag #1", "a": "Assign #1", "p": "Priority of #1", ":": "nothing fits", "?": "every action", "m": "ewizzeE"}
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        before = state(desk)
        for opening, shows in docks.items():
            screen.send(opening + "ewizzeE")
            screen.wait_for(shows)
            screen.send(ESCAPE)
            screen.wait_until_gone(shows)  # a terminal takes ESC and a letter in one write for alt and that letter
            screen.send("G")
            screen.wait_until(lambda: marked(screen) == 6)
            assert state(desk) == before, opening
            screen.send("gg")
            screen.wait_until(lambda: marked(screen) == 1)


def test_a_pasted_text_does_nothing_where_there_is_no_field(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        before = state(desk)
        screen.send("\x1b[200~eeewwwiii\r\x1b[201~")
        screen.wait_for("pasted")
        assert state(desk) == before
        screen.send("r\x1b[200~pasted\ntext\x1b[201~" + ESCAPE)
        screen.wait_for("is kept as a draft")
        until(lambda: bool(inbox.my_drafts(desk)))
        assert inbox.my_drafts(desk)[1, "reply"].text == "pasted\ntext"


def test_escape_and_a_key_that_a_slow_line_brings_together_are_two_keys(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        before = state(desk)
        screen.send("mCall them." + ESCAPE + "j")
        screen.wait_until(lambda: marked(screen) == 2)
        until(lambda: bool(inbox.my_drafts(desk)))
        assert inbox.my_drafts(desk)[1, "note"].text == "Call them."
        assert state(desk) == before
