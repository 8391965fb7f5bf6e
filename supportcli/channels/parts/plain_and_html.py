"""Two forms of one text, plain and HTML: whether the plain one leaves out something that a person
wrote.

Some programs send a plain part that only says, in any language, that there is another one; or that
has the answered mail but not the answer. Their sentences are too many to list, so the words are
compared, in pairs: single words recur by chance."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cached_property
from html import unescape
from itertools import pairwise

from supportcli.domain.text.spaced_words import spaced_words

_SHORT = 400
"""The characters below which a paragraph without a line of the page only says that there is one."""
_LONGEST = 256 * 1024
"""The most characters of a page that is compared: a longer one is no answer."""
# What only one of the forms may have: the address of a link, and the mark of an image. The pattern
# begins with its rarest character; what belongs to an address before that is added (`_start`).
_NO_WORDS = re.compile(
    r"[:.\[](?:(?:(?<=(?i:http):)//|(?<=(?i:https):)//|(?<=(?i:mailto):)|(?<=(?i:www)\.))"
    r"[^\s<>]*+>?|(?<=\[)(?i:image|cid:)[^\[\]\n]*+\])"
)
_BEFORE = re.compile(r"<?(?:https?|mailto|www)\Z", re.IGNORECASE)
_LONGEST_BEFORE = 7
_NO_WORDS_MARKS = ("://", "mailto:", "www.", "[image", "[cid:")
_NO_TEXT = re.compile(
    r"<!--.*?(?:-->|\Z)|<(style|script|title)\b.*?(?:</\1|\Z)", re.IGNORECASE | re.DOTALL
)
_MARKS = (">", "*", "_", "-")
_BETWEEN = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "".join(_MARKS)
_NO_LETTERS = bytes(code for code in range(256) if chr(code).isspace() or chr(code) in _MARKS)
_RUN = 16
"""The number of pairs of words that are searched for at once."""
_MOST_MISSES = 16
"""The most runs of words that are searched for in vain before the pairs of a text are collected:
each search may read all of it."""
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*+>")


class Read(StrEnum):
    """Which of two forms should be read."""

    PLAIN = "plain"
    PAGE = "page"
    BOTH = "both"


class Form:
    """The words of one form of a text. What is costly to know is found out when it is asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._said = _read(text)
        self._at = self._misses = 0

    @cached_property
    def _spaced(self) -> str:
        return spaced_words(self._said)

    @cached_property
    def words(self) -> list[str]:
        """All words."""
        return self._spaced.split()

    @cached_property
    def _run(self) -> str:
        return f" {' '.join(self.words)} "

    def has_letters_of(self, other: "Form") -> bool:
        """Whether two forms differ only in white space, quote marks, rules and marks of bold
        text."""
        return self.ends == other.ends and self.letters == other.letters

    @cached_property
    def ends(self) -> tuple[str, str]:
        """The first and the last letter."""
        said = self._said.strip(_BETWEEN)
        return said[:1], said[-1:]

    @cached_property
    def letters(self) -> str:
        """The text without white space and what may be put between its letters."""
        try:
            return self._said.encode("latin-1").translate(None, _NO_LETTERS).decode("latin-1")
        except UnicodeEncodeError:
            said = self._said
        for mark in _MARKS:
            said = said.replace(mark, "")
        return "".join(said.split())

    @cached_property
    def own_lines(self) -> list[list[str]]:
        """The words of each line outside quotes, without lines that have none."""
        lines = zip(self.text.split("\n"), self._spaced.split("\n"), strict=True)
        return [
            words for line, said in lines if not line.startswith(">") and (words := said.split())
        ]

    @cached_property
    def own_words(self) -> set[str]:
        """The words outside quotes."""
        return {word for line in self.own_lines for word in line}

    @cached_property
    def pairs(self) -> set[tuple[str, str]]:
        """Each word, paired with the one before it."""
        return set(pairwise(self.words))

    def has_run(self, words: Sequence[str]) -> bool:
        """Whether words stand here side by side, not above those that were found before. False
        proves nothing, and neither does it of few words: it is the cheap way to find pairs."""
        if self._misses > _MOST_MISSES:
            return False
        at = self._run.find(f" {' '.join(words)} ", self._at)
        if at < 0:
            self._misses += 1
            return False
        self._at = at
        return True

    def has_pairs_of(self, other: "Form") -> bool:
        """Whether each pair of words of another form is here; at the beginning stands the same
        word."""
        words = other.words
        if not words or self.words[:1] != words[:1]:
            return not words
        runs = [words[at : at + _RUN + 1] for at in range(0, len(words) - 1, _RUN)]
        return self._has_pairs_of(runs[-1:]) and self._has_pairs_of(runs[:-1])

    def _has_pairs_of(self, runs: list[list[str]]) -> bool:
        """Whether each pair of words in runs is here. The pairs of a text are only collected if
        that is likely to be worth it."""
        self._at = 0
        for place, run in enumerate(runs):
            if not self.has_run(run):
                if any(f" {first} {second} " not in self._run for first, second in pairwise(run)):
                    return False
                return all(self.pairs.issuperset(pairwise(one)) for one in runs[place:])
        return True

    def lacks(self, other: "Form") -> Iterator[Sequence[str]]:
        """The words of each line outside quotes of another form that is missing here."""
        self._at = 0
        return (line for line in other.own_lines if not self._has_line(line))

    def _has_line(self, line: Sequence[str]) -> bool:
        """Whether at least two thirds of a line are here; a single word has to be outside
        quotes."""
        if len(line) == 1:
            return line[0] in self.own_words
        least = -(-2 * (len(line) - 1) // 3)
        return (
            self.has_run(line[: least + 1])
            or sum(pair in self.pairs for pair in pairwise(line)) >= least
        )


def adds_nothing(page: str, plain: Form) -> bool:
    """Whether an HTML page certainly says nothing that its plain form does not. A cheap check:
    False proves nothing."""
    said = Form(unescape(_TAG.sub(" ", _NO_TEXT.sub(" ", page))))
    return plain.has_letters_of(said) or plain.has_pairs_of(said)


def to_read(plain: Form, rich: str) -> Read:
    """Which form to read of a plain text and the readable form of its page (`rich`).

    The page, if the plain text lacks more of a person's words than the page does, or is only a
    paragraph that says that there is a page; both, if they have no line in common."""
    if len(rich) > _LONGEST:
        return Read.PLAIN
    page = Form(rich)
    lost = list(plain.lacks(page))
    if not lost:
        return Read.PLAIN
    if sum(map(len, lost)) > sum(map(len, page.lacks(plain))):
        return Read.PAGE
    if len(lost) < len(page.own_lines):
        return Read.PLAIN
    return Read.PAGE if len(plain.text) < _SHORT and "\n\n" not in plain.text else Read.BOTH


def _read(text: str) -> str:
    """A text with a space for each part that only one of the forms may have."""
    if not any(mark in text for mark in _NO_WORDS_MARKS):
        return text
    kept, at = [], 0
    for found in _NO_WORDS.finditer(text):
        kept.append(text[at : _start(text, found.start())])
        at = found.end()
    kept.append(text[at:])
    return " ".join(kept)


def _start(text: str, mark: int) -> int:
    """Where the address begins whose first mark is here: before "http", with its bracket."""
    if text[mark] == "[":
        return mark
    before = _BEFORE.search(text, max(0, mark - _LONGEST_BEFORE), mark)
    return before.start() if before is not None else mark
