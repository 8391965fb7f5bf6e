"""The words of a search in what is shown: each hit in an ink of its own."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

from supportcli.domain.query.hits import Place, pieces, places
from supportcli.rendering.ink import Ink, Spans
from supportcli.rendering.wrap import wrapped

if TYPE_CHECKING:
    from supportcli.domain.query.nodes import Words


def lit(text: str, ink: Ink, words: "Collection[Words]") -> Spans:
    """A text in an ink, its hits in theirs."""
    hits = places(text, words) if words else ()
    return _inked(text, hits, ink) if hits else ((text, ink),)


def lit_lines(
    text: str,
    ink: Ink,
    width: int,
    words: "Collection[Words]",
    breaks: Callable[[str, int], Iterator[str]] = wrapped,
) -> Iterator[Spans]:
    """The lines of a text, in an ink, its hits in theirs; one may go on in the next line. `breaks`
    makes the lines: with every letter of the text, but not with every space."""
    hits = places(text, words) if words else ()
    if not hits:
        yield from (((line, ink),) for line in breaks(text, width))
        return
    found, first, at = _by_letters(text, hits), 0, 0
    for line in breaks(text, width):
        start, at = at, at + _letters(line)
        while first < len(found) and found[first][1] <= start:
            first += 1
        behind = bisect_left(found, at, first, key=itemgetter(0))
        here = found[first:behind]
        yield _inked(line, _in_line(line, start, at, here), ink) if here else ((line, ink),)


def _letters(text: str) -> int:
    """How many characters of a text are no spaces."""
    return len("".join(text.split()))


def _by_letters(text: str, hits: Sequence[Place]) -> Sequence[Place]:
    """Where hits stand if only characters that are no spaces count."""
    found, at, passed = list[Place](), 0, 0
    for start, end in hits:
        first = passed + _letters(text[at:start])
        at, passed = end, first + _letters(text[start:end])
        found.append((first, passed))
    return found


def _in_line(line: str, start: int, end: int, hits: Sequence[Place]) -> Sequence[Place]:
    """Where hits stand in a line that has the letters of its text from `start` to `end`."""
    letters = [at for at, one in enumerate(line) if not one.isspace()]
    return [
        (letters[max(first, start) - start], letters[min(last, end) - start - 1] + 1)
        for first, last in hits
    ]


def _inked(line: str, hits: Sequence[Place], ink: Ink) -> Spans:
    found = pieces(line, 0, len(line), hits)
    return tuple((piece, Ink.HIT if is_hit else ink) for piece, is_hit in found)


def hit_lines(lines: Sequence[Spans]) -> Iterator[int]:
    """The places of the lines on which a hit begins, from 0."""
    goes_on = False
    for place, spans in enumerate(lines):
        hits = [at for at, (_, ink) in enumerate(spans) if ink is Ink.HIT]
        if len(hits) > 1 or (hits and not (goes_on and hits[0] <= 1)):
            yield place
        goes_on = bool(hits) and hits[-1] == len(spans) - 1
