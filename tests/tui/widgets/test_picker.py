"""Docks: which line ⏎ takes, and which do not open at all."""

from pathlib import Path

from supportcli.domain.tickets.ticket import Status
from supportcli.domain.tickets.verbs import VERBS, Asks
from supportcli.tui.keys import Mode
from tests.tui.inboxes import Seen, drive, shop, ticket


def test_a_word_that_finds_lines_selects_the_best_of_them(tmp_path: Path) -> None:
    """Letters in the middle select too, but ⏎ has to be pressed twice: nobody aimed it at what they
    found."""
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            picker = seen.screen.context.picker
            await seen.press(":")
            assert "type to choose, or ↑↓" in seen.text
            await seen.press("escape")
            for word in ("tick", "ssign", "olve"):
                await seen.press(":", *word)
                assert picker.marked is not None, word
                assert "⏎ choose" in seen.text.splitlines()[-1], word
                await seen.press("escape")
            await seen.press(":", *"olve", "enter")
            assert ticket(desk, 1).line.status is not Status.SOLVED
            assert "Nothing begins with “olve”: ⏎ again takes Solve" in seen.text
            await seen.press("enter")
            assert ticket(desk, 1).line.status is Status.SOLVED

        drive(desk, script)


_OPENERS = [
    *(verb.key for verb in VERBS if verb.key and verb.asks is not Asks.NOTHING),
    *("D", "A", "L", "H", "vertical_line"),
]


def test_a_key_that_could_open_nothing_leaves_the_keys_where_they_are(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("2")
            assert seen.numbers == []
            for key in _OPENERS:
                await seen.press(key)
                assert seen.screen.context.mode is Mode.LIST, key
                assert "There is no ticket here." in seen.text, key
            await seen.press("u", *"xz")
            assert "dropped: “xz”" in seen.text, "typed behind it, before anybody could read why"
            await seen.press("1")
            assert seen.numbers, "the next key is a key again"

        drive(desk, script)


def test_a_view_that_is_built_in_takes_no_name(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("v")
            assert "This view is built in. Find tickets with /, then save the filter" in seen.text
            assert seen.screen.context.mode is Mode.LIST
            await seen.press("slash", "v", "enter", "v")
            assert "Save view as:" in seen.text

        drive(desk, script)
