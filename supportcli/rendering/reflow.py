"""Prose that a mail program broke at a fixed column, broken again for the width there is.

Only what is certainly prose is touched: a paragraph whose lines are all as full as the longest one
lets them be (RFC 3676, 4.1 describes programs that break so). A list, a table, code, a quote, a
signature, a poem or an address stays line by line."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from supportcli.rendering.ink import width_of
from supportcli.rendering.wrap import wrapped

_NARROWEST, _WIDEST = 60, 82
"""Between these, the longest line of a paragraph shows the column it was broken at: programs use 65
to 78, and some count a few cells otherwise."""

_MOST = 200
"""The most lines of a paragraph that is looked at as a whole."""

_LONG = 12
"""A word this long may be the reason why the line before it is short, but not of a line shorter
than three quarters of the longest."""

_ITEM = re.compile(r"(?:[-*+•–—·>|#=~_]|\(?\w{1,3}[.):])(?:\s|$)|[>|]")
"""How an item, a quote, a table or a heading begins."""

_SET = re.compile(r"\S\s{2,}\S|\t|[{};|]$|^--|https?://\S{30}")
"""What somebody has set: columns, code, a rule, a long link. Two spaces after a full stop are an
old custom, see `_is_set`."""

_STOP = re.compile(r"([.!?:])  (?=\S)")


def flowing(text: str, width: int) -> Iterator[str]:
    """The lines of a clean text, each at most `width` cells, computed as they are read: as they
    came where they fit, otherwise prose as paragraphs, and everything else as `wrapped` breaks
    it."""
    for paragraph in _paragraphs(text):
        if _reads_as_prose(paragraph, width):
            yield from wrapped(" ".join(line.strip() for line in paragraph), width)
        else:
            for line in paragraph:
                yield from wrapped(line, width)


def _paragraphs(text: str) -> Iterator[Sequence[str]]:
    """Lines up to a blank one, which stands alone; long paragraphs in parts."""
    start, found = 0, list[str]()
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end]
        start = end + 1
        if found and (not line.strip() or len(found) == _MOST):
            yield found
            found = []
        if line.strip():
            found.append(line)
        else:
            yield (line,)
    if found:
        yield found


def _reads_as_prose(lines: Sequence[str], width: int) -> bool:
    """Whether a paragraph does not fit, and was broken at a column by a program: each line but the
    last has no room for the first word of the next one."""
    if not lines[1:] or max(map(len, lines)) > _WIDEST:
        return False
    cells = [width_of(line.rstrip()) for line in lines]
    column = max(cells)
    if not max(width, _NARROWEST - 1) < column <= _WIDEST or any(map(_is_set, lines)):
        return False
    return all(
        _is_full(length, column, after.split(maxsplit=1)[0])
        for (length, _), (_, after) in pairwise(zip(cells, lines, strict=True))
    )


def _is_set(line: str) -> bool:
    return (
        line[0].isspace()
        or _ITEM.match(line) is not None
        or _SET.search(_STOP.sub(r"\1 ", line)) is not None
    )


def _is_full(length: int, column: int, word: str) -> bool:
    needed = min(width_of(word), _LONG)
    return length + 1 + needed > column and length * 4 > column * 3
