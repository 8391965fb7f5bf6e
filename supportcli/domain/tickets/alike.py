"""Which subjects are alike, and which words of a ticket find others like it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from math import log2

from supportcli.domain.text.words import tokens

_PREFIXES = frozenset({"re", "aw", "fw", "fwd", "wg", "sv", "antw", "rv"})
_ALIKE = 0.5
_MOST = 4


def subject_words(subject: str) -> frozenset[str]:
    """The words of a subject without what mail programs put before it."""
    return frozenset(tokens(subject)) - _PREFIXES


def telling(words: Collection[str]) -> list[str]:
    """The words of a subject to search for: the longest ones."""
    return sorted(words, key=lambda word: (-len(word), word))[:_MOST]


def likeness(one: Collection[str], other: Collection[str]) -> float:
    """How much two subjects have in common: from 0 (or less than half of their words) to 1."""
    both, either = len({*one} & {*other}), len({*one, *other})
    share = both / either if either else 0.0
    return share if share >= _ALIKE else 0.0


_OF_SUBJECT, _OF_TEXT = 5, 7
"""So many words of a subject, and of a text, are sought."""

_TEXT = 600
"""So many characters of a text are looked at: a customer says first what is wrong."""

_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Sought:
    """Words that find tickets like one, and whether they stand in its subject."""

    tokens: tuple[str, ...]
    in_subject: bool


def sought(subject: str, text: str, is_small: Callable[[str], bool]) -> list[Sought]:
    """The words of a subject and a text that tell most: the longest ones, and numbers, but none
    that every sentence needs (`is_small`). In a script without spaces two characters together are a
    word."""
    named = [one for one in tokens(subject) if one not in _PREFIXES]
    of_subject = _telling(named, _OF_SUBJECT, is_small)
    of_text = [
        one
        for one in _telling(tokens(text[:_TEXT]), _OF_TEXT + _OF_SUBJECT, is_small)
        if one not in of_subject
    ]
    return [
        *(Sought(one, in_subject=True) for one in of_subject),
        *(Sought(one, in_subject=False) for one in of_text[:_OF_TEXT]),
    ]


def _telling(words: list[str], most: int, is_small: Callable[[str], bool]) -> list[tuple[str, ...]]:
    found = dict.fromkeys(_words([word for word in words if not is_small(word)]))
    return sorted(found, key=lambda one: (-sum(map(len, one)), one))[:most]


def _words(there: list[str]) -> Iterator[tuple[str, ...]]:
    for place, word in enumerate(there):
        alone = len(word) == 1 and not word.isascii()
        if not alone and (len(word) >= _SHORTEST or word.isdecimal()):
            yield (word,)
        elif alone and place and len(there[place - 1]) == 1 and not there[place - 1].isascii():
            yield (there[place - 1], word)


def weight(one: Sought, found: int, most: int) -> float:
    """How much it tells that a ticket has these words, which `found` of the `most` newest texts
    that were looked at have: the rarer, the more."""
    rare = 1.0 if found < most else 0.25
    return rare * (2 if one.in_subject else 1) / (1 + log2(1 + found))
