"""Two forms of one text, plain and HTML: whether the plain one leaves out something that a person
wrote.

Some programs send a plain part that only says, in any language, that there is another one; or that
has the answered mail but not the answer. Their sentences are too many to list, so the words are
compared, in pairs: single words recur by chance."""

import re
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from supportcli.channels.html.references import unescaped
from supportcli.domain.text.spaced_words import spaced_words

_SHORT = 400
"""The characters below which a paragraph without a line of the page only says that there is one."""
_LONGEST = 256 * 1024
"""The most characters of a page that is compared: a longer one is no answer."""
# What only one of the forms may have: the address of a link, and the mark of an image. The pattern
# begins with its rarest character; how much of the address is before that is known by its group.
_BEHIND_MARK = r"""(?:
    (?:(?<=(?i:http):)//()|(?<=(?i:https):)//()|(?<=(?i:mailto):)()|(?<=(?i:www)\.)())[^\s<>]*+>?
    |(?<=\[)(?i:image|cid:)[^\[\]\n]*+\]
)"""
_NO_WORDS = re.compile(rf"[:.\[]{_BEHIND_MARK}", re.VERBOSE)
_NO_WORDS_WITH_COLON = re.compile(rf":{_BEHIND_MARK}", re.VERBOSE)
"""The same for a text without "www." and brackets: one character is found faster than any of
three."""
_BEFORE_MARK = (0, len("http"), len("https"), len("mailto"), len("www"))
_IN_ANGLES = re.compile(r"<(?i:https?://|mailto:|www\.)[^\s<>]*+>")
"""Most addresses of links are so. In brackets they may be part of the name of an image."""
_NO_TEXT = re.compile(
    r"<!--.*?(?:-->|\Z)|<(style|script|title)\b.*?(?:</\1|\Z)", re.IGNORECASE | re.DOTALL
)
_MARKS = (">", "*", "_", "-")
_BETWEEN = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "".join(_MARKS)
_NO_LETTERS = bytes(code for code in range(256) if chr(code).isspace() or chr(code) in _MARKS)
_END = 1_000
"""The characters at the end of a page that are looked at first."""
_STRETCH = 100
"""The characters of the words that are searched for at once."""
_MOST_SEARCHED = 1_000_000
"""The most characters that are searched in vain before the pairs of a text are collected."""
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*+>")


class Read(StrEnum):
    """Which of two forms should be read."""

    PLAIN = "plain"
    PAGE = "page"
    BOTH = "both"


