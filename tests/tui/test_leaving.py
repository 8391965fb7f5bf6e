"""Starting and leaving: what waits is said, nothing given is lost, and what cannot be opened is one
sentence."""

import asyncio
import os
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from supportcli.config import InboxLook, Settings
from supportcli.desk.tickets import inbox as reading
from supportcli.domain.tickets.ticket import Status
from supportcli.errors import SupportError
from supportcli.errors.database import DatabaseMissing, DatabaseNewer
from supportcli.errors.setup import SettingWrong
from supportcli.tui.app import Inbox, run
from supportcli.tui.unsaved import file_beside
from tests.demo.terminal import Terminal, start
from tests.demo.warm import warm
from tests.desk.desks import StandingClock
from tests.long import long_but
from tests.tui.driver.test_typed_ahead import terminal
from tests.tui.inboxes import Seen, drive, shop, ticket


@contextmanager
def window(settings: Settings, *, heard: bool = True, cold: bool = False) -> Iterator[Terminal]:
    """The inbox in a terminal; where that closes, its SIGHUP is ignored unless it is `heard`. A
    `cold` one has still to load what it needs."""
    settings.path.write_text(f'agent = "{settings.agent}"\n')
    command = [
        sys.executable,
        "-m",
        "supportcli",
        "--config",
        str(settings.path),
        "--database",
        settings.database,
    ]
    if cold and not heard:
        command = ["sh", "-c", f"trap '' HUP; exec {shlex.join(command)}"]
    begin = start if cold else partial(warm, deaf=not heard)
    with Terminal(
        command, {"PATH": os.environ["PATH"], "HOME": str(settings.path.parent)}, 80, 24, begin
    ) as screen:
        yield screen


