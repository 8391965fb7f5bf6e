"""The settings of the desk, to look at: each chapter with the command that changes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from supportcli.commands.program import NOUNS
from supportcli.desk import Desk
from supportcli.desk.setup import teams
from supportcli.rendering.ink import width_of_all
from supportcli.rendering.settings import page
from supportcli.tui.client.desk_client import DeskClient
from supportcli.tui.keys import Mode
from tests.desk.desks import BOB, StandingClock
from tests.desk.levels import promise
from tests.rendering.lines import plain
from tests.tui.inboxes import Seen, drive, shop
from tests.tui.test_snapshots import app_of, pressed


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with shop(tmp_path, tickets=2) as found:
        promise(found, first_response="urgent=1h 8h")
        with found.db.write() as tx:
            tx.connection().execute(text("UPDATE agent SET role = 'admin' WHERE id = 1"))
        teams.add_team(found, "Billing", [BOB])
        yield found


def test_how_it_looks(snap_compare: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_of(desk, "dark", monkeypatch)
    assert snap_compare(app, terminal_size=(80, 24), run_before=pressed(app, desk, "g", "c"))


def lines(desk: Desk, width: int) -> list[str]:
    assert isinstance(desk.clock, StandingClock)
    client = DeskClient(desk.settings, desk.clock)
    try:
        shown = list(page(client.setup.about(), width, desk.now()))
    finally:
        client.close()
    assert all(width_of_all(line) <= width for line in shown)
    return [plain(*line) for line in shown]


@pytest.mark.parametrize("width", [60, 80, 160])
def test_it_says_what_is_set_up_and_which_command_changes_it(desk: Desk, width: int) -> None:
    whole = " ".join(" ".join(lines(desk, width)).split())
    for words in (
        "help@shop.test",
        "you cannot sign in",
        "never synced",
        "ada@shop.test · admin · you",
        "Billing Bob",
        "Standard all tickets",
        "first response: urgent=1h@clock 8h@clock",
        "none yet: supportcli calendar add",
        "To do status:new,open",
    ):
        assert words in whole
    commands = {
        line.split("supportcli ")[1].split()[0]
        for line in lines(desk, 160)
        if "supportcli " in line
    }
    assert commands <= set(NOUNS)


def test_it_is_read_with_the_keys_of_a_page_and_left_with_esc(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("j")
        before = seen.cursor
        await seen.press("g", "c")
        assert "Settings" in seen.text
        assert "help@shop.test" in seen.text
        await seen.press("space", "space", "space", "space")
        assert "A ticket closes" in seen.text
        await seen.press("e", "i", "b", "escape")
        assert (seen.screen.context.mode, seen.cursor) == (Mode.LIST, before)
        await seen.press(":", *"settings")
        await seen.press("enter")
        assert "Mailboxes" in seen.text

    drive(desk, script)
