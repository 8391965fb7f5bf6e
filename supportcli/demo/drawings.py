"""The photos that customers enclose, drawn pixel by pixel: each function returns the colour at x,
y."""
# ruff: noqa: PLR2004 - the numbers are the drawing

from collections.abc import Callable

WIDTH, HEIGHT = 160, 120

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""
Drawing = Callable[[int, int], Colour]


def _dent(x: int, y: int) -> Colour:
    """Brushed steel with a shadow in it."""
    steel = 175 + (y * 7) % 9 + x // 8
    distance = ((x - 62) / 34) ** 2 + ((y - 70) / 22) ** 2
    shade = steel if distance > 1 else int(steel * (0.55 + 0.45 * distance))
    return shade, shade, min(255, shade + 6)


def _box(x: int, y: int) -> Colour:
    """A carton with tape, torn at the corner."""
    if x + (HEIGHT - y) < 34:
        return 60, 44, 32
    return (214, 190, 140) if 70 <= x < 90 else (176 - (y % 3) * 4, 132 - (y % 3) * 3, 84)


def _latte(x: int, y: int) -> Colour:
    """A cup from above with a heart of milk."""
    u, v = (x - 80) / 42, (66 - y) / 42
    if u * u + v * v > 1.4:
        return 232, 226, 216
    heart = (u * u + v * v - 0.35) ** 3 - u * u * v**3 * 1.6
    return (250, 238, 220) if heart < 0 else (122, 74, 40)


def _strip(x: int, y: int) -> Colour:
    """A water test strip with four fields."""
    if not 50 <= y < 70 or not 12 <= x < 148:
        return 246, 246, 242
    field = (x - 20) // 32
    return (
        ((150, 60, 140), (150, 60, 140), (150, 60, 140), (110, 160, 90))[min(field, 3)]
        if (x - 20) % 32 < 20
        else (255, 255, 255)
    )


def _wand(x: int, y: int) -> Colour:
    """A steam wand and a drop below it."""
    if abs(x - 80 - (HEIGHT - y) // 6) < 6 and y < 84:
        return 150 + x % 40, 150 + x % 40, 158 + x % 40
    if ((x - 84) / 6) ** 2 + ((y - 98) / 9) ** 2 < 1:
        return 70, 130, 200
    return (90, 62, 44) if y > 108 else (238, 234, 228)


DRAWINGS: dict[str, Drawing] = {
    "dent": _dent,
    "box": _box,
    "latte": _latte,
    "strip": _strip,
    "wand": _wand,
}
