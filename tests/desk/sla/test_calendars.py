"""Setting calendars up and changing them: who may, what a text changes, and what becomes of
versions that hold from later on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.desk.sla.calendars import (
    CalendarTexts,
    add_calendar,
    calendar,
    days_off,
    days_off_in,
    edit_calendar,
    list_calendars,
)
from supportcli.desk.sla.public_holidays import list_countries, place_of, public_holidays
from supportcli.domain.people import Role
from supportcli.domain.sla.calendar import Calendar
from supportcli.domain.sla.calendar_text import own_day_text, week_text
from supportcli.errors import NotAllowed, UsageError
from supportcli.errors.names import NameTaken, NotFound
from supportcli.errors.sla import CalendarInvalid
from supportcli.storage.tickets import people
from tests.desk.desks import START, StandingClock, as_agent, desk_at

OFFICE = CalendarTexts(zone="Europe/Berlin", hours="mon-fri 9:00-17:00")


@pytest.fixture
def desk(tmp_path: Path, clock: StandingClock) -> Iterator[Desk]:
    """The desk as Eve sees it, who is an admin."""
    with desk_at(f"sqlite:///{tmp_path}/desk.db", clock) as desk:
        with desk.db.write() as tx:
            people.add_agent(tx, "Eve", "eve@shop.test", Role.ADMIN, now=START)
        yield as_agent(desk, "eve@shop.test")


def says(desk: Desk, start: datetime) -> Calendar:
    """What the office's calendar says of what starts then."""
    return calendar(desk, "office").history.at(start).calendar


def test_a_calendar_is_added_and_found_in_any_case(desk: Desk) -> None:
    made = add_calendar(desk, "  Office ", OFFICE)
    assert made == calendar(desk, "OFFICE")
    assert [one.history.name for one in list_calendars(desk)] == ["Office"]
    assert (made.calendar.zone, week_text(made.calendar.week)) == (
        "Europe/Berlin",
        "mon-fri 9:00-17:00",
    )
    assert (made.is_open, made.until) == (True, datetime(2026, 3, 2, 16, tzinfo=UTC))
    with pytest.raises(NameTaken):
        add_calendar(desk, "office", OFFICE)
    with pytest.raises(NotFound) as raised:
        calendar(desk, "offcie")
    assert raised.value.hint == "Did you mean “Office”? See them with: supportcli calendar list"


@pytest.mark.parametrize(
    ("hours", "now", "is_open", "until"),
    [
        ("mon-fri 9:00-17:00", "2026-03-02T17:00", False, "2026-03-03T09:00"),
        ("mon-fri 9:00-17:00", "2026-03-06T17:00:00.5", False, "2026-03-09T09:00"),
        ("mon-sun 0:00-24:00", "2026-03-02T17:00:00.5", True, None),
        ("mon-sun closed", "2026-03-02T17:00", False, None),
        ("mon-tue 0:00-24:00", "2026-03-02T17:00", True, "2026-03-04T00:00"),
    ],
)
def test_until_when_it_is_open_or_closed(
    desk: Desk, hours: str, now: str, is_open: bool, until: str | None
) -> None:
    then = replace(desk, clock=StandingClock(datetime.fromisoformat(now).replace(tzinfo=UTC)))
    made = add_calendar(then, "office", CalendarTexts(zone="UTC", hours=hours))
    assert (made.is_open, made.until) == (
        is_open,
        until and datetime.fromisoformat(until).replace(tzinfo=UTC),
    )


def test_only_an_admin_sets_calendars_up(desk: Desk) -> None:
    add_calendar(desk, "office", OFFICE)
    bob = as_agent(desk, "bob@shop.test")
    with pytest.raises(NotAllowed):
        add_calendar(bob, "phone", OFFICE)
    with pytest.raises(NotAllowed):
        edit_calendar(bob, "office", CalendarTexts(hours="mon 9-10"))
    assert len(list_calendars(bob)) == 1


