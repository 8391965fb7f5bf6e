"""A text that was not sent is thrown away, and comes back."""

from pathlib import Path

import pytest

from supportcli.desk.tickets import inbox
from supportcli.tui.keys import Mode
from tests.tui.inboxes import Seen, drive, shop, ticket


@pytest.mark.parametrize(
    "keys", [("f8",), ("ctrl+s", "x"), ("escape", "f8"), ("escape", ":", *"delete draft", "enter")]
)
@pytest.mark.parametrize(("opener", "kind"), [("r", "reply"), ("m", "note")])
def test_a_draft_is_thrown_away_and_z_brings_it_back(
    tmp_path: Path, keys: tuple[str, ...], opener: str, kind: str
) -> None:
    if kind == "note" and "x" in keys:
        keys = ("f8",)  # a note is written at the first stroke
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press(opener, *"Nonsense", *keys)
            assert f"Threw away the {kind} to #1 · z undo" in seen.text
            assert seen.screen.context.mode & (Mode.LIST | Mode.READ)
            assert inbox.my_drafts(desk) == {}
            await seen.press("z")
            assert f"The {kind} to #1 is a draft again: {opener} continues it." in seen.text
            assert inbox.my_drafts(desk)[1, kind].text == "Nonsense"
            await seen.press(opener)
            assert seen.screen.context.composer.text == "Nonsense"
            await seen.press("escape", "Z")
            assert inbox.my_drafts(desk) == {}
            assert f"Threw away the {kind} to #1 · z undo" in seen.text
            await seen.press("z")
            assert inbox.my_drafts(desk)[1, kind].text == "Nonsense"

        drive(desk, script)


def test_where_several_are_begun_it_asks_which_one_and_where_none_is_it_says_so(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("f8")
            assert "Nothing was written to #1." in seen.text
            await seen.press("r", *"A reply", "escape")
            assert "r continues it, F8 throws it away." in seen.text
            await seen.press("m", *"A note", "escape", "f8", *"the note", "enter")
            assert {key: one.text for key, one in inbox.my_drafts(desk).items()} == {
                (1, "reply"): "A reply"
            }

        drive(desk, script)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=str)
def test_the_question_how_it_is_sent_stays_until_it_is_answered(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Sent by y.", "ctrl+s")
            assert "Send to #1? To Customer1" in seen.text
            desk.clock.tick(minutes=5)  # type: ignore[attr-defined]
            seen.screen.context.notices.tick()
            await seen.press("q", "pagedown", "ctrl+c")
            desk.clock.tick(minutes=5)  # type: ignore[attr-defined]
            seen.screen.context.notices.tick()
            await seen.quiet()
            assert "Send to #1? To Customer1" in seen.text
            await seen.press("escape")
            assert "Send to #1?" not in seen.text
            await seen.press("ctrl+s", "y")
            assert "Send to #1?" not in seen.text
            assert ticket(desk, 1).messages[-1].text == "Sent by y."

        drive(desk, script, size)
