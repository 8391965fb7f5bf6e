"""Sentences by which mail programs introduce an earlier mail: "On … wrote:".

An attribution begins as late as it can, crosses no blank line, and holds nothing but when, who and "wrote": a line of the customer's that stands
above it, with or without a number, is never a part of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from supportcli.channels.datelines import Dateline, dateline, of_dateline, spaced

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

_COLON = re.compile(r"[:：]\**$")
_END = re.compile(r"\s*(?P<colon>[:：]\**|(?<=wrote)\s*-{2,})?$")
_BRACKETED = re.compile(r"\(?<[^<>\s]*@[^<>\s]*>\)?[,،、]?$")
_BARE = re.compile(r"[^\s<>@\"';,]{1,80}@[^\s<>@\"';,]{2,80}$")

# "wrote", behind who wrote, and before.
_WROTE = (
    r"wrote|writes|a écrit|écrivait|escribió|ha escrito|ha scritto|scrisse|escreveu|napisał(?:\(a\)|a)?|pisze|(?:на)?писал(?:\(а\)|а)?|пишет|написав|написала"
    r"|пише|написа|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|yazdı|şunu yazdı|a scris|(?:ezt )?írta|έγραψε|menulis|đã viết|kirjoitti|kirjutas|rakstīja|rašė"
    r"|je napisao|napisao je|skrev|schrieb|schreef|følgende"
)
_ENDS = re.compile(rf"[:：]\**$|\S\s*-{{2,}}$|>$|(?:{_WROTE})$", re.IGNORECASE)
_AFTER = re.compile(rf"(?:(?P<who>.*\S)[\s,]+)?(?:{_WROTE})", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:schrieb|schreef|skrev|escribió|escreveu|wrote|a écrit)\s+(?P<who>.*?)(?:\s+(?:het )?(?:volgende|folgendes|følgende)(?: geschreven)?)?",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"(?:hat|heeft|har)\s+(?P<who>.*?)\s+(?:(?:het )?volgende geschreven|(?:folgendes )?geschrieben|skrevet(?: følgende)?)", re.IGNORECASE
)
_MIDDLE = re.compile(rf"(?P<who>.*?\S)\s+(?:{_WROTE})\s+(?P<when>.*\d.*)", re.IGNORECASE)
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
_UNSPACED = re.compile(r"(?P<who>.*?)\s*(?:님이|さん[はが])?\s*(?:写道|寫道|のメール|書きました|작성)")

_MOST_WORDS = 8
_MOST_WORDS_UNADDRESSED = 5
_IN_NAMES = frozenset(
    "via von van de der den da do dos das du del di la le zu zur af av el al bin ben ter ten te y e und and пользователь odesílatel użytkownik".split()  # noqa: SIM905
)
# Who says this speaks for herself; it stands in no name, however it is written.
_PRONOUNS = frozenset(
    """
    i i'm i've we ich wir je j'ai nous yo nosotros io noi eu nós ik wij jag vi jeg ja my я мы he she it they him them er sie es ihr il elle on él ella
    lui lei ele ela hij zij han hon он она они
    """.split()
)
# What stands for somebody who is not named; a name may be written so beside an address.
_ANYBODY = frozenset(
    "somebody someone nobody everybody everyone who which that this jemand niemand quelqu'un alguien qualcuno iemand någon ktoś кто-то".split()
)  # noqa: SIM905
# Words of sentences, in lower case; names have them in no language.
_IN_SENTENCES = frozenset(
    """
    you me us your our his her their is are was were will would can could be been have has had do did does not or but what when where there here because
    if so please these those a an to for with my
    mich mir uns mein meine meinem meiner ihre ihrem ihrer unser unsere dein war ist sind wird kann habe hat haben nicht oder aber dass weil wenn das ein
    eine einen einem bitte an zum bei mit nach und für auf im um
    vous me mon ma mes notre votre est suis était sera pas ou mais que qui si une un ce cette pour avec chez et
    usted mi mis su está es era fue no o pero un una para con por que
    mio mia sono non ma che un una per con
    meu minha foi não mas um uma para com
    u mij mijn ons is was ben heb niet maar dat als een voor met
    pan pani mnie mój jest był nie lub ale że dla
    вы мне мой есть был не и или но что для
    du mig min är var inte och eller men att för med
    """.split()
) - {"e", "y", "do", "da"}


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


def attribution(lines: Sequence[str], first: int, end: int) -> Attribution | None:
    """The attribution that ends with `lines[end]` and begins at `lines[first]` or below; None where there is none."""
    last = _clean(lines[end])
    if not _ENDS.search(last) or (not _COLON.search(last) and _continues(lines, end)):
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
            if (read.head is not None and read.head.on and not doubtful) or _bare(line, at == end):
                break
    return found


def _continues(lines: Sequence[str], end: int) -> bool:
    """Whether text follows a line directly."""
    below = lines[end + 1].strip() if end + 1 < len(lines) else ""
    return bool(below) and not below.startswith((">", "|"))


def _bare(line: str, last: bool) -> bool:
    """Whether a line is all of an attribution that has neither verb nor colon: old Gmail wrote it on one line."""
    return last and line.endswith(">")


def names(text: str, addresses: frozenset[str]) -> bool:
    """Whether one of the `addresses`, which are in lower case, stands in a text."""
    said = text.lower()
    return any(address in said for address in addresses)


def ends_introducing(line: str) -> bool:
    """Whether a line, whatever it begins with, ends in the words of an attribution: a paragraph may have run into it."""
    sentence = _normal(_clean(line))[-_LONGEST:]
    head, _, who = sentence.rpartition("<")
    return (
        "@" in who and bool(re.search(rf"@[^<>\s]*>\)?[\s,]*(?:{_WROTE})\s*[:：]$", sentence, re.IGNORECASE)) and bool(re.search(r"\d[:.]\d\d", head))
    )


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
    wrote = _LANGUAGES.get(on, ())
    return any(verb in rest for verb in wrote)


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
    addressed = _address(who)
    if not _names(who, head):
        return None
    if spoken and (colon or (addressed and head.timed)):
        sure = (addressed and head.complete) or (head.exact and colon)
        return _Read(Trust.SURE if sure else Trust.QUOTED, head)
    if addressed and colon:
        return _Read(Trust.SURE if head.timed and rest.startswith('"') else Trust.QUOTED, head)
    return _Read(Trust.QUOTED, head) if addressed else None


def _late(said: str) -> _Read | None:
    """An attribution that begins with who wrote: "Ada <a@b> wrote on …:", "Ada <a@b> wrote:"."""
    found = _MIDDLE.fullmatch(said)
    if found is not None:
        when = found["when"].split()
        head = dateline(when)
        if head.complete and head.words == len(when) and _names(found["who"], head):
            return _Read(Trust.SURE if _address(found["who"]) else Trust.QUOTED, Dateline(said=head.said, on=True))
    found = _AFTER.fullmatch(said)
    if (
        found is not None
        and found["who"]
        and _BRACKETED.search(found["who"])
        and said[:1] != "<"
        and not said[:1].islower()
        and _names(found["who"], None)
    ):
        return _Read(Trust.QUOTED, None)
    if found is not None and found["who"] and _BRACKETED.search(found["who"]) and re.match(r"[\w.-]+ via ", said) and _names(found["who"], None):
        return _Read(Trust.QUOTED, None)
    return None


_DAY = re.compile(
    r"(?<!\d)(?:19|20)\d\d ?[./년年-]\D{0,12}\d|(?<!\d)\d{1,2}\.? \S{2,12} (?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./]\d{1,2}[./]\d{2,4}(?!\d)"
)
_HOUR = re.compile(r"(?<!\d)\d{1,2}[:.]\d\d(?!\d)")
_LEADING = re.compile(r"(?:\D{0,24}\d|[^<>]{1,60}<)")
_SENTENCE = re.compile(r"[?!;。！？]|[^\W\d_]{6,}\. ")


def _foreign(said: str) -> _Read | None:
    """An attribution in a language whose words are not known: a day and a time, few words, and an address in brackets, before a colon."""
    bracket = re.search(r"<[^<>\s]*@[^<>\s]*>", said)
    if bracket is None or not _LEADING.match(said) or not _DAY.search(said) or not _HOUR.search(said):
        return None
    rest = f"{said[: bracket.start()]} {said[bracket.end() :]}"
    words = [word.strip("\"',.()") for word in rest.split() if not re.search(r"\d", word)]
    if len(words) > _MOST_WORDS + 4 or _SENTENCE.search(rest) or _speaks(words):
        return None
    return _Read(Trust.SURE if _UNSPACED.search(said) else Trust.QUOTED, Dateline(said={"date", "time"}, on=True), foreign=True)


def _writer(rest: str) -> tuple[str, bool]:
    """Who wrote, and whether "wrote" is said."""
    for form in (_AROUND, _BEFORE, _AFTER, _UNSPACED):
        found = form.fullmatch(rest)
        if found is not None:
            return (found["who"] or "").strip(" ,"), True
    return rest.strip(" ,"), False


def _address(who: str) -> bool:
    return _BRACKETED.search(who) is not None or _BARE.search(who) is not None


def _names(who: str, head: Dateline | None) -> bool:
    """Whether words name somebody and say nothing else."""
    addressed = _address(who)
    name = _BARE.sub("", _BRACKETED.sub("", who)).strip(" ,\"'*-")
    if not name:
        return addressed
    if name.lower() == "you":
        return head is not None and head.timed
    words = [word.strip("\"'()[],") for word in name.split()]
    if len(words) > (_MOST_WORDS if addressed else _MOST_WORDS_UNADDRESSED) or re.search(r"[?!;:：。<>@]", name) or name.count(",") > addressed:
        return False
    if _speaks(words):
        return False
    if addressed:
        return head is not None or not (any(word[:1].isdigit() for word in words) or of_dateline(words[0]))
    said = [word for word in words if word not in _IN_NAMES]
    return len(said) == 1 and said[0].lower() not in _ANYBODY or not any(word[:1].islower() for word in said)


def _speaks(words: Sequence[str]) -> bool:
    """Whether words are those of a sentence."""
    return any(word in _IN_SENTENCES or word.lower() in _PRONOUNS for word in words)
