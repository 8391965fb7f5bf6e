"""What the styles of the open elements of a page say of a text: until an element within says
otherwise, it has a colour and a size, it can be seen, and its spaces count."""

import re
from functools import lru_cache
from typing import NamedTuple

from supportcli.channels.html.attributes import attribute
from supportcli.channels.html.colours import (
    BLACK,
    NOTHING,
    UNKNOWN,
    WHITE,
    Colour,
    is_like,
    read_colour,
)
from supportcli.channels.html.styles import style_of

# In lower case: searching for the first letter of each is what makes it cheap.
_PALE = (
    r"(?:(?:(?:ghost|floral)?white|snow|ivory|mintcream|azure|transparent)\b"
    r"|#f[5-f]|#[0-9a-f]{6}00\b|rgba?\(|hsla?\()"
)
_MAY_MATTER = (
    re.compile(r"font-size\s{0,4}:\s{0,4}(?:0(?!\.[1-9])|1(?![\d.])|\.0|\.\d{1,4}p[xt])"),
    re.compile(r"font\s{0,4}:[a-z \t]{0,30}0(?:[^.\d]|$)"),
    re.compile(rf"color\s{{0,4}}[:=]\s{{0,4}}[\"']?{_PALE}"),
    re.compile(r"visibility\s{0,4}:\s{0,4}(?:hidden|collapse)"),
    re.compile(r"white-space\s{0,4}:\s{0,4}(?:pre|break)"),
)
_NEEDED = (b"font", b"font", b"color", b"visibility", b"white-space")
"""What is in any page in which these may be."""
_OF_TEXT = re.compile(r"(?<![-a-z])color\s{0,4}[:=]\s{0,4}[\"']?\s{0,4}(#?[a-z0-9]{1,20})")
_OF_GROUND = re.compile(
    r"(?:bgcolor|background(?:-color)?)\s{0,4}[:=]\s{0,4}[\"']?\s{0,4}(#?[a-z0-9]{1,20})"
)
_SIZE = re.compile(r"(\d{0,4}\.?\d{1,6})\s{0,4}(px|pt|em|rem|%)?")
_LEAST = {"px": 1.0, "pt": 1.0, "em": 0.1, "rem": 0.1, "%": 10.0, None: 1.0}
"""The largest size that is too small to be read, by unit."""
_OF_PARENT = {"em": 5.0, "%": 500.0}
"""The units that count from the size around an element, with how much it takes to make letters of
one point seen."""
_SAME_SIZE = ("inherit", "smaller", "larger", "unset")

_VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "col", "wbr", "area", "base"})
_NO_GROUND = ("none", "inherit", "initial", "unset")
_CHANGES = re.compile(r"color|size|font|background|class|visibility|white-space", re.IGNORECASE)
_ENDS_BEFORE = {"td": "tr", "th": "tr", "tr": "table", "li": "ul", "p": "div"}
_MOST_OPEN = 5_000
_MOST_BACK = 30
_LONGEST_KNOWN = 300
"""The most characters of attributes whose meaning is kept for the next element with them."""


class TextStyle(NamedTuple):
    """The style of a text: its colour, that of what is behind it, whether it is too small to be
    seen, whether it does not show at all, whether its spaces and line ends count, and what follows:
    whether it cannot be seen."""

    colour: Colour
    ground: Colour
    tiny: bool = False
    gone: bool = False
    kept: bool = False
    unseen: bool = False


class _Said(NamedTuple):
    """What an element says of these; None for what it does not say."""

    colour: Colour | None = None
    ground: Colour | None = None
    tiny: bool | None = None
    gone: bool | None = None
    kept: bool | None = None


