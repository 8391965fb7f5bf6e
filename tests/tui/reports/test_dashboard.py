"""The dashboard: the numbers of the reports over the inbox, fresh while it is looked at."""

import asyncio
import re
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from supportcli.desk import Desk, reports
from supportcli.desk.replies import writing
from supportcli.desk.tickets import lists, verbs
from supportcli.domain.tickets.ticket import Status
from supportcli.rendering.ink import width_of_all
from supportcli.rendering.reports import figures
from supportcli.rendering.reports.dashboard import about, page
from supportcli.rendering.reports.my_day import page as my_page
from supportcli.rendering.reports.spots import Way, next_spot
from supportcli.storage.engine.database import Database
from supportcli.tui.client.reports import DeskReports
from supportcli.tui.keys import BY_ID, Mode
from tests.desk.desks import START, StandingClock, desk_at, write_in
from tests.desk.histories import live, write
from tests.desk.levels import promise
from tests.long import long_but
from tests.tui.inboxes import Seen, drive, shop
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


@long_but(1)
@pytest.mark.parametrize(
    "size", [(80, 24), (160, 45), (60, 20)], ids=lambda size: f"{size[0]}x{size[1]}"
)
def test_how_it_looks(
    snap_compare: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app = app_of(desk, "dark", monkeypatch)
    assert snap_compare(app, terminal_size=size, run_before=pressed(app, desk, "g", "d"))


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_my_day_looks(
    snap_compare: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app = app_of(desk, "dark", monkeypatch)
    assert snap_compare(app, terminal_size=size, run_before=pressed(app, desk, "g", "t"))


@pytest.mark.parametrize(
    "size", [(80, 24), (100, 30), (160, 45)], ids=lambda size: f"{size[0]}x{size[1]}"
)
def test_its_numbers_are_those_of_the_reports_and_none_is_cut(
    desk: Desk, size: tuple[int, int]
) -> None:
    day = reports.desk_day(desk)

    async def script(seen: Seen) -> None:
        await seen.press("g", "d")
        lines = seen.text.splitlines()
        assert "…" not in seen.text
        for label, figure, _ in day.today[:-1]:
            line = next(line for line in lines if line.startswith(f" {label} "))
            said, usual = (
                figures.number(value, figure.unit) for value in (figure.value, figure.usual)
            )
            rest = line.removeprefix(f" {label} ").split()
            assert rest[: len(f"{said} {usual}".split())] == f"{said} {usual}".split()
        for title in ("In time", "14 days", "Agents", "Customers write", "esc back"):
            assert title in seen.text
        assert ("Open and waiting by age" in seen.text) is (size[1] > 40)

    drive(desk, script, size=size)


def test_it_is_fresh_while_it_is_looked_at_and_left_with_esc(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await seen.press("j", "j")
        before = seen.cursor
        await seen.press("g", "d")
        line = next(line for line in seen.text.splitlines() if line.startswith(" Open ("))
        assert line.startswith(" Open (6 waiting) ")
        count = int(line.split()[3])
        write(desk)
        assert isinstance(desk.clock, StandingClock)
        desk.clock.tick(seconds=1)
        writing.reply(desk, 1, "We look.")
        await seen.until(
            lambda: bool(
                re.search(rf"^ Open \(\d waiting\) +{count + 1} ", seen.text, re.MULTILINE)
            ),
            "one ticket more",
        )
        await seen.press("q")
        assert (seen.screen.context.mode, seen.cursor) == (Mode.LIST, before)
        await seen.press("enter", "g", "d", "escape")
        assert seen.screen.context.mode is Mode.READ

    drive(desk, script)


SIZES = [(60, 20), (80, 24), (100, 30), (160, 45), (200, 60)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_each_figure_can_be_walked_to_and_none_covers_another(
    desk: Desk, size: tuple[int, int]
) -> None:
    width, height = size
    pages = [
        page(reports.desk_day(desk, 30), width, height - 2),
        my_page(reports.of_me(desk, 30), width, height - 2, desk.now()),
    ]
    for laid in pages:
        places = Counter(
            (line, cell)
            for spot in laid.spots
            for line in range(spot.line, spot.line + spot.height)
            for cell in range(spot.left, spot.left + spot.width)
        )
        assert max(places.values()) == 1
        assert all(line < len(laid.lines) and cell < width for line, cell in places)
        assert all(width_of_all(line) <= width for line in laid.lines)
        found, ahead = {laid.spots[0].key}, [laid.spots[0]]
        while ahead:
            at = ahead.pop()
            steps = [next_spot(laid.spots, at, way) for way in Way]
            new = [spot for spot in steps if spot.key not in found]
            found |= {spot.key for spot in new}
            ahead += new
        assert found == {spot.key for spot in laid.spots}


def test_a_figure_opens_its_tickets_and_esc_leads_back(desk: Desk) -> None:
    day = reports.desk_day(desk)

    async def script(seen: Seen) -> None:
        board, context = seen.screen.context.dashboard, seen.screen.context
        await seen.press("j", "j")
        view, before = seen.screen.browse.view, seen.cursor
        await seen.press("g", "d", "j", "j")
        assert board.chosen is not None
        assert board.chosen.figure.title == "Open and waiting"
        assert f"Open and waiting: {day.today[2].figure.value} · usual" in seen.text
        assert f"· ⏎ {day.today[2].figure.value} tickets" in seen.text
        await seen.press("enter")
        assert context.mode is Mode.LIST
        assert sorted(seen.numbers) == sorted(day.today[2].figure.numbers)
        assert "/ Open" in seen.text
        assert "is:unsolved" in seen.text
        assert "esc dashboard" in seen.text
        await seen.press("j", "enter", "escape", "escape")
        assert BY_ID["dashboard_close"].modes & context.mode
        assert board.chosen.figure.title == "Open and waiting", "the figure that was followed"
        await seen.press("tab", "tab")
        assert board.chosen.panel == "days"
        await seen.press("shift+tab", "escape")
        assert (seen.screen.browse.view, seen.cursor) == (view, before)

    drive(desk, script)


def test_what_is_to_do_and_what_waits_add_up_to_what_is_open(desk: Desk) -> None:
    day = reports.desk_day(desk)
    label, figure, _ = day.today[2]
    to_do = sum(one.figures[0].value or 0 for one in day.agents)
    waiting = len(lists.numbers(desk, "status:pending,on-hold"))
    assert label == f"Open ({waiting} waiting)"
    assert to_do == len(lists.numbers(desk, "status:new,open")) == day.open.value
    assert to_do + waiting == figure.value


def test_a_figure_says_of_how_many_tickets_it_is(desk: Desk) -> None:
    day = reports.desk_day(desk)
    whole = max((one.whole for one in day.weekdays), key=lambda one: one.value or 0)
    tickets = len(whole.numbers)
    assert 1 < tickets < (whole.value or 0), "some wrote twice"
    said = "".join(text for text, _ in about(whole, 100, "⏎"))
    assert f": {whole.value} · ⏎ {tickets} tickets" in said
    nothing = next(one for day_ in day.weekdays for one in day_.hours if not one.value)
    assert "⏎" not in "".join(text for text, _ in about(nothing, 100, "⏎"))


def test_a_figure_without_tickets_says_so(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        board = seen.screen.context.dashboard
        await seen.press("g", "d")
        empty = next(spot for spot in board._spots if not spot.figure.numbers)
        board._choose(empty)
        await seen.press("enter")
        assert "There is no ticket behind it." in seen.text
        assert seen.screen.context.mode is Mode.DASHBOARD
        await seen.press("j")
        assert "There is no ticket behind it." not in seen.text

    drive(desk, script)


def test_a_click_chooses_a_figure_and_a_second_one_opens_it(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        board = seen.screen.context.dashboard
        await seen.press("g", "d")
        spot = next(spot for spot in board._spots if spot.panel == "agents" and spot.figure.numbers)
        await seen.pilot.click("#dashboard", offset=(spot.left, spot.line))
        await seen.quiet()
        assert board.chosen == spot
        await seen.pilot.click("#dashboard", offset=(spot.left, spot.line), times=2)
        await seen.quiet()
        assert sorted(seen.numbers) == sorted(spot.figure.numbers)

    drive(desk, script)


def test_my_day_leads_to_what_is_due_next_and_to_what_was_answered(desk: Desk) -> None:
    assert isinstance(desk.clock, StandingClock)
    number = lists.numbers(desk, "is:open")[0]
    verbs.assign(desk, [number], "me")
    writing.reply(desk, number, "We look.", status=Status.OPEN)
    desk.clock.tick(minutes=1)

    async def script(seen: Seen) -> None:
        board = seen.screen.context.dashboard
        await seen.press("g", "d", "m")
        assert "My day · Ada" in seen.text
        assert "Answered today: 1" in seen.text
        answered = next(spot for spot in board._spots if spot.panel == "Answered today")
        board._choose(answered)
        await seen.press("enter")
        assert (seen.numbers, seen.cursor) == ([number], number)
        await seen.press("escape")
        assert "My day · Ada" in seen.text
        await seen.press("m")
        assert "Dashboard" in seen.text
        await seen.press("escape", "g", "t", "escape", "g", "d")
        assert "Dashboard" in seen.text

    drive(desk, script)


def test_keys_typed_ahead_reach_what_they_were_meant_for(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        first = seen.numbers[0]
        await seen.press("j", "j", "g", "d", "j", "k", "q", "g", "g")
        assert seen.cursor == first
        assert seen.screen.context.mode is Mode.LIST
        await seen.press("j", "g", "x", "j", "escape")
        await seen.until(lambda: not seen.screen.context.keys_wait, "the hands rest")
        await seen.press("j")
        assert seen.numbers.index(seen.cursor or 0) == 2, (
            "behind g, keys that lead nowhere are nothing"
        )
        await seen.press("g", "escape", ":", *"dashboard")
        await seen.press("enter")
        assert "Dashboard" in seen.text
        await seen.press("ctrl+q")
        assert BY_ID["leave_not"].modes & seen.screen.context.mode, (
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
        assert "Customers write" in seen.text, "the numbers of before stay"

    drive(desk, script)


@pytest.mark.parametrize("key", ["d", "t"])
def test_what_is_due_next_is_there_while_figures_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    gate = threading.Event()

    def after_the_gate(counts: Callable[..., Any]) -> Callable[..., Any]:
        def waits(*asked: Any) -> Any:
            gate.wait(30)
            return counts(*asked)

        return waits

    for name in ("desk_day", "my_day"):
        monkeypatch.setattr(DeskReports, name, after_the_gate(getattr(DeskReports, name)))
    with shop(tmp_path, tickets=0) as desk:
        promise(desk, first_response="8h")
        write_in(desk, subject="Leak in the kettle")
        verbs.assign(desk, [1], "me")

        async def script(seen: Seen) -> None:
            pressing = asyncio.create_task(seen.press("g", key))
            try:
                await seen.shows("Leak in the kettle")
                await seen.shows("Counting …")
                await seen.shows("Due next")
            finally:
                gate.set()
            await pressing
            await seen.shows("so far")
            assert "Counting …" not in seen.text

        drive(desk, script)


def test_a_tall_dashboard_lists_what_is_due_next(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=0) as desk:
        assert isinstance(desk.clock, StandingClock)
        promise(desk, first_response="8h")
        for subject in ("Leak", "Noise"):
            write_in(desk, subject=subject)
            desk.clock.tick(minutes=30)

        async def script(seen: Seen) -> None:
            board = seen.screen.context.dashboard
            await seen.press("g", "d")
            due = [spot for spot in board._spots if spot.panel == "Due next"]
            assert [spot.ticket for spot in due] == [1, 2]
            board._choose(due[1])
            await seen.press("enter")
            assert (seen.numbers, seen.cursor) == ([1, 2], 2)
            assert "sort:due" in seen.text

        drive(desk, script, size=(160, 45))
