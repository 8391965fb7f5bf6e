"""Keys that arrive faster than anything is answered, in one write to a real terminal: none is lost,
none lands on another ticket."""

import asyncio
import os
import random
import signal
import string
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual import events

from supportcli.desk import Desk
from supportcli.desk.canned import responses
from supportcli.desk.tickets import inbox, lists, reading
from supportcli.domain.canned.responses import Body, Canned, Macro
from supportcli.domain.tickets.ticket import Direction, Priority, Status, Ticket
from supportcli.tui.app import Inbox
from supportcli.tui.driver.driver import PasteParser
from supportcli.tui.keys import Mode
from supportcli.tui.widgets.fields import Editor
from tests.demo.terminal import Terminal, start
from tests.demo.warm import warm
from tests.desk.desks import StandingClock, write_in
from tests.long import LONG, long_but
from tests.tui.inboxes import Seen, drive, marked, shop, ticket, until

ESCAPE = "\x1b"


@contextmanager
def terminal(
    desk: Desk,
    columns: int = 80,
    lines: int = 24,
    *,
    cold: bool = False,
    options: bool = True,
    program: Sequence[str] = ("-m", "supportcli"),
    settings: str = "",
    **environ: str,
) -> Iterator[Terminal]:
    """The inbox of a desk in a pty; a `cold` one has still to load what it needs, as those of
    agents have. Which desk it is, `options` say, or the environment; `settings` are more lines of
    config.toml."""
    config = desk.settings.path
    config.write_text(f'agent = "{desk.settings.agent}"\n{settings}')
    words = ["--config", str(config), "--database", desk.settings.database] if options else []
    environ |= (
        {}
        if options
        else {"SUPPORTCLI_CONFIG": str(config), "SUPPORTCLI_DATABASE": desk.settings.database}
    )
    command = [sys.executable, *program, *words]
    home = {
        "PATH": os.environ["PATH"],
        "HOME": str(config.parent),
        "ESCDELAY": "25",
        "TEXTUAL_ANIMATIONS": "none",
    }
    with Terminal(command, {**home, **environ}, columns, lines, start if cold else warm) as found:
        yield found


def state(desk: Desk) -> list[Ticket]:
    """All tickets as they are, without the drafts, and whether they were read or not."""
    found = (reading.ticket(desk, number) for number in lists.numbers(desk, ""))
    return [replace(ticket, line=replace(ticket.line, unread=None)) for ticket in found]


def texts(count: int) -> Iterator[str]:
    """Texts full of letters that are verbs elsewhere."""
    pick = random.Random(7)
    for _ in range(count):
        yield "".join(
            pick.choices(
                string.ascii_letters + "  .,;/?!:><+-*()[]{}'\"0123456789zeitwampRqjk",
                k=pick.randint(5, 60),
            )
        )


