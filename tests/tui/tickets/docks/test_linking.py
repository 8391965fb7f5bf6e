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
