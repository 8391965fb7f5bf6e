"""`Z` does again what `z` took back here."""

from pathlib import Path

from supportcli.desk.tickets import lists, reading
from supportcli.domain.tickets.ticket import Delivery, Status
from tests.tui.inboxes import Seen, drive, shop


def test_what_was_undone_is_done_again_until_something_else_is_done(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("Z")
            assert "Nothing to redo here." in seen.text
            await seen.press("e", "e", "z", "z")
            assert seen.cursor == 1
            await seen.press("Z")
            assert "Redone: Solved #1" in seen.text
            await seen.press("Z")
            assert [one.status for one in lists.lines(desk, [1, 2])] == [Status.SOLVED] * 2
            await seen.press("z")
            assert "Undone: Solved #2" in seen.text
            await seen.press("h", "Z")
            assert "Nothing to redo here." in seen.text

        drive(desk, script)


def test_a_reply_that_is_redone_leaves_and_its_draft_is_gone(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r")
            await seen.type("On its way.")
            await seen.press("ctrl+s", "o")
            await seen.press("z")
            assert seen.screen.context.tickets.drafts == {1}
            await seen.press("Z")
            await seen.shows("Reply to #1 leaves in 10 s")
            assert seen.screen.context.tickets.drafts == set()
            assert reading.ticket(desk, 1).messages[-1].delivery is Delivery.QUEUED

        drive(desk, script)