class OpenStyles:
    """The open elements of a page, each with its name and the style of its text."""

    def __init__(self, html: str) -> None:
        self.open: list[tuple[str, TextStyle]] = [("", TextStyle(BLACK, WHITE))]
        self.sheet = "<style" in html and "background" in html
        self.spaces = "white-space" in html.lower()

    @classmethod
    def of(cls, html: str, markup: bytes) -> "OpenStyles | None":
        """For a page where they matter: something may be hidden by them, or its spaces may count;
        None for most pages. `markup` is the page `in_lower_case`."""
        there = [one for word, one in zip(_NEEDED, _MAY_MATTER, strict=True) if word in markup]
        if not there and b"ground" not in markup:
            return None
        lowered = html.lower()
        if any(one.search(lowered) for one in there):
            return cls(html)
        grounds = (
            set(_OF_GROUND.findall(lowered))
            if "background" in lowered or "bgcolor" in lowered
            else set()
        )
        return cls(html) if grounds and grounds & set(_OF_TEXT.findall(lowered)) else None

    @property
    def unseen(self) -> bool:
        """Whether the text that comes now cannot be seen."""
        return self.open[-1][1].unseen

    @property
    def kept(self) -> bool:
        """Whether the spaces and line ends of the text that comes now count."""
        return self.open[-1][1].kept

    def begin(self, name: str, attributes: str) -> None:
        """An element begins."""
        if name in _VOID or len(self.open) >= _MOST_OPEN:
            return
        if name in _ENDS_BEFORE:
            self._drop(name, _ENDS_BEFORE[name])
        style = self.open[-1][1]
        if attributes and _CHANGES.search(attributes):
            read = _known if len(attributes) <= _LONGEST_KNOWN else _said
            style = self._after(name, style, read(attributes), attributes)
        elif name == "a":
            style = _style(BLACK, *style[1:-1])
        self.open.append((name, style))

    def _after(self, name: str, before: TextStyle, said: _Said, attributes: str) -> TextStyle:
        """The style of a text in an element that says something of it."""
        colour, ground, tiny, gone, kept, _ = before
        own_colour, own_ground, own_tiny, own_gone, own_kept = said
        if own_ground is None and self.sheet and "class" in attributes:
            own_ground = UNKNOWN
        if own_colour is None and name == "a":
            own_colour = BLACK
        return _style(
            colour if own_colour is None else own_colour,
            ground if own_ground is None else own_ground,
            tiny if own_tiny is None else own_tiny,
            gone if own_gone is None else own_gone,
            kept if own_kept is None else own_kept,
        )

    def end(self, name: str) -> None:
        """The innermost element of a name ends, with all that is open in it."""
        if self.open[-1][0] == name and len(self.open) > 1:
            self.open.pop()
        else:
            self._drop(name, "")

    def _drop(self, name: str, border: str) -> None:
        for back in range(1, min(len(self.open), _MOST_BACK)):
            found = self.open[-back][0]
            if found == name:
                del self.open[-back:]
                return
            if found == border:
                return


@lru_cache(maxsize=256)
def _style(colour: Colour, ground: Colour, *flags: bool) -> TextStyle:
    """The style of a text with these fields of a `TextStyle`, and what follows from them."""
    tiny, gone, kept = flags
    unseen = gone or tiny or colour == NOTHING or is_like(colour, ground)
    return TextStyle(colour, ground, tiny, gone, kept, unseen)


def _said(attributes: str) -> _Said:
    """What the attributes of an element say of its text."""
    style = style_of(attributes)
    coloured = style.get("-webkit-text-fill-color") or style.get("color")
    coloured = coloured or attribute(attributes, "color")
    size = style.get("font-size") or style.get("font", "")
    shown, spaces = style.get("visibility"), style.get("white-space")
    return _Said(
        read_colour(coloured) if coloured else None,
        _ground(style, attributes),
        _is_tiny(size) if size else False if attribute(attributes, "size") else None,
        shown.startswith(("hidden", "collapse")) if shown else None,
        spaces.startswith(("pre", "break")) if spaces else None,
    )


def _ground(style: dict[str, str], attributes: str) -> Colour | None:
    """The colour behind a text; None if its element does not say. A picture may have any."""
    behind = [
        style.get(name, "") for name in ("background-color", "background", "background-image")
    ]
    if attribute(attributes, "background") or any(
        "url" in one or "gradient" in one for one in behind
    ):
        return UNKNOWN
    said = behind[0] or behind[1] or attribute(attributes, "bgcolor")
    if not said or said.startswith(_NO_GROUND):
        return None
    found = read_colour(said)
    return None if found == NOTHING else found


def _is_tiny(size: str) -> bool | None:
    """Whether letters of a size cannot be seen; None if that depends on those around them."""
    if size.startswith(_SAME_SIZE):
        return None
    found = _SIZE.search(size)
    if found is None:
        return False
    number, unit = float(found[1]), found[2]
    if number <= _LEAST[unit]:
        return True
    return None if unit in _OF_PARENT and number <= _OF_PARENT[unit] else False


# Most elements of a page have the attributes of some other.
_known = lru_cache(maxsize=256)(_said)
