"""When an earlier mail was sent, in attributions: "On Sat, Jan 31, 2026 at 10:00 AM", "Am 31.01.26
um 10:00".

Words are read strictly: a date, a time, and what comes between them in an attribution. "50 EUR",
"12 of them" and "On Monday I" do not count, so that a customer's line above an attribution is never
taken for its beginning."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field


def table(words: str) -> frozenset[str]:
    """The words of a table, separated by spaces."""
    return frozenset(words.split())


_ON = table(
    "on le am el il em no op den dnia w på vid dne dňa pe at in ngày vào pada dana la kai a "
    "στις в у klo sent kl às 在"
)
_ON_BEFORE_MORE = frozenset({"no", "w", "in", "il", "la"})
_MORE = frozenset({"dia", "dniu", "data", "giorno"})
_MONTHS = table(
    """
    jan january feb february mar march apr april may jun june jul july aug august sep sept september
    oct october nov november dec december
    januar jänner februar märz mär mai juni juli okt oktober dez dezember
    janv janvier févr février fév mars avr avril juin juil juillet août septembre octobre novembre
    déc décembre
    ene enero febrero marzo abr abril mayo junio julio ago agosto set setiembre septiembre octubre
    noviembre dic diciembre
    gen gennaio febbraio aprile mag maggio giu giugno lug luglio settembre ott ottobre dicembre
    janeiro fev fevereiro março maio junho julho setembro out outubro novembro dezembro
    januari februari mrt maart mei augustus augusti maj marts des desember
    tammi tammik tammikuu tammikuuta helmi helmik helmikuuta maalis maalisk maaliskuuta huhti huhtik
    huhtikuuta touko toukok toukokuuta kesä kesäk
    kesäkuuta heinä heinäk heinäkuuta elo elok elokuuta syys syysk syyskuuta loka lokak lokakuuta
    marras marrask marraskuuta joulu jouluk joulukuuta
    sty stycznia lut lutego marca kwi kwietnia maja cze czerwca lip lipca sie sierpnia wrz września
    paź października lis listopada gru grudnia
    led ledna úno února bře března dub dubna kvě května čvn června čvc července srp srpna zář září
    říj října prosince
    января янв февраля февр фев марта мар апреля апр мая июня июн июля июл августа авг сентября сент
    сен октября окт ноября нояб ноя декабря дек
    січ січня лют лютого бер березня квіт квітня трав травня черв червня лип липня серп серпня вер
    вересня жовт жовтня лист листопада груд грудня
    oca ocak şub şubat nis nisan haz haziran tem temmuz ağu ağustos eyl eylül eki ekim kas kasım ara
    aralık
    """
)
_WEEKDAYS = table(
    """
    mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun
    sunday
    mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag don
    mit die
    lun lundi mar mardi mer mercredi jeu jeudi ven vendredi sam samedi dim dimanche
    lunes martes mié miércoles jue jueves vie viernes sáb sábado dom domingo
    lunedì martedì mercoledì gio giovedì venerdì sab sabato domenica gi
    seg segunda segunda-feira ter terça terça-feira qua quarta quarta-feira qui quinta quinta-feira
    sex sexta sexta-feira
    ma wo vr za zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
    mån måndag tis tisdag ons onsdag tor tors torsdag fre fredag lör lördag sön söndag man mandag
    tirs tirsdag lør lørdag søn søndag
    ke to pe la su maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
    pon poniedziałek wt wtorek śr środa czw czwartek pt piątek sob sobota niedz nd niedziela po út
    st čt pá ne
    пн вт ср чт пт сб вс нд понедельник вторник среда среду четверг пятница пятницу суббота субботу
    воскресенье
    понеділок вівторок середа середу п'ятниця п'ятницу субота суботу неділя неділю
    """
)
# The words among day, month, year and time.
_BETWEEN = table(
    """
    at um à a às las alle ore om kl klo o godz godzinie de del of the den dne v ve в о г р h à(s uhr
    och og um: am pm a.m p.m am. vorm nachm
    vormittags nachmittags gmt utc z cet cest mez mesz est edt cst cdt mst mdt pst pdt bst ist eet
    eest msk wet west jst kst aest aedt hkt sgt
    nzdt nzst heure heures hrs ora keltezéssel tarihinde
    """
)
_DATE = re.compile(
    r"\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d\d)|\d{4}年\d{1,2}月\d{1,2}日"
)
_TIME = re.compile(r"\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:am|pm)?|\d{1,2}h|\d{1,2}(?:am|pm)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th|er|º|°|ª)?")
_ZONE = re.compile(r"(?:gmt|utc)?[+-]\d{1,2}(?::?\d\d)?")
_SPACED = re.compile(r"(?<!\d)(\d{1,2})\. (\d{1,2})\. (\d{4}|\d\d)\b")
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)\. (\d{1,2})\. (\d{1,2})\.(?= )")
# A day and a time of day in any language: what its numbers show.
_ANY_DAY = re.compile(
    r"(?<!\d)(?:19|20)\d\d ?[./년年-]\D{0,12}\d|(?<!\d)(?:19|20)\d\d \D{1,12}\d{1,2}(?:\(a\)|"
    r"(?![\d:.]\d|\d))"
    r"|(?<!\d)\d{1,2}\D{1,16}(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}([./-])\d{1,2}\1\d{2,4}(?!\d)"
)
_ANY_HOUR = re.compile(r"(?<![\d.])\d{1,2}(?::\d\d|\.\d\d(?!\.?\d)| ?h ?\d\d)(?!\d)")
_AROUND = ".,;()[]«»、，"


@dataclass(slots=True)
class Dateline:
    """The day and time in the first words of a sentence: how many words they take, and what they
    contain."""

    words: int = 0
    on: bool = False
    said: set[str] = field(default_factory=set)

    @property
    def complete(self) -> bool:
        """Whether a day is named, and its year or a time of day."""
        said = self.said
        month = "month" in said or "month or weekday" in said
        return "date" in said or ("day" in said and month and ("year" in said or "time" in said))

    @property
    def timed(self) -> bool:
        """Whether day and time of day are named."""
        return self.complete and "time" in self.said

    @property
    def exact(self) -> bool:
        """Whether it has everything that programs write and people hardly do: weekday, day, month,
        year and time."""
        return self.on and {"weekday", "day", "month", "year", "time"} <= self.said


def spaced(text: str) -> str:
    """`text` with "31. 1. 2026" written as "31.1.2026", and "2026. 01. 31." as "2026.01.31"."""
    if ". " not in text:
        return text
    return _SPACED.sub(r"\1.\2.\3", _YEAR_FIRST.sub(r"\1.\2.\3", text))


def names_day(text: str) -> bool:
    """Whether a text contains a date, in any language: a number beside a year, or three numbers."""
    return _ANY_DAY.search(text) is not None


def without_days(text: str) -> str:
    """A text without its dates: short names of months are words in other languages."""
    return _ANY_DAY.sub(" ", text)


def names_hour(text: str) -> bool:
    """Whether a text contains a time of day with minutes, in any language."""
    return _ANY_HOUR.search(text) is not None


def of_dateline(word: str) -> bool:
    """Whether a word belongs among the numbers of a dateline: "at", "PM", "CET"."""
    return _kind(word.strip(_AROUND).lower(), {"time"}) == "between"


def dateline(words: Sequence[str]) -> Dateline:
    """The day and time at the beginning of `words`."""
    found = Dateline()
    found.words = _skip_on(words, found)
    for word in words[found.words :]:
        kind = _kind(word.strip(_AROUND).lower(), found.said)
        if kind is None:
            break
        if kind != "between":
            found.said.add(kind)
        found.words += 1
    return found


def _skip_on(words: Sequence[str], found: Dateline) -> int:
    """How many words mean "on"."""
    first = words[0].lower() if words else ""
    if first not in _ON:
        return 0
    found.on = True
    return 2 if first in _ON_BEFORE_MORE and len(words) > 1 and words[1].lower() in _MORE else 1


def _kind(word: str, said: set[str]) -> str | None:
    """What a word adds to what was `said`; None if it belongs to no dateline, or repeats something:
    two numbers are no day."""
    if not word or word in _BETWEEN or (word[0] in _BEGIN_ZONES and _ZONE.fullmatch(word)):
        return "between" if said or not word else None
    if word[0].isalpha():
        name = next((kind for kind in _KINDS_OF_NAMES.get(word, ()) if kind not in said), None)
        return None if name == "month" and "date" in said else name
    for kind, is_one, instead in _KINDS_OF_NUMBERS:
        if kind not in said and is_one(word):
            return kind if said.isdisjoint(instead) else None
    return None


_BEGIN_ZONES = frozenset("gu+-")
_KINDS_OF_NUMBERS = (
    ("date", _DATE.fullmatch, {"day", "month", "year"}),
    ("year", _YEAR.fullmatch, {"date"}),
    ("day", _DAY.fullmatch, {"date"}),
    ("time", _TIME.fullmatch, set[str]()),
)
"""Each kind of number, and what was said instead of it."""
_KINDS_OF_NAMES = {
    **dict.fromkeys(_WEEKDAYS - _MONTHS, ("weekday",)),
    **dict.fromkeys(_MONTHS - _WEEKDAYS, ("month",)),
    **dict.fromkeys(_MONTHS & _WEEKDAYS, ("month or weekday", "weekday", "month")),
}
