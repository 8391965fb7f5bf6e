"""A picture in a real terminal: the sequences that it gets, and that nothing of it stays."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pyte
import pytest
from PIL import Image

from supportcli.tui.graphics.encodings import KITTY_GONE
from tests.demo.terminal import Terminal
from tests.tui.driver.test_typed_ahead import ESCAPE, terminal
from tests.tui.graphics.test_encodings import ITERM2, KITTY, SIXEL
from tests.tui.tickets.docks.test_files import mailed

SEQUENCES = {"kitty": KITTY, "iterm2": ITERM2, "sixel": SIXEL}
ANY = re.compile("|".join(f"(?:{one.pattern})" for one in SEQUENCES.values()))
PLACE = (1, 2)


def photo() -> bytes:
    content = io.BytesIO()
    picture = Image.new("RGB", (300, 200), (200, 30, 30))
    picture.paste((30, 30, 200), (0, 100, 300, 200))
    picture.info["comment"] = "\x1b]0;OWNED\x07"
    picture.save(content, "PNG")
    return content.getvalue()


def opened(screen: Terminal) -> None:
    """Open the picture of the second ticket."""
    screen.wait_for("1 of 2")
    screen.send("jA")
    screen.wait_for("photo.png:")
    screen.send("look")
    screen.wait_for("▸ look at it here")
    screen.send("\r")


def written(screen: Terminal) -> str:
    return screen.output.decode("utf-8", "replace")


def screen_of(output: str, size: tuple[int, int]) -> str:
    """The screen after this output, on a terminal on which a picture is a rectangle of █ that only
    cells written over it remove."""
    columns, lines = 24, 8  # at least half of what it takes
    block = "".join(
        f"\x1b[{PLACE[1] + 1 + line};{PLACE[0] + 1}H{'█' * columns}" for line in range(lines)
    )
    screen = pyte.Screen(*size)
    pyte.Stream(screen).feed(ANY.sub(lambda _: block, output.replace(KITTY_GONE, "")))
    return "\n".join(screen.display)


@pytest.mark.parametrize("way", SEQUENCES)
def test_a_picture_is_shown_and_leaves_nothing_behind(tmp_path: Path, way: str) -> None:
    with mailed(tmp_path, ("photo.png", photo())) as desk:
        look = f'[inbox]\npictures = "{way}"\n'
        with terminal(replace(desk), 80, 24, settings=look) as screen:
            opened(screen)
            screen.wait_until(lambda: SEQUENCES[way].search(written(screen)) is not None)
            screen.rest(0.5)
            shown = written(screen)
            assert {name for name, one in SEQUENCES.items() if one.search(shown)} == {way}
            assert len(SEQUENCES[way].findall(shown)) == 1 + shown.count(",m=1;"), "sent twice"
            last = list(SEQUENCES[way].finditer(shown))[-1]
            assert "█" * 24 in screen_of(shown, (80, 24)), "nothing is painted over it"
            before = shown[: last.start()]
            if way == "kitty":
                before = before[: before.rindex("\x1b_G")] if before.endswith("\x1b\\") else before
            assert before.endswith("\x1b[3;2H") or way == "kitty"
            mark = len(screen.output)
            screen.send(ESCAPE)
            screen.wait_until(lambda: b"To do" in screen.output[mark:])
            screen.rest(0.5)
            after = written(screen)[len(shown) :]
            assert ANY.search(after.replace(KITTY_GONE, "")) is None
            assert (KITTY_GONE in after) == (way == "kitty")
            assert "█" not in screen_of(written(screen), (80, 24))
            assert "OWNED" not in written(screen)
            screen.send("\x11")
            assert screen.ended() == 0


@pytest.mark.parametrize("way", ["off", "blocks", ""])
def test_no_sequence_is_sent_to_a_terminal_that_is_not_known_to_show_it(
    tmp_path: Path, way: str
) -> None:
    with mailed(tmp_path, ("photo.png", photo())) as desk:
        look = f'[inbox]\npictures = "{way}"\n' if way else ""
        with terminal(desk, 80, 24, settings=look) as screen:
            opened(screen)
            screen.wait_for("pictures are off in config.toml" if way == "off" else "▀▀▀▀")
            assert ANY.search(written(screen)) is None


def test_another_size_shows_it_again_and_too_small_a_one_not_at_all(tmp_path: Path) -> None:
    with mailed(tmp_path, ("photo.png", photo())) as desk:
        look = '[inbox]\npictures = "kitty"\n'
        with terminal(desk, 80, 24, settings=look) as screen:
            opened(screen)
            screen.wait_until(lambda: KITTY.search(written(screen)) is not None)
            screen.rest(0.3)
            mark = len(written(screen))
            screen.resize(100, 30)
            screen.wait_until(lambda: KITTY.search(written(screen)[mark:]) is not None)
            assert written(screen)[mark:].index(KITTY_GONE) < written(screen)[mark:].index("a=T")
            screen.rest(0.3)
            mark = len(written(screen))
            screen.resize(40, 10)
            screen.wait_until(lambda: KITTY_GONE in written(screen)[mark:])
            screen.rest(0.5)
            assert "a=T" not in written(screen)[mark:].rpartition(KITTY_GONE)[2]
            screen.resize(100, 30)
            screen.rest(0.3)
            screen.wait_until(lambda: "a=T" in written(screen)[mark:].rpartition(KITTY_GONE)[2])


def test_a_picture_is_off_the_screen_when_the_inbox_is_ended(tmp_path: Path) -> None:
    with mailed(tmp_path, ("photo.png", photo())) as desk:
        look = '[inbox]\npictures = "kitty"\n'
        with terminal(desk, 80, 24, settings=look) as screen:
            opened(screen)
            screen.wait_until(lambda: KITTY.search(written(screen)) is not None)
            screen.rest(0.3)
            screen.process.terminate()
            screen.ended()
            assert written(screen).rindex(KITTY_GONE) > written(screen).rindex("a=T")
