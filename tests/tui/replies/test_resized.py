"""A text that is being written, and a terminal of another size."""

from pathlib import Path

import pytest

from tests.tui.inboxes import Seen, drive, shop

WORDS = (
    "Thank you for your order. I have asked the carrier by what they say; it will be with you "
    "by Friday, or your money back, and another one, if you like, comes for free tomorrow."
)


@pytest.mark.parametrize("size", [(80, 24), (120, 30), (160, 45)], ids=str)
def test_no_word_is_out_of_sight_after_a_resize(tmp_path: Path, size: tuple[int, int]) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r")
            await seen.type(WORDS)
            for other in ((160, 45), (80, 24), (100, 30), size):
                await seen.pilot.resize_terminal(*other)
                await seen.quiet()
                x, y, width, height = seen.screen.context.composer.editor.region
                lines = [line[x : x + width] for line in seen.text.split("\n")[y : y + height]]
                assert " ".join(" ".join(lines).split()) == WORDS, (other, seen.text)

        drive(desk, script, size)
