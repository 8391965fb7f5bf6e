"""A moment to come, in plain words: `tomorrow 9:00`, `tue 9`, `monday 8:30`, `noon`, `tonight`,
`2h`, `next week`, `next business morning`, `24 Dec 9am`, `2026-12-24 09:00`."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from supportcli.domain.text.durations import seconds_of
from supportcli.errors.replies import TimePast, TimeUnreadable
from supportcli.errors.sla import DurationInvalid

FURTHEST = timedelta(days=366)
"""How far ahead a moment may be."""

_MORNING = time(9)
"""The time of a day that is named without one."""

_EVENING = time(18)
_MIDNIGHT = "midnight"
"""The end of the day that is named, not its beginning."""

_PARTS_OF_DAY = {
    "morning": _MORNING,
    "noon": time(12),
    "midday": time(12),
    "afternoon": time(14),
    "evening": _EVENING,
    _MIDNIGHT: time(0),
}
_NEAR = {
    "": 0,
    "today": 0,
    "this": 0,
    "tonight": 0,
    "tomorrow": 1,
    "day after tomorrow": 2,
    "the day after tomorrow": 2,
}
"""How many days ahead a day is; `this` and `tonight` come before a part of it, or a time."""

_WITHOUT_TIME = {"tonight": _EVENING, "this": None}
"""Days that are named without a time and do not mean the morning; None: they need one."""

_BUSINESS = re.compile(r"(?:the )?(?:next )?(?:business|working) (?:day|morning)")
_SATURDAY = 5
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY = re.compile(r"(?:(next|on|this) )?(mon|tue|wed|thu|fri|sat|sun)[a-z]*")
_LONG_UNITS = re.compile(r"(\d+) ?(minute|min|hour|hr|day|week)s?\b")
_ONE = re.compile(r"\ban? (?=minute|hour|day|week)")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::00)? ?(am|pm)?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NAMED_DAY = re.compile(r"(?:(\d{1,2})\.? ([a-z]{3,9})|([a-z]{3,9}) (\d{1,2}))(?:,? (\d{4}))?")


def moment_of(
    typed: str, now: datetime, zone: tzinfo | None = None, morning: datetime | None = None
) -> datetime:
    """The moment that somebody typed, in `zone` (None: this machine's). A day without a time means
    9:00, a time without a day means today, an hour needs no minutes, and midnight is the end of its
    day. `morning` is the next one on which the desk is open (None: that of a weekday, at 9:00).
    TimeUnreadable, TimePast."""
    plain = " ".join(typed.lower().replace(",", " ").split()).removeprefix("at ")
    here = now.astimezone(zone)
    if _BUSINESS.fullmatch(plain):
        return morning or _weekday_morning(here.replace(tzinfo=None), zone)
    found = _after(plain, now) or _on_a_day(plain, here.replace(tzinfo=None), zone)
    if found is None:
        raise TimeUnreadable(typed)
    if found <= now:
        raise TimePast(typed, f"{found.astimezone(zone):%Y-%m-%d %H:%M}")
    if found - now > FURTHEST:
        raise TimeUnreadable(typed, "is more than a year ahead")
    return found


def _after(plain: str, now: datetime) -> datetime | None:
    """`2h`, `in 3 days`, `in an hour`."""
    counted = _ONE.sub("1 ", plain.removeprefix("in ").replace("half an hour", "30 minutes"))
    short = _LONG_UNITS.sub(lambda found: found[1] + found[2][0], counted)
    try:
        return now.astimezone(UTC) + timedelta(seconds=seconds_of(short))
    except DurationInvalid:
        return None


def _on_a_day(plain: str, wall: datetime, zone: tzinfo | None) -> datetime | None:
    """A day, a time, or both, the day first unless only the other order makes sense (“4 dec 9” is
    9:00 on 4 December); `wall` is what the clock on the wall shows."""
    words = plain.replace("t", " ", 1).split() if _ISO_DAY.match(plain) else plain.split()
    cuts = [
        (" ".join(words[:cut]), " ".join(words[cut:]).removeprefix("at "))
        for cut in range(len(words) + 1)
    ]
    for day_words, time_words in (*cuts, *((second, first) for first, second in cuts)):
        late = time_words == _MIDNIGHT
        at = _time(time_words) if time_words else _WITHOUT_TIME.get(day_words, _MORNING)
        day = _day(day_words, wall, time.max if late else at) if at is not None else None
        if at is not None and day is not None and (day_words or time_words):
            return _there(day + timedelta(days=late), at, zone)
    return None


def _weekday_morning(wall: datetime, zone: tzinfo | None) -> datetime:
    """The next morning of a day from Monday to Friday."""
    day = wall.date() + timedelta(days=wall.time() >= _MORNING)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return _there(day, _MORNING, zone)


def _there(day: date, at: time, zone: tzinfo | None) -> datetime:
    wall = datetime.combine(day, at)
    return wall.replace(tzinfo=zone) if zone else _here(wall)


def _here(wall: datetime) -> datetime:
    """A time on this machine's wall clock. One that the clock skips in spring is an hour later, as
    in a named zone: never before the time that was typed."""
    moment = wall.astimezone()
    return moment if moment.replace(tzinfo=None) == wall else wall.replace(fold=1).astimezone()


def _time(words: str) -> time | None:
    if words in _PARTS_OF_DAY:
        return _PARTS_OF_DAY[words]
    found = _CLOCK.fullmatch(words)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:  # noqa: PLR2004  # what a clock with am and pm shows
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _day(words: str, wall: datetime, at: time) -> date | None:
    """A day as it is named. A weekday is today only if its time is still to come."""
    today = wall.date()
    near = {**_NEAR, "next week": 7 - today.weekday()}
    if words in near:
        return today + timedelta(days=near[words])
    if weekday := _WEEKDAY.fullmatch(words):
        ahead = (_DAYS.index(weekday[2]) - today.weekday()) % 7
        passed = ahead == 0 and (weekday[1] == "next" or at <= wall.time())
        return today + timedelta(days=7 if passed else ahead)
    return _date(words, today)


def _date(words: str, today: date) -> date | None:
    """A date; one without a year is the next such day."""
    try:
        if iso := _ISO_DAY.fullmatch(words):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        named = _NAMED_DAY.fullmatch(words)
        month = (named[2] or named[3])[:3] if named else ""
        if named is None or month not in _MONTHS:
            return None
        number, day = _MONTHS.index(month) + 1, int(named[1] or named[4])
        if named[5]:
            return date(int(named[5]), number, day)
        this_year = date(today.year, number, day)
        return this_year if this_year >= today else date(today.year + 1, number, day)
    except ValueError:
        return None
