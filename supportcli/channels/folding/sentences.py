"""The sentences of mail programs in a plain form for comparison, however the program writes an
address, a number or a space."""

import re
from dataclasses import dataclass

from supportcli.channels.folding.datelines import spaced
from supportcli.domain.text.spaced_words import is_latin, spaced_words

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_FIRST_LETTER = re.compile(r"[^\W_](?![?*+{])")
_SPACES = re.compile(r"\s+")
_ODD_SPACES = re.compile(r"[^\S ]|  ")
_TWICE = re.compile(r"<mailto:[^<>]*>(?=>)|(?<=>)\s?<mailto:[^<>]*>", re.IGNORECASE)
_MAILTO = re.compile(r"\[mailto:([^\[\]]*)\]|<\s?mailto:([^<>]*)>", re.IGNORECASE)
_MAY_BE_MAILTO = re.compile(r"[<\[]\s?mailto:", re.IGNORECASE)
_IN_PARENTHESES = re.compile(r"\(([^\s<>()@]+@[^\s<>()@]+)\)")
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_COMMAS = re.compile("[、，،]\\s?")
_IN_BRACKETS = re.compile(r"<\s*+([^<>\s]*+)(?:\s++([^<>\s]*+))?+\s*+>")
_NO_SPACE_BEFORE = re.compile(r"(?<=[^\s(<])<(?=[^<>\s]*@)")
_WORDS_APART = re.compile(r"_|-")
_LETTERS = re.compile(r"[^\W\d_]+")
_GROUP = re.compile(r"\(\?:([^()]*)\)")
_HEAD = 2
# Characters that equal another one if case is ignored, although their lower case is a different
# one.
_ODD_CASE = re.compile(
    "[\u00b5\u017f\u0307\u0345\u0390\u03b0\u03d0\u03d1\u03d5\u03d6\u03f0\u03f1\u03f5\u1c80-\u1c88\u1e9b"
    "\u1fbe\u1fd3\u1fe3\ufb05\ufb06]"
)
_NOT_LITERAL = re.compile(
    r"\(\?[:!=<][^()]*\)[?*+]?|\[[^\]]*\](?:[?*+]|\{[^}]*\})?|\\[a-zA-Z]|.\{[^}]*\}|.[?*+]|[_^$]|(?<!\\)\."
)
_BRANCH = re.compile(r"\|(?![^()]*\))")


def alternatives(patterns: str) -> str:
    """Patterns separated by white space, as one pattern. "_" is a space within one of them, "_?" an
    optional space. Those with the same first letter are grouped, so that it is compared only
    once."""
    rests: dict[str, list[str]] = {}
    for one in patterns.split():
        first = _FIRST_LETTER.match(one)
        begin = first[0] if first is not None else ""
        rests.setdefault(begin, []).append(one.removeprefix(begin))
    found = "|".join(f"{begin}(?:{'|'.join(rest)})" for begin, rest in rests.items())
    return f"(?:{found})".replace("_?", r"\s?").replace("_", r"\s+")


class Vocabulary:
    """The words of a text, as `spaced_words` makes them, and which of them begin alike."""

    def __init__(self, spaced: str) -> None:
        self.words = set(spaced.split())
        self.by_head: dict[str, list[str]] = {}
        for word in self.words:
            self.by_head.setdefault(word[:_HEAD], []).append(word)


@dataclass(frozen=True, slots=True)
class _Stem:
    """The beginning of a word, or all of it."""

    letters: str
    complete: bool

    def begins_one(self, words: set[str]) -> bool:
        """Whether it is among words, or one of them begins with it."""
        return self.letters in words or (
            not self.complete and any(word.startswith(self.letters) for word in words)
        )


class Stems:
    """The words without which none of many patterns (as `alternatives` takes them) can match, if
    each begins at the beginning of a word. To look up words is cheaper than to try patterns."""

    def __init__(self, *tables: str) -> None:
        self._patterns: dict[str, list[list[_Stem]]] = {}
        self._words: set[str] = set()
        begins: dict[str, set[str]] = {}
        for stems in (one for table in tables for word in table.split() for one in _stems(word)):
            longest = max(reversed(stems), key=lambda stem: len(stem.letters))
            self._patterns.setdefault(longest.letters, []).append(stems)
            if longest.complete:
                self._words.add(longest.letters)
            else:
                begins.setdefault(longest.letters[:_HEAD], set()).add(longest.letters)
        self._begins = {head: tuple(letters) for head, letters in begins.items()}

    def among(self, text: Vocabulary) -> list[str]:
        """Those of the words of a text that are in one of the patterns, or in place of its stem. If
        there are none, no pattern matches the text."""
        found = self._words & text.words
        for head in self._begins.keys() & text.by_head.keys():
            stems = self._begins[head]
            found.update([word for word in text.by_head[head] if word.startswith(stems)])
        return [word for word in found if self._is_in_one(word, text.words)]

    def _is_in_one(self, word: str, words: set[str]) -> bool:
        """Whether a word is the longest of a pattern, the others of which are here, too."""
        found = [one for one in self._begins.get(word[:_HEAD], ()) if word.startswith(one)]
        if word in self._words:
            found.append(word)
        patterns = (stems for one in found for stems in self._patterns[one])
        return any(all(stem.begins_one(words) for stem in stems) for stems in patterns)


