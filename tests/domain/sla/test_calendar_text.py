"""Calendars as people type them: what is understood, how it is written, and what is said of what is
not."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.sla.calendar import Hours, Interval, OwnDay, Week
from supportcli.domain.sla.calendar_text import (
    OWN_DAY,
    date_of,
    hours_of,
    hours_text,
    own_day_of,
    own_day_text,
    week_of,
    week_text,
    when_text,
    zone_of,
)
from supportcli.errors.sla import CalendarInvalid
from tests.domain.calendars import hours

_NAMES = (
    st.lists(st.text(string.ascii_letters + "äß&.,-#/;()", min_size=1), min_size=1)
    .map(" ".join)
    .filter(lambda name: name != OWN_DAY)
)
_DATES = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@given(hours())
def test_hours_are_read_as_they_are_written(some: Hours) -> None:
    assert hours_of(hours_text(some)) == some


@given(
    st.tuples(
        *[st.sampled_from([(), (Interval(540, 1020),), (Interval(0, 60), Interval(720, 1440))])] * 7
    )
)
def test_a_week_is_read_as_it_is_written(week: Week) -> None:
    assert week_of(week_text(week)) == week


@given(_DATES, st.booleans(), hours(), st.one_of(st.just(OWN_DAY), _NAMES))
def test_an_own_day_is_read_as_it_is_written(
    day: date, yearly: bool, some: Hours, name: str
) -> None:
    own = OwnDay(day.month, day.day, some, name, None if yearly else day.year)
    assert own_day_of(own_day_text(own)) == own
    assert date_of(when_text(own)) == own.when


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("9:00-12:30 13:30-18:00", "9:00-12:30 13:30-18:00"),
        ("13:30-18, 9-12:30", "9:00-12:30 13:30-18:00"),
        ("09:00 – 17:00", "9:00-17:00"),
        ("9:00-12:00 12:00-13:00", "9:00-13:00"),
        ("0:00-24:00", "0:00-24:00"),
        ("Closed", "closed"),
    ],
)
def test_hours_in_several_forms(typed: str, written: str) -> None:
    assert hours_text(hours_of(typed)) == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("mon-fri 9:00-17:00; sat 10:00-14:00", "mon-fri 9:00-17:00; sat 10:00-14:00"),
        ("Monday - Friday 9-17;", "mon-fri 9:00-17:00"),
        ("mon,wed, fri 9-12", "mon,wed,fri 9:00-12:00"),
        ("sun-tue 9-10", "mon-tue,sun 9:00-10:00"),
        ("mon-thu 9-17; fri closed", "mon-thu 9:00-17:00"),
        ("mon-sun closed", "mon-sun closed"),
        ("mon 9-12; tue 13-14; wed 9-12", "mon,wed 9:00-12:00; tue 13:00-14:00"),
    ],
)
def test_weeks_in_several_forms(typed: str, written: str) -> None:
    assert week_text(week_of(typed)) == written


@pytest.mark.parametrize(
    ("typed", "own"),
    [
        ("12-24 9:00-12:00 Christmas Eve", OwnDay(12, 24, (Interval(540, 720),), "Christmas Eve")),
        ("2026-07-03 closed Company outing", OwnDay(7, 3, (), "Company outing", 2026)),
        ("2-29 9-10 11-12", OwnDay(2, 29, (Interval(540, 600), Interval(660, 720)), OWN_DAY)),
        ("12-31 closed closed for stock-taking", OwnDay(12, 31, (), "closed for stock-taking")),
    ],
)
def test_own_days(typed: str, own: OwnDay) -> None:
    assert own_day_of(typed) == own


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_zones(typed: str, zone: str) -> None:
    assert zone_of(typed) == zone


@pytest.mark.parametrize(
    ("typed", "word", "problem"),
    [
        ("", "", "names no hours"),
        ("9:00", "9:00", "is neither hours nor closed"),
        ("9-17 closed", "closed", "cannot be combined with hours"),
        ("9-", "9-", "has a dash with a time missing"),
        ("9-25", "9-25", "contains “25”, which is not a time from 0:00 to 24:00"),
        ("9:60-10", "9:60-10", "contains “9:60”, which is not a time from 0:00 to 24:00"),
        ("24:00-24:01", "24:00-24:01", "contains “24:01”, which is not a time from 0:00 to 24:00"),
        ("9am-5pm", "9am-5pm", "contains “9am”, which is not a time from 0:00 to 24:00"),
        ("9-9", "9-9", "does not end after it begins"),
        ("9-12 11-13", "11:00-13:00", "overlaps 9:00-12:00"),
    ],
)
def test_hours_that_are_unclear(typed: str, word: str, problem: str) -> None:
    with pytest.raises(CalendarInvalid) as raised:
        hours_of(typed)
    assert raised.value.sentence == f"The hours cannot be read: “{word}” {problem}."
    assert "9:00-17:00" in raised.value.hint


def test_hours_past_midnight_are_explained() -> None:
    with pytest.raises(CalendarInvalid) as raised:
        hours_of("22:00-6:00")
    assert (
        raised.value.hint
        == "Hours past midnight belong to two days: 22:00-24:00, and 0:00-6:00 on the next."
    )


@pytest.mark.parametrize(
    ("typed", "word", "problem", "nearest"),
    [
        ("", "", "names no day", ""),
        ("9-17", "9-17", "does not say which days", ""),
        ("mon-fri", "mon-fri", "has no hours", ""),
        ("mon-frj 9-17", "mon-frj", "contains “frj”, which is not a day of the week", "fri"),
        ("tuseday 9-17", "tuseday", "is not a day of the week", "tuesday"),
        ("mon 9-12; mon-tue 13-14", "mon", "is named twice", ""),
        ("mon-fri 9-17, sat 10-14", "sat", "comes in the middle of the hours", ""),
        ("mon 9-12\n;tue", "tue", "has no hours", ""),
        ("mon 9-12 x", "x", "is neither hours nor closed", ""),
    ],
)
def test_weeks_that_are_unclear(typed: str, word: str, problem: str, nearest: str) -> None:
    with pytest.raises(CalendarInvalid) as raised:
        week_of(typed)
    assert raised.value.sentence == f"The week cannot be read: “{word}” {problem}."
    assert raised.value.nearest == nearest


@pytest.mark.parametrize(
    ("typed", "word", "problem"),
    [
        ("", "", "is not a date"),
        ("24.12. closed", "24.12.", "is not a date"),
        ("24-12 closed", "24-12", "is not a day of the calendar"),
        ("2026-02-29 closed", "2026-02-29", "is not a day of the calendar"),
        ("0000-01-01 closed", "0000-01-01", "is not a day of the calendar"),
        ("12-24", "12-24", "does not say when it is open"),
        ("12-24 Christmas Eve", "12-24 Christmas Eve", "does not say when it is open"),
        (
            "12-24 9:00-12:00 13:00-1700 Eve",
            "13:00-1700",
            "contains “1700”, which is not a time from 0:00 to 24:00",
        ),
    ],
)
def test_own_days_that_are_unclear(typed: str, word: str, problem: str) -> None:
    with pytest.raises(CalendarInvalid) as raised:
        own_day_of(typed)
    assert raised.value.sentence == f"The day cannot be read: “{word}” {problem}."


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("Europe/Belin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Asia/Berlin", "Europe/Berlin"),
        ("PST", ""),
    ],
)
def test_zones_that_are_unknown(typed: str, nearest: str) -> None:
    with pytest.raises(CalendarInvalid) as raised:
        zone_of(typed)
    assert raised.value.sentence == f"The zone cannot be read: “{typed}” is not a time zone."
    assert raised.value.nearest == nearest


@pytest.mark.parametrize("typed", ["localtime", "posixrules", "../etc/passwd", "Europe", ""])
def test_a_name_that_is_no_zone_everywhere_is_refused(typed: str) -> None:
    with pytest.raises(CalendarInvalid):
        zone_of(typed)
