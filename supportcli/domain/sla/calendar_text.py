"""Calendars as people type them, and back: `mon-fri 9:00-12:30 13:30-18:00; sat 10:00-14:00`,
`12-24 9:00-12:00 Christmas Eve`, `Europe/Berlin`.

Input that cannot be read raises CalendarInvalid, which names the part, the word and its likely
correction."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import available_timezones

from supportcli.domain.sla.calendar import Hours, Interval, OwnDay, Week
from supportcli.domain.text.words import nearest
from supportcli.errors.sla import CalendarInvalid

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of a week as they are typed and written."""

OWN_DAY = "special day"
"""The name of an own day that nobody named."""

_CLOSED = "closed"
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LEAP_YEAR = 2024
"""Stands for the year of a day of every year; a leap year, as that may be 29 February."""

_HOURS_HINT = "Write hours as in 9:00-17:00, several as in 9:00-12:30 13:30-18:00, or closed."
_WEEK_HINT = "Write it as in 'mon-fri 9:00-17:00; sat 10:00-14:00'."
_DAY_HINT = (
    "Write it as in '12-24 9:00-12:00 Christmas Eve' (each year) or '2026-07-03 closed Company "
    "outing'."
)
_DATE_HINT = "Write the month first, as in 12-24, or a date as in 2026-07-03."

_DASHES = re.compile(r"\s*[-–—]\s*")  # as a text copied from a web page has them
_TIME = re.compile(r"(\d{1,2})(?::(\d{2}))?", re.ASCII)
_LIKE_HOURS = re.compile(r"\d[^\s-]*-[^\s-]*|\d+:\S*", re.ASCII)
_DATE = re.compile(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})", re.ASCII)
_DAYS_AND_HOURS = re.compile(rf"(?P<days>\D*?)\s*(?P<hours>\d.*|\b{_CLOSED}|)", re.ASCII)


def hours_of(text: str, part: str = "hours") -> Hours:
    """The hours of a day: intervals between spaces, in any order, or “closed”. Adjacent ones are
    merged."""
    words = _DASHES.sub("-", text.replace(",", " ")).lower().split()
    if words == [_CLOSED]:
        return ()
    if not words:
        raise CalendarInvalid(part, text, "names no hours", _HOURS_HINT)
    joined: list[Interval] = []
    for interval in sorted(_interval(word, part) for word in words):
        if joined and interval.start < joined[-1].end:
            raise CalendarInvalid(
                part,
                _interval_text(interval),
                f"overlaps {_interval_text(joined[-1])}",
                _HOURS_HINT,
            )
        if joined and interval.start == joined[-1].end:
            joined[-1] = Interval(joined[-1].start, interval.end)
        else:
            joined.append(interval)
    return tuple(joined)


def _interval(word: str, part: str) -> Interval:
    start, dash, end = word.partition("-")
    if not dash:
        problem = (
            "cannot be combined with hours" if word == _CLOSED else "is neither hours nor closed"
        )
        raise CalendarInvalid(part, word, problem, _HOURS_HINT, nearest(word, {_CLOSED} - {word}))
    begins, ends = _minutes(start, word, part), _minutes(end, word, part)
    if begins >= ends:
        night = (
            f"Hours past midnight belong to two days: {start}-24:00, and 0:00-{end} on the next."
        )
        raise CalendarInvalid(
            part, word, "does not end after it begins", night if ends < begins else _HOURS_HINT
        )
    return Interval(begins, ends)


def _minutes(text: str, word: str, part: str) -> int:
    found = _TIME.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if hour * 60 + minute > 24 * 60 or minute > 59:  # noqa: PLR2004  # minutes of an hour
        shown = (
            f"contains “{text}”, which is not a time from 0:00 to 24:00"
            if text
            else "has a dash with a time missing"
        )
        raise CalendarInvalid(part, word, shown, _HOURS_HINT)
    return hour * 60 + minute


def week_of(text: str) -> Week:
    """The hours of a week: days and their hours, groups separated by semicolons. Days that are not
    named are closed."""
    week: list[Hours | None] = [None] * 7
    for group in text.split(";"):
        if not group.strip():
            continue
        days, hours = _parted(group)
        for day in days:
            if week[day] is not None:
                raise CalendarInvalid(
                    "week",
                    DAYS[day],
                    "is named twice",
                    "Write all hours of a day together, as in 'sat 9:00-12:00 14:00-16:00'.",
                )
            week[day] = hours
    if all(hours is None for hours in week):
        raise CalendarInvalid("week", text.strip(), "names no day", _WEEK_HINT)
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (hours or () for hours in week)
    return (monday, tuesday, wednesday, thursday, friday, saturday, sunday)


def _parted(group: str) -> tuple[list[int], Hours]:
    """The days of a group and their hours."""
    found = _DAYS_AND_HOURS.fullmatch(_DASHES.sub("-", group.strip()).lower())
    if not found:
        raise CalendarInvalid("week", group.strip(), "is not understood", _WEEK_HINT)
    if not found["days"]:
        raise CalendarInvalid("week", group.strip(), "does not say which days", _WEEK_HINT)
    days = [day for word in re.split(r"[\s,]+", found["days"]) if word for day in _days(word)]
    if not found["hours"]:
        raise CalendarInvalid("week", group.strip(), "has no hours", _WEEK_HINT)
    stray = re.search(r"[^\W\d_]+", "" if found["hours"] == _CLOSED else found["hours"])
    if stray and stray[0] in {*DAYS, *_FULL}:
        raise CalendarInvalid(
            "week",
            stray[0],
            "comes in the middle of the hours",
            f"Put a semicolon before it. {_WEEK_HINT}",
        )
    return days, hours_of(found["hours"], "week")