def test_it_leaves_at_once_where_nothing_waits(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        screen.send("eeq")
        assert screen.ended() == 0
        assert [ticket(desk, number).line.status for number in (1, 2, 3)] == [
            Status.SOLVED,
            Status.SOLVED,
            Status.NEW,
        ]


def test_it_says_what_waits_and_asks(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s", "ctrl+s", "z", "Z", "q")
            assert "1 reply has not been sent yet" in seen.text
            assert "stay" in seen.text
            await seen.press("s")
            assert "You do not have a password for any mailbox" in seen.text
            await seen.press("escape", "g", "g", "j", "e")
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
    settings = Settings(
        tmp_path / "config.toml", f"sqlite:///{tmp_path / 'none.db'}", "ada@shop.test"
    )

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
def test_a_terminal_that_is_too_small_is_told_and_takes_no_verb(
    tmp_path: Path, size: tuple[int, int]
) -> None:
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
    heavy = {"sqlmodel", "sqlalchemy", "supportcli.desk", "supportcli.tui.client.desk_client"}
    code = f"import sys; import supportcli.tui.app; print(sorted({heavy!r} & set(sys.modules)))"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert found.stdout.strip() == "[]"


def test_sigterm_gives_the_terminal_back(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        screen.process.terminate()
        assert screen.ended() == 128 + signal.SIGTERM
        assert screen.restored


@pytest.mark.parametrize(
    "end",
    [
        "SIGTERM",
        "SIGQUIT",
        "SIGINT",
        "the window, unheard",
        *(pytest.param(end, marks=pytest.mark.acceptance) for end in ("SIGHUP", "the window")),
    ],
)
def test_what_was_typed_last_is_in_the_draft_however_the_inbox_ends(
    tmp_path: Path, end: str
) -> None:
    with (
        shop(tmp_path) as desk,
        window(desk.settings, heard=end != "the window, unheard") as screen,
    ):
        screen.wait_for("1 of 6")
        screen.send("rThe first half, ")
        screen.wait_for("The first half,")
        if end.startswith("SIG"):
            screen.send("and the very last word")
            screen.process.send_signal(getattr(signal, end))
            assert screen.ended() == 128 + getattr(signal, end)
            assert screen.restored
            assert (
                reading.my_drafts(desk)[1, "reply"].text == "The first half, and the very last word"
            )
        else:
            screen.send("shown")
            screen.wait_for("shown")
            screen.hang_up()
            assert screen.ended() == 128 + signal.SIGHUP
            assert reading.my_drafts(desk)[1, "reply"].text == "The first half, shown"


HELD = [
    ("SIGTERM", "Opening the desk"),
    ("SIGTERM and SIGHUP", "#1 "),
    ("the window", "Opening the desk"),
]
"""How an inbox ends while keys wait for its desk, and what is seen then; both signals come where a
session is stopped."""

_OFTEN = [
    (end, seen)
    for end in ("SIGTERM", "SIGHUP", "the window", "the window, unheard")
    for seen in ("Opening the desk", "#1 ")
]


@long_but(1)
@pytest.mark.parametrize(
    ("end", "seen"),
    [
        *HELD,
        *(pytest.param(*one, marks=pytest.mark.acceptance) for one in _OFTEN if one not in HELD),
    ],
)
def test_what_was_typed_while_the_desk_opens_is_in_the_draft_however_the_inbox_ends(
    tmp_path: Path, end: str, seen: str
) -> None:
    with (
        shop(tmp_path) as desk,
        window(desk.settings, heard=end != "the window, unheard", cold=True) as screen,
    ):
        screen.wait_for(seen)
        screen.send("rhello")
        if end.startswith("the window"):
            screen.wait_until_read()
            screen.hang_up()
            ends = {signal.SIGHUP}
        else:
            ends = {getattr(signal, name) for name in end.split(" and ")}
            for number in ends:
                screen.process.send_signal(number)
        assert screen.ended() - 128 in ends
        drafts = reading.my_drafts(desk)
        assert (1, "reply") in drafts, (screen.text, kept_beside(desk.settings))
        assert drafts[1, "reply"].text == "hello"


def kept_beside(settings: Settings) -> str:
    """What was typed and has not reached the desk."""
    file = file_beside(settings.path)
    return file.read_text() if file.exists() else ""


@pytest.mark.parametrize("heard", [True, False])
def test_a_window_that_closes_is_a_hang_up(tmp_path: Path, heard: bool) -> None:
    with shop(tmp_path) as desk, window(desk.settings, heard=heard) as screen:
        screen.wait_for("1 of 6")
        screen.hang_up()
        assert screen.ended() == 128 + signal.SIGHUP


def test_a_signal_while_the_desk_opens_and_nothing_waits_gives_the_terminal_back(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk, terminal(desk, cold=True) as screen:
        screen.wait_for("Opening the desk")
        screen.process.terminate()
        assert screen.ended() == 128 + signal.SIGTERM
        assert screen.restored


@contextmanager
def silent_server(folder: Path) -> Iterator[Settings]:
    """A desk on a server that takes the call and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings = Settings(
            folder / "config.toml",
            f"postgresql://ada@127.0.0.1:{server.getsockname()[1]}/desk",
            "ada@shop.test",
        )
        yield settings


WAITED = "typed while the desk opened"


@pytest.mark.parametrize("signals", [2, pytest.param(1, marks=pytest.mark.acceptance)])
def test_a_desk_that_does_not_open_is_not_waited_for_in_vain(tmp_path: Path, signals: int) -> None:
    with silent_server(tmp_path) as settings, window(settings) as screen:
        screen.wait_for("Opening the desk")
        screen.send("rhello\rand more")
        screen.rest(0.1)
        screen.process.terminate()
        if signals > 1:
            screen.rest(1.2)
            assert screen.process.poll() is None, "keys wait"
            screen.process.terminate()
        assert screen.ended() == 128 + signal.SIGTERM
        kept = file_beside(settings.path)
        first, *lines = kept.read_text().splitlines()
        assert first.endswith(f" · {WAITED}")
        assert lines[:2] == ["rhello", "and more"]
        assert kept.stat().st_mode & 0o777 == 0o600
        said = b" ".join(bytes(screen.output).split())
        assert f"could not be saved to the desk: “rhello␊and more” ({WAITED}).".encode() in said


UNTAKEN = {"r": "reply to #1", "R": "reply to #1, sender only", "m": "note on #1"}
"""Keys that open a text, and what not-saved.txt calls it."""


@pytest.mark.parametrize("key", UNTAKEN)
def test_a_draft_that_a_locked_desk_does_not_take_is_kept_and_said_at_the_next_start(
    tmp_path: Path, key: str
) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        with closing(
            sqlite3.connect(desk.settings.database.removeprefix("sqlite:///"), isolation_level=None)
        ) as other:
            other.execute("BEGIN IMMEDIATE")
            screen.send(key + "half a thought")
            screen.wait_for("half a thought")
            screen.process.terminate()
            assert screen.ended() == 128 + signal.SIGTERM
        first, *lines = file_beside(desk.settings.path).read_text().splitlines()
        assert first.endswith(f" · {UNTAKEN[key]}")
        assert lines == ["half a thought", ""]
        assert f"“half a thought” ({UNTAKEN[key]})." in " ".join(
            bytes(screen.output).decode().split()
        )

        async def script(seen: Seen) -> None:
            assert "What you typed last time could not be saved; it is in" in seen.text

        drive(desk, script)


def test_a_draft_that_the_desk_refuses_at_once_is_kept_too(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        with closing(
            sqlite3.connect(desk.settings.database.removeprefix("sqlite:///"), isolation_level=None)
        ) as other:
            other.execute(
                "UPDATE alembic_version SET version_num = '9999'"
            )  # a newer supportcli was here
        screen.send("rhalf a thought")
        screen.process.terminate()
        assert screen.ended() in {
            128 + signal.SIGTERM,
            DatabaseNewer.exit_code,
        }  # the first question to the desk may end it before
        assert "half a thought" in file_beside(desk.settings.path).read_text()


def test_a_signal_that_comes_when_the_inbox_has_ended_changes_nothing(tmp_path: Path) -> None:
    apps: list[Inbox] = []

    async def script(seen: Seen) -> None:
        apps.append(seen.app)

    with shop(tmp_path) as desk:
        drive(desk, script)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        apps[0].end_on(number)
        assert not apps[0].is_running


def test_a_question_that_is_answered_with_no_gives_the_countdown_back(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s", "ctrl+s", "q", "escape")
            assert "Reply to #1 leaves in 10 s ▰▰▰▰▰▰▰▰▰▰ · z undo" in seen.text
            await seen.press("z")
            assert "The reply to #1 is a draft again" in seen.text

        drive(desk, script)


def test_good_news_does_not_hide_a_question(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s", "ctrl+s", "q")
            notices = seen.screen.context.notices
            notices.say("Received and sent.")
            await seen.quiet()
            assert "1 reply has not been sent yet" in seen.text
            await seen.press("escape", "i")
            assert "Took #2" in seen.text

        drive(desk, script)
