"""Reply folding: which stretches of a text are quotes of earlier mail or a signature.

Folding hides, so it may never hide a word of the sender's. Quotes between answers stay; what is folded is a quote with nothing new below
it, a quote above the whole answer, the mail below an unmistakable introduction, and signatures. Where nothing would be left, nothing is
folded.
"""

import re
from enum import StrEnum
from itertools import groupby

from supportcli.channels.attributions import attribution, could_introduce, header_block, original_mark, rule
from supportcli.channels.signatures import added_by_program, drawn, looks_signed, separator
from supportcli.domain.mail import Fold, FoldKind, unfolded


class _Line(StrEnum):
    """What a line is."""

    EMPTY = "empty"
    TEXT = "text"
    QUOTE = "quote"
    WEAK = "attribution that needs a quote below it"
    STRONG = "introduction of an earlier mail"
    SIGNATURE = "signature"


_INTRODUCTIONS = frozenset({_Line.WEAK, _Line.STRONG})
_SILENT = frozenset({_Line.EMPTY, _Line.SIGNATURE})
_SHORT_QUOTE = 3
_MOST_LINES_BEFORE_BLOCK = 3
# Who announces answers inside the mail below means it, and the mail below must not be folded.
_ANNOUNCED_WITHIN = 4_000
_HINTS_OF_ANSWERS = (
    *("line", "below", "within", "embedded", "see ", "find ", " red", "blue", "green", "bold", "unten", "im text", "rot", "dessous", "dans"),
    *("en r", "abajo", "rosso"),
)
_ANSWERS_WITHIN = re.compile(
    r"\bin-?line\b|\b(?:answers?|comments?|replies|responses?|remarks?|notes?) (?:are )?(?:below|within|embedded|in (?:red|blue|green|bold|caps))"
    r"|\b(?:see|find) (?:my )?(?:answers?|comments?|replies|responses?|below)|\bin (?:red|blue|green)\b"
    r"|\b(?:antworten?|kommentare?|anmerkungen) (?:siehe )?(?:unten|im text|in rot|rot|blau)|\bsiehe unten\b|\bin rot\b|\bunten im text\b"
    r"|\b(?:réponses?|commentaires?) (?:ci-dessous|en rouge|en bleu|dans le texte)|\bvoir ci-dessous\b|\ben rojo\b|\brespuestas? abajo\b|\bin rosso\b"
)


def fold(text: str) -> tuple[Fold, ...]:
    """Which stretches of `text` are no new text, in order. Together with what stays they are all of it."""
    lines = text.split("\n")
    kinds = _classified(lines)
    folded = _folded(lines, kinds)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    folds, at = [], 0
    for kind, run in groupby(folded):
        end = at + len(list(run))
        if kind is not None and any(line.strip() for line in lines[at:end]):
            folds.append(Fold(starts[at], min(starts[end], len(text)), kind))
        at = end
    found = tuple(folds)
    return found if unfolded(text, found) else ()


def _classified(lines: list[str]) -> list[_Line]:
    """What each line is; the lines of an introduction are all of its kind."""
    kinds: list[_Line] = []
    while len(kinds) < len(lines):
        at = len(kinds)
        line = lines[at]
        if not line.strip():
            kinds.append(_Line.EMPTY)
        elif line.lstrip().startswith(">") or (line.startswith("|") and _quoted_before(kinds)):
            kinds.append(_Line.QUOTE)
        elif could_introduce(line):
            kind, count = _introduction(lines, at)
            kinds.extend([kind] * count)
        else:
            kinds.append(_Line.TEXT)
    _mark_signatures(lines, kinds)
    return kinds


def _quoted_before(kinds: list[_Line]) -> bool:
    """Whether the last line that is not empty is a quote or introduces one."""
    last = next((kind for kind in reversed(kinds[-4:]) if kind is not _Line.EMPTY), None)
    return last is _Line.QUOTE or last in _INTRODUCTIONS


def _introduction(lines: list[str], at: int) -> tuple[_Line, int]:
    """The kind of the line at `at`, and how many lines are of it together."""
    line = lines[at]
    begin = at
    while (
        begin < len(lines) - 1
        and begin - at < _MOST_LINES_BEFORE_BLOCK
        and (original_mark(lines[begin]) or rule(lines[begin]) or not lines[begin].strip())
    ):
        begin += 1
    block = header_block(lines, begin)
    if block:
        return _Line.STRONG, begin - at + block
    if original_mark(line):
        return _Line.STRONG, 1
    count, strong = attribution(lines, at)
    if count:
        return (_Line.STRONG if strong else _Line.WEAK), count
    return _Line.TEXT, 1


