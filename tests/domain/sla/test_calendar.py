"""Business calendars: open time against an oracle that walks minutes, and the days on which clocks
do odd things."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from supportcli.domain.sla.calendar import (
    FAR,
    Calendar,
    Interval,
    OwnDay,
    of_definition,
    to_definition,
)
from tests.domain.calendars import (
    ALL_DAY,
    NINE_TO_FIVE,
    at,
    calendars,
    is_open,
    office,
    open_pieces,
    scenes,
    week_of_one,
)

HOUR = 3600
CHRISTMAS_EVE = OwnDay(12, 24, (Interval(9 * 60, 12 * 60),), "Christmas Eve")


@given(scenes())
def test_open_time_is_that_of_the_minutes(scene: tuple[Calendar, datetime, datetime]) -> None:
    calendar, begin, end = scene
    pieces = list(open_pieces(calendar, begin, end))
    spans = list(calendar.open_spans(begin, end))
    assert sum((ends - begins for begins, ends in pieces), timedelta()) == timedelta(
        seconds=calendar.elapsed(begin, end)
    )
    assert [instant for span in spans for instant in span] == edges(pieces)
    assert calendar.is_open(begin) == is_open(calendar, begin)
    if pieces:
        assert calendar.next_open(begin) == pieces[0][0]


def edges(pieces: list[tuple[datetime, datetime]]) -> list[datetime]:
    """Where open pieces begin and end, those that touch taken as one."""
    found = [instant for piece in pieces for instant in piece]
    return [instant for instant in found if found.count(instant) == 1]


@given(scenes(), st.data())
def test_after_is_the_first_instant_by_which_so_much_has_passed(
    scene: tuple[Calendar, datetime, datetime], data: st.DataObject
) -> None:
    calendar, begin, end = scene
    passed = calendar.elapsed(begin, end)
    wanted = data.draw(st.integers(1, max(passed, 1)))
    reached = calendar.after(begin, wanted)
    assert passed < wanted or (reached is not None and reached <= end)
    if reached:
        assert calendar.elapsed(begin, reached) == wanted
        assert calendar.elapsed(begin, reached - timedelta(seconds=1)) == wanted - 1


@settings(max_examples=30)
@given(scenes(), st.lists(st.integers(0, 4 * 86_400), min_size=2, max_size=5))
def test_open_time_adds_up(scene: tuple[Calendar, datetime, datetime], seconds: list[int]) -> None:
    calendar, begin, _ = scene
    instants = [begin + timedelta(seconds=second) for second in sorted(seconds)]
    assert sum(calendar.elapsed(*pair) for pair in pairwise(instants)) == calendar.elapsed(
        instants[0], instants[-1]
    )


@settings(max_examples=30)
@given(scenes())
def test_a_definition_is_the_calendar(scene: tuple[Calendar, datetime, datetime]) -> None:
    calendar, begin, end = scene
    kept = of_definition(calendar.name, json.loads(json.dumps(to_definition(calendar))))
    assert kept == calendar
    assert kept.elapsed(begin, end) == calendar.elapsed(begin, end)


@given(calendars("Europe/Berlin", date(2026, 1, 1)), st.integers(0, 4000))
@example(office(), 3653)
@settings(max_examples=20)
def test_years_are_the_sum_of_their_days(calendar: Calendar, days: int) -> None:
    begin = datetime(2021, 6, 1, 7, 30, tzinfo=UTC)
    instants = [begin + timedelta(days=day) for day in range(days + 1)]
    assert calendar.elapsed(begin, instants[-1]) == sum(
        calendar.elapsed(*pair) for pair in pairwise(instants)
    )


def test_a_night_and_a_weekend_do_not_count() -> None:
    assert office().elapsed(at("2026-07-03 16:00"), at("2026-07-06 10:30")) == 2.5 * HOUR
    assert list(office().open_spans(at("2026-07-03 16:00"), at("2026-07-06 10:30"))) == [
        (at("2026-07-03 16:00"), at("2026-07-03 17:00")),
        (at("2026-07-06 09:00"), at("2026-07-06 10:30")),
    ]


def test_the_first_second_is_open_and_the_last_is_not() -> None:
    second = timedelta(seconds=1)
    opens, closes = at("2026-07-03 09:00"), at("2026-07-03 17:00")
    assert [
        office().is_open(instant) for instant in (opens - second, opens, closes - second, closes)
    ] == [False, True, True, False]
    assert (
        list(office().open_spans(opens - second, opens))
        == list(office().open_spans(closes, closes + second))
        == []
    )
    assert list(office().open_spans(opens, opens + second)) == [(opens, opens + second)]
    assert office().next_open(closes - second) == closes - second
    assert office().next_open(closes) == at("2026-07-06 09:00")


def test_a_break_at_noon_does_not_count() -> None:
    """Chatwoot #14009: a day has one interval."""
    halves = Calendar(
        "halves", "Europe/Berlin", week_of_one((Interval(540, 750), Interval(810, 1080)))
    )
    assert halves.elapsed(at("2026-07-03 12:00"), at("2026-07-03 14:00")) == HOUR
    assert halves.after(at("2026-07-03 12:00"), HOUR) == at("2026-07-03 14:00")
    assert not halves.is_open(at("2026-07-03 12:30"))
    assert halves.is_open(at("2026-07-03 13:30"))


