"""Text that a page has but does not show: lines for the preview of an inbox, words against filters,
instructions for programs that read along. It is marked where it is.

Some elements hide all that is in them. Colour and size hide a text only until an element within
says otherwise, so these are looked up for each text."""

import re
from functools import lru_cache

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

# In lower case: what some style that hides needs to say.
_MAY = re.compile(r"none|hid|collapse|:\s{0,4}[0.-]|\((?:0|100%)")
_ZERO = re.compile(r"0{1,4}(?:\.0{1,4})?(?:px|pt|em|%)?")
_AWAY = re.compile(r"-\d{3,}")
_CUT = re.compile(
    r"inset\(\s{0,4}(?:100|[5-9]\d)%|(?:circle|ellipse)\(\s{0,4}0(?![\d.])|rect\((?:[\s,]{0,4}[01](?:px)?(?![\d.])){4}"
)
_SHRUNK = re.compile(r"scale[xy]?\(\s{0,4}0(?![\d.])")

# In lower case: searching for the first letter of each is what makes it cheap.
_PALE = (
    r"(?:(?:(?:ghost|floral)?white|snow|ivory|mintcream|azure|transparent)\b"
    r"|#f[5-f]|#[0-9a-f]{6}00\b|rgba?\(|hsla?\()"
)
_MAY_HIDE = (
    re.compile(r"font-size\s{0,4}:\s{0,4}(?:0(?!\.[1-9])|1(?![\d.])|\.0)"),
    re.compile(r"font\s{0,4}:[a-z \t]{0,30}0(?:[^.\d]|$)"),
    re.compile(rf"color\s{{0,4}}[:=]\s{{0,4}}[\"']?{_PALE}"),
)
_NEEDED = (b"font", b"color", b"ground")
"""One of these is in any page where colour or size hides a text."""
_OF_TEXT = re.compile(r"(?<![-a-z])color\s{0,4}[:=]\s{0,4}[\"']?\s{0,4}(#?[a-z0-9]{1,20})")
_OF_GROUND = re.compile(
    r"(?:bgcolor|background(?:-color)?)\s{0,4}[:=]\s{0,4}[\"']?\s{0,4}(#?[a-z0-9]{1,20})"
)
_SIZE = re.compile(r"(\d{0,4}\.?\d{1,6})\s{0,4}(px|pt|em|rem|%)?")
_LEAST = {"px": 1.0, "pt": 1.0, "em": 0.1, "rem": 0.1, "%": 10.0, None: 1.0}
"""The largest size that is too small to be read, by unit."""

_PLACES = ("left", "top", "text-indent", "margin-left")
_VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "col", "wbr", "area", "base"})
_NO_GROUND = ("none", "inherit", "initial", "unset")
_CHANGES = re.compile(r"color|size|font|background|class", re.IGNORECASE)
_ENDS_BEFORE = {"td": "tr", "th": "tr", "tr": "table", "li": "ul", "p": "div"}
_MOST_OPEN = 5_000
_MOST_BACK = 30

_INVISIBLE = dict.fromkeys(
    (0x34F, 0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x61C, 0x180E)
)
_LONGEST = 200
_LONGEST_KNOWN = 300
"""The most characters of attributes whose meaning is kept for the next element with them."""
_BRACKETS = str.maketrans("[]", "()")


def hides(attributes: str) -> bool:
    """Whether an element with these attributes shows nothing of what is in it."""
    lowered = attributes.lower()
    if not _MAY.search(lowered):
        return False
    if "style" in lowered and _is_gone(style_of(attributes)):
        return True
    return "hidden" in lowered and (
        attribute(attributes, "hidden", "no") in {"", "hidden"}
        or attribute(attributes, "aria-hidden").lower() == "true"
    )


def _is_gone(style: dict[str, str]) -> bool:
    """Whether a style shows nothing of an element."""
    cut = style.get("overflow", "").startswith("hidden")
    return (
        style.get("display", "").startswith("none")
        or style.get("visibility", "").startswith(("hidden", "collapse"))
        or style.get("mso-hide", "").startswith("all")
        or any(_ZERO.fullmatch(style.get(name, "")) for name in ("max-height", "opacity", "zoom"))
        or any(_ZERO.fullmatch(style.get(name, "")) for name in ("height", "width") if cut)
        or any(_AWAY.match(style.get(name, "")) for name in _PLACES)
        or _CUT.search(f"{style.get('clip-path')} {style.get('clip')}") is not None
        or _SHRUNK.search(style.get("transform", "")) is not None
    )


def mark(chunks: list[str]) -> str:
    """What is said in place of hidden text; "" if it was only there to fill a line. More than 200
    characters are counted."""
    text = " ".join("".join(chunks).translate(_INVISIBLE).split()).translate(_BRACKETS)
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST].rstrip()} … {len(text):,} characters"
    return f"[hidden: {text}]" if text else ""


class Shades:
    """The open elements of a page in which colour or size may hide text: for each its name, the
    colour of its text and of what is behind it, and whether it is too small to be seen."""

    def __init__(self, html: str) -> None:
        self.open: list[tuple[str, Colour, Colour, bool]] = [("", BLACK, WHITE, False)]
        self.sheet = "<style" in html and "background" in html

    @classmethod
    def of(cls, html: str, markup: bytes) -> "Shades | None":
        """For a page where something may be hidden so; None for most pages. `markup` is the page
        `in_lower_case`."""
        if not any(word in markup for word in _NEEDED):
            return None
        lowered = html.lower()
        if any(one.search(lowered) for one in _MAY_HIDE):
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
        _, colour, ground, tiny = self.open[-1]
        return tiny or colour == NOTHING or is_like(colour, ground)

    def begin(self, name: str, attributes: str) -> None:
        """An element begins."""
        if name in _VOID or len(self.open) >= _MOST_OPEN:
            return
        if name in _ENDS_BEFORE:
            self._drop(name, _ENDS_BEFORE[name])
        _, colour, ground, tiny = self.open[-1]
        colour = colour if name != "a" else BLACK
        if attributes and _CHANGES.search(attributes):
            look = _known_look if len(attributes) <= _LONGEST_KNOWN else _look
            own_colour, own_ground, own_tiny = look(attributes)
            colour = colour if own_colour is None else own_colour
            ground = ground if own_ground is None else own_ground
            if self.sheet and "class" in attributes and own_ground is None:
                ground = UNKNOWN
            tiny = tiny if own_tiny is None else own_tiny
        self.open.append((name, colour, ground, tiny))

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


def _look(attributes: str) -> tuple[Colour | None, Colour | None, bool | None]:
    """What the attributes of an element say of its text: its colour, that of what is behind it, and
    whether it is too small; None for what they do not say."""
    style = style_of(attributes)
    said = style.get("color") or attribute(attributes, "color")
    colour = read_colour(said) if said else None
    size = style.get("font-size") or style.get("font", "")
    return colour, _ground(style, attributes), _is_tiny(size) if size else None


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


def _is_tiny(size: str) -> bool:
    """Whether letters of a size cannot be seen."""
    found = _SIZE.search(size)
    return found is not None and float(found[1]) <= _LEAST[found[2]]


# Most elements of a page have the attributes of some other.
_known_look = lru_cache(maxsize=256)(_look)
