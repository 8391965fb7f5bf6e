"""What a search shows of a text: a stretch around the first hit, with each hit marked."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import takewhile

from supportcli.domain.query.nodes import And, Node, Not, Or, Words
from supportcli.domain.text.words import placed_tokens

Marked = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it is a hit."""

_BEFORE = 3
"""The share of a snippet that stands before its first hit: a third."""

_LONGEST = 100_000
"""So many characters of a text are looked into."""

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
    plain = _SPACE.sub(" ", text[:_LONGEST]).strip()
    hits = _joined(_hits(plain, words))
    start = max(hits[0][0] - most // _BEFORE, 0) if hits and len(plain) > most else 0
    start = _at_word(plain, start, hits[0][0] if hits else 0)
    end = start + most
    if end < len(plain):
        space = plain.rfind(" ", start + most // 2, end)
        end = space if space > 0 else end
    inside = [(max(a, start), min(b, end)) for a, b in hits if a < end and b > start]
    pieces = _pieces(plain, start, min(end, len(plain)), inside)
    dots = ("…", False)
    cut = (*((dots,) if start else ()), *pieces, *((dots,) if end < len(plain) else ()))
    return Snippet(cut, bool(hits))


def _at_word(plain: str, start: int, hit: int) -> int:
    """The beginning of a word from `start` on, at the hit at the latest."""
    if start == 0 or plain[start - 1] == " ":
        return start
    space = plain.find(" ", start, hit)
    return start if space < 0 else space + 1


def _hits(plain: str, words: Collection[Words]) -> Iterator[tuple[int, int]]:
    """Where the words stand, from their first character to just behind their last."""
    placed = list(placed_tokens(plain))
    tokens = [token for token, *_ in placed]
    for one in words:
        length = len(one.tokens)
        for at in range(len(tokens) - length + 1):
            *whole, last = tokens[at : at + length]
            fits = last.startswith(one.tokens[-1]) if one.begins else last == one.tokens[-1]
            if fits and tuple(whole) == one.tokens[:-1]:
                yield placed[at][1], placed[at + length - 1][2]


def _joined(hits: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """The hits in order, those that touch as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(hits):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _pieces(
    plain: str, start: int, end: int, hits: list[tuple[int, int]]
) -> Iterator[tuple[str, bool]]:
    at = start
    for first, last in takewhile(lambda hit: hit[0] < end, hits):
        if at < first:
            yield plain[at:first], False
        yield plain[first:last], True
        at = last
    if at < end:
        yield plain[at:end], False
