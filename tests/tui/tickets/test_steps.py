"""The keys that throw away, hold and bring back: the ticket leaves at once, no mail is sent, and
undo takes it back."""

from pathlib import Path

import pytest

from supportcli.desk.replies import outbox
from supportcli.desk.tickets import lists, verbs
from supportcli.domain.tickets.ticket import Status
from supportcli.tui.keys import Mode
from tests.desk.desks import StandingClock
from tests.long import long_but
from tests.tui.inboxes import Seen, drive, shop, ticket

STEPS = [
    ("!", Status.SPAM, "Marked as spam: #1"),
    ("#", Status.DELETED, "Deleted #1"),
    ("h", Status.ON_HOLD, "On hold: #1"),
]


@pytest.mark.parametrize(("key", "status", "said"), STEPS)
def test_a_step_takes_the_ticket_out_of_the_view_and_undo_brings_it_back(
    tmp_path: Path, key: str, status: Status, said: str
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press(key)
            assert said in seen.text
            assert "z undo" in seen.text
            assert (seen.cursor, seen.numbers) == (2, [2, 3, 4, 5, 6])
            assert ticket(desk, 1).line.status is status
            assert outbox.list_outbox(desk) == []
            await seen.press("z")
            assert (seen.cursor, seen.numbers) == (1, [1, 2, 3, 4, 5, 6])
            assert ticket(desk, 1).line.status is Status.NEW
            assert ticket(desk, 1).line.waiting_since is not None

        drive(desk, script)


@long_but(1)
@pytest.mark.parametrize(("key", "status"), [("!", "spam"), ("#", "deleted")])
def test_what_was_thrown_away_is_found_by_its_status_and_brought_back_from_there(
    tmp_path: Path, key: str, status: str
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", key, key)
            assert seen.numbers == [1, 4, 5, 6]
            await seen.press("slash")
            await seen.type(f"status:{status}")
            await seen.press("enter")
            assert sorted(seen.numbers) == [2, 3]
            await seen.press("r")
            assert f"is {status}. E reopens it." in seen.text
            assert seen.screen.context.mode is Mode.LIST
            await seen.press("e")
            assert f"is {status} and cannot become solved" in seen.text
            await seen.press("E", "j", "E")
            assert {ticket(desk, number).line.status for number in (2, 3)} == {Status.OPEN}
            await seen.press("1")
            assert seen.numbers[:1] == [1]
            assert set(seen.numbers) == {1, 2, 3, 4, 5, 6}

        drive(desk, script)


def test_the_palette_finds_them_by_name(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            for word, status in (
                ("spam", Status.SPAM),
                ("delete", Status.DELETED),
                ("hold", Status.ON_HOLD),
            ):
                number = seen.cursor or 0
                await seen.press("colon")
                await seen.type(word)
                await seen.press("enter")
                assert ticket(desk, number).line.status is status

        drive(desk, script)


def test_a_solved_ticket_that_has_closed_says_so_and_can_still_be_taken_up(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        verbs.solve(desk, [1])
        assert isinstance(desk.clock, StandingClock)
        desk.clock.tick(days=28)
        verbs.solve(desk, [2])

        async def script(seen: Seen) -> None:
            await seen.press("5")
            assert {number: row_of(seen, number).split()[-1] for number in (1, 2)} == {
                1: "closed",
                2: "solved",
            }
            await seen.press("slash")
            await seen.type("status:closed")
            await seen.press("enter")
            assert seen.numbers == [1]
            await seen.press("enter")
            assert "#1 Leak" in seen.text
            assert "closed" in seen.text
            await seen.press("E")
            assert ticket(desk, 1).line.status is Status.OPEN

        drive(desk, script, (80, 24))


def row_of(seen: Seen, number: int) -> str:
    return next(row for row in seen.text.splitlines() if f" #{number} " in row)


def test_two_deleted_at_once_are_both_named_and_so_is_a_draft(tmp_path: Path) -> None:
    """A trial: a text, `esc`, and Vim's `d d` deleted two tickets; the line named the second, and
    nobody said that the first had a draft."""
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Dear", "escape", "escape", "#")
            assert "Deleted #1 (your draft is kept) Leak" in seen.text
            await seen.press("#")
            assert "Deleted #1 (your draft is kept) · #2 Refund" in seen.text
            assert isinstance(desk.clock, StandingClock)
            desk.clock.tick(seconds=4)
            await seen.press("#")
            assert "Deleted #3 Where is my order?" in seen.text
            await seen.press("z", "z", "z")
            assert list(lists.numbers(desk, "status:deleted")) == []

        drive(desk, script)


def test_marked_tickets_with_a_draft_say_so(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Dear", "escape", "escape", "x", "x", "e")
            assert "Solved 2 tickets (your draft is kept)" in seen.text

        drive(desk, script)
