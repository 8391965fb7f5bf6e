"""A list by urgency has headings: they are no tickets, and they move none."""

from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.desk.tickets import verbs
from tests.desk.desks import StandingClock, write_in
from tests.desk.levels import promise
from tests.tui.inboxes import Seen, drive, shop


def fill(desk: Desk) -> None:
    """Two tickets that are overdue, one due today, two due tomorrow."""
    assert isinstance(desk.clock, StandingClock)
    promise(desk, first_response="8h")
    for minutes in (0, 60, 300, 260, 10):
        desk.clock.tick(minutes=minutes)
        write_in(desk, subject="Leak")
    desk.clock.tick(minutes=30)


def headings(seen: Seen) -> dict[str, int]:
    """The headings, each with its line."""
    return {
        line.partition("─")[0].strip(): at
        for at, line in enumerate(seen.text.splitlines())
        if line.startswith("  ") and "──" in line[:80] and line[2].isalpha()
    }


def line_of(seen: Seen, number: int) -> int:
    return next(at for at, line in enumerate(seen.text.splitlines()) if f"#{number} " in line[:40])


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_headings_say_how_many_tickets_are_late_and_due(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path, tickets=0) as desk:
        fill(desk)

        async def script(seen: Seen) -> None:
            assert list(headings(seen)) == ["Overdue 2", "Due today 1", "Later 2"]
            assert [line_of(seen, 3) - line_of(seen, 2), line_of(seen, 2) - line_of(seen, 1)] == (
                [2, 1] if size[0] < 100 else [3, 2]
            )
            passed = []
            for key in "jjjjkkk":
                await seen.press(key)
                passed.append(seen.cursor)
            assert passed == [2, 3, 4, 5, 4, 3, 2]
            await seen.press("G")
            assert seen.cursor == 5
            await seen.press("g", "g")
            assert seen.cursor == 1

        drive(desk, script, size=size)


def test_a_click_on_a_heading_moves_nothing(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=0) as desk:
        fill(desk)

        async def script(seen: Seen) -> None:
            await seen.press("j")
            for y in (0, 3):
                await seen.pilot.click("#tickets", offset=(20, y), times=2)
                await seen.quiet()
                assert seen.cursor == 2
                assert "Text" not in seen.text
            await seen.pilot.click("#tickets", offset=(20, 4))
            await seen.quiet()
            assert seen.cursor == 3

        drive(desk, script)


def test_a_group_counts_who_leaves_and_comes_back(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=0) as desk:
        fill(desk)

        async def script(seen: Seen) -> None:
            await seen.press("e")
            await seen.until(lambda: "Overdue 1" in headings(seen), "one is solved")
            await seen.press("e")
            await seen.until(lambda: len(headings(seen)) == 2, "a group without tickets")
            assert list(headings(seen)) == ["Due today 1", "Later 2"]
            await seen.press("z")
            await seen.until(lambda: "Overdue 1" in headings(seen), "one is back")
            assert line_of(seen, 2) == headings(seen)["Overdue 1"] + 1

        drive(desk, script)


def test_no_row_moves_when_a_ticket_falls_due(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=0) as desk:
        fill(desk)
        clock = desk.clock
        assert isinstance(clock, StandingClock)

        async def script(seen: Seen) -> None:
            before = headings(seen), [line_of(seen, number) for number in range(1, 6)]
            clock.tick(hours=6)
            seen.screen._tick()
            await seen.quiet()
            assert (headings(seen), [line_of(seen, number) for number in range(1, 6)]) == before
            await seen.press("ctrl+l")
            assert next(iter(headings(seen))) == "Overdue 3"

        drive(desk, script)


def test_another_order_has_no_headings_and_neither_has_a_single_group(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=0) as desk:
        fill(desk)
        verbs.solve(desk, [5])

        async def script(seen: Seen) -> None:
            await seen.press("/", *"sort:updated", "enter")
            assert headings(seen) == {}
            await seen.press("5")
            assert headings(seen) == {}
            await seen.press("6")
            assert list(headings(seen)) == ["Overdue 2", "Due today 1", "Later 1", "Done 1"]

        drive(desk, script)


def test_rows_painted_ahead_stay_where_they_are(tmp_path: Path) -> None:
    """The first look has the headings too; the desk adds what they count."""
    with shop(tmp_path, tickets=0) as desk:
        fill(desk)

        async def script(seen: Seen) -> None:
            tickets = seen.screen.context.tickets
            assert tickets.shown.groups == seen.screen.browse.before().groups
            before = headings(seen)
            assert isinstance(desk.clock, StandingClock)
            desk.clock.tick(seconds=1)
            write_in(desk, subject="New")
            seen.screen._tick()
            await seen.shows("1 new")
            assert headings(seen) == before

        drive(desk, script)