@pytest.mark.acceptance
def test_a_reply_and_its_text_in_one_write_many_times(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        before = state(desk)
        for text in texts(100 if LONG else 20):
            screen.send(
                "r" + text + "\x13"
            )  # ctrl+s asks how it is sent: the composer has taken all before it
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
    with shop(tmp_path) as desk, terminal(desk, cold=True) as screen:
        screen.wait_for("Opening the desk")
        screen.send("jjrHello\x13\x13")
        screen.wait_for("Reply to #3 leaves")
        assert [reading.ticket(desk, number).line.status for number in (1, 2, 3, 4)] == [
            Status.NEW,
            Status.NEW,
            Status.PENDING,
            Status.NEW,
        ]
        assert reading.ticket(desk, 3).messages[-1].text == "Hello"


def test_a_whole_morning_in_one_write(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        screen.send(
            "rDone.\x13\x13" + "mCall them.\x13" + "trefund\ri" + "je" + "/customer6\re" + "qq"
        )
        assert screen.ended() == 0
        found = {number: reading.ticket(desk, number) for number in range(1, 7)}
        assert found[1].messages[-1].text == "Done."
        assert found[2].messages[-1].direction is Direction.NOTE
        assert found[2].line.tags == ("refund",)
        assert found[2].line.assignee is not None
        assert [found[number].line.status for number in range(1, 7)] == [
            Status.PENDING, Status.OPEN, Status.SOLVED, Status.NEW, Status.NEW, Status.SOLVED,
        ]  # fmt: skip


def test_no_dock_lets_a_letter_through(tmp_path: Path) -> None:
    docks = {
        "/": "0 found",
        "tx": "Tag #1",
        "a": "Assign #1",
        "p": "Priority of #1",
        ":": "no match",
        "?": "every action",
        "m": "ewizzeE",
    }
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        before = state(desk)
        for opening, shows in docks.items():
            screen.send(opening + "ewizzeE")
            screen.wait_for(shows)
            screen.send(ESCAPE)
            screen.wait_until_gone(
                shows
            )  # a terminal takes ESC and a letter in one write for alt and that letter
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
    "gx": "g x is not bound",
    "e;": "Answer #2:",
    "jj;": "Answer #3:",
}
"""Keys that open something, and what is seen then."""

OPENED_BY_NOTHING = {";", "/", "r", "t", "?", "gd", "jj;"}
"""One of each kind; LONG=1 tries all on a desk without tickets."""


@long_but(1)
@pytest.mark.parametrize("empty", [False, True], ids=["tickets", "nothing"])
def test_what_is_typed_behind_an_opener_while_the_desk_opens_is_no_verb(
    tmp_path: Path, empty: bool
) -> None:
    async def script(desk: Desk, key: str, shows: str) -> None:
        assert isinstance(desk.clock, StandingClock)
        app = Inbox(desk.settings, desk.clock)
        async with app.run_test(size=(80, 24)) as pilot:
            seen = Seen(app, pilot)
            before = state(desk)
            await seen.press(*key, *"delay")
            field = seen.screen.context.field
            if field is not None:
                assert (field.text if isinstance(field, Editor) else field.value) == "delay", key
            assert (shows in seen.text) or (empty and "There is no ticket here." in seen.text), (
                f"{key}\n{seen.text}"
            )
            if key != "e;":
                assert state(desk) == before, key

    for place, (key, shows) in enumerate(OPENERS.items()):
        if empty and key not in OPENED_BY_NOTHING and not LONG:
            continue
        (tmp_path / str(place)).mkdir()
        with shop(tmp_path / str(place), tickets=0 if empty else 3) as desk:
            responses.add(
                desk,
                Canned(
                    "delay", "It is late", (Body("", "It is late."),), macro=Macro(Status.SOLVED)
                ),
                {},
            )
            asyncio.run(script(desk, key, shows))


MOMENTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 3.0)
"""Seconds after the start, all of them with LONG, and then each key in one piece and in several."""


def moments(key: str, gap: float) -> tuple[float, ...]:
    """When a key is typed. Each moment of a start has its keys in each run."""
    if LONG:
        return MOMENTS
    return (0.3,) if gap else (0.0, 0.3, 0.7)[list(OPENERS).index(key) % 3 :][:1]


@pytest.mark.acceptance
@pytest.mark.parametrize(
    ("key", "gap"),
    [
        pair
        for place, pair in enumerate(product(OPENERS, [0.0, 0.15]))
        if LONG or place % 4 in {0, 3}
    ],
)
def test_every_opener_at_every_moment_of_the_start(tmp_path: Path, key: str, gap: float) -> None:
    for place, delay in enumerate(moments(key, gap)):
        (tmp_path / str(place)).mkdir()
        with shop(tmp_path / str(place)) as desk:
            responses.add(
                desk,
                Canned(
                    "delay", "It is late", (Body("", "It is late."),), macro=Macro(Status.SOLVED)
                ),
                {},
            )
            before = {ticket.line.number: ticket.line.status for ticket in state(desk)}
            with terminal(desk, cold=True) as screen:
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


