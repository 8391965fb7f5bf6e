"""The numbers of lists: digits, letters, or Roman ones (HTML, 4.4.5)."""

import re

from supportcli.channels.html.attributes import attribute
from supportcli.channels.html.styles import style_of

_STYLES = re.compile(r"(lower|upper)-(alpha|latin|roman)")
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MOST_ROMAN = 3_999
_LETTERS = 26


def kind_of_list(attributes: str) -> str:
    """How a list is numbered: 1, a, A, i or I."""
    style = style_of(attributes)
    found = _STYLES.search(f"{style.get('list-style-type')} {style.get('list-style')}")
    if found:
        kind = "i" if found[2] == "roman" else "a"
        return kind.upper() if found[1] == "upper" else kind
    said = attribute(attributes, "type")
    return said if said in {"a", "A", "i", "I"} else "1"


def numbered(number: int, kind: str) -> str:
    """A number of a list, as lists of this kind (`kind_of_list`) show it."""
    if kind in "aA" and number > 0:
        said = _letters(number)
    elif kind in "iI" and 0 < number <= _MOST_ROMAN:
        said = _roman(number)
    else:
        return str(number)
    return said.upper() if kind.isupper() else said


def _letters(number: int) -> str:
    """A to z, then aa."""
    said = ""
    while number:
        number, place = divmod(number - 1, _LETTERS)
        said = chr(ord("a") + place) + said
    return said


def _roman(number: int) -> str:
    said = ""
    for worth, sign in _ROMAN:
        count, number = divmod(number, worth)
        said += sign * count
    return said
