"""The mouse, where it costs nothing: rows, tabs, the keys of the last line, the lines of a dock, the
wheel; in a real terminal, and through tmux."""

import shutil
import subprocess
from pathlib import Path

import pytest

from supportcli.domain.tickets.ticket import Status
from tests.desk.desks import write_in
from tests.tui.driver.test_typed_ahead import terminal
from tests.tui.inboxes import Seen, drive, shop, ticket, until


def place(text: str, wanted: str) -> tuple[int, int]:
    """Column and line of a text on the screen, from 0."""
    return next(
        (line.index(wanted), y) for y, line in enumerate(text.splitlines()) if wanted in line
    )


async def click(seen: Seen, wanted: str) -> None:
    await seen.pilot.click(offset=place(seen.text, wanted))
    await seen.quiet()


def test_tabs_keys_and_lines_are_clicked(tmp_path: Path) -> None:
    with shop(tmp_path, 3) as desk:

        async def script(seen: Seen) -> None:
            await click(seen, "All 3")
            assert "1 of 3 · " in seen.text
            assert seen.screen.browse.view.name == "All"
            await click(seen, "1 To do")
            assert seen.screen.browse.view.name == "To do"
            await click(seen, "#2")
            assert seen.cursor == 2
            await click(seen, "solve")
            assert seen.shown(2).status is Status.SOLVED
            await click(seen, "? keys")
            assert "every action and its keys" in seen.text
            await seen.press("escape", "a")
            await click(seen, "Bob Lee")
            assert "▸ Bob Lee" in seen.text
            await click(seen, "Bob Lee")
            assert seen.shown(3).assignee is not None

        drive(desk, script)


def test_a_click_in_the_composer_does_nothing_to_tickets(tmp_path: Path) -> None:
    with shop(tmp_path, 2) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Dear")
            await click(seen, "1 To do")
            assert seen.screen.context.composer.text == "Dear"
            await click(seen, "keep draft")
            assert "is kept as a draft" in seen.text

        drive(desk, script)


def test_a_real_terminal_sends_clicks_and_the_wheel(tmp_path: Path) -> None:
    with shop(tmp_path, 2) as desk:
        write_in(desk, 1, text="\n".join(f"Line {number}" for number in range(60)))
        with terminal(desk) as screen:
            screen.wait_for("1 of 2")
            x, y = place(screen.text, "#2")
            screen.send(f"\x1b[<0;{x + 1};{y + 1}M\x1b[<0;{x + 1};{y + 1}m")
            screen.wait_for("2 of 2")
            screen.send("\x1b[<64;5;3M")
            screen.wait_for("1 of 2")
            screen.send("\r")
            screen.wait_for("Line 0")
            screen.send("\x1b[<65;5;16M" * 40)
            screen.wait_for("Line 59")


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux (Debian package tmux)")
def test_clicks_come_through_tmux(tmp_path: Path) -> None:
    with shop(tmp_path, 2) as desk:
        tmux = ["tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
        program = ("-c", _IN_TMUX, *tmux)
        with terminal(desk, cold=True, program=program) as screen:
            screen.wait_for("1 of 2")
            x, y = place(screen.text, "e solve")
            screen.send(f"\x1b[<0;{x + 1};{y + 1}M\x1b[<0;{x + 1};{y + 1}m")
            until(lambda: ticket(desk, 1).line.status is Status.SOLVED)
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)


_IN_TMUX = """
import os, shlex, sys
split = sys.argv.index("--config")
tmux, rest = sys.argv[1:split], sys.argv[split:]
inbox = shlex.join([sys.executable, "-m", "supportcli", *rest])
os.execvp("tmux", [*tmux, "new", inbox, ";", "set", "-g", "mouse", "on"])
"""
