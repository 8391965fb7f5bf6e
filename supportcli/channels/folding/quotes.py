"""Reply folding: which parts of a text are quotes of earlier mail or a signature.

Folding hides, so it must never hide a word of the sender's. Quotes between answers stay. Folded
are: a quote with nothing new below it, a quote above the complete answer, the mail below an
unmistakable introduction, and signatures. If nothing would be left, nothing is folded."""

from itertools import groupby

from supportcli.channels.folding.answers.announced_answers import (
    announces_answers,
    answers_by_name,
    points_to_answer,
)
from supportcli.channels.folding.answers.cited_texts import (
    ends_in_colon,
    inner_lines,
    introduces,
    introduces_itself,
    is_mail,
)
from supportcli.channels.folding.answers.coloured_answers import Painted
from supportcli.channels.folding.attributions import could_end
from supportcli.channels.folding.forwards import marks_forward
from supportcli.channels.folding.line_kinds import (
    EMPTY,
    INTRODUCTIONS,
    MOST_TRIED,
    QUOTE,
    SIGNATURE,
    STRANGE,
    STRONG,
    TEXT,
    VOUCHED,
    LineKind,
    classified,
    demote,
)
from supportcli.channels.folding.original_message import announcement, could_announce
from supportcli.channels.folding.salutations import says_nothing
from supportcli.channels.headers.answered_mail import NOBODY, Answered
from supportcli.domain.mail import Fold, FoldKind, unfolded

_NESTED = 3
"""The characters within which a line that is quoted twice has both of its marks."""
_MOST_LINES_INTRODUCING = 30
_QUOTED = FoldKind.QUOTE


def fold(text: str, answered: Answered = NOBODY) -> tuple[Fold, ...]:
    """The parts of `text` that are not new, in order.

    `answered` is what the mail's headers say about the mail that it answers. A quote of somebody
    else may be what the sender wants to say, and so may an earlier mail of the sender's own without
    quote marks."""
    lines = text.split("\n")
    folded = _folded(lines, _kinds(lines, answered), answered)
    if _answers_hide(lines, folded, answered):
        return ()
    folds: list[Fold] = []
    at = start = 0
    for kind, run in groupby(folded):
        lines_of = lines[at : at + len(list(run))]
        end = start + sum(map(len, lines_of)) + len(lines_of)
        if kind is not None and any(line.strip() for line in lines_of):
            folds.append(Fold(start, min(end, len(text)), kind))
        at, start = at + len(lines_of), end
    found = tuple(folds)
    return found if unfolded(text, found) else ()


def hides_painted(page: Painted, answered: Answered) -> bool:
    """Whether a page has coloured text after plain text in the mail that would fold: somebody typed
    it there. Coloured text in older mail was written before."""
    lines = page.text.split("\n")
    kinds = _kinds(lines, answered)
    folded = _folded(lines, kinds, answered)
    inner = [line.lstrip("> ") for line in lines]
    plain = False
    for at, line in enumerate(lines):
        if folded[at] is not FoldKind.QUOTE or not inner[at] or line.count(">", 0, _NESTED) > 1:
            continue
        if kinds[at] in INTRODUCTIONS or (plain and _begins_older(inner, at)):
            if plain:
                break
        elif at in page.painted and (plain or at in page.plain):
            return True
        else:
            plain = plain or at in page.plain
    return False


def _begins_older(inner: list[str], at: int) -> bool:
    """Whether an older mail begins at a line, even one of the sender's."""
    could = could_announce(inner[at]) or could_end(inner[at])
    return could and introduces(inner[at : at + _MOST_LINES_INTRODUCING])


def _kinds(lines: list[str], answered: Answered) -> list[LineKind]:
    """What each line is, with a forwarded mail as text."""
    kinds = classified(lines, answered)
    if answered.known:
        demote(kinds)
        _unstack(lines, kinds, answered)
    begin = _forward(lines, kinds, answered)
    kinds[begin:] = [TEXT if line.strip() else EMPTY for line in lines[begin:]]
    return kinds


def _answers_hide(lines: list[str], folded: list[FoldKind | None], answered: Answered) -> bool:
    """Whether the answer is inside what would fold as a quote: nothing new is outside, or the
    sender's name or an arrow marks answers there."""
    if _QUOTED not in folded:
        return False
    quoted = [line for line, kind in zip(lines, folded, strict=True) if kind is _QUOTED]
    outside = [line for line, kind in zip(lines, folded, strict=True) if kind is None]
    if says_nothing(outside, answered) or answers_by_name(quoted, answered.own_names):
        return True
    return points_to_answer(quoted)


