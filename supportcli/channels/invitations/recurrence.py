"""How often an event happens, in words."""

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Component, vRecur

_UNITS = {
    "YEARLY": "year",
    "MONTHLY": "month",
    "WEEKLY": "week",
    "DAILY": "day",
    "HOURLY": "hour",
    "MINUTELY": "minute",
    "SECONDLY": "second",
}
_WEEKDAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_PLACES = {
    "": "",
    "1": "the first ",
    "2": "the second ",
    "3": "the third ",
    "4": "the fourth ",
    "5": "the fifth ",
    "-1": "the last ",
    "-2": "the last but one ",
}
_BY_DAY = re.compile(r"([+-]?\d{0,2})([A-Z]{2})")
_IN_WORDS = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST"}
_MOST_DAYS = 7
_MOST_DATES = 5
_LONGEST = 200


def repeats(event: "Component") -> str:
    """How often an event happens (RFC 5545, 3.8.5), with the dates beside its rule; "" if it
    happens once. A rule that words do not fit is shown as it is."""
    rule = event.get("RRULE")
    if isinstance(rule, list):
        rule = rule[0]
    said = _rule(rule) if rule is not None else ""
    try:
        more, left_out = _dates(event, "RDATE"), _dates(event, "EXDATE")
    except (ValueError, AttributeError):
        return said
    if more and not said:
        said = f"on {len(more)} more date{'' if len(more) == 1 else 's'}: {_few(more)}"
    elif more:
        said = f"{said}; also on {_few(more)}"
    return f"{said}; not on {_few(left_out)}" if said and left_out else said


def _rule(rule: "vRecur") -> str:
    try:
        return _words(rule) or _as_is(rule)
    except ValueError:
        return " ".join(str(rule).split())[:_LONGEST]


def _dates(event: "Component", name: str) -> list[str]:
    """The dates of a property; with the time if it is not that of the event."""
    found = event.get(name)
    if found is None:
        return []
    start = getattr(event.get("DTSTART"), "dt", None)
    said = []
    for one in found if isinstance(found, list) else [found]:
        for part in getattr(one, "dts", ()):
            when = part.dt[0] if isinstance(part.dt, tuple) else part.dt
            told = f"{when:%a} {when.day} {when:%b} {when.year}"
            if isinstance(when, datetime) and isinstance(start, datetime):
                told += _time(when, start)
            said.append(told)
    return said


def _time(when: datetime, start: datetime) -> str:
    """The time of a date, if it is not that of the event."""
    if (when.time(), str(when.tzinfo)) == (start.time(), str(start.tzinfo)):
        return ""
    return f", {when:%H:%M} ({when.tzinfo})" if when.tzinfo else f", {when:%H:%M}"


def _few(dates: list[str]) -> str:
    if len(dates) <= _MOST_DATES:
        return _listed(dates)
    return f"{'; '.join(dates[:_MOST_DATES])} and {len(dates) - _MOST_DATES} more dates"


def _words(rule: "vRecur") -> str:
    """A rule in words; "" if they do not fit."""
    said = {str(name).upper(): list(values) for name, values in rule.items()}
    unit = _UNITS.get(str(said.get("FREQ", [""])[0]).upper())
    if unit is None or said.keys() - _IN_WORDS:
        return ""
    every, times = said.get("INTERVAL", [1])[0], said.get("COUNT", [1])[0]
    if min(every, times) < 1:
        return ""
    words = [f"every {unit}" if every == 1 else f"every {every} {unit}s"]
    days = [_day(str(one).upper()) for one in said.get("BYDAY", ())]
    days += [_day_of_month(one) for one in said.get("BYMONTHDAY", ())]
    if not all(days) or len(days) > _MOST_DAYS:
        return ""
    if days:
        words.append(f"on {_listed(days)}")
    until = said.get("UNTIL", [None])[0]
    if isinstance(until, date):
        words.append(f"until {until:%a} {until.day} {until:%b} {until.year}")
    counted = f", {times} time{'' if times == 1 else 's'}" if "COUNT" in said else ""
    return " ".join(words) + counted


def _day_of_month(day: int) -> str:
    """“day 15”, “the last day”; "" for other days that count from the end."""
    place = "" if day > 0 else _PLACES.get(str(day), "")
    return f"day {day}" if day > 0 else f"{place}day" if place else ""


def _day(said: str) -> str:
    """“Monday”, “the last Friday”; "" for anything else."""
    found = _BY_DAY.fullmatch(said)
    place = _PLACES.get(found[1].lstrip("+")) if found else None
    if found is None or place is None or found[2] not in _WEEKDAYS:
        return ""
    return place + _WEEKDAYS[found[2]]


def _listed(words: list[str]) -> str:
    between = "; " if any("," in word for word in words) else ", "
    return " and ".join(filter(None, (between.join(words[:-1]), words[-1])))


def _as_is(rule: "vRecur") -> str:
    raw: bytes = rule.to_ical()  # type: ignore[no-untyped-call]
    return raw.decode("utf-8", "replace")[:_LONGEST]
