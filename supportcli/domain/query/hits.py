"""Where the words of a query stand in a text, and the text in pieces, each a hit or none."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

from supportcli.domain.text.words import folded, placed_tokens

if TYPE_CHECKING:
    from supportcli.domain.query.nodes import Words  # its module has no part in the first frame

LONGEST = 100_000
"""So many characters of a text are looked into."""

Place = tuple[int, int]
"""From the first character of a hit to just behind its last."""


def places(text: str, words: "Collection[Words]") -> Sequence[Place]:
    """Where words stand in a text, in order; hits that touch are one."""
    text = text[:LONGEST]
    there = folded(text)  # most texts lack most words, which this tells at once
    near = [one for one in words if all(token in there for token in one.tokens)]
    return _joined(_places(text, near)) if near else []


def _places(plain: str, words: "Collection[Words]") -> Iterator[Place]:
    placed = list(placed_tokens(plain))
    tokens = [token for token, *_ in placed]
    for one in words:
        for at in _starts(tokens, one):
            yield placed[at][1], placed[at + len(one.tokens) - 1][2]


def _starts(tokens: Sequence[str], one: "Words") -> Iterator[int]:
    """Where the tokens of a word or a phrase begin among those of a text."""
    first, *others = one.tokens
    if not others:
        yield from _beginning(tokens, first) if one.begins else _same(tokens, first)
        return
    *middle, last = others
    for at in _same(tokens, first):
        end = at + len(others)
        fits = end < len(tokens) and tokens[at + 1 : end] == middle
        if fits and (tokens[end].startswith(last) if one.begins else tokens[end] == last):
            yield at


def _same(tokens: Sequence[str], one: str) -> Iterator[int]:
    return (at for at, token in enumerate(tokens) if token == one)


def _beginning(tokens: Sequence[str], one: str) -> Iterator[int]:
    return (at for at, token in enumerate(tokens) if token.startswith(one))


def _joined(hits: Iterator[Place]) -> list[Place]:
    """The hits in order, those that touch as one."""
    found: list[Place] = []
    for start, end in sorted(hits):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def pieces(plain: str, start: int, end: int, hits: Sequence[Place]) -> Iterator[tuple[str, bool]]:
    """The stretch of a text from `start` to `end` in pieces, each with whether it is a hit, or a
    part of one."""
    at = start
    for first, last in hits[bisect_right(hits, start, key=itemgetter(1)) :]:
        if first >= end:
            break
        if at < first:
            yield plain[at:first], False
        yield plain[max(first, start) : min(last, end)], True
        at = last
    if at < end:
        yield plain[at:end], False
