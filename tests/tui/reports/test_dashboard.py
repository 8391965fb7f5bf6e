"""The dashboard: the numbers of the reports over the inbox, fresh while it is looked at."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from supportcli.desk import Desk, reports
from supportcli.desk.replies import writing
from supportcli.desk.reports import Question
from supportcli.rendering import dashboard, figures
from supportcli.storage.engine.database import Database
from supportcli.tui.keys import BY_ID, Mode
from tests.desk.desks import START, StandingClock, desk_at
from tests.desk.histories import live, write
from tests.tui.inboxes import Seen, drive
from tests.tui.test_snapshots import app_of, pressed


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with three weeks behind it, closed, to be copied."""
    folder = tmp_path_factory.mktemp("lived")
    with desk_at(f"sqlite:///{folder / 'desk.db'}", StandingClock(START)) as found:
        live(found, seed=3, steps=120, hours=9)
    return found


@pytest.fixture
def desk(lived: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    shutil.copy(lived.settings.database.removeprefix("sqlite:///"), tmp_path / "desk.db")
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with closing(Database.open(url)) as db:
        yield replace(
            lived,
            db=db,
            clock=StandingClock(lived.now()),
            settings=replace(lived.settings, database=url),
        )


@pytest.mark.parametrize(
    "size", [(80, 24), (160, 45), (60, 20)], ids=lambda size: f"{size[0]}x{size[1]}"
)
def test_how_it_looks(
    snap_compare: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app = app_of(desk, "dark", monkeypatch)
    assert snap_compare(app, terminal_size=size, run_before=pressed(app, desk, "g", "d"))


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_its_numbers_are_those_of_the_reports_and_none_is_cut(
    desk: Desk, size: tuple[int, int]
) -> None:
    expected: dict[tuple[str, str, str], str] = {}
    for since in ("today", "week"):
        for table in reports.run(desk, [(name, Question(since)) for name in dashboard.NAMES]):
            units = {column.name: column.unit for column in table.figures}
            expected |= {
                (since, table.name, name): figures.number(value, units[name])
                for name, value in table.total.values.items()
            }

    async def script(seen: Seen) -> None:
        await seen.press("g", "d")
        lines = seen.text.splitlines()
        assert "…" not in seen.text
        for label, report, column in dashboard.FIGURES:
            line = next(line for line in lines if line.startswith(f" {label} "))
            today, week = expected["today", report, column], expected["week", report, column]
            assert line.index(f" {today} ") < f"{line} ".rindex(f" {week} "), line
        for title in ("Open tickets by age", "Agents", "Customers write", "esc back"):
            assert title in seen.text

    drive(desk, script, size=size)


def test_it_is_fresh_while_it_is_looked_at_and_left_with_esc(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("j", "j")
        before = seen.cursor
        await seen.press("g", "d")
        count = int(
            next(line for line in seen.text.splitlines() if line.startswith(" Open ")).split()[1]
        )
        write(desk)
        assert isinstance(desk.clock, StandingClock)
        desk.clock.tick(seconds=1)
        writing.reply(desk, 1, "We look.")
        await seen.until(
            lambda: f" Open {' ' * 9}" in seen.text and str(count + 1) in seen.text,
            "one ticket more",
        )
        await seen.press("q")
        assert (seen.screen.context.mode, seen.cursor) == (Mode.LIST, before)
        await seen.press("enter", "g", "d", "escape")
        assert seen.screen.context.mode is Mode.READ

    drive(desk, script)


def test_keys_typed_ahead_reach_what_they_were_meant_for(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        first = seen.numbers[0]
        await seen.press("j", "j", "g", "d", "j", "k", "q", "g", "g")
        assert seen.cursor == first
        assert seen.screen.context.mode is Mode.LIST
        await seen.press("j", "g", "x", "j", "escape", "j")
        assert seen.numbers.index(seen.cursor or 0) == 2, (
            "behind g, keys that lead nowhere are nothing"
        )
        await seen.press("g", "escape", "g", "q", ":", *"today")
        await seen.press("enter")
        assert "Dashboard" in seen.text
        await seen.press("ctrl+q")
        assert seen.screen.context.allows(BY_ID["leave_not"]), (
            "replies wait: it asks first, where the question is seen"
        )
        assert "Dashboard" not in seen.text

    drive(desk, script)


def test_what_keeps_numbers_from_being_read_is_told(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        board = seen.screen.context.dashboard
        await seen.press("g", "d")
        board.fail("The desk cannot be reached.")
        await seen.shows("The desk cannot be reached.")
        assert "Open tickets by age" in seen.text, "the numbers of before stay"

    drive(desk, script)
