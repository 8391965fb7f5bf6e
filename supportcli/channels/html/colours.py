"""Colours as pages name them (CSS Color)."""

import re
from colorsys import hls_to_rgb

Colour = tuple[int, int, int]
"""Red, green and blue, each from 0 to 255."""

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
UNKNOWN: Colour = (-1, -1, -1)
"""One that cannot be known: that of a picture, or of a name without meaning here."""
NOTHING: Colour = (-2, -2, -2)
"""No colour at all."""

_ALIKE = 10
_NAMES = {
    "white": WHITE,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255),
    "mintcream": (245, 255, 250),
    "azure": (240, 255, 255),
    "floralwhite": (255, 250, 240),
    "whitesmoke": (245, 245, 245),
    "transparent": NOTHING,
    "black": BLACK,
    "navy": (0, 0, 128),
    "blue": (0, 0, 255),
    "green": (0, 128, 0),
    "red": (255, 0, 0),
    "yellow": (255, 255, 0),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
}
_HEX = re.compile(r"#?([0-9a-f]{3,8})\b")
_CALL = re.compile(r"(rgb|hsl)a?\(([^()]{1,80})\)?")
_NUMBER = re.compile(r"(\d{1,6}(?:\.\d{0,9})?|\.\d{1,9})(%|deg)?")
_WORD = re.compile(r"[a-z]+")
_SHORT = (3, 4)
_OPAQUE = 3


def read_colour(text: str) -> Colour:
    """The colour that a value names."""
    text = text.strip().lower()
    if found := _CALL.match(text):
        return _computed(found[1], _NUMBER.findall(found[2]))
    if (word := _WORD.match(text)) and word[0] in _NAMES:
        return _NAMES[word[0]]
    found = _HEX.match(text)
    if found is None:
        return UNKNOWN
    digits = "".join(one * 2 for one in found[1]) if len(found[1]) in _SHORT else found[1]
    if len(digits) not in {6, 8}:
        return UNKNOWN
    red, green, blue, *alpha = (int(digits[at : at + 2], 16) for at in range(0, len(digits), 2))
    return NOTHING if alpha == [0] else (red, green, blue)


def is_like(one: Colour, other: Colour) -> bool:
    """Whether a text in the one colour cannot be read on the other."""
    return min(one) >= 0 <= min(other) and all(
        abs(mine - theirs) <= _ALIKE for mine, theirs in zip(one, other, strict=True)
    )


def _computed(kind: str, numbers: list[tuple[str, str]]) -> Colour:
    """A colour by its parts, the fourth of which is how much of it is there."""
    if len(numbers) < _OPAQUE:
        return UNKNOWN
    if len(numbers) > _OPAQUE and not float(numbers[3][0]):
        return NOTHING
    first, second, third = (float(number) for number, _ in numbers[:3])
    if kind == "hsl":
        made = hls_to_rgb(first / 360 % 1, min(third, 100) / 100, min(second, 100) / 100)
        red, green, blue = (round(255 * part) for part in made)
    else:
        red, green, blue = (
            round(min(part * 2.55 if unit == "%" else part, 255))
            for part, (_, unit) in zip((first, second, third), numbers, strict=False)
        )
    return red, green, blue
