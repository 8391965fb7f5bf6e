"""Starting and leaving: what waits is said, nothing given is lost, and what cannot be opened is one sentence."""

import asyncio
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from supportcli.config import InboxLook, Settings
from supportcli.desk import inbox as reading
from supportcli.domain.ticket import Status
from supportcli.errors import DatabaseMissing, SettingWrong, SupportError
from supportcli.tui.app import Inbox, run
from tests.demo.terminal import Terminal
from tests.desk.desks import StandingClock
from tests.tui.inboxes import Seen, drive, shop, ticket
from tests.tui.test_typeahead import terminal


def test_it_leaves_at_once_where_nothing_waits(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        screen.send("eeq")
        assert screen.ended() == 0
        assert [ticket(desk, number).line.status for number in (1, 2, 3)] == [Status.SOLVED, Status.SOLVED, Status.NEW]


def test_it_says_what_waits_and_asks(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s", "ctrl+s", "q")
            assert "1 reply has not left yet" in seen.text
            assert "stay" in seen.text
            await seen.press("s")
            assert "You hold no mailbox's password" in seen.text
            await seen.press("escape", "e")
            assert ticket(desk, 2).line.status is Status.SOLVED
            await seen.press("q", "q")
            await seen.until(lambda: not seen.app.is_running or seen.app._exit, "the end")

        drive(desk, script)


def test_leaving_from_the_composer_keeps_the_draft(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        screen.send("rhalf a th\x11")
        assert screen.ended() == 0
        assert reading.my_drafts(desk)[1, "reply"].text == "half a th"


def test_a_killed_inbox_loses_less_than_a_second(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        screen.send("rhalf a thought")
        screen.wait_for("half a thought")
        from tests.tui.inboxes import until

        until(lambda: bool(reading.my_drafts(desk)))
        screen.process.kill()
        assert reading.my_drafts(desk)[1, "reply"].text == "half a thought"


def test_a_desk_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "config.toml", f"sqlite:///{tmp_path / 'none.db'}", "ada@shop.test")

    async def open_it() -> SupportError | None:
        app = Inbox(settings, StandingClock())
        async with app.run_test() as pilot:
            seen = Seen(app, pilot)
            await seen.until(lambda: app.failure is not None, "the refusal")
        return app.failure

    assert isinstance(asyncio.run(open_it()), DatabaseMissing)


def test_a_theme_that_is_none_names_those_there_are(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "config.toml", "sqlite:///x", inbox=InboxLook(theme="drak"))
    with pytest.raises(SettingWrong, match="dark") as refused:
        run(settings)
    assert "inbox.theme" in refused.value.sentence


@pytest.mark.parametrize("size", [(59, 24), (80, 13), (20, 5)])
def test_a_terminal_that_is_too_small_is_told_and_takes_no_verb(tmp_path: Path, size: tuple[int, int]) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            assert "the inbox needs 60 and 14" in " ".join(seen.text.split())
            await seen.press("e", "r", "x")
            assert ticket(desk, 1).line.status is Status.NEW
            await seen.pilot.resize_terminal(80, 24)
            await seen.press("e")
            assert ticket(desk, 1).line.status is Status.SOLVED

        drive(desk, script, size=size)


def test_first_frame_and_keys_need_no_database(tmp_path: Path) -> None:
    heavy = {"sqlmodel", "sqlalchemy", "supportcli.desk", "supportcli.tui.calls"}
    code = f"import sys; import supportcli.tui.app; print(sorted({heavy!r} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert found.stdout.strip() == "[]"


def test_a_terminal_that_is_gone_ends_the_inbox_where_nobody_hears_of_the_hang_up(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        config = desk.settings.path
        config.write_text(f'agent = "{desk.settings.agent}"\n')
        inbox = shlex.join([sys.executable, "-m", "supportcli", "--config", str(config), "--database", desk.settings.database])
        command = ["sh", "-c", f"trap '' HUP; exec {inbox}"]
        with Terminal(command, {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}, 80, 24) as screen:
            screen.wait_for("1 of 6")
            screen.hang_up()
            screen.ended()


def test_sigterm_gives_the_terminal_back(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        screen.process.terminate()
        assert screen.ended() == 128 + signal.SIGTERM
        assert screen.restored


@pytest.mark.parametrize("end", ["SIGTERM", "SIGHUP", "the window", "the window, unheard"])
def test_what_was_typed_last_is_in_the_draft_however_the_inbox_ends(tmp_path: Path, end: str) -> None:
    with shop(tmp_path) as desk:
        config = desk.settings.path
        config.write_text(f'agent = "{desk.settings.agent}"\n')
        command = [sys.executable, "-m", "supportcli", "--config", str(config), "--database", desk.settings.database]
        if end == "the window, unheard":
            command = ["sh", "-c", f"trap '' HUP; exec {shlex.join(command)}"]
        with Terminal(command, {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}, 80, 24) as screen:
            screen.wait_for("1 of 6")
            screen.send("rThe first half, ")
            screen.wait_for("The first half,")
            if end.startswith("SIG"):
                screen.send("and the very last word")
                screen.process.send_signal(getattr(signal, end))
                assert screen.ended() == 128 + getattr(signal, end)
                assert screen.restored
                assert reading.my_drafts(desk)[1, "reply"].text == "The first half, and the very last word"
            else:
                screen.send("shown")
                screen.wait_for("shown")
                screen.hang_up()
                screen.ended()
                assert reading.my_drafts(desk)[1, "reply"].text == "The first half, shown"


def test_a_question_that_is_answered_with_no_gives_the_countdown_back(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s", "ctrl+s", "q", "escape")
            assert "Reply to #1 leaves in 10 s · z undo" in seen.text
            await seen.press("z")
            assert "The reply to #1 is a draft again" in seen.text

        drive(desk, script)


def test_good_news_does_not_hide_a_question(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s", "ctrl+s", "q")
            notices = seen.screen.stage.notices
            notices.say("Received and sent.")
            await seen.quiet()
            assert "1 reply has not left yet" in seen.text
            await seen.press("escape", "i")
            assert "Took #2" in seen.text

        drive(desk, script)
