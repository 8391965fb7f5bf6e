"""Sentences by which mail programs introduce an earlier mail: "On … wrote:".

An attribution begins as late as it can, crosses no blank line, and holds nothing but when, who and "wrote": a line of the customer's that stands
above it, with or without a number, is never a part of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from supportcli.channels.datelines import Dateline, dateline, spaced
from supportcli.channels.writers import MOST_WORDS, ends_in_brackets, has_address, is_somebody, speaks

_LONGEST = 400
_MOST_LINES = 5

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SPACES = re.compile(r"\s+")
_TWICE = re.compile(r"<mailto:[^<>]*>(?=>)|(?<=>)\s?<mailto:[^<>]*>", re.IGNORECASE)
_MAILTO = re.compile(r"\[mailto:([^\[\]]*)\]|<\s?mailto:([^<>]*)>", re.IGNORECASE)
_IN_PARENTHESES = re.compile(r"\(([^\s<>()@]+@[^\s<>()@]+)\)")
_COMMAS = re.compile("[、，،]\\s?")
_SPACE_IN_BRACKETS = re.compile(r"<\s*([^<>\s]*)\s*([^<>\s]*@[^<>\s]*)\s*>")
_NO_SPACE_BEFORE = re.compile(r"(?<=[^\s(<])<(?=[^<>\s]*@)")

_LONGEST_END = 24
_AROUND_LINES = " \t\r\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_HINT = re.compile(r"[\d@]")
_COLON = re.compile(r"[:：]\**$")
_END = re.compile(r"\s*(?P<colon>[:：]\**|(?<=wrote)\s*-{2,})?$")
# "wrote", behind who wrote, and before.
_WROTE = (
    r"wrote|writes|a écrit|écrivait|escribió|ha escrito|ha scritto|scrisse|escreveu|napisał(?:\(a\)|a)?|pisze|(?:на)?писал(?:\(а\)|а)?|пишет|написав"
    r"|написала|пише|написа|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|yazdı|şunu yazdı|a scris|(?:ezt )?írta|έγραψε|menulis|đã viết|kirjoitti|kirjutas"
    r"|rakstīja|rašė|je napisao|napisao je|skrev|schrieb|schreef|følgende"
)
# What the line ends with that ends an attribution.
_ENDS = (":", "：", "*", "-", ">", "wrote", "schrieb", "schreef", "skrev", "écrit", "escribió", "scritto", "escreveu", "napisał", "(a)")
_AFTER = re.compile(rf"(?:^|[\s,])(?:{_WROTE})$", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:schrieb|schreef|skrev|escribió|escreveu|wrote|a écrit)\s+(?P<who>.*?)(?:\s+(?:het )?(?:volgende|folgendes|følgende)(?: geschreven)?)?",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"(?:hat|heeft|har)\s+(?P<who>.*?)\s+(?:(?:het )?volgende geschreven|(?:folgendes )?geschrieben|skrevet(?: følgende)?)", re.IGNORECASE
)
_MIDDLE = re.compile(rf"\s(?:{_WROTE})\s", re.IGNORECASE)
_VIA = re.compile(r"[\w.-]+ via ")
_DAY = re.compile(
    r"(?<!\d)(?:19|20)\d\d ?[./년年-]\D{0,12}\d|(?<!\d)\d{1,2}\.? \S{2,12} (?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./]\d{1,2}[./]\d{2,4}(?!\d)"
)
_HOUR = re.compile(r"(?<!\d)\d{1,2}[:.]\d\d(?!\d)")
_LEADING = re.compile(r"(?:\D{0,24}\d|[^<>]{1,60}<)")
_SENTENCE = re.compile(r"[?!;。！？]|[^\W\d_]{6,}\. ")
_ADDRESS = re.compile(r"<[^<>\s]*@[^<>\s]*>")
_SPOKEN_OF_ADDRESS = re.compile(rf"@[^<>\s]*>\)?[\s,]*(?:{_WROTE})\s*[:：]$", re.IGNORECASE)
# In which language "on" and "wrote" are, where "wrote" stands last.
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
# What follows a name in languages that say last when and that it was written: Chinese, Hungarian, Turkish.
_WHEN_BEHIND_WHO = re.compile(r"[于於]|ezt írta|[^<>]{0,40} tarihinde şunu", re.IGNORECASE)
_UNSPACED = re.compile(r"\s*(?:님이|さん[はが])?\s*(?:写道|寫道|のメール|書きました|작성)$")


class Trust(IntEnum):
    """How sure it is that a sentence introduces an earlier mail."""

    QUOTED = 1
    """Only where what follows is quoted."""
    SURE = 2
    """Also where what follows stands there without quote marks."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """An attribution: the lines it takes, and how sure that is."""

    lines: int
    trust: Trust


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence that is an attribution from its first word to its last."""

    trust: Trust
    head: Dateline | None
    foreign: bool = False


