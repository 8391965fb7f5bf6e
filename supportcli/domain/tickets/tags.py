"""How a tag is spelled: one short word in lower case."""

import re

from supportcli.terminal import clean

_LONGEST = 60
"""Characters of a tag: it has to fit a row of the list, and an index of PostgreSQL."""

_UNFIT = re.compile(r'[,:"()\s]|^[-+]')


def spelled(typed: str) -> str:
    """A word in the spelling of tags, whether it can be one or not."""
    return typed.strip().lower().lstrip("#")


def tag_of(typed: str) -> str:
    """A tag as it is kept. ValueError where this is none: a sign before a tag adds or removes it,
    and no tag hides a character."""
    word = spelled(typed)
    if not 0 < len(word) <= _LONGEST or _UNFIT.search(word) or clean(word) != word:
        raise ValueError(typed)
    return word


def fitted(typed: str) -> str:
    """The tag that another help desk's word is kept as: what no tag can have is left out; empty
    where nothing is left."""
    return spelled(clean(_UNFIT.sub("", typed))).lstrip("-+")[:_LONGEST]
