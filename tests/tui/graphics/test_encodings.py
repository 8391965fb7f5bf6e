"""Pixels as escape sequences: they show the same picture, and have nothing but ours in them."""

import base64
import io
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from supportcli.desk.exports.pictures import Pixels
from supportcli.tui.graphics import encodings

KITTY = re.compile(r"\x1b_G([a-zA-Z0-9=,-]*);([A-Za-z0-9+/=]*)\x1b\\")
ITERM2 = re.compile(r"\x1b\]1337;File=([a-zA-Z0-9=;]*):([A-Za-z0-9+/=]*)\x07")
SIXEL = re.compile(r'\x1bP0;1q"1;1;(\d+);(\d+)((?:#\d+;2;\d+;\d+;\d+)+)([!-~]*)\x1b\\')


@st.composite
def pictures(draw: st.DrawFn) -> Pixels:
    width, height = draw(st.integers(1, 24)), draw(st.integers(1, 20))
    content = draw(st.binary(min_size=3 * width * height, max_size=3 * width * height))
    return Pixels(width, height, content)


def large() -> Pixels:
    """More than a piece of Kitty's, and more colours than sixels have."""
    content = bytes(
        (x * y * part) % 251 for y in range(90) for x in range(80) for part in (1, 3, 7)
    )
    return Pixels(80, 90, content)


def pieces(written: str) -> tuple[str, bytes]:
    """What Kitty would put together."""
    found = KITTY.findall(written)
    assert "".join(f"\x1b_G{head};{data}\x1b\\" for head, data in found) == written
    assert [f"{head},".rpartition("m=")[2][0] for head, _ in found] == ["1"] * (len(found) - 1) + [
        "0"
    ]
    assert all(len(data) <= 4_096 for _, data in found)
    return found[0][0], zlib.decompress(base64.b64decode("".join(data for _, data in found)))


@given(pictures())
def test_kitty_gets_each_pixel(pixels: Pixels) -> None:
    head, content = pieces(encodings.kitty(pixels, 3, 2))
    assert content == pixels.content
    assert f"f=24,o=z,i=1969423,s={pixels.width},v={pixels.height},c=3,r=2" in head
    assert "q=2" in head, "Kitty would answer, as if it were typed"


def test_kitty_gets_a_large_picture_in_pieces() -> None:
    assert pieces(encodings.kitty(large(), 10, 6))[1] == large().content


@given(pictures())
def test_iterm2_gets_a_png_of_our_own(pixels: Pixels) -> None:
    found = ITERM2.fullmatch(encodings.iterm2(pixels, 3, 2))
    assert found is not None
    content = base64.b64decode(found[2])
    assert f"size={len(content)};width=3;height=2;" in found[1]
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.size, picture.mode) == ((pixels.width, pixels.height), "RGB")
        assert picture.tobytes() == pixels.content


def painted(written: str) -> tuple[int, int, dict[tuple[int, int], tuple[int, ...]]]:
    """What a terminal paints for sixels: the size, and for each pixel its colour in percent."""
    found = SIXEL.fullmatch(written)
    assert found is not None
    palette = {
        int(number): tuple(map(int, colour.split(";")))
        for number, colour in re.findall(r"#(\d+);2;(\d+;\d+;\d+)", found[3])
    }
    shown: dict[tuple[int, int], tuple[int, ...]] = {}
    x = band = number = 0
    for sign, colour, many, repeated in re.findall(r"([-$?-~])|#(\d+)|!(\d+)([?-~])", found[4]):
        if sign == "-":
            x, band = 0, band + 6
        elif sign == "$":
            x = 0
        elif colour:
            number = int(colour)
        else:
            for _ in range(int(many or 1)):
                bits = ord(sign or repeated) - 63
                for line in (line for line in range(6) if bits >> line & 1):
                    assert (x, band + line) not in shown, "painted twice"
                    shown[x, band + line] = palette[number]
                x = x + 1
    return int(found[1]), int(found[2]), shown


@given(pictures())
def test_sixels_paint_each_pixel_once(pixels: Pixels) -> None:
    width, height, shown = painted(encodings.sixel(pixels))
    assert (width, height) == (pixels.width, pixels.height)
    few = encodings._few_colours(pixels.content)
    assert len(shown) == width * height
    for (x, y), colour in shown.items():
        at = 3 * (y * width + x)
        assert colour == tuple(round(part * 100 / 255) for part in few[at : at + 3])


@pytest.mark.parametrize("colours", [1, 256, 257])
def test_sixels_have_256_colours_at_most(colours: int) -> None:
    content = b"".join(bytes((number % 256, number // 256, 9)) for number in range(colours))
    written = encodings.sixel(Pixels(colours, 1, content))
    assert len(re.findall(r"#\d+;2;", written)) == (colours if colours <= 256 else 6)
