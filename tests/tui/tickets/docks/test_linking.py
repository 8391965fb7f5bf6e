"""`l` links the ticket to another one, and takes the link away again."""

from pathlib import Path

from supportcli.desk.tickets import reading
from tests.tui.inboxes import Seen, drive, shop


def test_a_link_is_made_shown_and_taken_away(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("l")
            assert "Link #1 to:" in seen.text
            await seen.type("2")
            await seen.press("enter")
            assert "Linked to #2: #1" in seen.text
            assert [one.number for one in reading.ticket(desk, 1).links] == [2]
            await seen.press("enter")
            assert "related #2" in seen.text
            await seen.press("l")
            assert "linked: take it away" in seen.text
            await seen.type("2")
            await seen.press("enter")
            assert "Unlinked from #2: #1" in seen.text
            assert reading.ticket(desk, 1).links == ()
            await seen.press("z")
            assert [one.number for one in reading.ticket(desk, 1).links] == [2]

        drive(desk, script)


def test_marked_tickets_are_linked_to_one_and_parted_as_one(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        def linked() -> list[list[int]]:
            return [[one.number for one in reading.ticket(desk, it).links] for it in range(1, 5)]

        async def script(seen: Seen) -> None:
            await seen.press("x", "x", "x", "l")
            assert "Link 3 tickets to:" in seen.text
            assert "#4 Customer4" in seen.text, "the one under the cursor is not marked"
            assert "#1 Customer1" not in seen.text.split("tickets to:")[1]
            await seen.type("4")
            await seen.press("enter")
            assert "Linked to #4: 3 tickets" in seen.text
            assert linked() == [[4], [4], [4], [1, 2, 3]]
            await seen.press("z")
            assert linked() == [[], [], [], []]
            assert set(seen.screen.context.tickets.marked) == {1, 2, 3}, "as before the link"
            await seen.press("escape", "x", "x", "l")
            await seen.type("1")
            await seen.press("enter")
            assert "Linked to #1" in seen.text, "one of them: the others are linked to it"
            assert linked()[:2] == [[2], [1]]

        drive(desk, script)
