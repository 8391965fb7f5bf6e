"""A sentence that introduces an earlier mail, read from its first word to its last: when, who, and
"wrote".

It contains nothing else: with one more word it is the customer's sentence. In an unknown language
the day, the time and an address in brackets must identify it."""

import re
from dataclasses import dataclass
from enum import IntEnum

from supportcli.channels.folding.author_names import (
    ends_in_brackets,
    has_address,
    is_somebody,
    speaks,
)
from supportcli.channels.folding.datelines import (
    Dateline,
    dateline,
    names_day,
    names_hour,
    table,
    without_days,
)

_MOST_WORDS_FOREIGN = 16
_MOST_SPACES_FOREIGN = 40
HINT = re.compile(r"[\d@]")
_LETTER = re.compile(r"[^\W\d_]")
_END = re.compile(r"\s*(?P<colon>[:：]\**|(?<=wrote)(?:\s*-{2,}|\.{3}|…)|\s-{4})?$")
_AT_END = "".join(char for char in map(chr, range(0x3001)) if char.isspace()) + ":：*-.…"
"""All characters of which the end may consist."""
# "wrote", after the author, and before.
WROTE = (
    r"wrote|writes|a écrit|écrivait|escribió|ha escrito|ha scritto|scrisse|escreveu|"
    r"napisał(?:\(a\)|a)?|pisze|(?:на)?писал(?:\(а\)|а)?|пишет|написав"
    r"|написала|пише|написа|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|yazdı|şunu yazdı|a scris|"
    r"(?:ezt )?írta|έγραψε|menulis|đã viết|kirjoitti|kirjutas"
    r"|rakstīja|rašė|je napisao|napisao je|skrev|schrieb|schreef|følgende|작성"
)
_AFTER = re.compile(rf"(?:^|[\s,])(?:{WROTE})$", re.IGNORECASE)
_BEFORE = re.compile(
    (
        r"(?:schrieb|schreef|skrev|escribió|escreveu|wrote|a écrit)\s+(?P<who>.*?)(?:\s+(?:het "
        r")?(?:volgende|folgendes|følgende)(?: geschreven)?)?"
    ),
    re.IGNORECASE,
)
_AROUND = re.compile(
    (
        r"(?:hat|heeft|har)\s+(?P<who>.*?)\s+(?:(?:het )?volgende geschreven|(?:folgendes "
        r")?geschrieben|skrevet(?: følgende)?)"
    ),
    re.IGNORECASE,
)
# Open-Xchange puts the day between the words, after the author.
_AROUND_DAY = re.compile(
    r"(?P<who>.*?)\s+hat am (?P<when>.*?)\s+(?:folgendes )?geschrieben", re.IGNORECASE
)
_MIDDLE = re.compile(rf"\s(?:{WROTE})\s", re.IGNORECASE)
# Programs that put a word of their own before the author's name.
_QUOTING = re.compile(
    r"(?:quoting|zitat von|citando(?: a)?|citing|citerar|citeren|cytowanie|cytat) (?=\S)",
    re.IGNORECASE,
)
_VIA = re.compile(r"[\w.-]+ via ")
_LEADING = re.compile(r"(?:\D{0,24}\d|[^<>]{0,100}<)")
_SENTENCE = re.compile(r"[?!;。！？]|[^\W\d_]{6,}\. ")
# What begins with the number of an order is no attribution; nor is what speaks of one in a language
# whose attributions are known.
_NUMBERED = re.compile(r"\D{0,40}(?<![+:.\d-])\d{4,}(?![\d:.])")
_OF_ORDERS = table(
    "of since from until order invoice ticket vom seit bestellung rechnung auftrag commande "
    "facture depuis pedido factura desde"
)
BRACKETED = re.compile(r"<[^<>\s@]*+@[^<>\s]*+>")
# What programs write in languages whose words are those of sentences in others.
_OF_PROGRAMS = re.compile(
    (
        r"\b(?:je (?:oseba|uporabnik|uporabnica)|(?:je )?napisa(?:o|la|l)(?:/la)?(?: je)?|a "
        r"scris|hau idatzi du|del dia|a les|o godz|u(?= \d))\b"
    ),
    re.IGNORECASE,
)
_UNSPACED = re.compile(r"\s*(?:님이|さん[はが])?\s*(?:写道|寫道|のメール|書きました|작성)$")


class Trust(IntEnum):
    """How certain it is that a sentence introduces an earlier mail."""

    QUOTED = 1
    """Only if quote marks follow."""
    SURE = 2
    """Even if what follows has no quote marks."""


class Proof(IntEnum):
    """What the headers of the mail must confirm about the named author, if they are known."""

    NONE = 0
    """Nothing: the sentence is complete, with a word for "wrote"."""
    ADDRESS = 1
    """The mail goes to this address, or to somebody of this name."""
    NAME = 2
    """The mail goes to somebody with exactly this name. If only a name is given, the headers must
    confirm it."""


