"""`c` logs a phone call: how it ended, then what was said."""

from pathlib import Path

from supportcli.desk.tickets import lists, reading
from supportcli.domain.tickets.ticket import Status
from supportcli.tui.keys import Mode
from tests.tui.inboxes import Seen, drive, shop


def test_a_call_is_logged_and_taken_back(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            before = lists.lines(desk, [1])[0].status
            await seen.press("c")
            assert "waiting: the customer waits for an answer" in seen.text
            await seen.type("ans")
            await seen.press("enter")
            assert "Answered, #1:" in seen.text
            await seen.type("Told her.")
            await seen.press("enter")
            assert "Logged a call on #1" in seen.text
            assert lists.lines(desk, [1])[0].status is Status.PENDING
            assert reading.ticket(desk, 1).messages[-1].text == "Told her."
            await seen.press("z")
            assert lists.lines(desk, [1])[0].status is before

        drive(desk, script)


def test_a_call_over_marked_tickets_says_that_it_is_logged_in_one(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("x", "x", "c")
            assert "A call is logged in one ticket" in seen.text
            assert seen.screen.context.mode is Mode.LIST
            assert seen.screen.context.tickets.marked == {1, 2}
            await seen.press("enter", "c")
            assert "Call on #3:" in seen.text

        drive(desk, script)
