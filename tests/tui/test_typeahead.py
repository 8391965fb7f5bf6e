"""Keys that arrive faster than anything is answered, in one write to a real terminal: none is lost, none lands on another ticket."""

import asyncio
import os
import random
import string
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual import events

from supportcli.desk import Desk, canned, inbox, views
from supportcli.domain.canned import Body, Canned, Macro
from supportcli.domain.ticket import Direction, Status, Ticket
from supportcli.tui.app import Inbox
from supportcli.tui.driver import PasteParser
from supportcli.tui.keys import Mode
from supportcli.tui.widgets.fields import Editor
from tests.demo.terminal import Terminal
from tests.desk.desks import StandingClock
from tests.tui.inboxes import Seen, drive, marked, shop, ticket, until

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


def state(desk: Desk) -> list[Ticket]:
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


OPENERS = {
    ";": "Answer #1:",
    "/": " /",
    ":": "Do:",
    "r": "Reply To",
    "R": "Reply To",
    "m": "Note for agents",
    "t": "Tag #1:",
    "p": "Priority of #1:",
    "a": "Assign #1:",
    "?": "every action",
    "gd": "Today",
    "gx": "Today",
    "e;": "Answer #2:",
    "jj;": "Answer #3:",
}
"""Keys that open something, and what is seen then."""


@pytest.mark.parametrize("empty", [False, True], ids=["tickets", "nothing"])
def test_what_is_typed_behind_an_opener_while_the_desk_opens_is_no_verb(tmp_path: Path, empty: bool) -> None:
    async def script(desk: Desk, key: str, shows: str) -> None:
        assert isinstance(desk.clock, StandingClock)
        app = Inbox(desk.settings, desk.clock)
        async with app.run_test(size=(80, 24)) as pilot:
            seen = Seen(app, pilot)
            before = state(desk)
            await seen.press(*key, *"delay")
            field = seen.screen.stage.field
            if field is not None:
                assert (field.text if isinstance(field, Editor) else field.value) == "delay", key
            assert (shows in seen.text) or (empty and "There is no ticket here." in seen.text), f"{key}\n{seen.text}"
            if key != "e;":
                assert state(desk) == before, key

    for place, (key, shows) in enumerate(OPENERS.items()):
        (tmp_path / str(place)).mkdir()
        with shop(tmp_path / str(place), tickets=0 if empty else 3) as desk:
            canned.add(desk, Canned("delay", "It is late", (Body("", "It is late."),), macro=Macro(Status.SOLVED)), {})
            asyncio.run(script(desk, key, shows))


@pytest.mark.acceptance
@pytest.mark.parametrize("gap", [0.0, 0.15])
@pytest.mark.parametrize("key", OPENERS)
def test_every_opener_at_every_moment_of_the_start(tmp_path: Path, key: str, gap: float) -> None:
    for place, delay in enumerate((0.0, 0.2, 0.4, 0.7, 1.0, 1.5, 3.0)):
        (tmp_path / str(place)).mkdir()
        with shop(tmp_path / str(place)) as desk:
            canned.add(desk, Canned("delay", "It is late", (Body("", "It is late."),), macro=Macro(Status.SOLVED)), {})
            before = {ticket.line.number: ticket.line.status for ticket in state(desk)}
            with terminal(desk) as screen:
                screen.rest(delay)
                for piece in [key, *"delay"] if gap else [key + "delay"]:
                    screen.send(piece)
                    screen.rest(gap)
                screen.wait_for(OPENERS[key])
                if key not in {"?", "gd", "gx"}:
                    screen.wait_for("delay")
                screen.rest(0.3)
                found = {ticket.line.number: ticket.line.status for ticket in state(desk)}
                assert found == before | ({1: Status.SOLVED} if key == "e;" else {}), (key, delay)


def test_a_key_that_is_not_bound_says_so_and_g_waits_for_one_that_leads_somewhere(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("f")
            assert "f is not bound · ? keys" in seen.text
            await seen.press("j")
            assert "not bound" not in seen.text
            await seen.press("g", "x", "e")
            assert "g e leads nowhere · esc" in seen.text
            assert ticket(desk, 2).line.status is Status.NEW
            await seen.press("g")
            assert seen.cursor == 1

        drive(desk, script)


@pytest.mark.parametrize("opener", ["r", "R", ";"])
def test_an_opener_that_is_refused_takes_what_is_typed_behind_it(tmp_path: Path, opener: str) -> None:
    with shop(tmp_path) as desk:
        with desk.db.write() as tx:
            tx.connection().exec_driver_sql("UPDATE ticket SET status = 'closed' WHERE number = 1")

        async def script(seen: Seen) -> None:
            await seen.press("6", "G", "g", "g", "/", *"1", "enter", opener, *"delay", "enter", "e")
            assert "#1 is closed." in seen.text
            assert seen.screen.stage.picker.field.value == "delaye"
            await seen.press("escape")
            assert seen.screen.stage.mode is Mode.LIST

        drive(desk, script)


def test_the_palette_marks_what_was_meant_and_nothing_else(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            before = state(desk)
            for word in ("", "merge", "cc", "snooze", "itfotcs", "olve"):
                await seen.press(":", *word, "enter")
                assert seen.screen.stage.mode is Mode.PICK, word
                assert seen.screen.stage.picker.marked is None, word
                await seen.press("escape")
            assert state(desk) == before
            for word, meant in (("solve", "solve"), ("assign", "assign"), ("Solve the tick", "solve"), ("internal", "note"), ("wait", "wait")):
                await seen.press(":", *word)
                assert seen.screen.stage.picker.marked is not None, word
                assert seen.screen.stage.picker.marked.value == meant
                await seen.press("escape")

        drive(desk, script)


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


@pytest.mark.parametrize("behind", ["\r", ";", "\x13", "/", " ", "."])
def test_escape_is_not_lost_before_a_key_that_comes_close_behind(behind: str) -> None:
    keys = [event.key for event in PasteParser().feed(f"{ESCAPE}{behind}x") if isinstance(event, events.Key)]
    assert (keys[0], keys[-1], len(keys)) == ("escape", "x", 3)


def test_what_escape_cancels_is_not_done_by_the_enter_close_behind_it(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        before = state(desk)
        screen.send("purgent")
        screen.wait_for("▸ urgent")
        screen.send(ESCAPE + "\r")
        screen.wait_for("Text of ticket 1.")
        assert state(desk) == before
