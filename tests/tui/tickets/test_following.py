"""`f` follows a ticket, `g f` shows what I follow, and neither moves what stands on the screen."""

from pathlib import Path

from supportcli.desk.tickets import lists, verbs
from supportcli.tui.keys import Mode
from tests.desk.desks import BOB, as_agent
from tests.tui.inboxes import Seen, drive, shop


def test_a_ticket_is_followed_and_found_again(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "f")
            assert "Followed #2 Refund please" in seen.text
            assert (seen.cursor, seen.numbers) == (2, [1, 2, 3, 4, 5, 6])
            await seen.press("j", "j", "f")
            await seen.press("g", "f")
            assert seen.numbers == [2, 4]
            assert "Following 2" in seen.text
            await seen.press("F")
            assert "Unfollowed #2" in seen.text
            await seen.press("j")
            assert seen.numbers == [4]
            await seen.press("z")
            assert (seen.cursor, seen.numbers) == (2, [2, 4])
            await seen.press("escape")
            assert (seen.cursor, seen.numbers) == (4, [1, 2, 3, 4, 5, 6])
            assert list(lists.numbers(desk, "following:me")) == [2, 4]

        drive(desk, script)


def test_what_is_followed_already_is_said(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("F")
            assert "Nothing changed: already not followed." in seen.text
            await seen.press("f", "f")
            assert "Nothing changed: already followed." in seen.text
            await seen.press("z")
            assert "Undone: Followed #1" in seen.text
            await seen.press("g", "f")
            assert "You are not following any tickets. Follow one with f." in seen.text

        drive(desk, script)


def test_news_stop_no_follower(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            verbs.note(as_agent(desk, BOB), 1, "She called.")
            await seen.press("f")
            assert "Followed #1" in seen.text
            assert list(lists.numbers(desk, "following:me")) == [1]

        drive(desk, script)


def test_a_conversation_that_is_read_says_who_follows(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            verbs.follow(as_agent(desk, BOB), [1])
            await seen.press("enter")
            assert "followed by Bob Lee" in seen.text
            await seen.press("f")
            assert "followed by Ada Byron, Bob Lee" in seen.text
            assert seen.screen.context.mode is Mode.READ
            await seen.press("g", "f")
            assert seen.numbers == [1]

        drive(desk, script)
