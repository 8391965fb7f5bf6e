"""Text that a page has but does not show: lines for the preview of an inbox, words against filters,
instructions for programs that read along. It is marked where it is.

Some elements hide all that is in them. What hides a text only until an element within says
otherwise (its colour, its size) is in `open_styles`."""

import re

from supportcli.channels.html.attributes import attribute
from supportcli.channels.html.styles import style_of

# In lower case: what some style that hides needs to say.
_MAY = re.compile(r"none|hid|:\s{0,4}[0.-]|height\s{0,4}:\s{0,4}1|\((?:0|100%|-)")
_ZERO = re.compile(r"0{1,4}(?:\.0{1,4})?(?:px|pt|em|%)?")
_FAINT = re.compile(r"(?:0{1,3}(?:\.0\d{0,6})?|\.0\d{0,6})%?")
_FLAT = re.compile(r"(?:0{1,4}(?:\.\d{1,6})?|\.\d{1,6})(?:px|pt|em|%)?|1(?:\.0{1,4})?p[xt]")
# Far enough to be off any page. Word moves lines to the left by a few hundred points, and back.
_AWAY = re.compile(r"-(?:\d{4,}|[5-9]\d\d(?!\d)|(?:[5-9]\d|\d{3})(?:\.\d{1,6})?(?:r?em|v[wh]))")
_CUT = re.compile(
    r"inset\(\s{0,4}(?:100|[5-9]\d)%|(?:circle|ellipse)\(\s{0,4}0(?![\d.])|rect\((?:[\s,]{0,4}[01](?:px)?(?![\d.])){4}"
)
_SHRUNK = re.compile(r"(?:scale[xy]?|opacity)\(\s{0,4}0(?![\d.])")
_OVERFLOW = ("overflow", "overflow-x", "overflow-y")
_PLACES = ("left", "top", "right", "bottom", "inset")
_MOVES = ("text-indent", "margin-left", "margin-top", "margin", "transform", "translate")

_INVISIBLE = dict.fromkeys(
    (0x34F, 0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x61C, 0x180E)
)
_LONGEST = 200
_BRACKETS = str.maketrans("[]", "()")


def hides(attributes: str) -> bool:
    """Whether an element with these attributes shows nothing of what is in it."""
    lowered = attributes.lower()
    if not _MAY.search(lowered):
        return False
    if "style" in lowered and _is_gone(style_of(attributes)):
        return True
    return "hidden" in lowered and (
        attribute(attributes, "hidden", "no") in {"", "hidden", "until-found"}
        or attribute(attributes, "aria-hidden").lower() == "true"
    )


def _is_gone(style: dict[str, str]) -> bool:
    """Whether a style shows nothing of an element. What only Word hides (mso-hide) is there for
    all other readers."""
    said = style.get
    return (
        said("display", "").startswith("none")
        or said("content-visibility", "").startswith("hidden")
        or _FAINT.fullmatch(said("opacity", "")) is not None
        or any(_ZERO.fullmatch(said(name, "")) for name in ("zoom", "scale"))
        or _is_cut(style)
        or _is_away(style)
        or _CUT.search(f"{said('clip-path')} {said('clip')}") is not None
        or _SHRUNK.search(f"{said('transform')} {said('filter')}") is not None
    )


def _is_cut(style: dict[str, str]) -> bool:
    """Whether a style cuts off all that is in an element: it has no height or width, and what is
    beyond that does not show."""
    if not any(style.get(name, "").startswith(("hidden", "clip")) for name in _OVERFLOW):
        return False
    return any(_FLAT.fullmatch(style.get(name, "")) for name in ("height", "max-height")) or any(
        _ZERO.fullmatch(style.get(name, "")) for name in ("width", "max-width")
    )


def _is_away(style: dict[str, str]) -> bool:
    """Whether a style moves an element off the page."""
    is_placed = style.get("position", "").startswith(("absolute", "fixed", "relative"))
    names = (*_MOVES, *_PLACES) if is_placed else _MOVES
    return any(name in style and _AWAY.search(style[name]) for name in names)


def mark(chunks: list[str]) -> str:
    """What is said in place of hidden text; "" if it was only there to fill a line. More than 200
    characters are counted."""
    text = " ".join("".join(chunks).translate(_INVISIBLE).split()).translate(_BRACKETS)
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST].rstrip()} … {len(text):,} characters"
    return f"[hidden: {text}]" if text else ""
