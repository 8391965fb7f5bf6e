"""Two forms of one text, plain and HTML: whether the plain one leaves out what somebody wrote.

Some programs send a plain part that only says, in any language, that there is another one; or
that holds the mail that is answered and not the answer. No list knows their sentences, so the
words are compared. Two neighbours show that both forms say the same: single words recur.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from html import unescape
from itertools import pairwise

_SHORT = 400
"""Characters below which a paragraph that has no line of the page only says that there is one."""
_LONGEST = 256 * 1024
"""Characters of a page above which nobody compares: that is no answer."""
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
# Only one of the forms may have the address of a link, and the mark of an image.
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
    """Whether an HTML page surely says nothing that its plain form does not: a look that costs
    little. False is no proof."""
    said = unescape(_TAG.sub(" ", _NO_TEXT.sub(" ", page)))
    if _letters(said) == _letters(plain):
        return True
    return _pairs(said) <= _pairs(plain)


class Read(StrEnum):
    """Which of two forms is to be read."""

    PLAIN = "plain"
    PAGE = "page"
    BOTH = "both"


def to_read(plain: str, rich: str) -> Read:
    """Which form to read of a plain text and the readable form of its page (`rich`): the page
    where the plain text lacks more of what somebody wrote than the page does, or is but a
    paragraph that says that there is one; both where they have no line in common."""
    lost = _lines_only_in(rich, plain) if len(rich) <= _LONGEST else []
    if not lost:
        return Read.PLAIN
    if sum(map(len, lost)) > sum(map(len, _lines_only_in(plain, rich))):
        return Read.PAGE
    if len(lost) < len(list(_own_lines(rich))):
        return Read.PLAIN
    return Read.PAGE if len(plain) < _SHORT and "\n\n" not in plain else Read.BOTH


def _lines_only_in(text: str, other: str) -> list[Sequence[str]]:
    """The words of each line outside quotes that does not stand in another text."""
    pairs = _pairs(other)
    own = {word for line in _own_lines(other) for word in line}
    return [line for line in _own_lines(text) if not _stands_in(line, pairs, own)]


def _stands_in(line: Sequence[str], pairs: set[tuple[str, str]], own: set[str]) -> bool:
    """Whether two thirds of a line or more stand in a text with these pairs of words; a single word
    must stand outside its quotes."""
    if len(line) == 1:
        return line[0] in own
    return 3 * sum(pair in pairs for pair in pairwise(line)) >= 2 * (len(line) - 1)


def _own_lines(text: str) -> Iterator[Sequence[str]]:
    """The words of each line outside quotes that has any."""
    for line in text.split("\n"):
        if not line.startswith(">") and (words := _words(line)):
            yield words


def _pairs(text: str) -> set[tuple[str, str]]:
    """The words of a text, each with the one before it."""
    return set(pairwise(["", *_words(text)]))


def _words(text: str) -> list[str]:
    return _WORD.findall(_read(text).casefold())


def _letters(text: str) -> str:
    """A text without white space and what marks its quotes, rules and bold words."""
    said = _read(text)
    for mark in _MARKS:
        said = said.replace(mark, "")
    return "".join(said.split())


def _read(text: str) -> str:
    """A text without what only one of the forms may have."""
    return _NO_WORDS.sub(" ", text) if any(mark in text for mark in _NO_WORDS_MARKS) else text
