"""Which words of a text are spelled at all: no quotes, addresses, links, numbers or marks."""

import re
from functools import lru_cache

LONGEST = 40
"""Letters of the longest word that is checked: what is longer is no word of a language."""

_LEFT_OUT = re.compile(r"[#@;~/|]|\S*?(?:[@_\d]|://|\w\.\w)")
"""Pieces between spaces that are no words: ticket numbers, mentions, shortcuts, paths, links,
addresses, names of hosts and files, order numbers."""

_PIECE = re.compile(r"[^\s(<[\"'„“‚‘«⟦]\S*|⟦[^⟦⟧]*⟧")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@lru_cache(maxsize=1_000)
def spelled_words(line: str) -> tuple[tuple[int, int], ...]:
    """Where the words of a line begin and end. A line that is quoted has none, and so have pieces
    that no dictionary knows, and marks; words in capitals are mostly abbreviations.

    Lines are asked for again with each key."""
    if line.startswith(">"):
        return ()
    return tuple(
        word.span()
        for piece in _PIECE.finditer(line)
        if piece[0][0] != "⟦" and not _LEFT_OUT.match(piece[0])
        for word in _WORD.finditer(line, *piece.span())
        if 1 < len(word[0]) <= LONGEST and not word[0].isupper()
    )
