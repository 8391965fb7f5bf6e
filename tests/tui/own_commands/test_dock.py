"""`|` and the keys of own commands: what they give to a program, where its output goes, and that
the inbox goes on meanwhile."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from supportcli.config import InboxLook
from supportcli.desk import Desk
from supportcli.domain.setup.own_commands import OwnCommand, PipeSource, PipeTarget
from supportcli.domain.tickets.ticket import Direction, Status
from tests.desk.desks import write_in
from tests.tui.inboxes import Seen, drive, shop, ticket

COUNT = OwnCommand(
    "count", f"{sys.executable} -c 'import sys; print(len(sys.stdin.read()), sys.argv)' {{ticket}}"
)


def run(
    desk: Desk,
    script: Callable[[Seen], Awaitable[None]],
    *commands: OwnCommand,
    size: tuple[int, int] = (80, 24),
) -> None:
    look = InboxLook(commands=commands)
    drive(replace(desk, settings=replace(desk.settings, inbox=look)), script, size)


def own(name: str, body: str, **more: object) -> OwnCommand:
    """A command that runs this line of Python."""
    return replace(OwnCommand(name, f'{sys.executable} -c "{body}"'), **more)  # type: ignore[arg-type]


def test_a_typed_program_gets_the_message_and_its_output_is_shown(tmp_path: Path) -> None:
    with shop(tmp_path, 2) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("|")
            assert "Pipe #1 to:" in seen.text
            await seen.type("wc -c")
            await seen.press("enter")
            assert "wc reads:" in seen.text
            assert "▸ the newest message" in seen.text
            await seen.press("enter")
            await seen.shows("wc on #1")
            assert "\n 17\n" in seen.text + "\n", "“Text of ticket 1.”"
            await seen.press("escape")
            assert "1 of 2" in seen.text

        run(desk, script)


def test_a_key_starts_a_command_on_the_message_that_is_read(tmp_path: Path) -> None:
    show = own("show", "import os,sys;print(os.environ['SUPPORTCLI_MESSAGE'],sys.stdin.read())")
    with shop(tmp_path, 1) as desk:
        for number in (2, 3):
            write_in(desk, 1, text=f"Message {number}.\n" + "more\n" * 30)

        async def script(seen: Seen) -> None:
            await seen.press("enter", "home", "K", "K", "K", "K", "J", "ctrl+k")
            await seen.shows("show on #1")
            assert "2 Message 2." in seen.text

        run(desk, script, replace(show, key="ctrl+k"))


def test_a_note_and_a_reply_are_begun_with_the_output(tmp_path: Path) -> None:
    note = own("ask", "print('From the oracle')", key="ctrl+k", shows=PipeTarget.NOTE)
    reply = own("say", "print('Dear customer')", key="f5", shows=PipeTarget.REPLY)
    with shop(tmp_path, 2) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("ctrl+k")
            await seen.shows("From the oracle")
            assert "Note for agents" in seen.text
            await seen.press("ctrl+s", "f5")
            await seen.shows("Dear customer")
            assert seen.screen.writing.line
            assert seen.screen.context.composer.text == "Dear customer"
            await seen.press("escape")

        run(desk, script, note, reply)
        there = ticket(desk, 1).messages
        assert [one.text for one in there if one.direction is Direction.NOTE] == ["From the oracle"]


def test_the_inbox_goes_on_and_the_output_waits(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    body = f"import os,time\nwhile not os.path.exists('{gate}'): time.sleep(.01)\nprint('at last')"
    slow = tmp_path / "slow.py"
    slow.write_text(body)
    command = OwnCommand("slow", f"{sys.executable} {slow}", key="ctrl+k", shows=PipeTarget.REPLY)
    with shop(tmp_path, 3) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("ctrl+k")
            assert "slow runs on #1 …" in seen.text
            await seen.press("ctrl+k")
            assert "slow is still running." in seen.text
            await seen.press("e")
            assert seen.cursor == 2
            gate.touch()
            await seen.shows("slow is done with #1 · | shows what it printed")
            assert seen.cursor == 2
            await seen.press("|", "down", "enter")
            assert "It is for #1: go there first." in seen.text

        run(desk, script, command)
        assert ticket(desk, 1).line.status is Status.SOLVED


def test_a_command_that_fails_shows_what_it_said(tmp_path: Path) -> None:
    fails = own("bad", "import sys;print('half');sys.exit('no server')", shows=PipeTarget.NOTE)
    silent = own("mute", "import sys;sys.exit(4)", key="f6")
    with shop(tmp_path, 1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("ctrl+k")
            await seen.shows("bad on #1  ended with code 1")
            assert "no server" in seen.text
            await seen.press("escape", "f6")
            await seen.shows("mute is done with #1: it printed nothing (code 4).")

        run(desk, script, replace(fails, key="ctrl+k"), silent)
        assert len(ticket(desk, 1).messages) == 1


def test_one_that_cannot_be_started_says_why_everywhere(tmp_path: Path) -> None:
    gone = OwnCommand("gone", "no-such-program-here", key="ctrl+k", about="Ask the oracle")
    with shop(tmp_path, 1) as desk:

        async def script(seen: Seen) -> None:
            await seen.until(lambda: bool(seen.screen.piping.why_not("own_gone")))
            await seen.press("ctrl+k")
            assert "there is no program no-such-program-here" in seen.text
            await seen.press("escape", "|")
            assert "gone" in seen.text
            assert "there is no program" in seen.text
            await seen.press("escape", "colon", *"Ask the")
            assert "there is no program" in seen.text
            await seen.press("enter")
            assert "Ask the oracle: there is no program" in seen.text

        run(desk, script, gone)


def test_commands_are_in_help_and_palette_with_their_keys(tmp_path: Path) -> None:
    with shop(tmp_path, 1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("colon", *"Count its")
            assert "Count its letters" in seen.text
            await seen.press("enter")
            await seen.shows("count on #1")
            assert "'1']" in seen.text
            await seen.press("escape", "question_mark")
            help_page = "\n".join(
                "".join(text for text, _ in spans) for spans in seen.screen.context.help._lines
            )
            assert "Own commands" in help_page
            assert "  ^k                    Count its letters" in help_page

        run(desk, script, replace(COUNT, key="ctrl+k", about="Count its letters"))


def test_a_key_that_has_a_meaning_stays_and_the_command_is_behind_the_pipe(tmp_path: Path) -> None:
    with shop(tmp_path, 2) as desk:

        async def script(seen: Seen) -> None:
            assert "inbox.commands.count: e is a key of the inbox already" in seen.text
            await seen.press("e")
            assert seen.shown(1).status is Status.SOLVED
            await seen.press("|", *"count")
            assert "▸ " in seen.text
            await seen.press("enter")
            await seen.shows("count on #2")

        run(desk, script, replace(COUNT, key="e"))


def test_a_ticket_without_files_refuses_a_command_that_reads_one(tmp_path: Path) -> None:
    with shop(tmp_path, 1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("ctrl+k")
            assert "#1 has no file for count." in seen.text

        run(desk, script, replace(COUNT, key="ctrl+k", gets=PipeSource.FILE))


def test_without_a_ticket_there_is_nothing_to_pipe(tmp_path: Path) -> None:
    with shop(tmp_path, 0) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("|")
            assert "There is no ticket here." in seen.text
            await seen.press("escape", "ctrl+k")
            assert "There is no ticket here." in seen.text

        run(desk, script, replace(COUNT, key="ctrl+k"))


def test_what_cannot_be_a_command_is_said(tmp_path: Path) -> None:
    with shop(tmp_path, 1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("|", *"echo 'a", "enter")
            assert "cannot be read as words" in seen.text
            await seen.press("|", *"cat | wc", "enter", "enter")
            await seen.shows("without a shell")

        run(desk, script)