def _forward(lines: list[str], kinds: list[LineKind], answered: Answered) -> int:
    """The line where a forwarded mail begins, which is what the sender wants to say; `len(lines)`
    if there is none. One within a quote was forwarded before."""
    within = announced = False
    tried = 0
    for at, line in enumerate(lines):
        kind = kinds[at]
        if kind is EMPTY or (within and kind is QUOTE):
            announced = announced and kind is EMPTY
            continue
        if announced and kind is not QUOTE and kind not in INTRODUCTIONS:
            break
        if not within or kind is not QUOTE:
            if marks_forward(lines, at) and not answered.bare_reply:
                return at
            if answered.forwards and tried < MOST_TRIED and could_announce(line):
                tried += 1
                if _of_nobody_near(lines, at, answered):
                    return at
        announced = kind is STRONG
        within = kind is QUOTE or kind in INTRODUCTIONS
    return len(lines)


def _of_nobody_near(lines: list[str], at: int, answered: Answered) -> bool:
    """Whether a mail is announced here whose sender is no recipient of this one."""
    found = announcement(lines, at)
    return found is not None and found.sender != "" and not answered.is_of(found.sender)


def _unstack(lines: list[str], kinds: list[LineKind], answered: Answered) -> None:
    """Turn what looks like an attribution of somebody else, above a quote that has its own, into
    text."""
    for first, end in _quotes(kinds, len(kinds)):
        body = first
        while body < end and kinds[body] in {STRANGE, EMPTY}:
            body += 1
        if body > first and introduces(inner_lines(lines, body, end), answered):
            kinds[first:body] = [TEXT if line.strip() else EMPTY for line in lines[first:body]]


def _folded(lines: list[str], kinds: list[LineKind], answered: Answered) -> list[FoldKind | None]:
    """The fold of each line, None for lines that stay."""
    folded: list[FoldKind | None] = [
        FoldKind.SIGNATURE if kind is SIGNATURE else None for kind in kinds
    ]
    texts = [place for place, kind in enumerate(kinds) if kind is TEXT] or [len(kinds)]
    cut = _cut(lines, kinds, texts[0])
    quotes = _quotes(kinds, cut)
    if (not quotes and cut == len(kinds)) or _announced(lines[:cut], kinds):
        return folded
    first_text, last_text = (
        texts[0],
        max((place for place in texts if place < cut), default=texts[-1]),
    )
    vouched = max((place for place, kind in enumerate(kinds) if kind in VOUCHED), default=-1)
    for number, (first, end) in enumerate(quotes):
        above, below, last = first_text < first, last_text >= end, (first, end) == quotes[-1]
        introduced = kinds[first] in VOUCHED or (
            not above and last and introduces_itself(lines, kinds, first, end, answered)
        )
        named = introduced or (
            number < MOST_TRIED and is_mail(lines, kinds, (first, end), answered, vouched)
        )
        marked = QUOTE in kinds[first:end]
        on_top = introduced and not above and (marked or answered.known)
        if (above and not below and named) or (on_top and below and last):
            folded[first:end] = [FoldKind.QUOTE] * (end - first)
        elif introduced and (not above or marked):
            for place in range(first, end):
                if kinds[place] in VOUCHED:
                    folded[place] = FoldKind.QUOTE
    if cut < len(kinds):
        folded[cut:] = [FoldKind.QUOTE] * (len(kinds) - cut)
    return folded


def _announced(lines: list[str], kinds: list[LineKind]) -> bool:
    """Whether the text says that its answers are within the mail below it."""
    text = [line for line, kind in zip(lines, kinds, strict=False) if kind is TEXT]
    return announces_answers("\n".join(text))


def _cut(lines: list[str], kinds: list[LineKind], first_text: int) -> int:
    """The line where an earlier mail without quote marks begins; everything below belongs to it.

    `len(kinds)` if there is none, if a line above introduces it with a colon, or if the mail begins
    with one: then nobody can tell what is new below."""
    for place, kind in enumerate(kinds):
        if kind is not STRONG or _has_marks(kinds, place):
            continue
        if place < first_text:
            break
        above = max(at for at in range(place) if kinds[at] is TEXT)
        return len(kinds) if ends_in_colon(lines[above]) else place
    return len(kinds)


def _has_marks(kinds: list[LineKind], place: int) -> bool:
    """Whether the first quote after the introduction at `place` belongs to it: then text without
    marks is new, even before the quote."""
    end = place
    while end < len(kinds) and kinds[end] in {STRONG, EMPTY}:
        end += 1
    while end < len(kinds) and kinds[end] not in INTRODUCTIONS and kinds[end] is not QUOTE:
        end += 1
    return end < len(kinds) and kinds[end] is QUOTE


def _quotes(kinds: list[LineKind], cut: int) -> list[tuple[int, int]]:
    """The quotes above `cut`, each with the introduction before it: runs of quote and empty lines,
    as (first, end)."""
    found, at = [], 0
    while at < cut:
        if kinds[at] is not QUOTE and kinds[at] not in INTRODUCTIONS:
            at += 1
            continue
        first = at
        while at < cut and (kinds[at] is EMPTY or kinds[at] in INTRODUCTIONS):
            at += 1
        body = at
        while at < cut and (kinds[at] is QUOTE or kinds[at] is EMPTY):
            at += 1
        if body < at or kinds[first] is STRONG:
            found.append((first, at))
    return found
