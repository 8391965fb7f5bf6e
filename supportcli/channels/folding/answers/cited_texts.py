"""Whether a quote is of an earlier mail, or something else that the sender cites: a poem, a list, a
log."""

from itertools import groupby

from supportcli.channels.folding.attributions import MOST_LINES, attribution, ends_introducing
from supportcli.channels.folding.line_kinds import MOST_BLANK_LINES, QUOTE, STRANGE, LineKind
from supportcli.channels.folding.original_message import announcement, rule
from supportcli.channels.folding.salutations import greets
from supportcli.channels.folding.signatures import wishes
from supportcli.channels.headers.answered_mail import NOBODY, Answered

_SHORT_QUOTE = 3


def is_mail(
    lines: list[str],
    kinds: list[LineKind],
    place: tuple[int, int],
    answered: Answered,
    vouched: int,
) -> bool:
    """Whether an uncertain quote is an earlier mail, and not something that the sender cites: a
    poem, a list, a log.

    If the headers are known, it is not in a mail that answers nothing, and not above the quote of
    the mail that is answered.

    It is one if it contains the introduction, as Apple's mail program writes it, or if the
    paragraph above ends with one. Otherwise it is one if it greets, takes leave or quotes in turn,
    and the sender does not introduce it with a colon. Quotes of somebody who is no recipient count
    only if nobody else is quoted: the mail goes to another address of the same desk.

    `vouched` is the last line of an introduction that the headers confirm."""
    first, end = place
    inner = inner_lines(lines, first, end)
    if not inner or (answered.known and answered.subject is None) or vouched >= end:
        return False
    above = next(
        (
            line
            for line in reversed(lines[max(0, first - MOST_BLANK_LINES - 1) : first])
            if line.strip()
        ),
        "",
    )
    alone = not answered.known or vouched < 0
    said = _stranger_named(lines, kinds, first) or _introduction(inner)
    if said:
        cited = answered.known and (answered.is_stranger(said) or ends_in_colon(above))
        return (alone and not cited) or introduces(inner, answered)
    if ends_introducing(above):
        return (alone and not answered.is_stranger(above)) or answered.is_near(above)
    return _reads_like_mail(lines[first:end], inner) and not ends_in_colon(above)


def _reads_like_mail(quote: list[str], inner: list[str]) -> bool:
    """Whether a quote of several lines greets, takes leave or quotes in turn."""
    if len(inner) <= _SHORT_QUOTE:
        return False
    nested = any(line.replace(" ", "").startswith(">>") for line in quote)
    return nested or greets(inner[0]) or any(wishes(line) for line in inner)


def introduces_itself(
    lines: list[str], kinds: list[LineKind], first: int, end: int, answered: Answered
) -> bool:
    """Whether a quote is one piece with its attribution in its first line, or that line and one
    more piece: a further piece may be the sender's."""
    pieces = [
        list(run)
        for quoted, run in groupby(range(first, end), key=lambda place: kinds[place] is QUOTE)
        if quoted
    ]
    alone = len(pieces) > 1 and len(inner_lines(lines, pieces[0][0], pieces[0][-1] + 1)) == 1
    return len(pieces) == 1 + alone and introduces(inner_lines(lines, first, end), answered)


def inner_lines(lines: list[str], first: int, end: int) -> list[str]:
    """The lines of a quote, without their marks."""
    return [line.lstrip("> ") for line in lines[first:end] if line.strip("> ") and not rule(line)]


def introduces(inner: list[str], answered: Answered = NOBODY) -> bool:
    """Whether the first lines of a quote introduce an earlier mail."""
    return bool(_introduction(inner, answered))


def _introduction(inner: list[str], answered: Answered = NOBODY) -> str:
    """The author of an earlier mail in the first lines of a quote; "" if they name none."""
    if not inner:
        return ""
    announced = announcement(inner, 0, answered)
    if announced is not None:
        return announced.sender or inner[0]
    for at in range(min(MOST_LINES, len(inner))):
        found = attribution(inner, 0, at, answered)
        if found is not None and found.vouched and found.lines == at + 1:
            return " ".join(inner[: at + 1])
    return ""


def _stranger_named(lines: list[str], kinds: list[LineKind], first: int) -> str:
    """The author in the attribution from `first` on who is no recipient of the mail."""
    end = first
    while end < len(lines) and kinds[end] is STRANGE:
        end += 1
    return " ".join(lines[first:end])


def ends_in_colon(line: str) -> bool:
    """Whether a line ends with a colon, ignoring stars and quotation marks after it."""
    return line.rstrip(" \t*\"'").endswith((":", "："))
