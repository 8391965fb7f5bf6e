"""What a search shows of a text: a stretch around the first hit, with each hit marked."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from supportcli.domain.query.hits import LONGEST, pieces, places
from supportcli.domain.query.nodes import And, Node, Not, Or, Words

Marked = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it is a hit."""

_BEFORE = 3
"""The share of a snippet that stands before its first hit: a third."""

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a text, and whether the text has a hit at all."""

    pieces: Marked
    is_hit: bool

    @property
    def text(self) -> str:
        """It without marks."""
        return "".join(piece for piece, _ in self.pieces)


def sought(node: Node, *, wanted: bool = True) -> Iterator[Words]:
    """The words that a query wants, rather than leaves out."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from sought(part, wanted=wanted)
        case Not(part):
            yield from sought(part, wanted=not wanted)
        case Words() if wanted:
            yield node
        case _:
            return


def snippet(text: str, words: Collection[Words], most: int) -> Snippet:
    """About `most` characters of a text, on one line, around the first hit; its beginning if there
    is none. What is left out at either end becomes “…”."""
    plain = _SPACE.sub(" ", text[:LONGEST]).strip()
    hits = places(plain, words)
    start = max(hits[0][0] - most // _BEFORE, 0) if hits and len(plain) > most else 0
    start = _at_word(plain, start, hits[0][0] if hits else 0)
    end = start + most
    if end < len(plain):
        space = plain.rfind(" ", start + most // 2, end)
        end = space if space > 0 else end
    inside = pieces(plain, start, min(end, len(plain)), hits)
    dots = ("…", False)
    cut = (*((dots,) if start else ()), *inside, *((dots,) if end < len(plain) else ()))
    return Snippet(cut, bool(hits))


def _at_word(plain: str, start: int, hit: int) -> int:
    """The beginning of a word from `start` on, at the hit at the latest."""
    if start == 0 or plain[start - 1] == " ":
        return start
    space = plain.find(" ", start, hit)
    return start if space < 0 else space + 1