def _mark_signatures(lines: list[str], kinds: list[_Line]) -> None:
    """Turn text into signature where it ends a stretch of text: below two hyphens, or line by line from the end."""
    for first, end in _stretches(kinds):
        for at in range(end - 1, first - 1, -1):
            if separator(lines[at]) and looks_signed(lines[at + 1 : end]):
                kinds[at:end] = [_Line.SIGNATURE] * (end - at)
                break
        last = end - 1
        while last >= first and (kinds[last] in _SILENT or added_by_program(lines[last]) or drawn(lines[last])):
            if kinds[last] is _Line.TEXT:
                kinds[last] = _Line.SIGNATURE
            last -= 1


def _stretches(kinds: list[_Line]) -> list[tuple[int, int]]:
    """The runs of text and empty lines, as (first, end)."""
    found, at = [], 0
    for plain, run in groupby(kinds, key=lambda kind: kind in {_Line.TEXT, _Line.EMPTY}):
        end = at + len(list(run))
        if plain:
            found.append((at, end))
        at = end
    return found


def _folded(lines: list[str], kinds: list[_Line]) -> list[FoldKind | None]:
    """The fold each line is in, None for those that stay."""
    folded: list[FoldKind | None] = [FoldKind.SIGNATURE if kind is _Line.SIGNATURE else None for kind in kinds]
    texts = [place for place, kind in enumerate(kinds) if kind is _Line.TEXT] or [len(kinds)]
    cut = _cut(lines, kinds, texts[0])
    first_text, last_text = texts[0], max((place for place in texts if place < cut), default=texts[-1])
    last_quote = max((place for place, kind in enumerate(kinds[:cut]) if kind is _Line.QUOTE), default=-1)
    for first, end in _quotes(kinds, cut):
        introduced = kinds[first] in _INTRODUCTIONS
        above, below, last = first_text < first, last_text >= end, last_quote < end
        if (above and not below and (introduced or _quotes_enough(lines[first:end]))) or (introduced and not above and below and last):
            folded[first:end] = [FoldKind.QUOTE] * (end - first)
        elif introduced:
            for place in range(first, end):
                if kinds[place] in _INTRODUCTIONS:
                    folded[place] = FoldKind.QUOTE
    if cut < len(kinds):
        folded[cut:] = [FoldKind.QUOTE] * (len(kinds) - cut)
    return folded


def _quotes_enough(lines: list[str]) -> bool:
    """Whether a quote without an introduction is one: two lines behind ">" at the end of a letter may as well be a list. Apple's mail program
    writes the introduction inside the quote."""
    inner = [line.lstrip("> ") for line in lines if line.strip()]
    return len(inner) > _SHORT_QUOTE or attribution(inner, 0)[0] > 0 or original_mark(inner[0])


def _cut(lines: list[str], kinds: list[_Line], first_text: int) -> int:
    """Where an earlier mail begins that stands there without quote marks: all below is it. `len(kinds)` where there is none."""
    for place, kind in enumerate(kinds):
        if kind is not _Line.STRONG or place < first_text:
            continue
        below = next((other for other in kinds[place:] if other not in {_Line.STRONG, _Line.EMPTY}), None)
        if below is _Line.QUOTE:
            continue
        above = "\n".join(line for line, kind in zip(lines[:place], kinds, strict=False) if kind is _Line.TEXT)[:_ANNOUNCED_WITHIN].lower()
        if any(word in above for word in _HINTS_OF_ANSWERS) and _ANSWERS_WITHIN.search(above):
            break
        return place
    return len(kinds)


def _quotes(kinds: list[_Line], cut: int) -> list[tuple[int, int]]:
    """The quotes above `cut`, each with the introduction before it: runs of quote and empty lines, as (first, end)."""
    found, at = [], 0
    while at < cut:
        if kinds[at] is not _Line.QUOTE and kinds[at] not in _INTRODUCTIONS:
            at += 1
            continue
        first = at
        while at < cut and kinds[at] in _INTRODUCTIONS | {_Line.EMPTY}:
            at += 1
        body = at
        while at < cut and kinds[at] in {_Line.QUOTE, _Line.EMPTY}:
            at += 1
        if body < at or kinds[first] is _Line.STRONG:
            found.append((first, at))
    return found
