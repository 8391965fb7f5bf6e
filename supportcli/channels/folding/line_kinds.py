"""What each line of a text is: a quote, the introduction of an earlier mail, a signature, or the
sender's own words."""

import re
from enum import StrEnum
from itertools import groupby

from supportcli.channels.folding.attribution_words import Trust
from supportcli.channels.folding.attributions import MOST_LINES, attribution, could_end
from supportcli.channels.folding.original_message import announcement, could_announce
from supportcli.channels.folding.signatures import added_by_program, drawn, separator, signed
from supportcli.channels.headers.answered_mail import Answered


class LineKind(StrEnum):
    """What a line is."""

    EMPTY = "empty"
    TEXT = "text"
    QUOTE = "quote"
    WEAK = "attribution that needs a quote below it"
    STRANGE = "attribution above a quote of somebody to whom the mail does not go"
    STRONG = "introduction of an earlier mail"
    SIGNATURE = "signature"


# The members by names of their own: for each line some are asked for, and an attribute of an enum
# is found in four times the time.
EMPTY, TEXT, QUOTE, SIGNATURE = (
    LineKind.EMPTY,
    LineKind.TEXT,
    LineKind.QUOTE,
    LineKind.SIGNATURE,
)
WEAK, STRANGE, STRONG = LineKind.WEAK, LineKind.STRANGE, LineKind.STRONG
INTRODUCTIONS = frozenset({WEAK, STRANGE, STRONG})
VOUCHED = frozenset({WEAK, STRONG})
_OWN = frozenset({TEXT, EMPTY})
MOST_BLANK_LINES = 2
_PROMPT = re.compile(r">>>(?: |$)")
MOST_TRIED = 1_000
"""The most lines that are checked closely because they announce a mail or end like an attribution.
No conversation has as many; those after them do not count."""

_ENDS_OF_SENTENCES = (".", "!", "?", ":", ",", ";", "…", "。", "！", "？", ")")
_FEWEST_SPACES_CITING = 2
"""The fewest spaces in a line that introduces what it cites: a name below a mail has fewer."""


def classified(lines: list[str], answered: Answered) -> list[LineKind]:
    """What each line is; all lines of an introduction are of its kind."""
    kinds: list[LineKind] = []
    tried = 0
    prompting, quoted = _prompts(lines), False
    while (at := len(kinds)) < len(lines):
        line = lines[at]
        if line[:1] == ">" and quoted and not prompting and kinds[-1] is not TEXT:
            kinds.extend([QUOTE] * _count_quoted(lines, at))
        elif not line.strip():
            kinds.append(EMPTY)
        elif prompting and quoted and _PROMPT.match(line):
            kinds.append(TEXT)
        elif (line.lstrip(" \t")[:1] == ">" and not _closes_bracket(lines, kinds)) or (
            line[:1] == "|" and _behind_bar(line, lines, kinds)
        ):
            kinds.append(QUOTE)
            quoted = True
        elif (
            tried < MOST_TRIED
            and could_announce(line)
            and (count := _original(lines, at, answered))
        ):
            kinds.extend([STRONG] * count)
            tried += 1
        else:
            kinds.append(TEXT)
            if could_end(line) and tried < MOST_TRIED:
                tried += 1
                _mark_attribution(lines, kinds, answered)
    _mark_signatures(lines, kinds)
    return kinds


def _count_quoted(lines: list[str], first: int) -> int:
    """The number of lines from `first` on that begin with a quote mark."""
    end = first + 1
    while end < len(lines) and lines[end][:1] == ">":
        end += 1
    return end - first


def _prompts(lines: list[str]) -> bool:
    """Whether lines that begin with three marks below a quote are those of a Python session:
    nothing is quoted twice, so nothing is three times."""
    marked = [line for line in lines if line.startswith((">>", "> >"))]
    return bool(marked) and all(_PROMPT.match(line) for line in marked)


def _closes_bracket(lines: list[str], kinds: list[LineKind]) -> bool:
    """Whether the current line begins with the bracket that closes an address above it
    ("<ada@shop.test", "> wrote:"), and is no quote."""
    at = len(kinds)
    if at == 0 or kinds[-1] is not TEXT or not lines[at].rstrip().endswith((":", "：")):
        return False
    above = " ".join(lines[max(0, at - 2) : at])
    return above.count("<") > above.count(">")


