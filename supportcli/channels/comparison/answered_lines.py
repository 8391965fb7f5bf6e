"""A mail that quotes ours, compared with the text that we stored.

How a quote looks only tells where it probably is; our own words tell it for certain. So what was
written between our lines is found even where nothing marks it: in Outlook's replies, which quote
without marks, and in colours that a text does not have.

Our words are compared in their order, without regard to lines, which every program breaks in its
own way."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from enum import StrEnum
from itertools import groupby
from unicodedata import category

from supportcli.channels.folding.line_kinds import INTRODUCTIONS, LineKind, classified
from supportcli.channels.headers.answered_mail import NOBODY
from supportcli.domain.mail import Fold, FoldKind

_LONGEST = 256 * 1024
_LONGEST_OF_OURS = 64 * 1024
MOST_OURS = 10
"""The most of our texts that a mail is compared with, the nearest first."""
_MOST_QUOTED = 3
"""The most of the mails that ours quote that a mail is compared with."""

_MOST_PLACES = 20
_SURE = 4
"""The words from which on a line of ours is recognised wherever it is in our text."""
_NEAR = 30
"""How many words a shorter line may be away from the place that was reached."""
_LEAST = 2
"""The fewest lines of ours that make a quote of ours."""
_LEAST_OF_OLDER = 3
"""The fewest words by which the mail that ours quotes is recognised, if it has so many."""

_PASSAGE = 12
"""The fewest words of ours that are a passage outside any quote."""
_MOST_CONTEXT = 3
_LONGEST_SIGN = 40
_LONGEST_LINE = 1_000
_STRUCK = "~~"
_WRAPPED_AT = 60
"""The characters from which on a line may have been broken, so that its rest has no marks."""
_LONGEST_TAIL = 300
"""The most characters below our text that are an answer. A disclaimer has more."""

_WORD = re.compile(r"\w+")
_NO_WORDS = re.compile(r"<?(?:https?://|mailto:|www\.)[^\s<>]*+>?|\[(?:image|cid)[^\[\]\n]*+\]")
_MARKS = re.compile(r"(?:[ \t]*>)+")


_IMAGE = re.compile(r"[\s>]*(?:\[(?:image|cid)[^\[\]\n]*+\]\s*)+")
# What people answer without a word: faces, question marks, symbols other than lines and bullets.
_SIGN = re.compile(r"[?!]|[:;=][-']?[()/|\\]|<3")
_NO_SYMBOLS = range(0x2500, 0x2600)


class _Line(StrEnum):
    """What a line is for the comparison."""

    OURS = "ours"
    BLANK = "blank"
    OTHER = "other"
    OLDER = "introduction of another mail, or what an older mail quotes"


def with_answers(
    text: str, folds: tuple[Fold, ...], ours: Sequence[str], quoted: Sequence[str] = ()
) -> tuple[Fold, ...]:
    """The folds of a text after a comparison with our texts that it may quote, nearest first. (Not
    with the sender's: people write the same greeting in each mail.) `quoted` are the texts that
    ours quote: what somebody added there is shown too.

    What somebody wrote between our lines is in no fold. Our lines right above it, and those that
    were in no fold, are ANSWERED. If nobody wrote there, the folds stay as they are."""
    texts = [one for one in ours[:MOST_OURS] if one.strip()]
    if not texts or len(text) > _LONGEST:
        return folds
    lines = text.split("\n")
    before = _fold_of_lines(lines, folds)
    kinds = _kinds(lines, before, _OurWords(texts))
    _doubt(lines, kinds, before)
    answers = _answers(lines, kinds)
    for older in quoted[:_MOST_QUOTED] if _Line.OLDER in kinds else ():
        answers |= _added(lines, kinds, older)
    if not answers:
        return folds
    after = [None if at in answers else kind for at, kind in enumerate(before)]
    shown = {at for at, kind in enumerate(kinds) if kind is _Line.OURS and before[at] is None}
    for at in shown | _context(kinds, answers):
        after[at] = FoldKind.ANSWERED
    _fill(after, kinds)
    return _folds(lines, after)


class _OurWords:
    """Our words in order, with the place up to which a mail has repeated them."""

    def __init__(self, texts: list[str]) -> None:
        self.words: list[str] = []
        self.places: dict[tuple[str, str], list[int]] = {}
        for text in texts:
            self.words += ["", *_words(text[:_LONGEST_OF_OURS])]
        for at, pair in enumerate(zip(self.words, self.words[1:], strict=False)):
            self.places.setdefault(pair, []).append(at)
        self.at = 1
        self.letters = set().union(*texts)
        self.struck = any(_STRUCK in one for one in texts)
        self.lines = {line.strip() for one in texts for line in one.split("\n")}

    def has(self, line: str) -> bool:
        """Whether a line without words is one of our texts'."""
        return _MARKS.sub("", line, count=1).strip() in self.lines

    def is_marked(self, line: str) -> bool:
        """Whether a line of ours was struck out in part, or has a symbol that none of ours has."""
        if _STRUCK in line and not self.struck:
            return True
        return not line.isascii() and any(
            one not in self.letters and _is_symbol(one) for one in line[:_LONGEST_LINE]
        )

    def take(self, line: list[str]) -> bool:
        """Whether the words of a line are ours; if so, the place is behind them. If only the
        first are, the others are somebody's: then the place is behind the first."""
        if self._matches(line, self.at):
            self.at += len(line)
            return True
        place = self._find(line)
        if place is not None:
            self.at = place + len(line)
            return True
        same = 0
        while same < len(line) and self._matches(line[same : same + 1], self.at + same):
            same += 1
        self.at += same
        return False

    def _find(self, line: list[str]) -> int | None:
        """Where else a line is in our words: a long one anywhere, a short one near."""
        if len(line) < 2:  # noqa: PLR2004 - one word is found everywhere
            return None
        places = self.places.get((line[0], line[1]), [])
        first = bisect_left(places, self.at)
        near = places[first : first + _MOST_PLACES]
        if len(line) < _SURE:
            near = [place for place in near if place <= self.at + _NEAR]
        else:
            near = near + places[max(0, first - _MOST_PLACES) : first]
        return next((place for place in near if self._matches(line, place)), None)

    def _matches(self, line: list[str], place: int) -> bool:
        return self.words[place : place + len(line)] == line


def _words(text: str) -> list[str]:
    return _WORD.findall(_NO_WORDS.sub(" ", text).casefold().replace("_", " "))


def _is_sign(line: str) -> bool:
    """Whether a line without words says something: a symbol, a face, or an image."""
    if _IMAGE.fullmatch(line) or (len(line) <= _LONGEST_SIGN and _SIGN.search(line)):
        return True
    return not line.isascii() and any(map(_is_symbol, line[:_LONGEST_SIGN]))


def _is_symbol(one: str) -> bool:
    return category(one) == "So" and ord(one) not in _NO_SYMBOLS


def _fold_of_lines(lines: list[str], folds: tuple[Fold, ...]) -> list[FoldKind | None]:
    """The fold of each line."""
    found: list[FoldKind | None] = []
    at = place = 0
    for line in lines:
        while place < len(folds) and folds[place].end <= at:
            place += 1
        inside = place < len(folds) and folds[place].start <= at
        found.append(folds[place].kind if inside else None)
        at += len(line) + 1
    return found


def _kinds(lines: list[str], folded: list[FoldKind | None], ours: _OurWords) -> list[_Line]:
    """What each line is."""
    kinds: list[_Line] = []
    for at, line in enumerate(lines):
        words = _words(line)
        if not words:
            kinds.append(_Line.OTHER if _is_sign(line) and not ours.has(line) else _Line.BLANK)
        elif folded[at] is FoldKind.SIGNATURE:
            kinds.append(_Line.OLDER)
        else:
            mine = ours.take(words) and not ours.is_marked(line)
            kinds.append(_Line.OURS if mine else _Line.OTHER)
    if _Line.OURS in kinds and _Line.OTHER in kinds[kinds.index(_Line.OURS) :]:
        _mark_older(lines, kinds)
    return kinds


def _doubt(lines: list[str], kinds: list[_Line], folded: list[FoldKind | None]) -> None:
    """Take for the sender's what only may be ours: outside quotes, a passage of ours has quote
    marks, or several lines and an introduction above it. Below an introduction our lines are a
    passage together: the answers between them make each of them short."""
    introduced = next(
        (
            at
            for at, kind in enumerate(kinds)
            if kind is _Line.OLDER and folded[at] is not FoldKind.SIGNATURE
        ),
        len(kinds),
    )
    below = [
        one
        for one in range(introduced, len(kinds))
        if folded[one] is None and kinds[one] is _Line.OURS
    ]
    together = len(below) > _LEAST and sum(len(_words(lines[one])) for one in below) >= _PASSAGE
    at = 0
    while at < len(kinds):
        first = at
        while at < len(kinds) and folded[at] is None and kinds[at] in {_Line.OURS, _Line.BLANK}:
            at += 1
        run = [one for one in range(first, at) if kinds[one] is _Line.OURS]
        if not (together and first > introduced) and not _is_passage(
            [lines[one] for one in run], introduced=first >= introduced
        ):
            for one in run:
                kinds[one] = _Line.OTHER
        at = max(at, first + 1)


def _is_passage(run: list[str], *, introduced: bool) -> bool:
    """Whether lines of ours that follow each other are a quote for certain."""
    words = sum(len(_words(line)) for line in run)
    if all(line.lstrip().startswith(">") for line in run):
        return words >= _SURE
    return introduced and words >= _PASSAGE and len(run) >= _LEAST


def _mark_older(lines: list[str], kinds: list[_Line]) -> None:
    """Set apart the lines that introduce another mail, and signatures."""
    inner = [_MARKS.sub("", line, count=1).strip() if ">" in line else line for line in lines]
    for at, kind in enumerate(classified(inner, NOBODY)):
        if kinds[at] is _Line.OTHER and (kind in INTRODUCTIONS or kind is LineKind.SIGNATURE):
            kinds[at] = _Line.OLDER


def _answers(lines: list[str], kinds: list[_Line]) -> set[int]:
    """The lines that somebody wrote between ours, or right below them."""
    ours = [at for at, kind in enumerate(kinds) if kind is _Line.OURS]
    if len(ours) < _LEAST:
        return set()
    depth = min(_depth(lines[at]) for at in ours)
    found: set[int] = set()
    for first, end in _runs(lines, kinds, depth):
        if first < ours[0] or _is_older(lines, kinds, first, depth):
            continue
        below = end < ours[-1]
        if not below and all(_IMAGE.fullmatch(line) for line in lines[first:end] if line.strip()):
            continue  # of a footer
        if below or sum(map(len, lines[first:end])) <= _LONGEST_TAIL:
            found |= {at for at in range(first, end) if kinds[at] is _Line.OTHER}
        if not below:
            break
    return found


def _added(lines: list[str], kinds: list[_Line], older: str) -> set[int]:
    """The lines that somebody wrote within the older mail that our text quotes, below ours; or
    right below its last line, with the marks of that."""
    begins = [at for at, kind in enumerate(kinds) if kind is _Line.OLDER]
    ours = kinds.index(_Line.OURS) if _Line.OURS in kinds else len(kinds)
    first = next((at + 1 for at in begins if at > ours), len(kinds))
    words = _OurWords([older])
    inner = [at for at in range(first, len(kinds)) if _words(lines[at])]
    known = {at for at in inner if words.take(_words(lines[at]))}
    if not known or words.at - 1 < min(_LEAST_OF_OLDER, len(words.words) - 1):
        return set()
    begin, end = min(known), max(known)
    complete, depth = words.at >= len(words.words), _depth(lines[end])
    return {
        at
        for at in inner
        if at not in known
        and kinds[at] is _Line.OTHER
        and (begin < at < end or (complete and at > end and _depth(lines[at]) == depth > 0))
    }


def _runs(lines: list[str], kinds: list[_Line], depth: int) -> list[tuple[int, int]]:
    """The runs of others' lines, as (first, end), from the first that is not quoted deeper than
    ours."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(kinds):
        first = at
        while at < len(kinds) and kinds[at] in {_Line.OTHER, _Line.BLANK}:
            at += 1
        run = [one for one in range(first, at) if kinds[one] is _Line.OTHER]
        begun = next((one for one in run if not _is_deeper(lines, one, depth)), None)
        if begun is not None:
            found.append((begun, run[-1] + 1))
        at = max(at, first + 1)
    return found


def _is_deeper(lines: list[str], at: int, depth: int) -> bool:
    """Whether a line has more quote marks than ours, or is the rest of a broken one that has."""
    if _depth(lines[at]) > depth:
        return True
    above = lines[at - 1] if at else ""
    return len(above) >= _WRAPPED_AT and _depth(above) > depth and lines[at][:1].islower()


def _is_older(lines: list[str], kinds: list[_Line], first: int, depth: int) -> bool:
    """Whether a run of others' lines belongs to another mail, which is introduced above it. One
    that has more marks than ours ends where they end."""
    for at in range(first - 1, -1, -1):
        if kinds[at] is _Line.OTHER and _depth(lines[at]) > depth:
            return False
        if kinds[at] in {_Line.OURS, _Line.OLDER}:
            return kinds[at] is _Line.OLDER
    return False


def _depth(line: str) -> int:
    found = _MARKS.match(line)
    return found[0].count(">") if found else 0


def _context(kinds: list[_Line], answers: set[int]) -> set[int]:
    """Our lines right above answers: the paragraph, at most three lines of it."""
    found: set[int] = set()
    for answer in answers:
        at, count = answer - 1, 0
        while at >= 0 and kinds[at] is _Line.BLANK:
            at -= 1
        while at >= 0 and kinds[at] is _Line.OURS and count < _MOST_CONTEXT:
            found.add(at)
            at, count = at - 1, count + 1
    return found


def _fill(folded: list[FoldKind | None], kinds: list[_Line]) -> None:
    """Give blank lines the fold that the lines above and below them have."""
    above: FoldKind | None = None
    first = 0
    for at, kind in enumerate(folded):
        if kinds[at] is _Line.BLANK:
            continue
        if kind is above:
            folded[first:at] = [kind] * (at - first)
        else:
            folded[first:at] = [
                None if one is FoldKind.ANSWERED else one for one in folded[first:at]
            ]
        above, first = kind, at + 1


def _folds(lines: list[str], kinds: list[FoldKind | None]) -> tuple[Fold, ...]:
    """The folds of lines; blank ones belong to the lines around them."""
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    length, at, found = starts[-1] - 1, 0, []
    for kind, run in groupby(kinds):
        end = at + len(list(run))
        if kind is not None and any(line.strip() for line in lines[at:end]):
            found.append(Fold(starts[at], min(starts[end], length), kind))
        at = end
    return tuple(found)
