"""Text typed into a quote in its own colour, as people do who answer a mail question by question.

A help desk's text has no colours, and mail programs use only black, grey, or the colour of
links."""

import re
from dataclasses import dataclass

from supportcli.channels.folding.datelines import table

# The name comes first, so that it is searched for literally; lower case.
_COLOUR = re.compile(
    r"color(?<![\w-]color)\s{0,4}(?::|=\s{0,4}[\"']?)\s{0,4}"
    r"(?:#([0-9a-f]{3,8})|rgba?\((\s{0,4}\d{1,3}[\s,]{1,4}\d{1,3}[\s,]{1,4}\d{1,3})|([a-z]{3,20}))"
)
# The colours of a highlighter, which programs do not paint with; lower case.
_HIGHLIGHT = re.compile(
    r"background(?:-color)?\s{0,4}:\s{0,4}(?:yellow|lime|aqua|cyan|fuchsia|magenta"
    r"|#(?:ff0|0f0|0ff|f0f|ffff00|00ff00|00ffff|ff00ff)\b"
    r"|rgba?\(\s{0,4}(?:255,\s?255,\s?0|0,\s?255,\s?0|0,\s?255,\s?255|255,\s?0,\s?255)\b)"
)
_NONE = table(
    "black gray grey darkgray darkgrey dimgray dimgrey lightgray lightgrey silver white windowtext"
    " inherit initial unset revert transparent currentcolor auto"
)
_LEAST_CHROMA = 64
_LETTER = re.compile(r"[^\W_]")
# Elements whose colour attribute applies to their text.
_PAINTED = frozenset({"font", "span", "div", "p", "b", "strong", "em", "i", "u", "mark"})
_PAINT, _PLAIN = "\ue0f1", "\ue0f2"  # from the private use area


def has_colours(html: str) -> bool:
    """Whether an HTML page, or the attributes of an element, name a colour that is not grey,
    highlight something, or strike it out."""
    # to make a page lower case takes five times as long if it has other letters than ASCII's
    lowered = html.encode("utf-8", "surrogatepass").lower()
    if b"line-through" in lowered or b"<mark" in lowered:
        return True
    if b"color" not in lowered and b"background" not in lowered:
        return False
    page = html.lower()
    return _HIGHLIGHT.search(page) is not None or any(
        _is_chromatic(*found.groups("")) for found in _COLOUR.finditer(page)
    )


def _is_chromatic(digits: str, numbers: str, name: str) -> bool:
    """Whether a colour is none of those between black and white."""
    if name:
        return name not in _NONE
    if numbers:
        parts = [int(one) for one in re.findall(r"\d+", numbers)]
    else:
        wide = digits if len(digits) >= 6 else "".join(2 * one for one in digits[:3])  # noqa: PLR2004 - CSS Color 4, 5.2
        parts = [int(wide[at : at + 2], 16) for at in (0, 2, 4)]
    return max(parts) - min(parts) >= _LEAST_CHROMA


@dataclass(frozen=True, slots=True)
class Painted:
    """The readable text of a page, and which of its lines have coloured and which plain characters.
    Links count as neither."""

    text: str
    painted: frozenset[int]
    plain: frozenset[int]


class Colours:
    """The coloured elements that are open while a page is read, and the marks that represent them
    in its text until it is finished. A page that contains the marks itself only shows more text."""

    def __init__(self) -> None:
        self.open: dict[str, list[bool]] = {}
        self.painted = 0
        self.linked = False

    def begin(self, name: str, attributes: str) -> None:
        """An element begins."""
        if name == "a":
            self.linked = True
        elif name in _PAINTED:
            painted = name == "mark" or (bool(attributes) and has_colours(attributes))
            self.open.setdefault(name, []).append(painted)
            self.painted += painted

    def end(self, name: str) -> None:
        """The innermost element of a name ends."""
        if name == "a":
            self.linked = False
        elif self.open.get(name):
            self.painted -= self.open[name].pop()

    def marked(self, chunk: str) -> str:
        """Text between two tags with a mark before its first character."""
        first = None if self.linked else _LETTER.search(chunk)
        if first is None:
            return chunk
        mark = _PAINT if self.painted else _PLAIN
        return f"{chunk[: first.start()]}{mark}{chunk[first.start() :]}"


def read_marks(text: str) -> Painted:
    """A finished page without its marks, and what they mean."""
    lines = text.split("\n")
    painted = frozenset(at for at, line in enumerate(lines) if _PAINT in line)
    plain = frozenset(at for at, line in enumerate(lines) if _PLAIN in line)
    return Painted(text.replace(_PAINT, "").replace(_PLAIN, ""), painted, plain)