def test_an_edit_holds_from_now_on_and_leaves_what_it_does_not_say(
    desk: Desk, clock: StandingClock
) -> None:
    add_calendar(
        desk,
        "office",
        CalendarTexts(
            zone="Europe/Berlin",
            hours="mon-fri 9:00-17:00",
            country="DE",
            days=["12-24 9:00-12:00 Eve"],
        ),
    )
    clock.tick(days=1)
    done = edit_calendar(
        desk, "office", CalendarTexts(hours="mon-thu 9:00-17:00", days=["2026-07-03 closed Outing"])
    )
    assert (len(done.versions), done.back_dated) == (1, False)
    before, after = says(desk, START), says(desk, clock.now)
    assert (week_text(before.week), week_text(after.week)) == (
        "mon-fri 9:00-17:00",
        "mon-thu 9:00-17:00",
    )
    assert [own_day_text(own) for own in after.own] == [
        "12-24 9:00-12:00 Eve",
        "2026-07-03 closed Outing",
    ]
    assert (after.country, after.holidays) == ("DE", before.holidays)


def test_an_edit_that_says_what_was_said_adds_nothing(desk: Desk) -> None:
    add_calendar(desk, "office", OFFICE)
    assert (
        edit_calendar(
            desk, "office", CalendarTexts(zone="europe/berlin", hours="mon-fri 9-17")
        ).versions
        == ()
    )
    assert len(calendar(desk, "office").history.versions) == 1
    with pytest.raises(UsageError, match="You did not say what to change"):
        edit_calendar(desk, "office", CalendarTexts(), "2026-03-01")


def test_an_own_day_takes_the_place_of_that_of_the_same_date(desk: Desk) -> None:
    add_calendar(
        desk,
        "office",
        CalendarTexts(
            zone="UTC", hours="mon 9-10", days=["12-24 closed", "2026-12-24 9:00-10:00 Once"]
        ),
    )
    edit_calendar(
        desk,
        "office",
        CalendarTexts(days=["12-24 9:00-12:00 Eve", "01-02 closed"], removed=["2026-12-24"]),
    )
    assert [own_day_text(own) for own in calendar(desk, "office").calendar.own] == [
        "01-02 closed",
        "12-24 9:00-12:00 Eve",
    ]


def test_a_correction_of_the_past_goes_on_where_the_mistake_went_on(
    desk: Desk, clock: StandingClock
) -> None:
    """Otherwise what was there first would hold again from its own beginning on."""
    add_calendar(desk, "office", OFFICE)
    clock.tick(days=10)
    done = edit_calendar(desk, "office", CalendarTexts(hours="mon-fri 8:00-16:00"), "2026-02-01")
    assert ([version.since for version in done.versions], done.back_dated) == (
        [datetime(2026, 1, 31, 23, tzinfo=UTC), START],
        True,
    )
    for start in (
        START - timedelta(days=1000),
        START - timedelta(days=20),
        START,
        clock.now + timedelta(days=1000),
    ):
        assert week_text(says(desk, start).week) == "mon-fri 8:00-16:00"


def test_a_plan_keeps_what_it_changes_and_takes_on_the_rest(desk: Desk) -> None:
    add_calendar(
        desk,
        "office",
        CalendarTexts(zone="Europe/Berlin", hours="mon-fri 9:00-17:00", days=["12-31 closed"]),
    )
    done = edit_calendar(
        desk,
        "office",
        CalendarTexts(hours="mon-sat 9:00-17:00", days=["12-24 closed Eve"]),
        "2026-09-01",
    )
    assert (done.back_dated, [version.since for version in done.versions]) == (
        False,
        [datetime(2026, 8, 31, 22, tzinfo=UTC)],
    )
    assert week_text(says(desk, START).week) == "mon-fri 9:00-17:00"
    changes = CalendarTexts(
        hours="mon-fri 8:00-16:00",
        zone="Europe/Vienna",
        country="AT",
        days=["07-03 closed", "12-24 9:00-10:00"],
        removed=["12-31"],
    )
    assert len(edit_calendar(desk, "office", changes).versions) == 2
    plan = says(desk, datetime(2026, 9, 1, tzinfo=UTC))
    assert (week_text(plan.week), plan.zone, plan.country) == (
        "mon-sat 9:00-17:00",
        "Europe/Vienna",
        "AT",
    )
    assert [own_day_text(own) for own in plan.own] == ["07-03 closed", "12-24 closed Eve"]
    assert plan.reason(date(2026, 10, 26)) == "National Day"
    edit_calendar(desk, "office", CalendarTexts(country="DE"), "2026-09-01")
    assert len(edit_calendar(desk, "office", CalendarTexts(country="none")).versions) == 1
    assert says(desk, datetime(2026, 9, 1, tzinfo=UTC)).country == "DE"


