"""Text broken into lines of a width in cells, without losing a character."""

import re
from collections.abc import Iterable, Iterator

from rich.cells import chop_cells

from supportcli.rendering.ink import Span, Spans, width_of

_WORD = re.compile(r"\s+|\S{1,400}")
"""Words and the spaces between them. Very long ones come in pieces, so that a line of a megabyte
costs only as much as is shown of it."""


def wrapped(text: str, width: int) -> Iterator[str]:
    """The lines of a text, each at most `width` cells, computed as they are read.

    Breaks are between words, or inside one that is longer than a line; the spaces at a break are
    dropped. `text` must be clean (`terminal.clean` with lines)."""
    start, width = 0, max(width, 1)
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start <= width and (line := text[start:end]).isascii():
            yield line
        else:
            yield from _broken(text, start, end, width)
        start = end + 1


def _broken(text: str, start: int, end: int, width: int) -> Iterator[str]:
    """A line that may have to be broken: by characters as long as each takes one cell, which is
    fast, then by words."""
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > width and text[start : start + width + 1].isascii():
        space = text.rfind(" ", start, start + width + 1)
        if line := text[start : max(space, start)].rstrip():
            yield line
            start = space
        elif text[start] != " ":
            yield text[start : start + width]
            start += width
        while text[start] == " ":
            start += 1
    if end - start <= width and (line := text[start:end]).isascii():
        yield line
    else:
        yield from _by_words(text, start, end, width)


def _by_words(text: str, start: int, end: int, width: int) -> Iterator[str]:
    line, room = "", width
    for found in _WORD.finditer(text, start, end):
        word = found[0]
        length = width_of(word)
        if length <= room:
            line, room = line + word, room - length
        elif word.isspace():
            yield line
            line, room = "", width
        else:
            if line.strip():
                yield line.rstrip()
            *full, line = chop_cells(word, width)
            yield from full
            room = width - width_of(line)
    yield line


def flowed(spans: Iterable[Span], first: int, rest: int) -> list[Spans]:
    """Pieces of text as lines, broken between words: the first has `first` cells, the others
    `rest`."""
    lines: list[list[Span]] = [[]]
    room = first
    for text, ink in spans:
        for found in _WORD.finditer(text):
            word, length = found[0], width_of(found[0])
            if word.isspace() and (length > room or "\n" in word):
                room = 0
                continue
            if length > room and lines[-1]:
                lines.append([])
                room = rest
            for piece in [word] if length <= room else chop_cells(word, room):
                if width_of(piece) > room:
                    lines.append([])
                    room = rest
                lines[-1].append((piece, ink))
                room -= width_of(piece)
    return [tuple(line) for line in lines]


def quoted_lines(text: str) -> Iterator[str]:
    """The lines of a text, each with a quote mark, which only some have already."""
    return (
        line if line.lstrip().startswith(">") or not line else f"> {line}"
        for line in text.split("\n")
    )