def test_seconds_count_and_less_than_a_second_is_cut_off() -> None:
    begin = at("2026-07-03 16:59:57").replace(microsecond=999_999)
    assert office().elapsed(begin, at("2026-07-06 09:00:02").replace(microsecond=1)) == 5
    assert office().after(begin, 5) == at("2026-07-06 09:00:02")
    assert office().after(begin, 3) == at("2026-07-03 17:00")
    assert (
        office().elapsed(
            at("2026-07-03 12:00"), at("2026-07-03 12:00").replace(microsecond=999_999)
        )
        == 0
    )


def test_nothing_has_passed_where_the_end_is_not_after_the_start() -> None:
    assert office().elapsed(at("2026-07-03 12:00"), at("2026-07-03 12:00")) == 0
    assert office().elapsed(at("2026-07-03 12:00"), at("2026-07-03 11:00")) == 0
    assert list(office().open_spans(at("2026-07-03 12:00"), at("2026-07-03 11:00"))) == []


@pytest.mark.parametrize("seconds", [0, -5])
def test_no_time_has_passed_at_once_even_at_night(seconds: int) -> None:
    assert office().after(at("2026-07-03 23:00"), seconds) == at("2026-07-03 23:00")


def test_an_instant_of_any_zone_is_the_same() -> None:
    begin, end = at("2026-07-03 16:00"), at("2026-07-06 10:30")
    assert office().elapsed(begin.astimezone(), end) == office().elapsed(begin, end)
    assert office().next_open(at("2026-07-04 12:00", "Asia/Tokyo")) == at("2026-07-06 09:00")


def test_the_hour_that_is_skipped_counts_nothing_and_the_one_that_is_repeated_twice() -> None:
    nights = Calendar("nights", "Europe/Berlin", week_of_one((Interval(60, 240),)))
    assert nights.elapsed(at("2026-03-29 00:00"), at("2026-03-29 12:00")) == 2 * HOUR
    assert nights.elapsed(at("2026-10-25 00:00"), at("2026-10-25 12:00")) == 4 * HOUR
    assert nights.after(at("2026-10-25 00:00"), 2 * HOUR) == at("2026-10-25 02:00", fold=1)
    skipped = Calendar("skipped", "Europe/Berlin", week_of_one((Interval(120, 180),)))
    assert list(skipped.open_spans(at("2026-03-28 12:00"), at("2026-03-29 12:00"))) == []
    assert list(skipped.open_spans(at("2026-10-25 00:00"), at("2026-10-25 12:00"))) == [
        (at("2026-10-25 02:00"), at("2026-10-25 03:00"))
    ]
    parted = Calendar("parted", "Europe/Berlin", week_of_one((Interval(120, 150),)))
    assert len(list(parted.open_spans(at("2026-10-25 00:00"), at("2026-10-25 12:00")))) == 2