def could_end(line: str) -> bool:
    """Whether it is worth to look closer at a line: its last letters are those of an attribution."""
    return line[-_LONGEST_END:].rstrip(_AROUND_LINES).lower().endswith(_ENDS)


def attribution(lines: Sequence[str], first: int, end: int) -> Attribution | None:
    """The attribution that ends with `lines[end]` and begins at `lines[first]` or below; None where there is none."""
    if not could_end(lines[end]) or (not _COLON.search(_clean(lines[end])) and _continues(lines, end)):
        return None
    if not any(_HINT.search(line) for line in lines[max(first, end - _MOST_LINES + 1) : end + 1]):
        return None
    found: Attribution | None = None
    sentence, doubtful = "", False
    for at in range(end, max(first, end - _MOST_LINES + 1) - 1, -1):
        line = _clean(lines[at])
        rest, sentence = sentence, f"{line} {sentence}".strip()
        if not line or len(sentence) > _LONGEST:
            break
        read = _read(sentence)
        if read is None or (read.foreign and (found is not None or not _begins_foreign(line, rest))):
            continue
        if found is None or doubtful or _goes_on(line, rest, read):
            found, doubtful = Attribution(end - at + 1, read.trust), read.foreign
            # What begins with "on", and old Gmail's line without verb and colon, is whole.
            if (read.head is not None and read.head.on and not doubtful) or (at == end and line.endswith(">")):
                break
    return found


def _continues(lines: Sequence[str], end: int) -> bool:
    """Whether text follows a line directly."""
    below = lines[end + 1].strip() if end + 1 < len(lines) else ""
    return bool(below) and not below.startswith((">", "|"))


def ends_introducing(line: str) -> bool:
    """Whether a line, whatever it begins with, ends in the words of an attribution: a paragraph may have run into it."""
    sentence = _normal(_clean(line))[-_LONGEST:]
    head, _, who = sentence.rpartition("<")
    return "@" in who and _HOUR.search(head) is not None and _SPOKEN_OF_ADDRESS.search(sentence) is not None


def _clean(line: str) -> str:
    return _INVISIBLE.sub("", line).strip().lstrip("*").strip()


def _normal(sentence: str) -> str:
    """`sentence` with its address in plain brackets, however the mail program wrote it."""
    said = sentence.replace("&lt;", "<").replace("&gt;", ">")
    said = _IN_PARENTHESES.sub(r"<\1>", _COMMAS.sub(", ", said))
    said = _SPACES.sub(" ", _TWICE.sub("", said))
    said = _MAILTO.sub(lambda found: f"<{(found[1] or found[2]).split(' ')[-1].strip('<>')}>", said)
    said = _SPACE_IN_BRACKETS.sub(lambda found: f"<{found[1]}{found[2]}>", said)
    return spaced(_NO_SPACE_BEFORE.sub(" <", said).lstrip("- "))


def _goes_on(line: str, rest: str, read: _Read) -> bool:
    """Whether a sentence whose `rest` is an attribution is one with its first `line` all the same: that line holds the day and the time that the rest
    lacks, as a program writes them, or is the "On" or "On Sat," of it."""
    if read.head is None or not read.head.timed:
        return False
    words = spaced(line).split()
    head = dateline(words)
    if line.endswith(","):
        return True
    of_program = "weekday" in read.head.said or len(words) == 1 or (head.timed and head.words < len(words))
    return head.on and of_program and _speaks_alike(words[0].lower(), rest.lower())


