"""Colours that can be read on their ground, whatever a theme thinks of the two."""

from textual.color import BLACK, WHITE, Color

READABLE = 4.5
"""The contrast that WCAG 2.2 asks of text (1.4.3)."""

_MIDDLE = 0.18
"""The luminance of a ground from which on black is read better than white."""

_SHADES = 20
_LINEAR = 0.04045
"""Up to here sRGB is linear."""


def readable(color: Color, ground: Color) -> Color:
    """A colour with as much white or black in it as it takes to be read on `ground`. Those of the
    terminal itself are not ours to judge."""
    if color.ansi is not None or ground.ansi is not None:
        return color
    end = WHITE if _luminance(ground) < _MIDDLE else BLACK
    shades = (color.blend(end, part / _SHADES, 1) for part in range(_SHADES))
    return next((shade for shade in shades if contrast(shade, ground) >= READABLE), end)


def contrast(one: Color, other: Color) -> float:
    """How far two colours are apart: 1 (the same) to 21 (black and white)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    """WCAG's relative luminance, 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= _LINEAR else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