class TextForm:
    """The words of one form of a text. What is costly to know is found out when it is asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._said = _read(text)
        self._at = self._searched = 0

    @cached_property
    def _spaced(self) -> str:
        return spaced_words(self._said)

    @cached_property
    def run(self) -> str:
        """All words, with a space on both sides of each."""
        return f" {' '.join(self._spaced.split())} "

    def own_lines(self) -> list[str]:
        """The words of each line outside quotes, without lines that have none."""
        lines = zip(self.text.split("\n"), self._spaced.split("\n"), strict=True)
        return [
            " ".join(words)
            for line, said in lines
            if not line.startswith(">") and (words := said.split())
        ]

    @cached_property
    def _own_words(self) -> set[str]:
        return {word for line in self.own_lines() for word in line.split(" ")}

    @cached_property
    def _pairs(self) -> set[tuple[str, str]]:
        """Each word, paired with the one before it."""
        return set(pairwise(self.run.split()))

    def has_letters_of(self, other: "TextForm") -> bool:
        """Whether two forms differ only in white space, quote marks, rules and marks of bold
        text."""
        return self.ends() == other.ends() and self.letters() == other.letters()

    def ends(self) -> tuple[str, str]:
        """The first and the last letter."""
        said = self._said.strip(_BETWEEN)
        return said[:1], said[-1:]

    def letters(self) -> str:
        """The text without white space and what may be put between its letters."""
        try:
            return self._said.encode("latin-1").translate(None, _NO_LETTERS).decode("latin-1")
        except UnicodeEncodeError:
            said = self._said
        for mark in _MARKS:
            said = said.replace(mark, "")
        return "".join(said.split())

    def has_pairs_of(self, other: "TextForm") -> bool:
        """Whether each pair of words of another form is here; at the beginning stands the same
        word."""
        first = other.first_word()
        if not first or self.first_word() != first:
            return not first
        return self._has_pairs(other.last_words()) and self._has_all_pairs(other.run.strip(" "))

    def lacks_end_of(self, other: "TextForm") -> bool:
        """Whether neither the last letter of another form ends this one, nor its last pair of words
        is here: then this one does not say it all. `other` may be only the end of that form."""
        pair = other.last_words().split(" ")[-2:]
        return (
            len(pair) > 1
            and self.ends()[1] != other.ends()[1]
            and f" {' '.join(pair)} " not in self.run
        )

    def first_word(self) -> str:
        """The first word; "" if there is none."""
        words = spaced_words(self._said.lstrip()[:_STRETCH]).split(None, 2)
        if len(words) > 1:  # else it may go on
            return words[0]
        return "".join(self._spaced.split(None, 1)[:1])

    def last_words(self) -> str:
        """Some words from the end."""
        return " ".join(spaced_words(self._said.rstrip()[-_STRETCH:]).split()[1:])

    def _has_all_pairs(self, words: str) -> bool:
        """Whether each pair of words is here, stretch by stretch: a stretch begins with the last
        word of the one before."""
        self._at = at = 0
        while at < len(words):
            end = _word_end(words, at + _STRETCH)
            if words.find(" ", at, end) < 0:
                end = _word_end(words, end + 1)
            if not self._has_pairs(words[at:end]):
                return False
            at = end if end == len(words) else words.rfind(" ", at, end) + 1
        return True

    def _has_pairs(self, words: str) -> bool:
        """Whether each pair of some words is here. The pairs of a text are only collected if they
        are asked for often."""
        if self._has_stretch(words):
            return True
        pairs = list(pairwise(words.split(" ")))
        if self._searched > _MOST_SEARCHED:
            return self._pairs.issuperset(pairs)
        self._searched += len(self.run) * words.count(" ")
        # from the end: what a page has below its words is most often all that it adds
        return all(f" {first} {second} " in self.run for first, second in reversed(pairs))

    def _has_stretch(self, words: str) -> bool:
        """Whether words stand here side by side, not above those that were found before. False
        proves nothing, and neither does it of few words: it is the cheap way to find pairs."""
        if self._searched > _MOST_SEARCHED:
            return False
        at = self.run.find(f" {words} ", self._at)
        if at < 0:
            self._searched += len(self.run) - self._at
            return False
        self._at = at
        return True

    def lacks(self, other: "TextForm") -> list[str]:
        """The words of each line outside quotes of another form that is missing here."""
        self._at = 0
        return [line for line in other.own_lines() if not self._has_line(line)]

    def _has_line(self, line: str) -> bool:
        """Whether at least two thirds of the pairs of a line are here; a single word has to be
        outside quotes."""
        pairs = line.count(" ")
        if not pairs:
            return line in self._own_words
        enough = line[: line.rindex(" ")] if 3 * (pairs - 1) >= 2 * pairs else line
        if self._has_stretch(enough):
            return True
        words = line.split(" ")
        return 3 * sum(pair in self._pairs for pair in pairwise(words)) >= 2 * pairs


def adds_nothing(page: str, plain: TextForm) -> bool:
    """Whether an HTML page certainly says nothing that its plain form does not. A cheap check:
    False proves nothing. Its end is read first: most pages that add something do so there."""
    if plain.lacks_end_of(_words_of(page[-_END:])):
        return False
    said = _words_of(page)
    return plain.has_letters_of(said) or plain.has_pairs_of(said)


def _words_of(page: str) -> TextForm:
    """The words of an HTML page, without reading what its tags mean."""
    return TextForm(unescaped(_TAG.sub(" ", _NO_TEXT.sub(" ", page))))


def to_read(plain: TextForm, rich: str) -> Read:
    """Which form to read of a plain text and the readable form of its page (`rich`).

    The page, if the plain text lacks more of a person's words than the page does, or is only a
    paragraph that says that there is a page; both, if they have no line in common."""
    if len(rich) > _LONGEST:
        return Read.PLAIN
    page = TextForm(rich)
    lost = plain.lacks(page)
    if not lost:
        return Read.PLAIN
    if sum(map(_words_in, lost)) > sum(map(_words_in, page.lacks(plain))):
        return Read.PAGE
    if len(lost) < len(page.own_lines()):
        return Read.PLAIN
    return Read.PAGE if len(plain.text) < _SHORT and "\n\n" not in plain.text else Read.BOTH


def _word_end(words: str, at: int) -> int:
    """The end of the word at a place."""
    end = words.find(" ", at)
    return len(words) if end < 0 else end


def _words_in(line: str) -> int:
    return line.count(" ") + 1


def _read(text: str) -> str:
    """A text with a space for each part that only one of the forms may have."""
    if "[" not in text:
        text = _IN_ANGLES.sub(" ", text)
    if not _may_have_address(text):
        return text
    only_colons = "[" not in text and "w." not in text and ("W" not in text or "W." not in text)
    kept, at = [], 0
    for found in (_NO_WORDS_WITH_COLON if only_colons else _NO_WORDS).finditer(text):
        start = found.start() - _BEFORE_MARK[found.lastindex or 0]
        kept.append(text[at:start].removesuffix("<") if found.lastindex else text[at:start])
        at = found.end()
    kept.append(text[at:])
    return " ".join(kept)


def _may_have_address(text: str) -> bool:
    """Whether a text has a mark of what `_NO_WORDS` finds. One character is found much faster than
    several."""
    return (
        ("/" in text and "://" in text)
        or "www." in text
        or "mailto:" in text
        or ("[" in text and ("[image" in text or "[cid:" in text))
    )
