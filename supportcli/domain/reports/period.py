"""Periods: what `--since` and `--until` mean, and how a period is divided into days, weeks, months
and hours of a zone.

A period is half-open: its first moment belongs to it, its last one to the next. Days are those of
the zone: on the two days of a DST change they have 23 and 25 hours, and as many rows by the
hour."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import count

from supportcli.errors.reports import PeriodInvalid, RowsTooMany

TIMES = ("day", "week", "month", "hour")
"""What a period can be divided into."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_LENGTH = re.compile(r"([1-9][0-9]{0,4})([hdw])")
_NAMED = re.compile(r"([0-9]{4})(?:-W([0-9]{2})|-([0-9]{2})(?:-([0-9]{2}))?)?")
_DAYS = {"today": 0, "yesterday": 1}
_UNITS = {"day": (0, 1), "week": (0, 7), "month": (1, 0), "year": (12, 0)}
"""The months and days in each unit of a period."""

_FIRST_YEAR = 1970
"""No report begins earlier: there was no mail, and a desk accepts no older date."""

_MOST_ROWS = 25_000
_LENGTHS = {"day": _DAY, "week": 7 * _DAY, "month": 28 * _DAY, "hour": _HOUR}


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
    if moment.day > (_next_month(first) - first).days:
        return datetime.combine(_next_month(first), time())
    return moment.replace(year=year, month=month + 1)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A day, week, month or hour of a period, as far as it lies in it. `key` names it: 2026-10-25,
    2026-W43 or 2026-10."""

    key: str
    period: Period


def period_of(since: str, until: str, now: datetime, zone: tzinfo) -> Period:
    """The period from the beginning of `since` to the end of `until`. An empty `until` means now,
    and no end is later than now.

    Both understand 30d (the last thirty days, including today), 2w, 12h (the last twelve hours),
    today, yesterday, week (this one, from Monday), month, 2026, 2026-10, 2026-W40, 2026-10-01, and
    a moment such as 2026-10-01T09:00. Raises PeriodInvalid."""
    until = "" if until.strip().lower() == "now" else until
    if _LENGTH.fullmatch(until.strip().lower()):
        raise PeriodInvalid("--until", until, "ends now, as does a report without it")
    named = _named("--since", since, now, zone)
    ends = min(_named("--until", until, now, zone).until, now) if until else now
    if named.since.astimezone(zone).year < _FIRST_YEAR:
        raise PeriodInvalid("--since", since, f"begins before {_FIRST_YEAR}")
    if named.since > now:
        raise PeriodInvalid("--since", since, "has not begun yet")
    if ends < named.since or (
        until and ends == named.since
    ):  # today may have begun just now, and is empty then
        raise PeriodInvalid("--until", until, f"ends before --since {since} begins")
    return Period(named.since, ends, named.unit)


def beginning_of(option: str, text: str, now: datetime, zone: tzinfo) -> datetime:
    """The beginning of the period that a text names, as `period_of` understands it; it may lie in
    the future. Raises PeriodInvalid, which names the option."""
    return _named(option, text, now, zone).since


def _named(option: str, text: str, now: datetime, zone: tzinfo) -> Period:
    """The period that a text names. (Periods that are counted back from now end now.)"""
    word = text.strip()
    try:
        return _counted(word.lower(), now, zone) or _span(word.upper(), zone) or _moment(word, zone)
    except (ValueError, OverflowError):
        raise PeriodInvalid(option, text, "is not a time") from None


def _counted(word: str, now: datetime, zone: tzinfo) -> Period | None:
    today = now.astimezone(zone).date()
    if word in _DAYS:
        return _day(today - timedelta(days=_DAYS[word]), zone)
    if word in {"week", "month"}:
        return _span(
            "{}-W{:02}".format(*today.isocalendar()) if word == "week" else f"{today:%Y-%m}", zone
        )
    found = _LENGTH.fullmatch(word)
    if found is None:
        return None
    number = int(found[1])
    if found[2] == "h":
        return Period(now - number * _HOUR, now)
    return Period(
        _midnight(today - timedelta(days=number * (7 if found[2] == "w" else 1) - 1), zone),
        now,
        "day",
    )


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
        else _next_month(first)
        if unit == "month"
        else date(year + 1, 1, 1)
    )
    return Period(_midnight(first, zone), _midnight(after, zone), unit)


def _day(day: date, zone: tzinfo) -> Period:
    return Period(_midnight(day, zone), _midnight(day + _DAY, zone), "day")


def _moment(word: str, zone: tzinfo) -> Period:
    """A moment; or a day, in the other ISO 8601 forms."""
    with suppress(ValueError):
        return _day(date.fromisoformat(word), zone)
    said = datetime.fromisoformat(word)
    at = (said if said.tzinfo else _at(said, zone)).astimezone(UTC)
    return Period(at, at)


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    """When a day begins, in UTC; if the clocks skip midnight, the moment at which they do."""
    return _at(datetime(day.year, day.month, day.day), zone)  # noqa: DTZ001  # the zone follows


def _at(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def check_rows(period: Period, by: str) -> None:
    """RowsTooMany if a period has more days (weeks, hours …) than anybody reads."""
    if by in TIMES and (period.until - period.since) / _LENGTHS[by] > _MOST_ROWS:
        raise RowsTooMany(by, _MOST_ROWS)


def buckets(period: Period, by: str, zone: tzinfo) -> list[Bucket]:
    """The days, weeks, months or hours (`TIMES`) of a period, in order and without gaps, the first
    and the last cut to the period."""
    marks = list(_marks(period, by, zone)) if period.since < period.until else []
    ends = [*marks[1:], period.until]
    return [
        Bucket(_key(mark, by, zone), Period(max(mark, period.since), end))
        for mark, end in zip(marks, ends, strict=False)
    ]


def _marks(period: Period, by: str, zone: tzinfo) -> Iterator[datetime]:
    """When each bucket begins, starting with the one that holds the period's first moment."""
    local = period.since.astimezone(zone)
    if by == "hour":
        mark = period.since - timedelta(
            minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        while mark < period.until:
            yield mark
            mark += _HOUR
        return
    day, after = _FIRST[by](local.date()), _AFTER[by]
    while (mark := _midnight(day, zone)) < period.until:
        yield mark
        day = after(day)


_FIRST: dict[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
}
_AFTER: dict[str, Callable[[date], date]] = {
    "day": lambda day: day + _DAY,
    "week": lambda day: day + timedelta(days=7),
    "month": _next_month,
}


def _key(mark: datetime, by: str, zone: tzinfo) -> str:
    local = mark.astimezone(zone)
    match by:
        case "month":
            return f"{local:%Y-%m}"
        case "week":
            return "{}-W{:02}".format(*local.isocalendar())
        case "hour":
            twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
            return f"{local:%Y-%m-%d %H:%M}" + (f" {local:%z}" if twice else "")
        case _:
            return f"{local:%Y-%m-%d}"