@dataclass(frozen=True, slots=True)
class PhraseReading:
    """A sentence that is an attribution from its first word to its last, and the author that it
    names."""

    trust: Trust
    head: Dateline | None
    who: str
    foreign: bool = False
    proof: Proof = Proof.NONE


def reading(said: str) -> PhraseReading | None:
    """A sentence as an attribution; None if it is none, or contains anything else."""
    end = _END.search(said, len(said.rstrip(_AT_END)))
    colon = end is not None and bool(end["colon"])
    said = said[: end.start()] if end is not None else said
    words = said.split()
    head = dateline(words)
    if head.complete:
        return _dated(" ".join(words[head.words :]), head, colon=colon) or (
            _foreign(said) if colon else None
        )
    return (_late(said) or _foreign(said)) if colon else None


def _dated(rest: str, head: Dateline, *, colon: bool) -> PhraseReading | None:
    """An attribution that begins with day and time, by what follows them."""
    who, spoken = _writer(rest)
    addressed = has_address(who)
    if not is_somebody(who, dated=True, timed=head.timed):
        return None
    if spoken and (colon or (ends_in_brackets(who) and head.timed)):
        sure = (addressed and head.complete) or (
            head.exact and colon and is_somebody(who, dated=True)
        )
        return PhraseReading(Trust.SURE if sure else Trust.QUOTED, head, who)
    if addressed and colon:
        trust = Trust.SURE if head.timed and rest.startswith('"') else Trust.QUOTED
        return PhraseReading(trust, head, who, proof=Proof.ADDRESS)
    return PhraseReading(Trust.QUOTED, head, who, proof=Proof.NAME) if addressed else None


def _late(said: str) -> PhraseReading | None:
    """An attribution that begins with the author: "Ada <a@b> wrote on …:", "Ada <a@b> wrote:"."""
    behind = _AROUND_DAY.fullmatch(said)
    found = behind or _MIDDLE.search(said)
    if found is not None:
        who = behind["who"] if behind else said[: found.start()]
        when = (behind["when"] if behind else said[found.end() :]).split()
        head = dateline(when)
        if (
            head.complete
            and head.words == len(when)
            and is_somebody(who, dated=True, timed=head.timed)
        ):
            trust = Trust.SURE if has_address(who) else Trust.QUOTED
            return PhraseReading(trust, Dateline(said=head.said, on=True), who)
    found = _QUOTING.match(said)
    if found is not None:
        who = said[found.end() :]
        named = has_address(who) and is_somebody(who, dated=False)
        return PhraseReading(Trust.QUOTED, None, who) if named else None
    found = _AFTER.search(said)
    who = said[: found.start()].strip(" ,") if found is not None else ""
    begins = said[:1] != "<" and (
        not said[:1].islower() or "@" in said.split(" ", 1)[0] or _VIA.match(said) is not None
    )
    if not begins or not is_somebody(who, dated=False):
        return None
    proof = Proof.NONE if ends_in_brackets(who) else Proof.NAME
    return PhraseReading(Trust.QUOTED, None, who, proof=proof)


def _foreign(said: str) -> PhraseReading | None:
    """An attribution in an unknown language: a day and a time, few words, and an address in
    brackets, before a colon."""
    bracket = BRACKETED.search(said)
    if (
        bracket is None
        or said.count(" ") > _MOST_SPACES_FOREIGN
        or not _LEADING.match(said)
        or not names_day(said)
        or not names_hour(said)
    ):
        return None
    rest = f"{said[: bracket.start()]} {said[bracket.end() :]}"
    words = [
        word.strip("\"',.()")
        for word in _OF_PROGRAMS.sub("", without_days(rest)).split()
        if not HINT.search(word) and _LETTER.search(word)
    ]
    if (
        len(words) > _MOST_WORDS_FOREIGN
        or _SENTENCE.search(rest)
        or speaks(words)
        or _runs_into_known(said.split())
    ):
        return None
    if _NUMBERED.match(without_days(said)) or not _OF_ORDERS.isdisjoint(
        word.lower() for word in words
    ):
        return None
    trust = Trust.SURE if _UNSPACED.search(said) else Trust.QUOTED
    head = Dateline(said={"date", "time"}, on=True)
    return PhraseReading(trust, head, bracket[0], foreign=True, proof=Proof.ADDRESS)


def _runs_into_known(words: list[str]) -> bool:
    """Whether other words come before an attribution in a known language."""
    for at in range(1, len(words)):
        head = dateline(words[at:])
        if (
            head.on
            and head.complete
            and _dated(" ".join(words[at + head.words :]), head, colon=True) is not None
        ):
            return True
    return False


def _writer(rest: str) -> tuple[str, bool]:
    """The author, and whether a word for "wrote" was found."""
    for form in (_AROUND, _BEFORE):
        found = form.fullmatch(rest)
        if found is not None:
            return found["who"].strip(" ,"), True
    for form in (_AFTER, _UNSPACED):
        found = form.search(rest)
        if found is not None:
            return rest[: found.start()].strip(" ,"), True
    return rest.strip(" ,"), False
