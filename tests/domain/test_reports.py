"""Reports as values: what periods mean, how they fall into days, and what single facts add up
to."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import supportcli.domain.reports  # noqa: F401  # fills the registry
from supportcli.domain.reports.period import TIMES, buckets, period_of
from supportcli.domain.reports.registry import REPORTS, Asked, tables
from supportcli.domain.reports.table import Frame, mean, middle, ninetieth
from supportcli.domain.reports.ticket_life import Life, LifeStep, TicketLabels
from supportcli.domain.text.periods import Period
from supportcli.domain.tickets.ticket import Priority, Status
from supportcli.errors.reports import PeriodInvalid, RowsTooMany

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 10, 28, 15, 30, tzinfo=BERLIN)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("since", "until", "begins", "ends"),
    [
        ("30d", "", "2026-09-29", "2026-10-28T15:30"),
        ("1d", "", "2026-10-28", "2026-10-28T15:30"),
        ("2w", "", "2026-10-15", "2026-10-28T15:30"),
        ("12h", "", "2026-10-28T03:30", "2026-10-28T15:30"),
        ("today", "", "2026-10-28", "2026-10-28T15:30"),
        ("yesterday", "yesterday", "2026-10-27", "2026-10-28"),
        ("week", "", "2026-10-26", "2026-10-28T15:30"),
        ("Month", "", "2026-10-01", "2026-10-28T15:30"),
        ("2026-09", "2026-09", "2026-09-01", "2026-10-01"),
        ("2025-12", "2025-12", "2025-12-01", "2026-01-01"),
        ("2025", "2025", "2025-01-01", "2026-01-01"),
        ("1970", "1970", "1970-01-01", "1971-01-01"),
        ("2026-W40", "2026-w40", "2026-09-28", "2026-10-05"),
        ("2026-10-25", "2026-10-25", "2026-10-25", "2026-10-26"),
        ("2026-10-01T09:00", "2026-10-02T09:00", "2026-10-01T09:00", "2026-10-02T09:00"),
        ("2026-10", "2026-12", "2026-10-01", "2026-10-28T15:30"),
        ("2026-10", "now", "2026-10-01", "2026-10-28T15:30"),
    ],
)
def test_a_period_goes_from_the_beginning_of_one_to_the_end_of_the_other(
    since: str, until: str, begins: str, ends: str
) -> None:
    assert period_of(since, until, NOW, BERLIN) == Period(at(begins), at(ends))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30",
        "d",
        "0d",
        "-3d",
        "2026-13",
        "2026-00",
        "2026-10-00",
        "2026-W54",
        "2026-02-30",
        "26-10-01",
        "soon",
        "30d ago",
        "2026-10-01T25:00",
    ],
)
def test_what_names_no_time_is_refused(text: str) -> None:
    with pytest.raises(PeriodInvalid):
        period_of(text, "", NOW, BERLIN)


def test_a_day_that_begins_just_now_is_empty_and_no_mistake() -> None:
    midnight = at("2026-10-28")
    assert period_of("today", "", midnight, BERLIN) == Period(midnight, midnight)
    assert buckets(Period(midnight, midnight), "day", BERLIN) == []


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.timedeltas(timedelta(minutes=1), timedelta(days=120)),
    st.sampled_from(TIMES),
    st.sampled_from(
        [
            "Europe/Berlin",
            "America/Sao_Paulo",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "Africa/Cairo",
            "UTC",
        ]
    ),
)
def test_buckets_tile_their_period_and_have_names_of_their_own(
    since: datetime, length: timedelta, by: str, zone: str
) -> None:
    period = Period(since, since + length)
    found = buckets(period, by, ZoneInfo(zone))
    assert found[0].period.since == period.since
    assert found[-1].period.until == period.until
    assert all(one.period.until == other.period.since for one, other in pairwise(found))
    assert all(one.period.since < one.period.until for one in found)
    if by != "hour":
        assert len({one.key for one in found}) == len(found)
        assert all(one.key[:4] in {"2023", "2024", "2025", "2026", "2027"} for one in found)


def test_local_days_of_a_dst_change_have_23_and_25_hours() -> None:
    lengths = {}
    for first, last in (("2026-03-28", "2026-03-31"), ("2026-10-24", "2026-10-27")):
        for one in buckets(Period(at(first), at(last)), "day", BERLIN):
            lengths[one.key] = (one.period.until - one.period.since) / timedelta(hours=1)
    assert [lengths[day] for day in ("2026-03-28", "2026-03-29", "2026-10-25", "2026-10-26")] == [
        24,
        23,
        25,
        24,
    ]


@pytest.mark.parametrize(
    ("since", "until", "begins", "ends"),
    [
        ("today", "", "2026-10-27", "2026-10-27T15:30"),
        ("yesterday", "yesterday", "2026-10-26", "2026-10-27"),
        ("7d", "", "2026-10-15", "2026-10-21T15:30"),
        ("12h", "", "2026-10-27T15:30", "2026-10-28T03:30"),
        ("2026-10-28T00:00", "", "2026-10-27T08:30", "2026-10-28T00:00"),
        ("week", "", "2026-10-19", "2026-10-21T15:30"),
        ("2026-W40", "2026-W40", "2026-09-21", "2026-09-28"),
        ("2026-W42", "", "2026-09-21", "2026-10-07T15:30"),
        ("month", "", "2026-09-01", "2026-09-28T15:30"),
        ("2026-09", "2026-09", "2026-08-01", "2026-09-01"),
        ("2026-03", "2026-03", "2026-02-01", "2026-03-01"),
        ("2026-01", "2026-03", "2025-10-01", "2026-01-01"),
        ("2026-03", "2026-03-30", "2026-02-01", "2026-03-01"),
        ("2026", "", "2025-01-01", "2025-10-28T15:30"),
        ("2025", "2025", "2024-01-01", "2025-01-01"),
    ],
)
def test_the_period_before_is_counted_in_what_since_names(
    since: str, until: str, begins: str, ends: str
) -> None:
    assert period_of(since, until, NOW, BERLIN).before(BERLIN) == Period(at(begins), at(ends))


@pytest.mark.parametrize(
    "moment", ["2026-10-25T12:30", "2026-10-25T13:30", "2026-10-25T14:00", "2026-03-29T13:15"]
)
def test_hours_before_leave_no_gap_where_the_clocks_change(moment: str) -> None:
    period = period_of("12h", "", at(moment), BERLIN)
    before = period.before(BERLIN)
    assert before.until == period.since
    assert before.until - before.since == period.until - period.since == timedelta(hours=12)


@pytest.mark.parametrize("word", ["20261001", "2026-W40-4"])
def test_a_date_in_any_form_is_a_day(word: str) -> None:
    assert period_of(word, word, NOW, BERLIN) == Period(at("2026-10-01"), at("2026-10-02"))


@pytest.mark.parametrize("text", ["1969", "0001-02", "99999d", "99999w", "1969-12-31T23:00"])
def test_what_begins_before_there_was_any_mail_is_refused(text: str) -> None:
    with pytest.raises(PeriodInvalid, match="begins before 1970"):
        period_of(text, "", NOW, BERLIN)


@pytest.mark.parametrize(
    "begins",
    [
        "2026-10-25T00:10:00",
        "2026-10-25T00:30:00",
        "2026-10-25T01:00:00",
        "2026-10-25T01:30:00",
        "2026-10-25T02:00:00",
    ],
)
def test_hours_tile_a_period_that_begins_in_the_hour_that_comes_twice(begins: str) -> None:
    since = datetime.fromisoformat(begins + "+00:00")
    found = buckets(Period(since, since + timedelta(hours=5)), "hour", BERLIN)
    assert (found[0].period.since, found[-1].period.until) == (since, since + timedelta(hours=5))
    assert all(one.period.until == other.period.since for one, other in pairwise(found))
    assert all(one.period.since < one.period.until for one in found)
    assert len({one.key for one in found}) == len(found)


def test_a_single_day_stands_beside_the_one_before() -> None:
    lives = [
        life(number, LifeStep(at(f"2026-10-{day}"), "created"))
        for number, day in enumerate((26, 27, 27), 1)
    ]
    frame = Frame(period_of("yesterday", "yesterday", NOW, BERLIN), BERLIN)
    (table,) = tables(lives, [Asked(REPORTS["volume"], "day", frame, compare=True)])
    earlier = table.earlier(table.rows[0])
    assert earlier is not None
    assert (earlier.key, earlier.values["created"]) == ("2026-10-26", 1)


def test_more_rows_than_anybody_reads_are_refused() -> None:
    frame = Frame(period_of("1970-01-02", "", NOW, BERLIN), BERLIN)
    with pytest.raises(RowsTooMany) as refused:
        Asked(REPORTS["volume"], "hour", frame)
    assert refused.value.sentence == "Grouped by hour, the report would have more than 25,000 rows."
    Asked(REPORTS["volume"], "day", frame)


def test_measures_are_times_that_somebody_waited() -> None:
    assert (middle([1, 2, 3, 4]), middle([5])) == (2, 5)
    assert (ninetieth(list(range(1, 11))), ninetieth(list(range(1, 12))), ninetieth([7])) == (
        9,
        10,
        7,
    )
    assert mean([1, 2]) == 2


def life(number: int, *steps: LifeStep, tags: tuple[str, ...] = (), silent: bool = False) -> Life:
    return Life(
        TicketLabels(number, "help@shop.test", Priority.HIGH, "ada@shop.test", tags),
        steps[0].at,
        silent,
        steps,
    )


def asked(name: str, by: str = "") -> Asked:
    return Asked(
        REPORTS[name], REPORTS[name].grouping(by), Frame(Period(at("2026-10-01"), NOW), BERLIN)
    )


def test_a_ticket_with_two_tags_counts_under_each_and_once_in_the_total() -> None:
    one, other = (
        life(number, LifeStep(at(f"2026-10-0{number}"), "created"), tags=tags)
        for number, tags in ((1, ("a", "b")), (2, ()))
    )
    (table,) = tables([one, other], [asked("volume", "tag")])
    assert [(row.key, row.label, row.values["created"]) for row in table.rows] == [
        ("a", "a", 1),
        ("b", "b", 1),
        (None, "(no tag)", 1),
    ]
    assert table.total.values["created"] == 2


def test_a_ticket_that_is_closed_after_it_was_solved_was_solved_once() -> None:
    steps = [
        LifeStep(at("2026-10-02"), "created"),
        *(
            LifeStep(at(f"2026-10-0{day}"), "x", "ada@shop.test", status)
            for day, status in SETTLING
        ),
    ]
    made = tables(
        [life(1, *steps)],
        [asked(name) for name in ("agents", "first-resolution", "reopened", "tags")],
    )
    assert [table.total.values["solved"] for table in made] == [1, 1, 1, 1]


SETTLING = ((3, Status.SOLVED), (4, Status.CLOSED))


def test_groups_are_named_in_any_case() -> None:
    assert REPORTS["volume"].grouping(" Month ") == "month"


def test_priorities_stand_in_their_order_those_without_tickets_too() -> None:
    (table,) = tables(
        [life(1, LifeStep(at("2026-10-02"), "created"))], [asked("volume", "priority")]
    )
    assert [(row.label, row.values["created"]) for row in table.rows] == [
        ("urgent", 0),
        ("high", 1),
        ("normal", 0),
        ("low", 0),
    ]


def test_one_contact_is_enough_only_after_seven_days_and_too_early_before() -> None:
    def solved(day: int, *more: LifeStep) -> Life:
        created, when = (
            LifeStep(at(f"2026-10-{day:02}T08:00"), "created"),
            at(f"2026-10-{day:02}T09:00"),
        )
        return life(day, created, LifeStep(when, "replied", "ada@shop.test", Status.SOLVED), *more)

    again = LifeStep(at("2026-10-09T09:00"), "received", None, Status.OPEN)
    late = LifeStep(at("2026-10-13T09:00"), "received", None, Status.OPEN)
    (table,) = tables(
        [solved(5), solved(3, again), solved(4, late), solved(25)], [asked("first-contact")]
    )
    assert table.total.values == {"settled": 2, "other": 1, "share": 2 / 3, "early": 1, "silent": 0}


def test_every_report_says_what_it_counts_and_what_it_leaves_out() -> None:
    for report in REPORTS.values():
        assert "Not counted:" in report.definition, report.name
        assert report.sentence.endswith(".")
        names = [column.name for column in report.figures]
        assert len(set(names)) == len(names)
        assert not {"type", "report", "row", "before"} & set(names), "JSON has these for itself"
        assert {report.drawn, *report.lengths} - {""} <= set(names)
