"""What `--since` and `--until` mean, and how a period is divided into days, weeks, months and hours
of a zone: on the two days of a DST change it has 23 and 25 rows by the hour."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from supportcli.domain.text.periods import Period, midnight, named_period, next_month
from supportcli.errors.reports import PeriodInvalid, RowsTooMany

TIMES = ("day", "week", "month", "hour")
"""What a period can be divided into."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_LENGTH = re.compile(r"([1-9][0-9]{0,4})([hdw])")
_FIRST_YEAR = 1970
"""No report begins earlier: there was no mail, and a desk accepts no older date."""

_MOST_ROWS = 25_000
_LENGTHS = {"day": _DAY, "week": 7 * _DAY, "month": 28 * _DAY, "hour": _HOUR}


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
    try:
        return named_period(text, now, zone)
    except (ValueError, OverflowError):
        raise PeriodInvalid(option, text, "is not a time") from None


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
    while (mark := midnight(day, zone)) < period.until:
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
    "month": next_month,
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
