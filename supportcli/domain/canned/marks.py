"""The marks in a text being written that say what goes with it: the files and the macros of canned
responses."""

import re
from dataclasses import dataclass

_GOES_WITH = re.compile(r"⟦(attached|macro) ([^\s/⟦⟧]+)(?:/([^⟦⟧\n]+))?⟧")


def attached_mark(shortcut: str, name: str) -> str:
    """The mark in a text being written that attaches this file of that response, unless the mark is
    deleted."""
    return f"⟦attached {shortcut}/{name}⟧"


def macro_mark(shortcut: str) -> str:
    """The mark that runs this macro when the text is sent."""
    return f"⟦macro {shortcut}⟧"


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A written text without its marks, and what these said: files as (shortcut, name), and
    macros."""

    words: str
    attached: tuple[tuple[str, str], ...] = ()
    macros: tuple[str, ...] = ()


def parse_marks(text: str) -> ParsedText:
    """Read the marks out of a text and remove them."""
    found = list(_GOES_WITH.finditer(text))
    if not found:
        return ParsedText(text)
    lines = [(line, _GOES_WITH.sub("", line)) for line in text.split("\n")]
    words = "\n".join(kept for line, kept in lines if line == kept or kept.strip())
    attached = dict.fromkeys((one[2], one[3]) for one in found if one[1] == "attached" and one[3])
    macros = dict.fromkeys(one[2] for one in found if one[1] == "macro")
    return ParsedText(words.rstrip("\n"), tuple(attached), tuple(macros))