def test_a_key_that_is_not_bound_says_so_and_what_follows_a_wrong_second_key_is_dropped(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("y")
            assert "y is not bound · ? all keys" in seen.text
            await seen.press("j")
            assert "not bound" not in seen.text
            await seen.press("g", "x", "e")
            assert "g x is not bound" in seen.text
            await seen.until(lambda: not seen.screen.context.keys_wait, "the hands rest")
            assert ticket(desk, 2).line.status is Status.NEW
            await seen.press("g", "g")
            assert seen.cursor == 1

        drive(desk, script)


@long_but(1)
@pytest.mark.parametrize("options", [False, True])
def test_the_terminal_takes_no_key_for_itself_while_the_inbox_loads(
    tmp_path: Path, options: bool
) -> None:
    """Read by lines, it takes ^S for “stop”, and ^U, ^V, ^O, ^R and ^D for its own."""
    with shop(tmp_path) as desk, terminal(desk, cold=True, options=options) as screen:
        screen.wait_until(lambda: not screen.restored)
        assert "#1" not in screen.text
        screen.send("rhello\x13\x13jrno\x15two" + ESCAPE)
        screen.wait_for("is kept as a draft")
        until(lambda: bool(inbox.my_drafts(desk)))
        kept = [(number, draft.text) for (number, _), draft in inbox.my_drafts(desk).items()]
        assert kept == [(3, "two")]  # the next ticket is there, and j goes one on
        assert ticket(desk, 1).messages[-1].text == "hello"
        screen.send("qqq")  # to the list; with a draft, twice
        screen.ended()
        assert screen.restored


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_before_the_inbox_hears_it_gives_the_terminal_back(
    tmp_path: Path, number: signal.Signals
) -> None:
    with shop(tmp_path) as desk, terminal(desk, cold=True, options=False) as screen:
        screen.wait_until(lambda: not screen.restored)
        screen.process.send_signal(number)
        assert screen.ended() in {-number, 128 + number}
        assert screen.restored


LOADING = """
import os, signal
from supportcli.tui.driver.typed_ahead import keep_keys
class Property:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.SIGINT)
with keep_keys():
    class Owner:
        found = Property()
"""
"""ctrl+c in the middle of an import, where Python 3.11 makes another error of it."""


def test_ctrl_c_while_the_inbox_loads_ends_it_without_a_word(tmp_path: Path) -> None:
    program = ("-c", LOADING)
    with (
        shop(tmp_path) as desk,
        terminal(desk, cold=True, options=False, program=program) as screen,
    ):
        assert screen.ended() == -signal.SIGINT
        assert screen.restored
        assert not screen.text.strip()


STRUCK = """
import os, signal, sys, time
from supportcli.tui.driver.driver import TerminalDriver
begin, write = TerminalDriver.start_application_mode, TerminalDriver.write
def struck(self, data):
    write(self, data)
    if data == {at!r}:
        while not os.path.exists({typed!r}):
            time.sleep(0.01)
        os.kill(os.getpid(), {number})
TerminalDriver.write = struck
from supportcli.__main__ import main
main()
"""
"""The inbox, which gets a signal when it has written something to the terminal and all is typed."""


@long_but(1)
@pytest.mark.parametrize(
    ("number", "at"),
    [
        (signal.SIGTERM, "\x1b[?1049h"),
        (signal.SIGHUP, "\x1b[?25l"),
        (signal.SIGINT, "\x1b[?25l"),
        (signal.SIGQUIT, "\x1b[?2004h"),
    ],
)
def test_a_signal_while_the_inbox_takes_the_screen_gives_it_back_and_keeps_what_was_typed(
    tmp_path: Path, number: signal.Signals, at: str
) -> None:
    typed = tmp_path / "typed"
    code = STRUCK.format(at=at, number=int(number), typed=str(typed))
    with (
        shop(tmp_path) as desk,
        terminal(desk, cold=True, options=False, program=("-c", code)) as screen,
    ):
        screen.wait_until(lambda: not screen.restored)
        screen.send("rHello")
        typed.touch()
        assert screen.ended() == 128 + number
        assert screen.restored
        assert inbox.my_drafts(desk)[1, "reply"].text == "Hello"


def test_enter_is_enter_before_the_terminal_is_set(tmp_path: Path) -> None:
    """Until then the terminal turns the ⏎ that is typed into ^J, and keeps it."""
    with shop(tmp_path) as desk, terminal(desk, cold=True) as screen:
        screen.send("/customer3\rrwhi\rne")
        screen.wait_for("Reply")
        screen.send(ESCAPE)
        until(lambda: bool(inbox.my_drafts(desk)))
        assert inbox.my_drafts(desk)[3, "reply"].text == "whi\nne"


def test_control_j_is_enter_in_the_list_and_in_every_field(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        responses.add(
            desk,
            Canned("delay", "It is late", (Body("", "It is late."),), macro=Macro(Status.SOLVED)),
            {},
        )

        async def script(seen: Seen) -> None:
            await seen.press("/", *"customer3", "ctrl+j")
            assert seen.numbers == [3]
            await seen.press("ctrl+j")
            assert seen.screen.context.mode is Mode.READ
            await seen.press("p", *"urgent", "ctrl+j", "r", *"one", "ctrl+j", *"two")
            assert ticket(desk, 3).line.priority is Priority.URGENT
            assert seen.screen.context.composer.text == "one\ntwo"
            await seen.press("escape", ";", *"delay", "ctrl+j")
            assert ticket(desk, 3).line.status is Status.SOLVED

        drive(desk, script)


@pytest.mark.parametrize("opener", ["r", "R", ";"])
def test_an_opener_that_is_refused_takes_what_is_typed_behind_it(
    tmp_path: Path, opener: str
) -> None:
    with shop(tmp_path) as desk:
        with desk.db.write() as tx:
            tx.connection().exec_driver_sql("UPDATE ticket SET status = 'closed' WHERE number = 1")

        async def script(seen: Seen) -> None:
            await seen.press("6", "G", "g", "g", "/", *"1", "enter", opener, *"delay", "enter", "e")
            assert "#1 is closed." in seen.text
            assert "dropped: “delay␊e”" in seen.text
            assert seen.screen.context.mode is Mode.LIST
            await seen.press("1")
            assert seen.screen.browse.view.name == "To do", "the next key is a key again"

        drive(desk, script)


def test_the_palette_marks_what_was_meant_and_nothing_else(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            before = state(desk)
            await seen.press(":", "enter")
            assert "Nothing is selected yet" in seen.text
            await seen.press("escape")
            for word, says in (("itfotcs", "Nothing matches"), ("olve", "Nothing begins with")):
                await seen.press(":", *word, "enter")
                assert seen.screen.context.mode is Mode.PICK, word
                assert f"{says} “{word}”" in seen.text
                await seen.press("escape")
            assert state(desk) == before
            for word, meant in (
                ("solve", "solve"),
                ("assign", "assign"),
                ("Solve the tick", "solve"),
                ("internal", "note"),
                ("wait", "wait"),
            ):
                await seen.press(":", *word)
                assert seen.screen.context.picker.marked is not None, word
                assert seen.screen.context.picker.marked.value == meant
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


TYPED = st.sampled_from(
    [
        ESCAPE,
        ESCAPE,
        "j",
        "e",
        "3",
        "f",
        "b",
        ";",
        "\r",
        "\t",
        " ",
        "ß",
        "O",
        "\x1b[A",
        "\x1bOB",
        "\x1b[Z",
        "\x1b[5~",
        "\x7f",
    ]
)


@given(st.lists(TYPED, max_size=60), st.lists(st.integers(1, 9), max_size=40))
@example(
    ["r", "x", ESCAPE, *"jrmany letters behind an escape, and all that in one piece", ESCAPE, "e"],
    [],
)
@example([ESCAPE, *"liar", ESCAPE, "e"], [2, 1, 1, 3])
def test_escape_is_a_key_whatever_is_read_with_it(typed: list[str], cuts: list[int]) -> None:
    for place in range(
        len(typed) - 1, 0, -1
    ):  # what a terminal sends for one key, or for alt and one
        if typed[place - 1] == ESCAPE and typed[place] in {"O", "\x7f"}:
            del typed[place]
    whole = [key for one in typed for key in names(PasteParser(), one, "")]
    parser, rest, read = PasteParser(), "".join(typed), []
    for size in [*cuts, len(rest) + 1]:
        piece, rest = rest[:size], rest[size:]
        read += names(parser, piece) if piece else []
    assert read + names(parser, "") == whole


def names(parser: PasteParser, *pieces: str) -> list[str]:
    """The keys that are read in these pieces; "" is the end."""
    return [
        event.key
        for piece in pieces
        for event in parser.feed(piece)
        if isinstance(event, events.Key)
    ]


def test_what_escape_cancels_is_not_done_by_the_enter_close_behind_it(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        before = state(desk)
        screen.send("purgent")
        screen.wait_for("▸ urgent")
        screen.send(ESCAPE + "\r")
        screen.wait_for("Text of ticket 1.")
        assert state(desk) == before


@long_but(1)
@pytest.mark.parametrize("cold", [True, False])
def test_what_reads_on_behind_enter_waits_for_the_conversation(tmp_path: Path, cold: bool) -> None:
    with shop(tmp_path) as desk:
        write_in(desk, 1, text="\n".join(f"Line {line}" for line in range(1, 17)))
        order = lists.numbers(desk, "status:new,open")
        with terminal(desk, cold=cold) as screen:
            if not cold:
                screen.wait_for("1 of 6")
            screen.send("\r  e")
            until(lambda: bool(lists.numbers(desk, "status:solved")))
            assert lists.numbers(desk, "status:solved").tolist() == [order[1]]


def test_what_reads_on_waits_once_and_leaves_with_the_ticket(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        write_in(desk, 1, text="\n".join(f"Line {line}" for line in range(1, 60)))

        async def script(seen: Seen) -> None:
            await seen.press("enter", "space")
            await seen.shows("Line 20")
            await seen.press("escape", "j", "enter", "J", "e")
            assert ticket(desk, 2).line.status is Status.SOLVED

        drive(desk, script)


def test_what_is_undone_does_not_hide_what_was_done_since(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("e", "z", "number_sign")
            await seen.quiet()
            assert "Undone" not in seen.text
            assert "Deleted #1" in seen.text
            await seen.press("z")
            await seen.quiet()
            assert "Undone: Deleted #1" in seen.text

        drive(desk, script)


def test_the_footer_is_of_where_keys_go_whatever_is_answered_late(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        responses.add(
            desk,
            Canned("mysolve", "It is done", (Body("", "Done."),), macro=Macro(Status.SOLVED)),
            {},
        )

        async def script(seen: Seen) -> None:
            before = seen.text.splitlines()[-1]
            await seen.press(";", "m", "y", "escape")
            await seen.quiet()
            assert seen.text.splitlines()[-1] == before

        drive(desk, script)


def test_what_reads_on_behind_enter_waits_for_the_layout_too(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        write_in(desk, 1, text="\n".join(f"Line {line}" for line in range(1, 17)))
        order = lists.numbers(desk, "status:new,open")

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            await seen.shows("Line 1")
            await seen.press("escape")
            await seen.quiet()
            await seen.press("enter", "space", "space", "e")
            await seen.until(lambda: bool(lists.numbers(desk, "status:solved")))
            assert lists.numbers(desk, "status:solved").tolist() == [order[1]]

        drive(desk, script)
