"""How often an event happens, in words."""

import re
from datetime import date
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
_LONGEST = 200


def repeats(event: "Component") -> str:
    """How often an event happens (RFC 5545, 3.8.5); "" if it happens once. A rule that words do not
    fit is shown as it is."""
    rule = event.get("RRULE")
    if isinstance(rule, list):
        rule = rule[0]
    if rule is not None:
        try:
            return _words(rule) or _as_is(rule)
        except ValueError:
            return " ".join(str(rule).split())[:_LONGEST]
    dates = event.get("RDATE")
    if dates is None:
        return ""
    count = sum(
        len(getattr(one, "dts", ())) for one in (dates if isinstance(dates, list) else [dates])
    )
    return f"on {count} more date{'' if count == 1 else 's'}"


def _words(rule: "vRecur") -> str:
    """A rule in words; "" if they do not fit."""
    said = {str(name).upper(): list(values) for name, values in rule.items()}
    unit = _UNITS.get(str(said.get("FREQ", [""])[0]).upper())
    if unit is None or said.keys() - _IN_WORDS:
        return ""
    every = said.get("INTERVAL", [1])[0]
    words = [f"every {unit}" if every == 1 else f"every {every} {unit}s"]
    days = [_day(str(one).upper()) for one in said.get("BYDAY", ())]
    days += [f"day {one}" for one in said.get("BYMONTHDAY", ())]
    if not all(days) or len(days) > _MOST_DAYS:
        return ""
    if days:
        words.append(f"on {_listed(days)}")
    until = said.get("UNTIL", [None])[0]
    if isinstance(until, date):
        words.append(f"until {until:%a} {until.day} {until:%b} {until.year}")
    times = f", {said['COUNT'][0]} times" if "COUNT" in said else ""
    return " ".join(words) + times


def _day(said: str) -> str:
    """“Monday”, “the last Friday”; "" for anything else."""
    found = _BY_DAY.fullmatch(said)
    place = _PLACES.get(found[1].lstrip("+")) if found else None
    if found is None or place is None or found[2] not in _WEEKDAYS:
        return ""
    return place + _WEEKDAYS[found[2]]


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _as_is(rule: "vRecur") -> str:
    raw: bytes = rule.to_ical()  # type: ignore[no-untyped-call]
    return raw.decode("utf-8", "replace")[:_LONGEST]
