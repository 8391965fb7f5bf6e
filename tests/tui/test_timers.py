"""What only time brings: clocks that turn on the screen, and service levels that fall due while
nobody does anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from supportcli.desk import Desk, peek
from supportcli.desk.replies import writing
from supportcli.desk.tickets import lists, verbs
from supportcli.domain.tickets.ticket import Priority, Status
from supportcli.tui.views import TO_DO
from tests.desk.desks import BOB, StandingClock, as_agent, desk_at, write_in
from tests.desk.levels import promise
from tests.tui.inboxes import Seen, drive, ticket


@contextmanager
def leveled(folder: Path) -> Iterator[tuple[Desk, StandingClock]]:
    """A desk that promises a first response in two hours, in twenty minutes where it is urgent. #1
    is overdue by five minutes, #2 has 25 seconds left, #3 25 minutes, #4 an hour and 25 minutes; #5
    is pending and stands still, #6 is answered and solved."""
    clock = StandingClock()
    with desk_at(f"sqlite:///{folder / 'desk.db'}", clock) as desk:
        promise(desk, first_response="urgent=20m 2h", resolution="3d", warnings=[600])
        for number, minutes in enumerate((5, 25, 60, 5, 5, 0), 1):
            write_in(
                desk,
                sender=f"customer{number}@acme.test",
                subject=f"Leak {number}",
                text=f"Text of ticket {number}.",
            )
            clock.tick(minutes=minutes)
        writing.reply(desk, 5, "What colour is it?")
        writing.reply(desk, 6, "It is on its way.", status=Status.SOLVED)
        clock.tick(minutes=24, seconds=35)
        yield replace(desk, settings=replace(desk.settings, path=folder / "config.toml")), clock


def rows(seen: Seen) -> dict[int, str]:
    """The clock of each row, by the ticket's number."""
    lines = [line for line in seen.text.splitlines() if "Leak" in line and "#" in line[:20]]
    return {int(line.split("#")[1].split()[0]): line[5:12].strip() for line in lines}


async def all_of(seen: Seen) -> None:
    await seen.press("/")
    await seen.type("status:any")
    await seen.press("enter")


def test_rows_tell_how_their_clocks_stand_and_turn_by_themselves(tmp_path: Path) -> None:
    with leveled(tmp_path) as (desk, clock):

        async def script(seen: Seen) -> None:
            await all_of(seen)
            assert rows(seen) == {1: "! -4m", 2: "◷ 25s", 3: "◷ 25m", 4: "◷  1h", 5: "‖", 6: "✓"}
            clock.tick(seconds=20)
            await seen.shows("◷  5s #2")
            clock.tick(seconds=5)
            await seen.shows("! now #2")
            assert rows(seen) == {1: "! -5m", 2: "! now", 3: "◷ 25m", 4: "◷  1h", 5: "‖", 6: "✓"}

        drive(desk, script)


def test_only_lines_whose_clock_turns_are_drawn_again(tmp_path: Path) -> None:
    with leveled(tmp_path) as (desk, clock):

        async def script(seen: Seen) -> None:
            listed = seen.screen.context.tickets
            await seen.until(
                lambda: getattr(seen.shown(1).clock, "breaches", 0) == 1, "the breach of #1"
            )
            await seen.quiet()
            clock.tick(seconds=1)
            listed.tick()
            assert {region.y for region in listed._repaint_regions} == {3}, "below headings"
            await seen.quiet()
            listed.tick()
            assert not listed._repaint_regions
            clock.tick(seconds=34)
            listed.tick()
            assert {region.y for region in listed._repaint_regions} == {1, 3, 4}

        drive(desk, script)


def test_behind_another_window_clocks_go_by_the_minute(tmp_path: Path) -> None:
    with leveled(tmp_path) as (desk, clock):

        async def script(seen: Seen) -> None:
            listed = seen.screen.context.tickets
            await seen.shows("◷ 25s #2")
            await seen.until(lambda: seen.screen.ticking._minute is not None)
            await seen.quiet()
            seen.app.app_focus = False
            listed._repaint_regions.clear()
            clock.tick(seconds=20)
            seen.screen.ticking.tick()
            assert not listed._repaint_regions, (
                "what the first minute's tick noted may draw the list later; the second may not"
            )
            clock.tick(seconds=10)
            seen.screen.ticking.tick()
            await seen.quiet()
            assert rows(seen)[2] == "! now"

        drive(desk, script)


def test_what_falls_due_is_noted_though_nobody_syncs(tmp_path: Path) -> None:
    with leveled(tmp_path) as (desk, clock):

        async def script(seen: Seen) -> None:
            await seen.until(lambda: told(desk, 1) == ["created", "warned", "breached"])
            assert told(desk, 2) == ["created", "warned"]
            clock.tick(minutes=1)
            await seen.until(lambda: told(desk, 2) == ["created", "warned", "breached"])

        drive(desk, script)


def told(desk: Desk, number: int) -> list[str]:
    return [event.kind for event in ticket(desk, number).events]


def test_the_heading_says_it_in_words_and_turns_with_it(tmp_path: Path) -> None:
    with leveled(tmp_path) as (desk, clock):

        async def script(seen: Seen) -> None:
            await seen.press("j", "enter")
            assert "new · first response due in 25s" in seen.text
            clock.tick(seconds=25)
            await seen.shows("new · first response overdue since 11:05")
            await seen.press("k")
            assert "new · first response overdue since 11:00" in seen.text
            await seen.press("escape")
            await all_of(seen)
            await seen.press("G", "k", "enter")
            assert "pending · resolution paused while pending" in seen.text

        drive(desk, script)


def test_what_is_due_first_stands_first_and_the_cursor_stays_on_its_ticket(tmp_path: Path) -> None:
    with leveled(tmp_path) as (desk, _):

        async def script(seen: Seen) -> None:
            await seen.press("j")
            assert (seen.numbers, seen.cursor) == ([1, 2, 3, 4], 2)
            verbs.prioritise(as_agent(desk, BOB), [4], Priority.URGENT)
            await seen.shows("1 moved")
            assert (seen.numbers, seen.cursor) == ([1, 2, 3, 4], 2)
            await seen.press("ctrl+l")
            assert (seen.numbers, seen.cursor) == ([4, 1, 2, 3], 2)
            await seen.press("k", "k", "r", *"Yes.", "ctrl+s", "ctrl+s")
            assert seen.cursor == 1
            await seen.press("z", "ctrl+l")
            assert (seen.numbers[0], seen.shown(4).clock is not None) == (4, True)

        drive(desk, script)


def test_the_first_look_finds_what_the_desk_tells(tmp_path: Path) -> None:
    with leveled(tmp_path) as (desk, _):
        first = peek.first_lines(desk.settings, tuple(Status), 10).lines
        assert first == lists.lines(desk, lists.numbers(desk, "status:any"))
        assert [line.number for line in first] == [1, 2, 3, 4, 5, 6]
        assert peek.first_lines(desk.settings, TO_DO, 10).lines == first[:4]