def _behind_bar(line: str, lines: list[str], kinds: list[LineKind]) -> bool:
    """Whether a line that begins with a bar is quoted by it, as in old Gmail: below an
    introduction, or below such a line. Rows of tables end with a bar, too."""
    if line.rstrip()[1:].endswith("|"):
        return False
    at = len(kinds) - 1
    while at > 0 and kinds[at] is EMPTY and len(kinds) - at <= MOST_BLANK_LINES:
        at -= 1
    return at >= 0 and (
        kinds[at] in INTRODUCTIONS or (kinds[at] is QUOTE and lines[at].startswith("|"))
    )


def _original(lines: list[str], at: int, answered: Answered) -> int:
    """The number of lines from `at` on that announce an earlier mail of somebody else; 0 if none
    do."""
    found = announcement(lines, at, answered)
    if found is None or answered.is_own(found.sender) or _goes_on(lines, at, at + found.lines):
        return 0
    return found.lines


def _goes_on(lines: list[str], first: int, end: int) -> bool:
    """Whether a sentence continues below `lines[first:end]`, which the sender is citing then: it
    begins in lower case there, and none ended above."""
    below = next((line.strip() for line in lines[end : end + MOST_BLANK_LINES] if line.strip()), "")
    if not below[:1].islower():
        return False
    above = next(
        (
            line.strip()
            for line in reversed(lines[max(0, first - MOST_BLANK_LINES) : first])
            if line.strip()
        ),
        "",
    )
    if added_by_program(above) or above.count(" ") < _FEWEST_SPACES_CITING:
        return False
    return not above.endswith(_ENDS_OF_SENTENCES)


def _mark_attribution(lines: list[str], kinds: list[LineKind], answered: Answered) -> None:
    """If the last line ends an attribution, mark its lines as one; it begins no higher than its
    paragraph."""
    first = end = len(kinds) - 1
    while first > 0 and kinds[first - 1] is TEXT and end - first < MOST_LINES - 1:
        first -= 1
    found = attribution(lines, first, end, answered)
    if found is None:
        return
    begin = end - found.lines + 1
    below = next(
        (line.lstrip()[:1] for line in lines[end + 1 : end + 2 + MOST_BLANK_LINES] if line.strip()),
        "",
    )
    said = " ".join(lines[begin : end + 1])
    sure = found.trust is Trust.SURE and not (
        answered.bare_reply and not _stands_apart(lines, end, said)
    )
    if sure and not answered.is_own(said) and not _goes_on(lines, begin, end + 1):
        kinds[begin:] = [STRONG] * found.lines
    elif below in {">", "|"}:
        kinds[begin:] = [WEAK if found.vouched else STRANGE] * found.lines


def _stands_apart(lines: list[str], end: int, said: str) -> bool:
    """Whether an attribution names an address or is followed by a blank line, as programs write it;
    a person's text continues."""
    return "@" in said or (end + 1 < len(lines) and not lines[end + 1].strip())


def _mark_signatures(lines: list[str], kinds: list[LineKind]) -> None:
    """Turn text into signature if it ends a stretch of text: below two hyphens, or line by line
    from the end."""
    for first, end in _stretches(kinds):
        for at in range(end - 1, first - 1, -1):
            if separator(lines[at]):
                count = signed(lines[at + 1 : end])
                kinds[at : at + count] = [SIGNATURE] * count
                break
        signing = kinds[end - 1] is SIGNATURE
        for at in range(end - 1, first - 1, -1):
            if kinds[at] is TEXT and (
                added_by_program(lines[at]) or (signing and drawn(lines[at]))
            ):
                kinds[at], signing = SIGNATURE, True
            if kinds[at] is TEXT:
                break


def _stretches(kinds: list[LineKind]) -> list[tuple[int, int]]:
    """The runs of text and empty lines, as (first, end)."""
    found, at = [], 0
    for plain, run in groupby(kinds, key=_OWN.__contains__):
        end = at + len(list(run))
        if plain:
            found.append((at, end))
        at = end
    return found


def demote(kinds: list[LineKind]) -> None:
    """Turn introductions of unmarked mails above the marked quote of the answered mail into text: a
    mail program quotes once, so the sender pasted those mails."""
    marked, end = False, len(kinds)
    while end > 0:
        first = end - 1
        while first > 0 and kinds[first - 1] is kinds[end - 1]:
            first -= 1
        if kinds[first] in VOUCHED:
            below = next(
                (kinds[at] for at in range(end, len(kinds)) if kinds[at] is not EMPTY),
                None,
            )
            marked = marked or below is QUOTE
            if kinds[first] is STRONG and marked and below is not QUOTE:
                kinds[first:end] = [TEXT] * (end - first)
        end = first
