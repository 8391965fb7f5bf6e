"""Periods and their names: today, last week, 2026-10, 2026-W40, 30d.

A period is half-open: its first moment belongs to it, its last one to the next. Days are those of
the zone: on the two days of a DST change they have 23 and 25 hours."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import count

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_LENGTH = re.compile(r"([1-9][0-9]{0,4})([hdw])")
_NAMED = re.compile(r"([0-9]{4})(?:-W([0-9]{2})|-([0-9]{2})(?:-([0-9]{2}))?)?")
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_BESIDE = re.compile(r"(?:(this|last|next)[ -])?(week|month|year)")
_STEPS = {"last": -1, "next": 1}
_UNITS = {"day": (0, 1), "week": (0, 7), "month": (1, 0), "year": (12, 0)}
"""The months and days in each unit of a period."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until just before `until`, both aware. `unit` is what it is counted in: days,
    weeks or months of the zone (a year is twelve), or plain elapsed time."""

    since: datetime
    until: datetime
    unit: str = field(default="", compare=False)

    def __contains__(self, at: datetime) -> bool:
        return self.since <= at < self.until

    def before(self, zone: tzinfo) -> "Period":
        """The period before this one.

        It goes back so many units that it ends where this one begins, or earlier: today so far is
        compared with yesterday until the same time, this week with the last until the same weekday,
        October with September."""
        if not self.unit:
            return Period(self.since - (self.until - self.since), self.since)
        since, until = (
            moment.astimezone(zone).replace(tzinfo=None) for moment in (self.since, self.until)
        )
        number = next(number for number in count(1) if _back(until, number, self.unit) <= since)
        return Period(
            _at(_back(since, number, self.unit), zone),
            _at(_back(until, number, self.unit), zone),
            self.unit,
        )


def _back(moment: datetime, number: int, unit: str) -> datetime:
    """So many units earlier. A day that the earlier month lacks becomes its last day."""
    months, days = _UNITS[unit]
    if days:
        return moment - number * days * _DAY
    year, month = divmod(moment.year * 12 + moment.month - 1 - number * months, 12)
    first = date(year, month + 1, 1)
    if moment.day > (next_month(first) - first).days:
        return datetime.combine(next_month(first), time())
    return moment.replace(year=year, month=month + 1)


def named_period(text: str, now: datetime, zone: tzinfo) -> Period:
    """The period that a text names; one that is counted back from now ends now, and a moment has no
    length. ValueError or OverflowError if it names none."""
    word = text.strip()
    return _counted(word.lower(), now, zone) or _span(word.upper(), zone) or _moment(word, zone)


def _counted(word: str, now: datetime, zone: tzinfo) -> Period | None:
    """A period that today decides: a day, week, month or year beside it, or so long until now."""
    today = now.astimezone(zone).date()
    if word in _DAYS:
        return _day(today + timedelta(days=_DAYS[word]), zone)
    if beside := _BESIDE.fullmatch(word):
        return _span(_beside(today, beside[2], _STEPS.get(beside[1], 0)), zone)
    found = _LENGTH.fullmatch(word)
    if found is None:
        return None
    number = int(found[1])
    if found[2] == "h":
        return Period(now - number * _HOUR, now)
    first = today - timedelta(days=number * (7 if found[2] == "w" else 1) - 1)
    return Period(midnight(first, zone), now, "day")


def _beside(today: date, unit: str, steps: int) -> str:
    """The name of this week, month or year, or of the one so many steps later."""
    if unit == "week":
        return "{}-W{:02}".format(*(today + timedelta(days=7 * steps)).isocalendar())
    months = today.year * 12 + today.month - 1 + steps * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return f"{year:04}" if unit == "year" else f"{year:04}-{month + 1:02}"


def _span(word: str, zone: tzinfo) -> Period | None:
    """A year, a month, an ISO week or a day."""
    found = _NAMED.fullmatch(word)
    if found is None:
        return None
    year, week, month, day = (int(part) if part else None for part in found.groups())
    if year is None:
        raise ValueError(word)
    if day is not None:
        return _day(date(year, month or 0, day), zone)
    if week is not None:
        first, unit = date.fromisocalendar(year, week, 1), "week"
    else:
        first, unit = (
            date(year, 1 if month is None else month, 1),
            "year" if month is None else "month",
        )
    after = (
        first + timedelta(days=7)
        if unit == "week"
        else next_month(first)
        if unit == "month"
        else date(year + 1, 1, 1)
    )
    return Period(midnight(first, zone), midnight(after, zone), unit)


def _day(day: date, zone: tzinfo) -> Period:
    return Period(midnight(day, zone), midnight(day + _DAY, zone), "day")


def _moment(word: str, zone: tzinfo) -> Period:
    """A moment; or a day, in the other ISO 8601 forms."""
    with suppress(ValueError):
        return _day(date.fromisoformat(word), zone)
    said = datetime.fromisoformat(word)
    at = (said if said.tzinfo else _at(said, zone)).astimezone(UTC)
    return Period(at, at)


def next_month(first: date) -> date:
    """The first day of the month after the one that begins on `first`."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def midnight(day: date, zone: tzinfo) -> datetime:
    """When a day begins, in UTC; if the clocks skip midnight, the moment at which they do."""
    return _at(datetime(day.year, day.month, day.day), zone)  # noqa: DTZ001  # the zone follows


def _at(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)