def test_holidays_are_kept_from_two_years_before_to_ten_years_ahead(desk: Desk) -> None:
    made = add_calendar(
        desk,
        "office",
        CalendarTexts(
            zone="Europe/Berlin", hours="mon-fri 9-17", country="Germany", region="bayern"
        ),
    ).calendar
    assert (made.country, made.region) == ("DE", "BY")
    assert {day.year for day in made.holidays} == set(range(2024, 2037))
    assert made.reason(date(2026, 1, 6)) == "Epiphany"


@pytest.mark.parametrize(
    ("texts", "place"),
    [
        (CalendarTexts(region="none"), ("DE", None)),
        (CalendarTexts(region="BE"), ("DE", "BE")),
        (CalendarTexts(country="de"), ("DE", "BY")),
        (CalendarTexts(country="AT"), ("AT", None)),
        (CalendarTexts(country="AT", region="9"), ("AT", "9")),
        (CalendarTexts(country="none"), (None, None)),
        (CalendarTexts(country="None", region="none"), (None, None)),
    ],
)
def test_country_and_region_change_together(
    desk: Desk, texts: CalendarTexts, place: tuple[str | None, str | None]
) -> None:
    add_calendar(
        desk, "office", CalendarTexts(zone="UTC", hours="mon 9-10", country="DE", region="BY")
    )
    edit_calendar(desk, "office", texts)
    now = calendar(desk, "office").calendar
    assert (now.country, now.region) == place
    assert bool(now.holidays) == bool(place[0])


@pytest.mark.parametrize(
    ("texts", "since", "sentence"),
    [
        (
            CalendarTexts(zone="Berlin"),
            None,
            "The zone cannot be read: “Berlin” is not a time zone.",
        ),
        (CalendarTexts(zone=""), None, "The zone cannot be read: “” is not a time zone."),
        (CalendarTexts(hours="mon-fri"), None, "The week cannot be read: “mon-fri” has no hours."),
        (CalendarTexts(hours=""), None, "The week cannot be read: “” names no day."),
        (
            CalendarTexts(days=["12-24"]),
            None,
            "The day cannot be read: “12-24” does not say when it is open.",
        ),
        (
            CalendarTexts(days=["12-24 closed", "12-24 9-10"]),
            None,
            "The day cannot be read: “12-24” is given twice.",
        ),
        (
            CalendarTexts(removed=["12-25"]),
            None,
            "There is no special day “12-25” in this calendar.",
        ),
        (CalendarTexts(removed=["x"]), None, "The day cannot be read: “x” is not a date."),
        (
            CalendarTexts(country="Germny"),
            None,
            "The country cannot be read: “Germny” is not a country whose holidays are known.",
        ),
        (
            CalendarTexts(country=""),
            None,
            "The country cannot be read: “” is not a country whose holidays are known.",
        ),
        (CalendarTexts(region="BY"), None, "The region cannot be read: “BY” needs a country."),
        (
            CalendarTexts(country="none", region="BY"),
            None,
            "The region cannot be read: “BY” needs a country.",
        ),
        (
            CalendarTexts(country="DE", region="Bayen"),
            None,
            "The region cannot be read: “Bayen” is not a region of DE.",
        ),
        (
            CalendarTexts(country="DE", region=""),
            None,
            "The region cannot be read: “” is not a region of DE.",
        ),
        (
            CalendarTexts(hours="mon 9-10"),
            "2026-13-01",
            "The date cannot be read: “2026-13-01” is not a date that a calendar can start from.",
        ),
        (
            CalendarTexts(hours="mon 9-10"),
            "0001-01-01",
            "The date cannot be read: “0001-01-01” is not a date that a calendar can start from.",
        ),
        (
            CalendarTexts(hours="mon 9-10"),
            "",
            "The date cannot be read: “” is not a date that a calendar can start from.",
        ),
    ],
)
def test_what_is_unclear_changes_nothing(
    desk: Desk, texts: CalendarTexts, since: str | None, sentence: str
) -> None:
    add_calendar(desk, "office", OFFICE)
    before = calendar(desk, "office")
    with pytest.raises((CalendarInvalid, NotFound)) as raised:
        edit_calendar(desk, "office", texts, since)
    assert raised.value.sentence == sentence
    assert calendar(desk, "office") == before


