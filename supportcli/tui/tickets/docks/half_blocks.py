"""A picture in the cells of a terminal: two pixels a cell, one above the other; where there are no
colours, one character a cell, the fuller the brighter."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    from supportcli.desk.exports.pictures import Pixels

_UPPER = "▀"
_RAMP = " .:-=+*#%@"
_RED, _GREEN, _BLUE = 0.299, 0.587, 0.114
"""How bright the eye finds them (ITU-R BT.601)."""


def half_blocks(pixels: "Pixels", *, colours: bool) -> Sequence[Strip]:
    """The picture, a strip for two of its lines."""
    return [
        Strip(
            [_cell(pixels, x, y, colours=colours) for x in range(pixels.width)],
            pixels.width,
        )
        for y in range(0, pixels.height, 2)
    ]


def _cell(pixels: "Pixels", x: int, y: int, *, colours: bool) -> Segment:
    upper, lower = pixels.at(x, y), pixels.at(x, y + 1)
    if colours:
        style = Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))
        return Segment(_UPPER, style)
    bright = (_brightness(upper) + _brightness(lower)) / 2
    return Segment(_RAMP[min(int(bright * len(_RAMP)), len(_RAMP) - 1)])


def _brightness(colour: tuple[int, int, int]) -> float:
    red, green, blue = colour
    return (_RED * red + _GREEN * green + _BLUE * blue) / 255
