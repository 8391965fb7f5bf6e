import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.text.moments import FURTHEST, moment_of
from supportcli.errors.replies import TimePast, TimeUnreadable

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 27, 9, 30, tzinfo=BERLIN)
"""A Friday; two days later summer time begins."""


@pytest.mark.parametrize(
    ("typed", "wall"),
    [
        ("tomorrow 9:00", "2026-03-28 09:00"),
        ("Tomorrow at 9:00", "2026-03-28 09:00"),
        ("9:00 tomorrow", "2026-03-28 09:00"),
        ("at 17:05", "2026-03-27 17:05"),
        ("5pm", "2026-03-27 17:00"),
        ("12 pm", "2026-03-27 12:00"),
        ("today noon", "2026-03-27 12:00"),
        ("noon", "2026-03-27 12:00"),
        ("midday tomorrow", "2026-03-28 12:00"),
        ("midnight", "2026-03-28 00:00"),
        ("tomorrow midnight", "2026-03-29 00:00"),
        ("midnight tomorrow", "2026-03-29 00:00"),
        ("friday midnight", "2026-03-28 00:00"),
        ("tonight 21:15", "2026-03-27 21:15"),
        ("tonight at 9pm", "2026-03-27 21:00"),
        ("this monday", "2026-03-30 09:00"),
        ("mon 9:00", "2026-03-30 09:00"),
        ("11am", "2026-03-27 11:00"),
        ("day after tomorrow", "2026-03-29 09:00"),
        ("in an hour", "2026-03-27 10:30"),
        ("in half an hour", "2026-03-27 10:00"),
        ("in a week", "2026-04-03 10:30"),
        ("tomorrow", "2026-03-28 09:00"),
        ("tomorrow morning", "2026-03-28 09:00"),
        ("monday 8:30", "2026-03-30 08:30"),
        ("friday 9:31", "2026-03-27 09:31"),
        ("friday 9:30", "2026-04-03 09:30"),
        ("next friday, 17:00", "2026-04-03 17:00"),
        ("on sun 10.15", "2026-03-29 10:15"),
        ("in 2h", "2026-03-27 11:30"),
        ("in 90 minutes", "2026-03-27 11:00"),
        ("in 3 days", "2026-03-30 10:30"),
        ("2h", "2026-03-27 11:30"),
        ("3 days", "2026-03-30 10:30"),
        ("this evening", "2026-03-27 18:00"),
        ("tonight", "2026-03-27 18:00"),
        ("next mon", "2026-03-30 09:00"),
        ("next week", "2026-03-30 09:00"),
        ("next week 14:00", "2026-03-30 14:00"),
        ("next business morning", "2026-03-30 09:00"),
        ("Next working day", "2026-03-30 09:00"),
        ("24 dec 9am", "2026-12-24 09:00"),
        ("December 24, 9:00", "2026-12-24 09:00"),
        ("2 january", "2027-01-02 09:00"),
        ("24 Dec 2026 18:00", "2026-12-24 18:00"),
        ("2026-04-01 07:15", "2026-04-01 07:15"),
        ("2026-04-01T07:15:00", "2026-04-01 07:15"),
        ("2026-04-01", "2026-04-01 09:00"),
        ("10", "2026-03-27 10:00"),
        ("mon 9", "2026-03-30 09:00"),
        ("next fri at 9", "2026-04-03 09:00"),
        ("9 tomorrow", "2026-03-28 09:00"),
        ("4 apr 9", "2026-04-04 09:00"),
        ("apr 4 9", "2026-04-04 09:00"),
        ("apr 4", "2026-04-04 09:00"),
        ("2026-04-01 7", "2026-04-01 07:00"),
    ],
)
def test_plain_words(typed: str, wall: str) -> None:
    found = moment_of(typed, NOW, BERLIN)
    assert f"{found.astimezone(BERLIN):%Y-%m-%d %H:%M}" == wall


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("9:00", "2026-03-27 09:00"),
        ("9", "2026-03-27 09:00"),
        ("today 9:30", "2026-03-27 09:30"),
        ("2026-03-26 12:00", "2026-03-26 12:00"),
        ("1 Jan 2026", "2026-01-01 09:00"),
    ],
)
def test_what_is_over(typed: str, means: str) -> None:
    with pytest.raises(TimePast) as refused:
        moment_of(typed, NOW, BERLIN)
    assert str(refused.value) == f"“{typed}” is over: it means {means}."


@pytest.mark.parametrize(
    "typed",
    ["", "soon", "25:00", "25", "tue 25", "in 9", "13pm", "0am", "31 february", "tomorrow never", "this", "midnight noon", "in", "in 0h", "business",
     "2026-13-01", "2028-01-01", "in 2 years", "٣:٠٠ x"],
)  # fmt: skip
def test_nonsense(typed: str) -> None:
    with pytest.raises(TimeUnreadable):
        moment_of(typed, NOW, BERLIN)


@given(st.text(max_size=30))
def test_any_text_is_a_time_to_come_or_has_its_sentence(typed: str) -> None:
    now = NOW.astimezone(UTC)
    try:
        found = moment_of(typed, now, BERLIN)
    except (TimeUnreadable, TimePast):
        return
    assert now < found <= now + FURTHEST


_DAYS = (
    *("", "today", "tonight", "tomorrow", "day after tomorrow", "next week", "on sun", "24 dec"),
    *("mon", "tuesday", "wed", "thu", "fri", "saturday", "2026-04-01", "apr 4"),
)


@given(
    st.sampled_from(_DAYS),
    st.sampled_from(("", "next ", "this ")),
    st.integers(0, 25),
    st.sampled_from(("", "am", "pm", " pm")),
    st.booleans(),
)
def test_an_hour_means_the_same_with_and_without_minutes(
    day: str, before: str, hour: int, half: str, at: bool
) -> None:
    def meant(clock: str) -> datetime | str:
        words = f"{before}{day} {'at ' if at else ''}{clock}{half}"
        try:
            return moment_of(words, NOW, BERLIN)
        except (TimeUnreadable, TimePast) as error:
            return type(error).__name__

    assert meant(f"{hour}") == meant(f"{hour}:00")


@pytest.mark.parametrize("zone", [BERLIN, None], ids=["named", "of the machine"])
def test_a_time_that_the_clock_skips_comes_later_and_not_before(
    zone: ZoneInfo | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as machine:
        machine.setenv("TZ", "Europe/Berlin")
        time.tzset()
        assert moment_of("2026-03-29 02:30", NOW, zone).astimezone(UTC) == datetime(
            2026, 3, 29, 1, 30, tzinfo=UTC
        )
    time.tzset()


def test_the_business_morning_is_the_one_that_is_given() -> None:
    opens = datetime(2026, 4, 7, 8, 30, tzinfo=BERLIN)
    assert moment_of("next business morning", NOW, BERLIN, opens) == opens


def test_before_nine_the_next_business_morning_is_this_one() -> None:
    early = datetime(2026, 3, 26, 7, 0, tzinfo=BERLIN)
    assert moment_of("business morning", early, BERLIN) == early.replace(hour=9)
