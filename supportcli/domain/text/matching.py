"""How well a name matches what was typed to find it: the one order of all pickers and of the
palette. Pure."""

import re
from collections.abc import Sequence
from enum import IntEnum, auto
from functools import lru_cache

from supportcli.domain.text.words import folded

_BETWEEN_WORDS = re.compile(r"[\W_]+")
_LEAST = 3
"""Fewer letters than this abbreviate nothing, and are not looked for in the middle of words."""

_STREWN = 2
"""A word is so many times as long as the letters that abbreviate it, at most."""


class Match(IntEnum):
    """How well a name matches, the best first."""

    SAME = auto()
    FIRST_WORD = auto()
    """Its first words, whole."""
    STARTS = auto()
    WORD = auto()
    """A whole word of it, or several in a row."""
    WORD_STARTS = auto()
    WORDS_START = auto()
    """Each word that was typed begins one of its words."""
    WITHIN = auto()
    """In the middle of a word."""
    SHORT_FORM = auto()
    """The letters of one word in order (“mrg”: merge), or the beginnings of words in a row
    (“refdone”: refund-done). Letters strewn over several words match nothing."""
    NOT = auto()


def match(typed: str, name: str, also: str = "", value: str = "") -> Match:
    """How well a thing with a `name` (and the `value` that stands for it, such as a shortcut)
    matches what was typed. `also` are other words for it, the most usual first. Case, accents and
    the spaces around words make no difference."""
    wanted = _plain(typed)
    told, others = _plain(name), _plain(also)
    if wanted in {told, _plain(value)}:
        return Match.SAME
    if wanted and any(f"{one} ".startswith(f"{wanted} ") for one in (told, others)):
        return Match.FIRST_WORD
    if told.startswith(wanted) or (others and others.startswith(wanted)):
        return Match.STARTS
    return _in_words(wanted, told, others)


def is_beyond_doubt(found: Match) -> bool:
    """Whether words were typed, rather than letters that happen to be in the name."""
    return found <= Match.WORDS_START


@lru_cache(maxsize=8_192)
def _plain(text: str) -> str:
    return " ".join(folded(text).split())


@lru_cache(maxsize=8_192)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_BETWEEN_WORDS.sub(" ", text).split())


def _in_words(wanted: str, name: str, also: str) -> Match:
    each, letters = (*_words(name), *_words(also)), _words(wanted)
    for text in (name, also):
        spaced = f" {' '.join(_words(text))} "
        if letters and f" {' '.join(letters)} " in spaced:
            return Match.WORD
    if any(f" {wanted}" in f" {one}" for one in (name, also, " ".join(each))):
        return Match.WORD_STARTS
    if letters and all(any(word.startswith(one) for word in each) for one in letters):
        return Match.WORDS_START
    if len(wanted) < _LEAST:
        return Match.NOT
    if wanted in name:
        return Match.WITHIN
    return Match.SHORT_FORM if _abbreviates(wanted, _words(name)) else Match.NOT


def _abbreviates(wanted: str, words: Sequence[str]) -> bool:
    return any(
        _is_short_for(wanted, word) or _begin(wanted, words[place:])
        for place, word in enumerate(words)
        if word[0] == wanted[0]
    )


def _is_short_for(wanted: str, word: str) -> bool:
    """Whether letters stand in one word in their order, from its first on."""
    left = iter(word)
    return len(word) <= _STREWN * len(wanted) and all(letter in left for letter in wanted)


def _begin(wanted: str, words: Sequence[str]) -> bool:
    """Whether letters are the beginnings of these words, one behind the other."""
    if not wanted:
        return True
    if not words:
        return False
    longest = next(
        (
            at
            for at, letters in enumerate(zip(wanted, words[0], strict=False))
            if len({*letters}) > 1
        ),
        min(len(wanted), len(words[0])),
    )
    return any(_begin(wanted[taken:], words[1:]) for taken in range(longest, 0, -1))