def _speaks_alike(on: str, rest: str) -> bool:
    """Whether "on" and "wrote" are of one language, in which "wrote" stands last."""
    return any(wrote in rest for wrote in _LANGUAGES.get(on, ()))


def _begins_foreign(line: str, rest: str) -> bool:
    """Whether a sentence in a language that is not known begins with `line`: the day stands in it, or an address that `rest` ends."""
    if not rest or rest[:1] == "<" or line.count("<") > line.count(">") or _WHEN_BEHIND_WHO.match(rest):
        return True
    return _DAY.search(line) is not None and _DAY.search(rest) is None


def _read(sentence: str) -> _Read | None:
    """`sentence` as an attribution; None where it is none, or holds anything else."""
    said = _normal(sentence)
    end = _END.search(said)
    colon = end is not None and bool(end["colon"])
    said = said[: end.start()] if end is not None else said
    words = said.split()
    head = dateline(words)
    if head.complete:
        return _dated(" ".join(words[head.words :]), head, colon=colon) or (_foreign(said) if colon else None)
    return (_late(said) or _foreign(said)) if colon else None


def _dated(rest: str, head: Dateline, *, colon: bool) -> _Read | None:
    """An attribution that begins with day and time, by what follows them."""
    who, spoken = _writer(rest)
    addressed = has_address(who)
    if not is_somebody(who, dated=True, timed=head.timed):
        return None
    if spoken and (colon or (addressed and head.timed)):
        sure = (addressed and head.complete) or (head.exact and colon)
        return _Read(Trust.SURE if sure else Trust.QUOTED, head)
    if addressed and colon:
        return _Read(Trust.SURE if head.timed and rest.startswith('"') else Trust.QUOTED, head)
    return _Read(Trust.QUOTED, head) if addressed else None


def _late(said: str) -> _Read | None:
    """An attribution that begins with who wrote: "Ada <a@b> wrote on …:", "Ada <a@b> wrote:"."""
    found = _MIDDLE.search(said)
    if found is not None:
        who, when = said[: found.start()], said[found.end() :].split()
        head = dateline(when)
        if head.complete and head.words == len(when) and is_somebody(who, dated=True, timed=head.timed):
            return _Read(Trust.SURE if has_address(who) else Trust.QUOTED, Dateline(said=head.said, on=True))
    found = _AFTER.search(said)
    who = said[: found.start()].strip(" ,") if found is not None else ""
    begins = said[:1] != "<" and (not said[:1].islower() or _VIA.match(said) is not None)
    return _Read(Trust.QUOTED, None) if begins and ends_in_brackets(who) and is_somebody(who, dated=False) else None


def _foreign(said: str) -> _Read | None:
    """An attribution in a language whose words are not known: a day and a time, few words, and an address in brackets, before a colon."""
    bracket = _ADDRESS.search(said)
    if bracket is None or not _LEADING.match(said) or not _DAY.search(said) or not _HOUR.search(said):
        return None
    rest = f"{said[: bracket.start()]} {said[bracket.end() :]}"
    words = [word.strip("\"',.()") for word in rest.split() if not _HINT.search(word)]
    if len(words) > MOST_WORDS or _SENTENCE.search(rest) or speaks(words):
        return None
    return _Read(Trust.SURE if _UNSPACED.search(said) else Trust.QUOTED, Dateline(said={"date", "time"}, on=True), foreign=True)


def _writer(rest: str) -> tuple[str, bool]:
    """Who wrote, and whether "wrote" is said."""
    for form in (_AROUND, _BEFORE):
        found = form.fullmatch(rest)
        if found is not None:
            return found["who"].strip(" ,"), True
    for form in (_AFTER, _UNSPACED):
        found = form.search(rest)
        if found is not None:
            return rest[: found.start()].strip(" ,"), True
    return rest.strip(" ,"), False
