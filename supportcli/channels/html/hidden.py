"""Text that a page has but does not show: lines for the preview of an inbox, words against filters,
instructions for programs that read along. It is marked where it is.

Some elements hide all that is in them. Colour and size hide a text only until an element within
says otherwise, so these are looked up for each text."""

import re
from dataclasses import dataclass, replace

from supportcli.channels.html.attributes import attribute

_STYLE = re.compile(
    r"(?:^|[;\s])(?:display\s{0,4}:\s{0,4}none|visibility\s{0,4}:\s{0,4}hidden|mso-hide\s{0,4}:"
    r"\s{0,4}all|max-height\s{0,4}:\s{0,4}0(?:px)?\s{0,4}(?:;|$|!)"
    r"|opacity\s{0,4}:\s{0,4}0(?:\.0{1,4})?\s{0,4}(?:;|$|!)"
    r"|(?:left|top|text-indent)\s{0,4}:\s{0,4}-\d{3,})",
    re.IGNORECASE,
)
_FLAT = re.compile(r"(?:^|[;\s])(?:height|width)\s{0,4}:\s{0,4}0(?:px)?\s{0,4}(?:;|$|!)", re.I)
_CUT = re.compile(r"overflow\s{0,4}:\s{0,4}hidden", re.IGNORECASE)

_WHITE = r"(?:white\b|#fff(?:fff)?\b|rgba?\(\s{0,4}255\s{0,4},\s{0,4}255\s{0,4},\s{0,4}255\b)"
_MAY_HIDE = re.compile(
    rf"font-size\s{{0,4}}:\s{{0,4}}[01](?![\d.])|color\s{{0,4}}[:=]\s{{0,4}}[\"']?{_WHITE}",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?:^|[;\s])font-size\s{0,4}:\s{0,4}([^;]{1,30})", re.IGNORECASE)
_NO_SIZE = re.compile(r"0(?:[.]0+)?(?!\.?\d)|1(?:px|pt)?(?:\s|!|$)", re.IGNORECASE)
_COLOUR = re.compile(r"(?:^|[;\s])color\s{0,4}:\s{0,4}([^;]{1,60})", re.IGNORECASE)
_GROUND = re.compile(r"(?:^|[;\s])background(?:-color|-image)?\s{0,4}:\s{0,4}([^;]{1,60})", re.I)
_IS_WHITE = re.compile(_WHITE, re.IGNORECASE)
_NO_GROUND = re.compile(
    rf"{_WHITE}|transparent\b|none\b|inherit\b|initial\b|unset\b", re.IGNORECASE
)

_VOID_STACK = frozenset({"br", "img", "hr", "input", "meta", "link", "col", "wbr", "area", "base"})
_ENDS_BEFORE = {"td": "tr", "th": "tr", "tr": "table", "li": "ul", "p": "div"}
_MOST_OPEN = 5_000
_MOST_BACK = 30

_INVISIBLE = dict.fromkeys(
    (0x34F, 0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x61C, 0x180E)
)
_LONGEST = 200
_BRACKETS = str.maketrans("[]", "()")


def hides(attributes: str) -> bool:
    """Whether an element with these attributes shows nothing of what is in it."""
    lowered = attributes.lower()
    if "style" in lowered and (style := attribute(attributes, "style")):
        if _STYLE.search(style) or (_FLAT.search(style) and _CUT.search(style)):
            return True
    if "hidden" not in lowered:
        return False
    return (
        attribute(attributes, "hidden", "no") in {"", "hidden"}
        or attribute(attributes, "aria-hidden").lower() == "true"
    )


def mark(chunks: list[str]) -> str:
    """What is said in place of hidden text; "" if it was only there to fill a line. More than 200
    characters are counted."""
    text = " ".join("".join(chunks).translate(_INVISIBLE).split()).translate(_BRACKETS)
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST].rstrip()} … {len(text):,} characters"
    return f"[hidden: {text}]" if text else ""


@dataclass(frozen=True, slots=True)
class _Shade:
    """How the text within an element looks."""

    name: str = ""
    white: bool = False
    dark: bool = False
    """There is something behind it, so that white can be read."""
    tiny: bool = False


class Shades:
    """The open elements of a page in which colour or size may hide text."""

    def __init__(self, html: str) -> None:
        self.open = [_Shade()]
        self.sheet = "<style" in html and "background" in html

    @classmethod
    def of(cls, html: str) -> "Shades | None":
        """For a page where something may be hidden so; None for most pages."""
        return cls(html) if _MAY_HIDE.search(html) else None

    @property
    def unseen(self) -> bool:
        """Whether the text that comes now cannot be seen."""
        now = self.open[-1]
        return now.tiny or (now.white and not now.dark)

    def begin(self, name: str, attributes: str) -> None:
        """An element begins."""
        if name in _VOID_STACK or len(self.open) >= _MOST_OPEN:
            return
        if name in _ENDS_BEFORE:
            self._drop(name, _ENDS_BEFORE[name])
        now = replace(self.open[-1], name=name, white=self.open[-1].white and name != "a")
        self.open.append(self._changed(now, attributes) if attributes else now)

    def end(self, name: str) -> None:
        """The innermost element of a name ends, with all that is open in it."""
        self._drop(name, "")

    def _drop(self, name: str, border: str) -> None:
        for back in range(1, min(len(self.open), _MOST_BACK)):
            found = self.open[-back].name
            if found == name:
                del self.open[-back:]
                return
            if found == border:
                return

    def _changed(self, now: _Shade, attributes: str) -> _Shade:
        """A shade with what the attributes of its element say."""
        style = attribute(attributes, "style")
        if size := _SIZE.search(style):
            now = replace(now, tiny=_NO_SIZE.match(size[1]) is not None)
        colour = _COLOUR.search(style)
        said = colour[1] if colour else attribute(attributes, "color")
        if said:
            now = replace(now, white=_IS_WHITE.match(said) is not None)
        ground = _GROUND.search(style)
        behind = ground[1] if ground else attribute(attributes, "bgcolor")
        if behind and not (_NO_GROUND.match(behind) and "url" not in behind):
            return replace(now, dark=True)
        if attribute(attributes, "background") or (self.sheet and "class" in attributes):
            return replace(now, dark=True)
        return replace(now, dark=False) if behind and _IS_WHITE.match(behind) else now
