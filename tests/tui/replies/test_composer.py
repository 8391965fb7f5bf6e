"""While something is written, what is answered can be read, and the text shows as it is."""

from pathlib import Path

import pytest

from tests.desk.desks import write_in
from tests.long import long_but
from tests.tui.inboxes import Seen, drive, shop

LETTER = "\n".join(f"Line {number} of the letter." for number in range(1, 41))


def test_the_conversation_is_read_on_while_a_reply_is_written(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:
        write_in(desk, 1, sender="customer1@acme.test", text=LETTER)

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Dear")
            assert "Line 40 of" not in seen.text
            await seen.press(*["pagedown"] * 12)
            assert "Line 40 of" in seen.text
            await seen.press("ctrl+s", "pageup", *["pageup"] * 12)
            assert "Text of ticket 1." in seen.text
            await seen.press("escape")
            assert seen.screen.context.composer.text == "Dear"

        drive(desk, script, size=(80, 24))


def test_the_composer_covers_no_last_words(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:
        write_in(desk, 1, sender="customer1@acme.test", text=LETTER)

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            await seen.press(*["pagedown"] * 4)
            assert "Line 40 of" in seen.text
            await seen.press("r")
            assert "Line 40 of" in seen.text
            await seen.press("escape")
            assert "Line 40 of" in seen.text

        drive(desk, script, size=(80, 24))


@pytest.mark.parametrize("opened", [True, False], ids=["opened", "list"])
def test_what_is_answered_stands_above_the_text(tmp_path: Path, *, opened: bool) -> None:
    with shop(tmp_path, tickets=1) as desk:
        for number in range(1, 6):
            lines = "".join(f"Line {line} of mail {number}.\n" for line in range(1, 6))
            write_in(desk, 1, sender="customer1@acme.test", text=lines)

        async def script(seen: Seen) -> None:
            await seen.press(*["enter", *["K"] * 5] * opened)
            assert "of mail 5." not in seen.text
            await seen.press("r")
            for line in range(1, 6):
                await seen.shows(f"Line {line} of mail 5.")

        drive(desk, script, size=(80, 24))


@long_but(1)
@pytest.mark.parametrize("size", [(80, 24), (100, 30), (160, 45)], ids=str)
def test_it_starts_small_and_grows_below_the_newest_words(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path, tickets=1) as desk:
        write_in(desk, 1, sender="customer1@acme.test", text=LETTER)

        async def script(seen: Seen) -> None:
            composer = seen.screen.context.composer
            await seen.press("enter", *["J"] * 3, *["space"] * 8, "r")
            assert composer.size.height == 5
            heights = []
            for _ in range(30):
                await seen.press("a", "enter")
                heights.append(composer.size.height)
                assert "Line 40 of" in seen.text, "it stays in sight"
            assert heights == sorted(heights)
            assert heights[3] == 6
            assert heights[-1] <= seen.screen.query_one("#reading").size.height / 2
            await seen.press("ctrl+s", "escape", *["backspace"] * 90)
            assert composer.size.height == 5, "and it shrinks again"

        drive(desk, script, size=size)


def test_a_long_line_makes_it_grow_where_it_is_wrapped(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            composer = seen.screen.context.composer
            await seen.press("r", *"word " * 80)
            tall = composer.size.height
            assert tall > 5
            await seen.press("escape", "r")
            assert composer.size.height == tall, "also when it is opened with a draft"

        drive(desk, script)


def test_a_tab_shows_as_space_and_stays_a_tab(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r")
            seen.screen.context.composer.editor.begin("one\n\ttwo\x1b")
            await seen.quiet()
            assert "    two\ufffd" in seen.text
            assert seen.screen.context.composer.text == "one\n\ttwo\x1b"

        drive(desk, script)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 60)], ids=str)
def test_a_small_terminal_shows_how_to_leave_and_some_of_what_is_answered(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r")
            assert "esc keep draft" in seen.text
            assert "Text of ticket 1." in seen.text

        drive(desk, script, size=size)