def _stems(pattern: str) -> list[list[_Stem]]:
    """The stems of one pattern; those of each of its alternatives, if it begins with some."""
    group = _GROUP.match(pattern)
    if group is not None:
        return [[_Stem(spaced_words(one), complete=False)] for one in group[1].split("|")]
    found = []
    pieces = _WORDS_APART.split(pattern)
    for place, piece in enumerate(pieces, 1):
        letters = _LETTERS.match(piece)
        if letters is not None:
            rest = piece[letters.end() :]
            stem = letters[0][:-1] if rest[:1] in {"?", "*", "+", "{"} else letters[0]
            complete = rest == r"\b" or (not rest and place < len(pieces))
            found.append(_Stem(spaced_words(stem), complete))
    if max(len(stem.letters) for stem in found) < _HEAD:
        raise ValueError(f"{pattern} has no stem")
    return [found]


class Literals:
    """The texts without one of which a pattern of many alternatives cannot match, if case is
    ignored. To search for each of them is cheaper than to try the pattern at each letter."""

    def __init__(self, pattern: str) -> None:
        found = dict.fromkeys(_literal(one) for one in _BRANCH.split(pattern))
        self._found = tuple(one for one in found if not any(one != b and b in one for b in found))

    def may_be_in(self, line: str | None) -> bool:
        """Whether one of them is in a line, as `caseless` makes it; always if that is None."""
        if line is None:
            return True
        for one in self._found:  # noqa: SIM110 - twice as fast as a generator
            if one in line:
                return True
        return False


def _literal(pattern: str) -> str:
    """The longest literal text in a pattern without alternatives."""
    pieces = _NOT_LITERAL.sub("\n", pattern).replace("\\", "").split("\n")
    found = caseless(max(pieces, key=len))
    if found is None or len(found) <= 1:
        raise ValueError(f"{pattern} has no literal text")
    return found


def caseless(line: str) -> str | None:
    """A line in which what is equal if case is ignored is the same; None if it has one of the
    characters for which that is not simple."""
    said = line.lower()
    if said.isascii():
        return said
    if is_latin(said):
        return None if "\u00b5" in said else said
    said = said.replace("\u03c2", "\u03c3").replace("\u0131", "i")
    return None if _ODD_CASE.search(said) else said


def plain_line(line: str) -> str:
    """A line without invisible characters, and without spaces and stars around it."""
    if not is_latin(line):
        line = _INVISIBLE.sub("", line)
    return line.strip().lstrip("*").strip()


def plain_sentence(sentence: str) -> str:
    """`sentence` with its address in plain brackets, however the mail program wrote it."""
    said = sentence
    if "&" in said:
        said = said.replace("&lt;", "<").replace("&gt;", ">")
    if not said.isascii():
        said = _COMMAS.sub(", ", _FOREIGN_DIGIT.sub(lambda found: str(int(found[0])), said))
    if "(" in said:
        said = _IN_PARENTHESES.sub(r"<\1>", said)
    mailto = _MAY_BE_MAILTO.search(said) is not None
    if mailto:
        said = _TWICE.sub("", said)
    if _ODD_SPACES.search(said):
        said = _SPACES.sub(" ", said)
    if mailto:
        said = _MAILTO.sub(
            lambda found: f"<{(found[1] or found[2] or '').split(' ')[-1].strip('<>')}>", said
        )
    if "<" in said:
        said = _NO_SPACE_BEFORE.sub(" <", _IN_BRACKETS.sub(_without_space, said))
    return spaced(said.lstrip("- "))


def _without_space(found: re.Match[str]) -> str:
    """An address in brackets without the spaces inside; other text stays as it is."""
    first, second = found[1], found[2] or ""
    return f"<{first}{second}>" if "@" in (second or first) else found[0]
