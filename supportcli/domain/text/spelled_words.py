"""Which words of a text are spelled at all: no quotes, addresses, links, numbers or marks."""

import re
from collections.abc import Iterator

LONGEST = 40
"""Letters of the longest word that is checked: what is longer is no word of a language."""

_LEFT_OUT = re.compile(r"[#@;~/|]|\w+://|www\.|mailto:|.*\w@\w|.*\d|.*_|.*\w\.\w", re.IGNORECASE)
"""Pieces between spaces that are no words: ticket numbers, mentions, shortcuts, paths, links,
addresses, names of hosts and files, order numbers."""

_MARK = re.compile("⟦[^⟦⟧]*⟧")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def spelled_words(line: str) -> Iterator[tuple[int, int]]:
    """Where the words of a line begin and end. A line that is quoted has none, and so have pieces
    that no dictionary knows; words in capitals are mostly abbreviations."""
    if line.startswith(">"):
        return
    marks = [mark.span() for mark in _MARK.finditer(line)]
    for piece in re.finditer(r"\S+", line):
        if _LEFT_OUT.match(piece[0].lstrip("(<[\"'„“‚‘«")):
            continue
        for word in _WORD.finditer(line, *piece.span()):
            start, end = word.span()
            is_marked = any(begin < end and start < close for begin, close in marks)
            if 1 < end - start <= LONGEST and not word[0].isupper() and not is_marked:
                yield start, end
