"""Periods: what `--since` and `--until` say, and how a period falls into days, weeks, months and hours of a zone.

A period is half-open: its first moment belongs to it, its last one to the next. Days are those of the zone: on the two days of a DST change they have
23 and 25 hours, and so many rows by the hour."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from supportcli.errors import PeriodUnclear

TIMES = ("day", "week", "month", "hour")
"""What a period can be cut into."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_LENGTH = re.compile(r"([1-9][0-9]{0,4})([hdw])")
_NAMED = re.compile(r"([0-9]{4})(?:-W([0-9]{2})|-([0-9]{2})(?:-([0-9]{2}))?)?")
_DAYS = {"today": 0, "yesterday": 1}


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until just before `until`, both aware."""

    since: datetime
    until: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.since <= at < self.until

    def before(self, zone: tzinfo) -> "Period":
        """The period of the same length just before this one. Where one begins with a day the other does too, so that today so
        far stands beside yesterday until the same time, and each day beside a whole one."""
        since, until = (moment.astimezone(zone).replace(tzinfo=None) for moment in (self.since, self.until))
        length = until - since
        back = -(-length // _DAY) * _DAY if since.time() == time() else length
        return Period(_at(since - back, zone), _at(until - back, zone))


@dataclass(frozen=True, slots=True)
class Bucket:
    """A day, week, month or hour of a period, as far as it lies in it; `key` names it, as in 2026-10-25, 2026-W43 or 2026-10."""

    key: str
    period: Period


def period_of(since: str, until: str, now: datetime, zone: tzinfo) -> Period:
    """The period from the beginning of what `since` names to the end of what `until` names; an empty `until` is now, and none is later than now.

    Understood are 30d (the last thirty days, with today), 2w, 12h (the last twelve hours), today, yesterday, week (this one, from Monday), month,
    2026, 2026-10, 2026-W40, 2026-10-01, and a moment such as 2026-10-01T09:00. Raises PeriodUnclear."""
    begins = _named("--since", since, now, zone)[0]
    ends = min(_named("--until", until, now, zone)[1], now) if until else now
    if begins > now:
        raise PeriodUnclear("--since", since, "has not begun yet")
    if ends < begins or (until and ends == begins):  # today may have begun just now, and is empty then
        raise PeriodUnclear("--until", until, f"ends before --since {since} begins")
    return Period(begins, ends)


def beginning_of(option: str, text: str, now: datetime, zone: tzinfo) -> datetime:
    """The beginning of what a text names, as `period_of` understands it; it may be to come. Raises PeriodUnclear, which names the option."""
    return _named(option, text, now, zone)[0]


def _named(option: str, text: str, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The beginning and the end of what a text names. (What is counted back from now ends now.)"""
    word = text.strip()
    try:
        return _counted(word.lower(), now, zone) or _span(word.upper(), zone) or _moment(word, zone)
    except (ValueError, OverflowError):
        raise PeriodUnclear(option, text, "names no time") from None


def _counted(word: str, now: datetime, zone: tzinfo) -> tuple[datetime, datetime] | None:
    today = now.astimezone(zone).date()
    if word in _DAYS:
        day = today - timedelta(days=_DAYS[word])
        return _midnight(day, zone), _midnight(day + _DAY, zone)
    if word in {"week", "month"}:
        return _span("{}-W{:02}".format(*today.isocalendar()) if word == "week" else f"{today:%Y-%m}", zone)
    found = _LENGTH.fullmatch(word)
    if found is None:
        return None
    count = int(found[1])
    if found[2] == "h":
        return now - count * _HOUR, now
    return _midnight(today - timedelta(days=count * (7 if found[2] == "w" else 1) - 1), zone), now


def _span(word: str, zone: tzinfo) -> tuple[datetime, datetime] | None:
    """A year, a month, an ISO week or a day."""
    found = _NAMED.fullmatch(word)
    if found is None:
        return None
    year, week, month, day = (int(part) if part else None for part in found.groups())
    if year is None:
        raise ValueError(word)
    if week is not None:
        first = date.fromisocalendar(year, week, 1)
        after = first + timedelta(days=7)
    else:
        first = date(year, 1 if month is None else month, 1 if day is None else day)
        after = first + _DAY if day is not None else _next_month(first) if month is not None else date(year + 1, 1, 1)
    return _midnight(first, zone), _midnight(after, zone)


def _moment(word: str, zone: tzinfo) -> tuple[datetime, datetime]:
    said = datetime.fromisoformat(word)
    at = said if said.tzinfo else _at(said, zone)
    return at.astimezone(UTC), at.astimezone(UTC)


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    """When a day begins, in UTC: where the clocks skip midnight, the moment at which they do."""
    return _at(datetime(day.year, day.month, day.day), zone)  # noqa: DTZ001  # the zone follows


def _at(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def buckets(period: Period, by: str, zone: tzinfo) -> list[Bucket]:
    """The days, weeks, months or hours (`TIMES`) that a period touches, in order, the first and the last cut to the period. They leave no gap."""
    marks = list(_marks(period, by, zone)) if period.since < period.until else []
    ends = [*marks[1:], period.until]
    return [Bucket(_key(mark, by, zone), Period(max(mark, period.since), end)) for mark, end in zip(marks, ends, strict=False)]


def _marks(period: Period, by: str, zone: tzinfo) -> Iterator[datetime]:
    """When each bucket begins, from the one that holds the period's first moment on."""
    local = period.since.astimezone(zone)
    if by == "hour":
        mark = (local - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)).astimezone(UTC)
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
