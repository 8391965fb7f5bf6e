"""Sentences with which mail programs introduce an earlier mail: "On … wrote:".

An attribution begins as late as it can, crosses no blank line, and contains only when, who and
"wrote". A line of the customer's above it, with or without a number, is never part of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from supportcli.channels.folding.attribution_words import (
    BRACKETED,
    HINT,
    WROTE,
    PhraseReading,
    Proof,
    Trust,
    reading,
)
from supportcli.channels.folding.author_names import has_address
from supportcli.channels.folding.datelines import dateline, names_day, names_hour, spaced
from supportcli.channels.folding.sentences import plain_line, plain_sentence
from supportcli.channels.headers.answered_mail import NOBODY, Answered

_LONGEST = 400
MOST_LINES = 5
_SHORTEST_BROKEN = 40

_LONGEST_END = 24
_AROUND_LINES = " \t\r\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_COLON = re.compile(r"[:：]\**$")
# How the last line of an attribution ends.
_ENDS = (
    "wrote...",
    "wrote…",
    ":",
    "：",
    "*",
    "-",
    ">",
    "wrote",
    "schrieb",
    "schreef",
    "skrev",
    "écrit",
    "escribió",
    "scritto",
    "escreveu",
    "napisał",
    "(a)",
)
_SPOKEN = re.compile(rf"[\s,](?:{WROTE})(?=[\s:：])", re.IGNORECASE)
_SPOKEN_OF_ADDRESS = re.compile(rf"@[^<>\s]*>\)?[\s,]*(?:{WROTE})\s*[:：]$", re.IGNORECASE)
# The language of "on" and "wrote", where "wrote" comes last.
_LANGUAGES = {
    "on": ("wrote",),
    "at": ("wrote",),
    "le": ("écrit",),
    "el": ("escribió", "escrito"),
    "il": ("scritto", "scrisse"),
    "em": ("escreveu",),
    "w": ("pisze", "napisał"),
    "dnia": ("pisze", "napisał"),
    "dne": ("napsal",),
    "dňa": ("napísal",),
}
# What follows a name in languages in which when and "wrote" come last: Chinese, Hungarian,
# Turkish.
_WHEN_BEHIND_WHO = re.compile(r"[于於]|ezt írta|[^<>]{0,40} tarihinde şunu", re.IGNORECASE)
_LAST_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){0,3} ?[:：]")


@dataclass(frozen=True, slots=True)
class Attribution:
    """An attribution: its lines, and how certain it is."""

    lines: int
    trust: Trust
    vouched: bool
    """Whether the headers of the mail confirm the author, or are unknown."""


def could_end(line: str) -> bool:
    """Whether a line is worth a closer look: its last characters are those of an attribution."""
    return line[-_LONGEST_END:].rstrip(_AROUND_LINES).lower().endswith(_ENDS)


def attribution(
    lines: Sequence[str], first: int, end: int, answered: Answered = NOBODY
) -> Attribution | None:
    """The attribution that ends with `lines[end]` and begins at `lines[first]` or below; None if
    there is none.

    If the headers are known (`answered`), two kinds must name a recipient of the mail: those that
    may as well be a sentence of the customer's, and those below which unmarked text folds."""
    if not could_end(lines[end]) or (
        not _COLON.search(plain_line(lines[end])) and _continues(lines, end)
    ):
        return None
    if not answered.names and not _hinted(lines[max(first, end - MOST_LINES + 1) : end + 1]):
        return None
    found: Attribution | None = None
    sentence = said = ""
    for at in range(end, max(first, end - MOST_LINES + 1) - 1, -1):
        line, rest, below = plain_line(lines[at]), sentence, said
        sentence = f"{line} {rest}".strip()
        if not line or len(sentence) > _LONGEST:
            break
        said = plain_sentence(sentence)
        whole = bool(rest) and _whole(below)
        if whole and not _only_on(line, below):
            break
        read = _proven(reading(said), answered)
        if read is not None and (
            not rest or _belongs(line, below, read, stands=found is not None or _could_stand(below))
        ):
            found = _trusted(read, end - at + 1, answered)
            # What begins with "on", and old Gmail's line without verb and colon, is complete.
            if (
                whole
                or (read.head is not None and read.head.on)
                or (at == end and line.endswith(">"))
            ):
                break
    return found


def _hinted(lines: Sequence[str]) -> bool:
    """Whether lines contain a number or an address, as all attributions do except "Ada wrote:"."""
    return any(HINT.search(line) for line in lines)


def _proven(read: PhraseReading | None, answered: Answered) -> PhraseReading | None:
    """`read`, unless the headers of the mail would have to confirm the named author and do not."""
    if read is None or read.proof is Proof.NONE:
        return read
    bare = read.head is None and "@" not in read.who
    if not answered.known:
        return None if bare else read
    if read.proof is Proof.NAME and not (answered.names_recipient(read.who) or _mere(read.who)):
        return None
    return read if answered.is_near(read.who) else None


