"""Two forms of one text, plain and HTML: whether the plain one leaves out something that a person
wrote.

Some programs send a plain part that only says, in any language, that there is another one; or that
has the answered mail but not the answer. Their sentences are too many to list, so the words are
compared, in pairs: single words recur by chance."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from html import unescape
from itertools import pairwise

_SHORT = 400
"""The characters below which a paragraph without a line of the page only says that there is one."""
_LONGEST = 256 * 1024
"""The most characters of a page that is compared: a longer one is no answer."""
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
# What only one of the forms may have: the address of a link, and the mark of an image.
_NO_WORDS = re.compile(
    r"<?(?:https?://|mailto:|www\.)[^\s<>]*+>?|\[(?:image|cid:)[^\[\]\n]*+\]", re.IGNORECASE
)
_NO_WORDS_MARKS = ("://", "mailto:", "www.", "[image", "[cid:")
_NO_TEXT = re.compile(
    r"<!--.*?(?:-->|\Z)|<(style|script|title)\b.*?(?:</\1|\Z)", re.IGNORECASE | re.DOTALL
)
_MARKS = (">", "*", "_", "-")
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*+>")


def adds_nothing(page: str, plain: str) -> bool:
    """Whether an HTML page certainly says nothing that its plain form does not. A cheap check:
    False proves nothing."""
    said = unescape(_TAG.sub(" ", _NO_TEXT.sub(" ", page)))
    if _letters(said) == _letters(plain):
        return True
    return _pairs(said) <= _pairs(plain)


class Read(StrEnum):
    """Which of two forms should be read."""

    PLAIN = "plain"
    PAGE = "page"
    BOTH = "both"


def to_read(plain: str, rich: str) -> Read:
    """Which form to read of a plain text and the readable form of its page (`rich`).

    The page, if the plain text lacks more of a person's words than the page does, or is only a
    paragraph that says that there is a page; both, if they have no line in common."""
    lost = _lines_only_in(rich, plain) if len(rich) <= _LONGEST else []
    if not lost:
        return Read.PLAIN
    if sum(map(len, lost)) > sum(map(len, _lines_only_in(plain, rich))):
        return Read.PAGE
    if len(lost) < len(list(_own_lines(rich))):
        return Read.PLAIN
    return Read.PAGE if len(plain) < _SHORT and "\n\n" not in plain else Read.BOTH


def _lines_only_in(text: str, other: str) -> list[Sequence[str]]:
    """The words of each line outside quotes that is missing in another text."""
    pairs = _pairs(other)
    own = {word for line in _own_lines(other) for word in line}
    return [line for line in _own_lines(text) if not _stands_in(line, pairs, own)]


def _stands_in(line: Sequence[str], pairs: set[tuple[str, str]], own: set[str]) -> bool:
    """Whether at least two thirds of a line are in a text with these pairs of words; a single word
    has to be outside its quotes."""
    if len(line) == 1:
        return line[0] in own
    return 3 * sum(pair in pairs for pair in pairwise(line)) >= 2 * (len(line) - 1)


def _own_lines(text: str) -> Iterator[Sequence[str]]:
    """The words of each line outside quotes, without lines that have none."""
    for line in text.split("\n"):
        if not line.startswith(">") and (words := _words(line)):
            yield words


def _pairs(text: str) -> set[tuple[str, str]]:
    """Each word of a text, paired with the one before it."""
    return set(pairwise(["", *_words(text)]))


def _words(text: str) -> list[str]:
    return _WORD.findall(_read(text).casefold())


def _letters(text: str) -> str:
    """A text without white space, quote marks, rules and marks of bold text."""
    said = _read(text)
    for mark in _MARKS:
        said = said.replace(mark, "")
    return "".join(said.split())


def _read(text: str) -> str:
    """A text without the parts that only one of the forms may have."""
    return _NO_WORDS.sub(" ", text) if any(mark in text for mark in _NO_WORDS_MARKS) else text