def _days(word: str) -> list[int]:
    """The days that a word names: one, or a range, which may go past Sunday."""
    first, dash, last = word.partition("-")
    begin = _day(first, word)
    end = _day(last, word) if dash else begin
    return [(begin + step) % 7 for step in range((end - begin) % 7 + 1)]


def _day(name: str, word: str) -> int:
    for names in (DAYS, _FULL):
        if name in names:
            return names.index(name)
    problem = (
        "is not a day of the week"
        if name == word
        else f"contains “{name}”, which is not a day of the week"
    )
    raise CalendarInvalid(
        "week",
        word,
        problem,
        f"The days are {', '.join(DAYS)}. {_WEEK_HINT}",
        nearest(name, [*DAYS, *_FULL]),
    )


def own_day_of(text: str) -> OwnDay:
    """A day with its own hours: a date (of one year, or of every year), its hours, and its name."""
    when, *words = text.split() or [""]
    year, month, day = date_of(when)
    hours = words[: _hours_end(words)]
    if not hours:
        raise CalendarInvalid("day", text.strip(), "does not say when it is open", _DAY_HINT)
    name = " ".join(words[len(hours) :])
    return OwnDay(month, day, hours_of(" ".join(hours), "day"), name or OWN_DAY, year)


def _hours_end(words: Sequence[str]) -> int:
    """How many words at the beginning are hours, right or wrong: a name never begins like hours."""
    if words and words[0].lower() == _CLOSED:
        return 1
    return next(
        (place for place, word in enumerate(words) if not _LIKE_HOURS.fullmatch(word.strip(","))),
        len(words),
    )


class When(NamedTuple):
    """A date; of every year if `year` is None."""

    year: int | None
    month: int
    day: int


def date_of(text: str) -> When:
    """A date such as 2026-07-03, or of every year such as 12-24."""
    found = _DATE.fullmatch(text)
    if not found:
        raise CalendarInvalid("day", text, "is not a date", _DATE_HINT)
    year = int(found[1]) if found[1] else None
    try:
        day = date(_LEAP_YEAR if year is None else year, int(found[2]), int(found[3]))
    except ValueError:
        raise CalendarInvalid("day", text, "is not a day of the calendar", _DATE_HINT) from None
    return When(year, day.month, day.day)


@cache
def list_zones() -> Sequence[str]:
    """The IANA zones that mean the same on every machine, by name."""
    return sorted(available_timezones() - {"localtime", "Factory", "posixrules"})


def zone_of(text: str) -> str:
    """The IANA zone with this name, in any case."""
    wanted = "_".join(text.lower().split())
    zones = {zone.lower(): zone for zone in list_zones()}
    if wanted in zones:
        return zones[wanted]
    # Abbreviations are no help to whoever typed one: EST has no summer time, and PST is not a
    # zone.
    places = {key: zone for key, zone in zones.items() if "/" in zone}
    cities = {
        key.rpartition("/")[2]: zone for key, zone in places.items() if not key.startswith("etc/")
    }
    near = (
        cities.get(wanted.rpartition("/")[2])
        or places.get(nearest(wanted, places))
        or cities.get(nearest(wanted, cities))
        or ""
    )
    raise CalendarInvalid(
        "zone",
        text,
        "is not a time zone",
        "Write it as in Europe/Berlin, America/New_York or UTC.",
        near,
    )


def hours_text(hours: Hours) -> str:
    """Hours as `hours_of` reads them."""
    return " ".join(map(_interval_text, hours)) or _CLOSED


def _interval_text(interval: Interval) -> str:
    return f"{_time_text(interval.start)}-{_time_text(interval.end)}"


def _time_text(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def week_text(week: Week) -> str:
    """A week as `week_of` reads it: days with the same hours together, closed ones left out."""
    if not any(week):
        return f"mon-sun {_CLOSED}"
    kinds = dict.fromkeys(hours for hours in week if hours)
    return "; ".join(
        f"{_days_text([day for day in range(7) if week[day] == hours])} {hours_text(hours)}"
        for hours in kinds
    )


def _days_text(days: Sequence[int]) -> str:
    return ",".join(
        DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"
        for first, last in _runs(days)
    )


def _runs(days: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Consecutive days, as the first and last of each run."""
    breaks = [
        place for place, (day, following) in enumerate(pairwise(days), 1) if following != day + 1
    ]
    for begin, end in pairwise([0, *breaks, len(days)]):
        yield days[begin], days[end - 1]


def own_day_text(own: OwnDay) -> str:
    """An own day as `own_day_of` reads it."""
    name = "" if own.name == OWN_DAY else f" {own.name}"
    return f"{when_text(own)} {hours_text(own.hours)}{name}"


def when_text(own: OwnDay) -> str:
    """The date of an own day as `date_of` reads it."""
    return (
        f"{own.year:04}-{own.month:02}-{own.day:02}" if own.year else f"{own.month:02}-{own.day:02}"
    )