@pytest.mark.parametrize("name", ["", "  ", "!", "-office", "a" * 41, "a\nb\x1b[31m", "Clock"])
def test_a_name_that_is_none(desk: Desk, name: str) -> None:
    with pytest.raises(CalendarInvalid, match="is not a name for a calendar"):
        add_calendar(desk, name, OFFICE)


def test_two_calendars_never_have_the_same_name_behind_an_at(desk: Desk) -> None:
    add_calendar(desk, "Late shift", OFFICE)
    with pytest.raises(NameTaken):
        add_calendar(desk, "late_shift", OFFICE)


def test_days_off_of_a_year(desk: Desk) -> None:
    days = [
        "12-25 9:00-12:00 Open on Christmas",
        "2027-07-03 closed Later",
        "02-29 closed Leap day",
    ]
    made = add_calendar(
        desk,
        "office",
        CalendarTexts(zone="UTC", hours="mon-fri 9-17", country="GB", region="England", days=days),
    ).calendar
    found = {day.day: (day.name, bool(day.hours), day.public) for day in days_off(made, 2026)}
    assert found[date(2026, 12, 25)] == ("Open on Christmas", True, False)
    assert found[date(2026, 12, 28)] == ("Boxing Day (observed)", False, True)
    assert list(found) == sorted(found)
    assert date(2027, 7, 3) in {day.day for day in days_off(made, 2027)}
    assert date(2028, 2, 29) in {day.day for day in days_off(made, 2028)}
    assert [day.name for day in days_off(made, 2050)] == ["Open on Christmas"]
    assert [day.day for day in days_off_in("gb", "eng", 2026)] == list(found)


def test_countries_and_regions_are_known_by_code_and_name() -> None:
    germany = next(country for country in list_countries() if country.code == "DE")
    assert germany.name == "Germany"
    assert {"BY", "BE"} <= set(germany.regions)
    assert place_of("uk", "scotland") == place_of("GBR", "SCT") == ("GB", "SCT")
    with pytest.raises(CalendarInvalid) as raised:
        place_of("Germny", None)
    assert raised.value.nearest == "Germany"
    with pytest.raises(CalendarInvalid, match="is not a region of SG") as raised:
        place_of("SG", "North")
    assert raised.value.hint == "SG has the same holidays everywhere."


@pytest.mark.parametrize(
    ("country", "day"), [("DE", "12-24"), ("DE", "05-10"), ("US", "02-14"), ("GB", "11-05")]
)
def test_a_day_that_is_celebrated_and_worked_on_is_no_holiday(country: str, day: str) -> None:
    """Zammad #390: its feed of holidays had all that people celebrate."""
    assert date.fromisoformat(f"2026-{day}") not in {
        off.day for off in days_off_in(country, None, 2026)
    }


def test_the_language_of_the_machine_names_no_holiday(monkeypatch: pytest.MonkeyPatch) -> None:
    for language in ("de_DE.UTF-8", "th"):
        monkeypatch.setenv("LANGUAGE", language)
        monkeypatch.setenv("LANG", language)
        assert public_holidays("DE", None, [2026])[date(2026, 12, 25)] == "Christmas Day"
