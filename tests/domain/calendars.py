"""Calendars for tests: a plain one, random ones, places where clocks do odd things, and an oracle
that walks minutes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from supportcli.domain.sla.calendar import Calendar, Hours, Interval, OwnDay, Week

MINUTE = timedelta(minutes=1)
NINE_TO_FIVE: Hours = (Interval(9 * 60, 17 * 60),)
ALL_DAY: Hours = (Interval(0, 1440),)

ODD_DAYS = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    (
        "America/Sao_Paulo",
        date(2018, 2, 18),
    ),  # back at midnight: the last hour of Saturday comes twice
    ("America/Sao_Paulo", date(2018, 11, 4)),  # forward at midnight: Sunday begins at one
    ("Africa/Cairo", date(2024, 4, 26)),
    ("Africa/Cairo", date(2024, 11, 1)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Asia/Beirut", date(2026, 10, 25)),
    (
        "America/St_Johns",
        date(2010, 11, 7),
    ),  # back at one minute past midnight, into the day before
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # by half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Antarctica/Troll", date(2026, 3, 29)),  # by two hours
    ("Africa/Casablanca", date(2026, 2, 15)),  # back for Ramadan
    ("Asia/Pyongyang", date(2018, 5, 5)),  # half an hour, for good
    ("Pacific/Apia", date(2011, 12, 30)),  # a date that never was
    ("Pacific/Kwajalein", date(1993, 8, 21)),  # another
    ("Asia/Kathmandu", date(2026, 1, 1)),
    ("Pacific/Chatham", date(2026, 4, 5)),
    ("UTC", date(2026, 12, 31)),
]


def office(
    zone: str = "Europe/Berlin", *own: OwnDay, holidays: dict[date, str] | None = None
) -> Calendar:
    """Monday to Friday, nine to five."""
    return Calendar("office", zone, (*[NINE_TO_FIVE] * 5, (), ()), own, holidays=holidays or {})  # type: ignore[arg-type]  # seven days


def week_of_one(hours: Hours) -> Week:
    """Each day alike."""
    return (hours, hours, hours, hours, hours, hours, hours)


def at(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> datetime:
    """The instant at which the clocks of a zone show this."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    """Up to three intervals that do not touch; midnight is often one of their ends."""
    minute = st.one_of(
        st.sampled_from([0, 1, 30, 60, 90, 120, 180, 540, 1380, 1410, 1439, 1440]),
        st.integers(0, 1440),
    )
    ends = sorted(draw(st.sets(minute, max_size=6)))
    return tuple(Interval(start, end) for start, end in zip(ends[::2], ends[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn, zone: str, around: date) -> Calendar:
    """A calendar with own days and holidays near a day, some on the same date."""
    near = st.integers(-4, 4).map(lambda days: around + timedelta(days=days))
    own = [
        OwnDay(day.month, day.day, draw(hours()), "own", draw(st.sampled_from([None, day.year])))
        for day in draw(st.lists(near, max_size=3, unique=True))
    ]
    week = draw(st.tuples(*[hours()] * 7))
    closed = draw(st.lists(near, max_size=2))
    return Calendar("random", zone, week, tuple(own), holidays=dict.fromkeys(closed, "holiday"))


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Calendar, datetime, datetime]:
    """A calendar, and two instants around a day on which something happens to its clocks."""
    zone, day = draw(st.sampled_from(ODD_DAYS))
    calendar = draw(calendars(zone, day))
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    begin = noon + timedelta(seconds=draw(st.integers(-2 * 86_400, 86_400)))
    return calendar, begin, begin + timedelta(seconds=draw(st.integers(0, 2 * 86_400)))


def is_open(calendar: Calendar, instant: datetime) -> bool:
    """The oracle: what the clock on the wall shows at an instant, looked up in the calendar's own
    words."""
    wall = instant.astimezone(ZoneInfo(calendar.zone))
    minute = wall.hour * 60 + wall.minute
    today = [own for own in calendar.own if (own.month, own.day) == (wall.month, wall.day)]
    dated = [own for own in today if own.year == wall.year]
    yearly = [own for own in today if own.year is None]
    if dated or yearly:
        rule = (dated or yearly)[0].hours
    elif wall.date() in calendar.holidays:
        rule = ()
    else:
        rule = calendar.week[wall.weekday()]
    return any(interval.start <= minute < interval.end for interval in rule)


def open_pieces(
    calendar: Calendar, begin: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The oracle: the open minutes between two instants, each cut to what lies between them."""
    minute = begin.replace(second=0, microsecond=0)
    while minute < end:
        if is_open(calendar, minute):
            yield max(minute, begin), min(minute + MINUTE, end)
        minute += MINUTE
