"""Which subjects are alike."""

from collections.abc import Collection

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
