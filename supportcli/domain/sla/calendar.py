"""Business calendars: which instants are open, how much open time lies between two of them, and
when a given amount of it will have passed.

An instant is open if its wall-clock time, in the calendar's zone, lies in an interval of its local
date. So an hour that clocks show twice counts twice, and one that they skip does not count. A year
is split where its offset from UTC changes; between two changes local time is plain arithmetic, and
no local time is ever taken for an instant."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from typing import Any
from zoneinfo import ZoneInfo

FAR = timedelta(days=3653)
"""Ten years: what takes longer is never reached."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_SECOND = timedelta(seconds=1)
_DAY = 86_400
_NINE = 9 * 60
_SOON = 366
_FAR = FAR // _SECOND
_YEARS = range(2, 9999)
"""Years in which each instant has a local date in every zone. Outside of them everything is
closed."""


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Open from `start` until before `end`, in minutes of the day from 0 to 1440."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= 1440:  # noqa: PLR2004  # minutes of a day
            raise ValueError(f"no interval of a day: {self.start} to {self.end}")


Hours = tuple[Interval, ...]
"""When a day is open: intervals in order that do not overlap. () is closed."""

Week = tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]
"""The hours of seven days, Monday first."""


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day with its own hours: in one year, or in every year."""

    month: int
    day: int
    hours: Hours
    name: str
    year: int | None = None

    @property
    def when(self) -> tuple[int | None, int, int]:
        """The date it is about, which a calendar has at most once."""
        return self.year, self.month, self.day


@dataclass(frozen=True, slots=True)
class _Year:
    """The open spans of a year in UTC, in seconds since the epoch; `before` is the open time of the
    year before each span."""

    starts: Sequence[int]
    ends: Sequence[int]
    before: Sequence[int]
    total: int

    def until(self, second: int) -> int:
        """The open seconds of the year before `second`."""
        place = bisect_right(self.starts, second) - 1
        return (
            self.before[place] + min(second, self.ends[place]) - self.starts[place]
            if place >= 0
            else 0
        )

    def reached(self, seconds: int) -> int:
        """The second at which so many open seconds of the year (1 to `total`) have passed."""
        place = bisect_left(self.before, seconds) - 1
        return self.starts[place] + seconds - self.before[place]


@dataclass(frozen=True)
class Calendar:
    """Hours of the week in a zone (IANA), own days, and the public holidays of a country and a
    region, by date.

    Instants are aware datetimes; their microseconds are cut off, and returned ones are in UTC."""

    name: str
    zone: str
    week: Week
    own: tuple[OwnDay, ...] = ()
    country: str | None = None
    region: str | None = None
    holidays: Mapping[date, str] = field(default_factory=dict, hash=False)

    def open_spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open time from `start` (included) to `end` (excluded), in order; adjacent spans are
        merged."""
        first, last = _second(start), _second(end)
        held: tuple[int, int] | None = None
        for begins, ends in self._spans(first, last):
            if held and held[1] == begins:
                held = held[0], ends
                continue
            if held:
                yield _instant(held[0]), _instant(held[1])
            held = begins, ends
        if held:
            yield _instant(held[0]), _instant(held[1])

    def elapsed(self, start: datetime, end: datetime) -> int:
        """The open seconds from `start` to `end`; 0 unless that is later."""
        first, last = _second(start), _second(end)
        if last <= first:
            return 0
        first_year, last_year = _instant(first).year, _instant(last).year
        passed = self._year(last_year).until(last) - self._year(first_year).until(first)
        return passed + sum(self._year(year).total for year in range(first_year, last_year))

    def after(self, start: datetime, seconds: int) -> datetime | None:
        """The first instant at which so many open seconds have passed since `start`; None if that
        takes longer than `FAR`."""
        first = _second(start)
        if seconds <= 0:
            return _instant(first)
        year = _instant(first).year
        wanted = seconds + self._year(year).until(first)
        while (opened := self._year(year)).total < wanted:
            wanted -= opened.total
            year += 1
            if year not in _YEARS or _first_second(year) > first + _FAR:
                return None
        reached = opened.reached(wanted)
        return _instant(reached) if reached <= first + _FAR else None

    def is_open(self, at: datetime) -> bool:
        """Whether this instant is open."""
        second = _second(at)
        return any(self._spans(second, second + 1))

    def next_open(self, at: datetime) -> datetime | None:
        """The first open instant from `at` on, itself included; None if there is none within
        `FAR`."""
        first = _second(at)
        span = next(self._spans(first, first + _FAR), None)
        return _instant(span[0]) if span else None

    def next_morning(self, at: datetime) -> datetime | None:
        """When a day after an instant begins here; None if no day does within a year. One that is
        open since midnight begins at nine."""
        zone = ZoneInfo(self.zone)
        today = at.astimezone(zone).date()
        for ahead in range(_SOON):
            day = today + timedelta(days=ahead)
            if hours := self.hours_on(day):
                minute = hours[0].start or _NINE
                opens = datetime.combine(day, time(minute // 60, minute % 60), zone)
                if opens > at:
                    return opens.astimezone(UTC)
        return None

    def reason(self, day: date) -> str | None:
        """The own day or public holiday that sets the hours of this local date; None on an ordinary
        day of the week."""
        own = self._own(day)
        return own.name if own else self.holidays.get(day)

    def hours_on(self, day: date) -> Hours:
        """The hours of this local date: of its own day for that year, else of its own day for every
        year, else none on a public holiday, else of its day of the week."""
        own = self._own(day)
        if own:
            return own.hours
        return () if day in self.holidays else self.week[day.weekday()]

    def _own(self, day: date) -> OwnDay | None:
        return self._own_days.get((day.year, day.month, day.day)) or self._own_days.get(
            (None, day.month, day.day)
        )

    @cached_property
    def _own_days(self) -> Mapping[tuple[int | None, int, int], OwnDay]:
        return {own.when: own for own in self.own}

    @cached_property
    def _years(self) -> dict[int, _Year]:
        return {}

    def _year(self, year: int) -> _Year:
        """The open spans of a year, computed once for each calendar."""
        found = self._years.get(year)
        if found is None:
            found = self._years[year] = self._opened(year)
        return found

    def _opened(self, year: int) -> _Year:
        starts: list[int] = []
        ends: list[int] = []
        for begin, end, offset in _regimes(self.zone, year) if year in _YEARS else ():
            for day in range((begin + offset) // _DAY, (end - 1 + offset) // _DAY + 1):
                midnight = day * _DAY - offset
                for interval in self.hours_on(date.fromordinal(day + _EPOCH_DAY)):
                    opens, closes = (
                        max(midnight + interval.start * 60, begin),
                        min(midnight + interval.end * 60, end),
                    )
                    if opens < closes:
                        starts.append(opens)
                        ends.append(closes)
        *before, total = accumulate(
            (closes - opens for opens, closes in zip(starts, ends, strict=True)), initial=0
        )
        return _Year(starts, ends, before, total)

    def _spans(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """The open time of these seconds (`last` excluded), in order; spans may touch."""
        last = min(last, _first_second(_YEARS.stop))
        if last <= first:
            return
        for year in range(_instant(first).year, _instant(last - 1).year + 1):
            opened = self._year(year)
            for place in range(bisect_right(opened.ends, first), bisect_left(opened.starts, last)):
                yield max(opened.starts[place], first), min(opened.ends[place], last)


@dataclass(frozen=True, slots=True)
class CalendarVersion:
    """What a calendar says for targets that start at `since` or later, and who said so (None: the
    desk itself)."""

    id: int
    since: datetime
    calendar: Calendar
    author: str | None = None


@dataclass(frozen=True, slots=True)
class CalendarHistory:
    """A calendar with its versions, in the order in which they take effect."""

    id: int
    name: str
    versions: tuple[CalendarVersion, ...]

    def at(self, start: datetime) -> CalendarVersion:
        """The version for a target that starts at `start`: the latest in effect, or the first if
        none is yet."""
        return next(
            (version for version in reversed(self.versions) if version.since <= start),
            self.versions[0],
        )


def _second(at: datetime) -> int:
    """Seconds from the epoch to an aware datetime, rounded down."""
    return (at - _EPOCH) // _SECOND


def _instant(second: int) -> datetime:
    return _EPOCH + timedelta(seconds=second)


def _first_second(year: int) -> int:
    """When a year begins in UTC, in seconds since the epoch."""
    return (date(year, 1, 1).toordinal() - _EPOCH_DAY) * _DAY


@lru_cache(maxsize=1024)
def _regimes(zone: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """A year in UTC, split where the offset of a zone changes: start, end and offset of each part,
    in seconds.

    No zone ever changed its offset twice within three days (tzdata 2025b; the closest are four
    days, Freetown in 1939), so one look a day misses none."""
    place = ZoneInfo(zone)
    first, last = _first_second(year), _first_second(year + 1)
    cuts = [first]
    for before, behind in pairwise([*range(first, last, _DAY), last]):
        if _offset(place, before) != _offset(place, behind):
            cuts.append(_change(place, before, behind))
    return tuple(
        (begin, end, _offset(place, begin)) for begin, end in pairwise([*cuts, last]) if begin < end
    )


def _change(place: ZoneInfo, before: int, behind: int) -> int:
    """The first second of the offset that holds at `behind` but not yet at `before`."""
    old = _offset(place, before)
    while behind - before > 1:
        middle = (before + behind) // 2
        if _offset(place, middle) == old:
            before = middle
        else:
            behind = middle
    return behind


def _offset(place: ZoneInfo, second: int) -> int:
    offset = _instant(second).astimezone(place).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def to_definition(calendar: Calendar) -> dict[str, Any]:
    """All that a calendar says except its name, as plain JSON for `of_definition`. It includes the
    holidays, so that it never changes its meaning."""
    return {
        "zone": calendar.zone,
        "week": [_pairs(hours) for hours in calendar.week],
        "own": [
            {
                "month": own.month,
                "day": own.day,
                "year": own.year,
                "hours": _pairs(own.hours),
                "name": own.name,
            }
            for own in calendar.own
        ],
        "country": calendar.country,
        "region": calendar.region,
        "holidays": {day.isoformat(): name for day, name in sorted(calendar.holidays.items())},
    }


def of_definition(name: str, definition: Mapping[str, Any]) -> Calendar:
    """The calendar that `to_definition` wrote."""
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
        _hours(pairs) for pairs in definition["week"]
    )
    return Calendar(
        name=name,
        zone=definition["zone"],
        week=(monday, tuesday, wednesday, thursday, friday, saturday, sunday),
        own=tuple(
            OwnDay(own["month"], own["day"], _hours(own["hours"]), own["name"], own["year"])
            for own in definition["own"]
        ),
        country=definition["country"],
        region=definition["region"],
        holidays={
            date.fromisoformat(day): called for day, called in definition["holidays"].items()
        },
    )


def _pairs(hours: Hours) -> list[list[int]]:
    return [[interval.start, interval.end] for interval in hours]


def _hours(pairs: Sequence[Sequence[int]]) -> Hours:
    return tuple(Interval(start, end) for start, end in pairs)
