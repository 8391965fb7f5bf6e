"""The cursor stands on its ticket until the agent moves it: a key that comes late, or early, falls
on the ticket it was meant for."""

from pathlib import Path

import pytest

from supportcli.domain.tickets.ticket import Status
from tests.long import long_but
from tests.tui.driver.test_typed_ahead import terminal
from tests.tui.inboxes import Seen, drive, shop, ticket

FREE, TO_DO, SOLVED = "3", "1", "5"


async def press(seen: Seen, *keys: str, slowly: bool) -> None:
    """Press keys, waiting for the answer to each, or all at once."""
    for some in keys if slowly else [keys]:
        await seen.press(*some)


@long_but(1)
@pytest.mark.parametrize("slowly", [True, False])
def test_a_ticket_that_a_verb_takes_out_of_the_view_stays_until_the_cursor_goes(
    tmp_path: Path, slowly: bool
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press(FREE, "j")
            await press(seen, "i", "r", slowly=slowly)
            await seen.type("Yes.")
            assert "To Customer2" in seen.text
            assert "#2 " in seen.text
            assert seen.cursor == 2
            await seen.press("escape")
            assert seen.numbers == [1, 2, 3, 4, 5, 6]
            assert "3 Free 5" in seen.text
            await seen.press("k")
            assert seen.numbers == [1, 3, 4, 5, 6]
            assert seen.cursor == 1
            assert ticket(desk, 2).line.assignee is not None

        drive(desk, script, size=(100, 30))


def test_the_conversation_that_is_read_stays_when_its_ticket_is_taken(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press(FREE, "j", "enter", "i")
            assert "Text of ticket 2." in seen.text
            await seen.press("z")
            assert "Undone: Took #2" in seen.text
            await seen.press("escape", "j")
            assert seen.numbers == [1, 2, 3, 4, 5, 6]

        drive(desk, script)


def test_a_ticket_that_is_reopened_leaves_the_solved_ones_with_the_cursor(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("e", "e", "e", SOLVED)
            assert sorted(seen.numbers) == [1, 2, 3]
            number = seen.cursor
            await seen.press("E", "t", *"back", "enter")
            assert number is not None
            assert ticket(desk, number).line.tags == ("back",)
            assert ticket(desk, number).line.status is Status.OPEN
            await seen.press("j")
            assert len(seen.numbers) == 2

        drive(desk, script)


@pytest.mark.parametrize("slowly", [True, False])
def test_undo_ends_on_its_ticket_at_every_speed(tmp_path: Path, slowly: bool) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "j")
            await press(seen, "e", "z", slowly=slowly)
            assert seen.cursor == 3
            assert seen.numbers == [1, 2, 3, 4, 5, 6]
            assert ticket(desk, 3).line.status is Status.NEW

        drive(desk, script)


@pytest.mark.parametrize("slowly", [True, False])
def test_behind_the_last_ticket_comes_the_one_before(tmp_path: Path, slowly: bool) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("G")
            await press(seen, "e", "i", slowly=slowly)
            assert seen.cursor == 5
            assert ticket(desk, 6).line.assignee is None
            assert ticket(desk, 5).line.assignee is not None

        drive(desk, script)


def test_the_last_of_all_leaves_an_empty_list(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("e")
            assert seen.numbers == []
            assert seen.cursor is None
            await seen.press("z")
            assert seen.cursor == 1

        drive(desk, script)


def test_leaving_the_filter_bar_gives_back_list_and_ticket(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("G", "k", "enter")
            for query in ("parcel", "zzzzq", "refund", ""):
                await seen.press("slash", *(query or ["x", "backspace"]))
                await seen.shows(" found")
                await seen.press("escape")
                assert seen.cursor == 5, query
                assert seen.numbers == [1, 2, 3, 4, 5, 6], query
                assert "Text of ticket 5." in seen.text, query

        drive(desk, script)


def test_leaving_the_filter_bar_over_a_filter_keeps_that_filter(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=12) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("slash", *"refund", "enter")
            assert seen.numbers == [2, 8]
            await seen.press("j", "slash", "end", *" zzz")
            await seen.shows("0 found")
            await seen.press("escape")
            assert seen.numbers == [2, 8]
            assert seen.cursor == 8
            await seen.press("escape")
            assert len(seen.numbers) == 12

        drive(desk, script)


def test_ctrl_q_over_a_dock_closes_it_before_it_asks(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Yes", "ctrl+s", "ctrl+s")
            for opened in ("t", "a", "colon", "question_mark", "slash"):
                assert "1 reply has not been sent yet" not in seen.text, opened
                await seen.press(opened, "ctrl+q")
                assert "1 reply has not been sent yet" in seen.text, opened
                await seen.press("escape")
                context = seen.screen.context
                assert [
                    dock.id
                    for dock in (context.picker, context.help, context.filter_bar)
                    if dock.display
                ] == [], opened
            await seen.press("e")
            assert ticket(desk, 2).line.status is Status.SOLVED

        drive(desk, script)


def test_a_terminal_that_became_too_small_can_be_left_while_a_reply_waits(tmp_path: Path) -> None:
    with shop(tmp_path) as desk, terminal(desk) as screen:
        screen.wait_for("1 of 6")
        screen.send("rYes\x13\x13")
        screen.wait_for("leaves in")
        screen.resize(50, 12)
        screen.wait_for("inbox needs 60")
        screen.send("\x11")
        assert screen.ended() == 0