def test_days_of_23_and_25_hours_at_midnight() -> None:
    assert (
        Calendar("always", "America/Sao_Paulo", week_of_one(ALL_DAY)).elapsed(
            at("2018-11-04 01:00", "America/Sao_Paulo"), at("2018-11-05 00:00", "America/Sao_Paulo")
        )
        == 23 * HOUR
    )
    saturday = Calendar("saturday", "America/Sao_Paulo", ((), (), (), (), (), ALL_DAY, ()))
    assert (
        saturday.elapsed(
            at("2018-02-16 12:00", "America/Sao_Paulo"), at("2018-02-19 12:00", "America/Sao_Paulo")
        )
        == 25 * HOUR
    )


def test_a_date_that_was_skipped_has_no_time() -> None:
    friday = Calendar("friday", "Pacific/Apia", ((), (), (), (), ALL_DAY, (), ()))
    assert (
        friday.elapsed(
            at("2011-12-29 00:00", "Pacific/Apia"), at("2012-01-01 00:00", "Pacific/Apia")
        )
        == 0
    )


def test_open_until_midnight_goes_on_behind_it() -> None:
    always = Calendar("always", "Europe/Berlin", week_of_one(ALL_DAY))
    begin, end = at("2025-12-30 12:00"), at("2027-01-02 12:00")
    assert list(always.open_spans(begin, end)) == [(begin, end)]


def test_holidays_are_closed_and_own_days_have_the_last_word() -> None:
    """Chatwoot counts holidays like any other day."""
    christmas = date(2026, 12, 25)
    calendar = office(
        "Europe/Berlin",
        CHRISTMAS_EVE,
        holidays={christmas: "Christmas Day", date(2026, 12, 24): "Half a holiday"},
    )
    assert calendar.hours_on(christmas) == ()
    assert calendar.reason(christmas) == "Christmas Day"
    assert calendar.hours_on(date(2026, 12, 24)) == CHRISTMAS_EVE.hours
    assert calendar.reason(date(2026, 12, 24)) == "Christmas Eve"
    assert calendar.hours_on(date(2027, 12, 24)) == CHRISTMAS_EVE.hours
    assert calendar.hours_on(date(2026, 12, 28)) == NINE_TO_FIVE
    assert calendar.reason(date(2026, 12, 28)) is None
    assert calendar.elapsed(at("2026-12-24 00:00"), at("2026-12-29 00:00")) == (3 + 8) * HOUR


def test_an_own_day_of_one_year_goes_before_that_of_every_year() -> None:
    stock_taking = OwnDay(12, 24, (), "Stock-taking", 2026)
    calendar = office("Europe/Berlin", stock_taking, CHRISTMAS_EVE)
    assert calendar.reason(date(2026, 12, 24)) == "Stock-taking"
    assert calendar.hours_on(date(2026, 12, 24)) == ()
    assert calendar.reason(date(2025, 12, 24)) == "Christmas Eve"


def test_an_own_day_opens_a_weekend() -> None:
    assert office("Europe/Berlin", OwnDay(7, 4, NINE_TO_FIVE, "Sale", 2026)).next_open(
        at("2026-07-03 18:00")
    ) == at("2026-07-04 09:00")


def test_what_never_comes_is_none() -> None:
    never = Calendar("never", "Europe/Berlin", week_of_one(()))
    assert never.next_open(at("2026-07-03 12:00")) is None
    assert never.after(at("2026-07-03 12:00"), 1) is None
    late = Calendar("late", "UTC", week_of_one(()), (OwnDay(1, 1, ALL_DAY, "The day", 2036),))
    day = datetime(2036, 1, 1, tzinfo=UTC)
    assert late.after(day - FAR, 1) is None
    assert late.after(day - FAR + timedelta(seconds=1), 1) == day + timedelta(seconds=1)
    assert late.next_open(day - FAR) is None
    assert late.next_open(day - FAR + timedelta(seconds=1)) == day


def test_the_ends_of_time_are_closed() -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert not office().is_open(last)
    assert office().after(last, 1) is None
    assert office().next_open(last) is None
    assert office().next_open(first) == datetime(2, 1, 1, 8, 6, 32, tzinfo=UTC)


@pytest.mark.parametrize(("start", "end"), [(-1, 60), (60, 60), (120, 60), (0, 1441)])
def test_an_interval_lies_within_a_day(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no interval of a day"):
        Interval(start, end)
