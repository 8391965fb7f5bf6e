"""Words as search sees them. The index of either engine, queries and `query.match` all split text
with this module."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache, lru_cache

# Scripts that put no space between words: each character is a word, so that any part of a
# sentence is found. Thai to Khmer, then CJK.
_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u3096\u309d-\u309f\u30a1-\u30fa"
    "\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7fb\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
# which Python does not count as letters
_VOWEL_SIGNS = (
    "\u0900-\u0903\u093a-\u094f\u0951-\u0963\u0981-\u0983\u09bc-\u09cd\u09e2\u09e3\u0a01-\u0ddf"
)
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe00-\ufe2f]"
)
_SPELLINGS = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ħ": "h",
    "\u0131": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ð": "d",
}  # which Unicode does not decompose
_SPELLED_APART = re.compile(f"[{''.join(_SPELLINGS)}]")
_PILE = re.compile(r"[^\w\x00-\x7f]{17,}")
"""The most combining marks in a row. Normalising sorts them in quadratic time, and no word has
more."""

_LONGEST = 64
"""The most characters of a token. A longer word becomes several tokens, adjacent in the index and
in the query."""

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_BETWEEN_WORDS = bytes(
    ord(" ") if chr(code).isascii() and not chr(code).isalnum() else code for code in range(256)
)
_PART = f"[^\\W_{_ALONE}]|[{_VOWEL_SIGNS}]"
_PIECE = re.compile(f".{{1,{_LONGEST}}}")


def tokens(text: str) -> list[str]:
    """The words of a text in order: case folded, without accents and punctuation. In a script
    without spaces each character is a word.

    The only ASCII characters in a token are 0-9 and a-z. Splitting a joined list of tokens returns
    the same list."""
    plain = text.lower()
    if not plain.isascii():
        plain = _BEYOND_ASCII.sub(_spaced_run, plain)
    # as bytes, punctuation becomes spaces in a tenth of the time that an expression takes
    found = plain.encode().translate(_BETWEEN_WORDS).decode().split()
    if max(map(len, found), default=0) <= _LONGEST:
        return found
    return [piece for word in found for piece in _PIECE.findall(word)]


_PLAIN = "[0-9A-Za-zÀ-ÖØ-öø-ɏЀ-ҁҊ-ԯ]"
"""Most letters of most mail: found in a fifth of the time that the others take."""

# The large expressions take milliseconds to compile, and each command loads this module.


@cache
def _word() -> re.Pattern[str]:
    return re.compile(f"[{_ALONE}]|(?:{_PART})+")


@cache
def _goes_on() -> re.Pattern[str]:
    return re.compile(_PART)


@cache
def _run() -> re.Pattern[str]:
    """A word and its accents, as they stand in a text."""
    return re.compile(f"[{_ALONE}]|(?:{_PLAIN}+|(?![{_ALONE}])(?:{_PART}|{_ACCENTS.pattern}))+")


def placed_tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text as `tokens` finds them, each with where it begins and ends; words that
    are made of one letter share its place. (A sign that Unicode spells with letters has no place of
    its own.)"""
    for run in _run().finditer(text):
        start, end = run.span()
        for token in _tokens_of_short(run[0]) if end - start <= _LONGEST else tokens(run[0]):
            yield token, start, end


@lru_cache(maxsize=4_096)
def _tokens_of_short(run: str) -> tuple[str, ...]:
    return tuple(tokens(run))


def _spaced_run(found: re.Match[str]) -> str:
    return _spaced_short(found[0]) if len(found[0]) <= _LONGEST else _spaced(found[0])


@lru_cache(maxsize=4_096)
def _spaced_short(run: str) -> str:
    return _spaced(run)


def _spaced(run: str) -> str:
    """A run of characters beyond ASCII, folded, with only spaces between its words; and at its
    ends, if a word in ASCII beside it is another one."""
    plain = _folded(run)
    if not plain:
        return ""
    before, after = ("" if _goes_on().match(end) else " " for end in (plain[0], plain[-1]))
    return f"{before}{' '.join(_word().findall(plain))}{after}"


def folded(text: str) -> str:
    """`text` as its words are compared: without case, accents, ligatures and width variants.

    What it does to a run of characters beyond ASCII does not depend on those around it, and a text
    has the same few of them again and again."""
    return _BEYOND_ASCII.sub(_folded_run, text.lower())


def _folded_run(found: re.Match[str]) -> str:
    return _folded_short(found[0]) if len(found[0]) <= _LONGEST else _folded(found[0])


@lru_cache(maxsize=4_096)
def _folded_short(text: str) -> str:
    return _folded(text)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", _PILE.sub(" ", _ACCENTS.sub("", text))).casefold()
    spelled = _SPELLED_APART.sub(lambda char: _SPELLINGS[char[0]], apart)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", spelled))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word closest to `word`, for "did you mean"; empty if none is similar."""
    found = get_close_matches(word, list(known), n=1)
    return found[0] if found else ""
