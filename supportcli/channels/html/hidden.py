"""Text that a page has but does not show: lines for the preview of an inbox, words against filters,
instructions for programs that read along. It is marked where it is.

Some elements hide all that is in them. Colour and size hide a text only until an element within
says otherwise, so these are looked up for each text."""

import re
from functools import lru_cache

from supportcli.channels.html.attributes import attribute

_BY_NUMBERS = re.compile(r": ?[0-]")
_STYLE = re.compile(
    r"(?:^|[;\s])(?:display\s{0,4}:\s{0,4}none|visibility\s{0,4}:\s{0,4}hidden|mso-hide\s{0,4}:"
    r"\s{0,4}all|max-height\s{0,4}:\s{0,4}0(?:px)?\s{0,4}(?:;|$|!)"
    r"|opacity\s{0,4}:\s{0,4}0(?:\.0{1,4})?\s{0,4}(?:;|$|!)"
    r"|(?:left|top|text-indent)\s{0,4}:\s{0,4}-\d{3,})",
    re.IGNORECASE,
)
_FLAT = re.compile(
    r"(?:^|[;\s])(?:height|width)\s{0,4}:\s{0,4}0(?:px)?\s{0,4}(?:;|$|!)", re.IGNORECASE
)
_CUT = re.compile(r"overflow\s{0,4}:\s{0,4}hidden", re.IGNORECASE)

_WHITE = r"(?:white\b|#fff(?:fff)?\b|rgba?\(\s{0,4}255\s{0,4},\s{0,4}255\s{0,4},\s{0,4}255\b)"
# In lower case: searching for the first letter of either is what makes it cheap.
_MAY_HIDE = (
    re.compile(r"font-size\s{0,4}:\s{0,4}[01](?![\d.])"),
    re.compile(rf"color\s{{0,4}}[:=]\s{{0,4}}[\"']?{_WHITE}"),
)
_SIZE = re.compile(r"(?:^|[;\s])font-size\s{0,4}:\s{0,4}([^;]{1,30})", re.IGNORECASE)
_NO_SIZE = re.compile(r"0(?:[.]0+)?(?!\.?\d)|1(?:px|pt)?(?:\s|!|$)", re.IGNORECASE)
_COLOUR = re.compile(r"(?:^|[;\s])color\s{0,4}:\s{0,4}([^;]{1,60})", re.IGNORECASE)
_GROUND = re.compile(
    r"(?:^|[;\s])background(?:-color|-image)?\s{0,4}:\s{0,4}([^;]{1,60})", re.IGNORECASE
)
_IS_WHITE = re.compile(_WHITE, re.IGNORECASE)
_NO_GROUND = re.compile(
    rf"{_WHITE}|transparent\b|none\b|inherit\b|initial\b|unset\b", re.IGNORECASE
)

_VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "col", "wbr", "area", "base"})
_CHANGES = re.compile(r"color|size|background|class", re.IGNORECASE)
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
    return (_known_hiding if len(attributes) <= _LONGEST_KNOWN else _hides)(attributes)


def _hides(attributes: str) -> bool:
    lowered = attributes.lower()
    if "none" not in lowered and "hid" not in lowered and not _BY_NUMBERS.search(lowered):
        return False
    style = attribute(attributes, "style") if "style" in lowered else ""
    if style and (_STYLE.search(style) or (_FLAT.search(style) and _CUT.search(style))):
        return True
    return "hidden" in lowered and (
        attribute(attributes, "hidden", "no") in {"", "hidden"}
        or attribute(attributes, "aria-hidden").lower() == "true"
    )


# Most elements of a page have the attributes of some other.
_known_hiding = lru_cache(maxsize=256)(_hides)


def mark(chunks: list[str]) -> str:
    """What is said in place of hidden text; "" if it was only there to fill a line. More than 200
    characters are counted."""
    text = " ".join("".join(chunks).translate(_INVISIBLE).split()).translate(_BRACKETS)
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST].rstrip()} … {len(text):,} characters"
    return f"[hidden: {text}]" if text else ""


class Shades:
    """The open elements of a page in which colour or size may hide text: for each its name, and
    whether its text is white, has something behind it, and is too small to be seen."""

    def __init__(self, html: str) -> None:
        self.open: list[tuple[str, bool, bool, bool]] = [("", False, False, False)]
        self.sheet = "<style" in html and "background" in html

    @classmethod
    def of(cls, html: str) -> "Shades | None":
        """For a page where something may be hidden so; None for most pages."""
        lowered = html.lower()
        return cls(html) if any(one.search(lowered) for one in _MAY_HIDE) else None

    @property
    def unseen(self) -> bool:
        """Whether the text that comes now cannot be seen."""
        _, white, dark, tiny = self.open[-1]
        return tiny or (white and not dark)

    def begin(self, name: str, attributes: str) -> None:
        """An element begins."""
        if name in _VOID or len(self.open) >= _MOST_OPEN:
            return
        if name in _ENDS_BEFORE:
            self._drop(name, _ENDS_BEFORE[name])
        _, white, dark, tiny = self.open[-1]
        white = white and name != "a"
        if attributes and _CHANGES.search(attributes):
            look = _known_look if len(attributes) <= _LONGEST_KNOWN else _look
            own_white, own_dark, own_tiny = look(attributes)
            white = white if own_white is None else own_white
            dark = dark if own_dark is None else own_dark
            dark = dark or (self.sheet and "class" in attributes)
            tiny = tiny if own_tiny is None else own_tiny
        self.open.append((name, white, dark, tiny))

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


def _look(attributes: str) -> tuple[bool | None, bool | None, bool | None]:
    """What the attributes of an element say of its text: whether it is white, has something behind
    it that is not white, and is too small; None for what they do not say."""
    style = attribute(attributes, "style") if "style" in attributes.lower() else ""
    size, colour, ground = _SIZE.search(style), _COLOUR.search(style), _GROUND.search(style)
    said = colour[1] if colour else attribute(attributes, "color")
    behind = ground[1] if ground else attribute(attributes, "bgcolor")
    dark = None
    if attribute(attributes, "background") or "url" in behind:
        dark = True
    elif behind and _IS_WHITE.match(behind):
        dark = False
    elif behind and not _NO_GROUND.match(behind):
        dark = True
    return (
        _IS_WHITE.match(said) is not None if said else None,
        dark,
        _NO_SIZE.match(size[1]) is not None if size else None,
    )


_known_look = lru_cache(maxsize=256)(_look)