def _mere(who: str) -> bool:
    """Whether somebody is named only by the address."""
    return " " not in who and "@" in who


def _trusted(read: PhraseReading, lines: int, answered: Answered) -> Attribution:
    """What a sentence proves: unmarked text folds only below one with the address of a
    recipient."""
    if not answered.known or (answered.is_of(read.who) and has_address(read.who)):
        return Attribution(lines, read.trust, vouched=True)
    return Attribution(lines, Trust.QUOTED, vouched=answered.is_near(read.who))


def _continues(lines: Sequence[str], end: int) -> bool:
    """Whether text follows a line without a blank line between."""
    below = lines[end + 1].strip() if end + 1 < len(lines) else ""
    return bool(below) and not below.startswith((">", "|"))


def ends_introducing(line: str) -> bool:
    """Whether a line ends like an attribution, with any words before: a paragraph may have run into
    it."""
    sentence = plain_sentence(plain_line(line))[-_LONGEST:]
    head, _, who = sentence.rpartition("<")
    return "@" in who and names_hour(head) and _SPOKEN_OF_ADDRESS.search(sentence) is not None


def _whole(said: str) -> bool:
    """Whether a sentence contains a day, a time and an author, in any language: then nothing above
    belongs to it."""
    if _closes_bracket(said) or not (names_day(said) and names_hour(said)):
        return False
    return "@" in said or (_SPOKEN.search(said) is not None and not _WHEN_BEHIND_WHO.match(said))


def _only_on(line: str, below: str) -> bool:
    """Whether a line is only the "On" or "On Sat," of the sentence `below` it."""
    words = line.split()
    head = dateline(words)
    mere = head.on and head.words == len(words) and head.said <= {"weekday", "month or weekday"}
    return mere and (line.endswith(",") or _speaks_alike(words[0].lower(), below.lower()))


def _could_stand(said: str) -> bool:
    """Whether a sentence could be an attribution without a line above it, in any language: it
    begins with a name or an address, and contains an address in brackets."""
    first = said.lstrip("(").split(" ", 1)[0]
    return BRACKETED.search(said) is not None and (
        "@" in first or not (first[:1].islower() or first[:1].isdigit())
    )


def _closes_bracket(said: str) -> bool:
    """Whether a sentence closes a bracket that it did not open."""
    head, closed, _ = said.partition(">")
    return bool(closed) and "<" not in head


def _belongs(line: str, below: str, read: PhraseReading, *, stands: bool) -> bool:
    """Whether `line` is the beginning of a sentence that goes on in the lines `below` it.

    If those could stand alone (`stands`), it must contain the day and time that they lack, as a
    program writes them, or be their "On". In an unknown language the lines must show that they
    continue."""
    if read.foreign:
        return not stands and _shows_to_go_on(line, below)
    return not stands or (
        read.head is not None
        and read.head.timed
        and _fills(line)
        and (_only_on(line, below) or _holds_time(line, below))
    )


def _fills(line: str) -> bool:
    """Whether a line is long enough for a program to break it, or continues to a name. A day and a
    time on a short line are the sender's."""
    if len(line) >= _SHORTEST_BROKEN or line.endswith(","):
        return True
    words = spaced(line).split()
    return dateline(words).words < len(words)


def _holds_time(line: str, below: str) -> bool:
    """Whether `line` contains the day, or day and time, of an attribution as a program writes
    them."""
    words = spaced(line).split()
    head = dateline(words)
    if head.timed and (
        line.endswith(",") if head.words == len(words) else below.lstrip("(")[:1] == "<"
    ):
        return True
    of_program = "weekday" in head.said or (head.timed and head.words < len(words))
    return head.on and of_program and _speaks_alike(words[0].lower(), below.lower())


def _speaks_alike(on: str, rest: str) -> bool:
    """Whether "on" and "wrote" are of one language, in which "wrote" comes last."""
    return any(wrote in rest for wrote in _LANGUAGES.get(on, ()))


def _shows_to_go_on(line: str, below: str) -> bool:
    """Whether a sentence in an unknown language shows that it continues `below` the line: within a
    bracket, from the address to the day, from the day to the time, or with its last words."""
    if line.count("<") > line.count(">"):
        return _closes_bracket(below)
    if _WHEN_BEHIND_WHO.match(below):
        return BRACKETED.search(line) is not None
    if _LAST_WORDS.fullmatch(below):
        return below[0].islower() and "@" in line
    goes_on = below[:1].islower() or below[:1].isdigit()
    return (
        goes_on
        and names_day(line)
        and not names_hour(line)
        and names_hour(below)
        and not names_day(below)
    )
