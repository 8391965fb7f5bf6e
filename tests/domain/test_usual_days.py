"""A usual day: the same weekdays up to the same time of day, also where the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.reports.dashboard.usual_days import earlier_days, today_so_far, usual
from supportcli.domain.reports.table import Fact, Pile, count, middle, timing
from supportcli.domain.reports.ticket_life import TicketLabels
from supportcli.domain.tickets.ticket import Priority

BERLIN = ZoneInfo("Europe/Berlin")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 3, 30, 12, 30, tzinfo=BERLIN).astimezone(UTC)  # a Monday, after DST began
CREATED = count("created", "Created", "created")
WAITED = timing("median", "Median", middle, "time")


def fact(at: datetime, sort: str = "created", seconds: int | None = None) -> Fact:
    return Fact(TicketLabels(1, "help@shop.test", Priority.NORMAL, None, ()), at, sort, seconds)


@given(
    st.timedeltas(timedelta(days=400), timedelta(days=3650)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns"]),
)
def test_the_days_are_weeks_apart_and_end_at_the_same_time(after: timedelta, name: str) -> None:
    zone, now = ZoneInfo(name), LONG_AGO + after
    today = today_so_far(now, zone)
    assert today.until == now
    found = earlier_days(today, zone, LONG_AGO)
    assert len(found) == 4
    here = now.astimezone(zone)
    for weeks, day in enumerate(found, 1):
        until = day.until.astimezone(zone)
        assert (until.weekday(), here.date() - until.date()) == (
            here.weekday(),
            timedelta(weeks=weeks),
        )
        assert until.time() == here.time() or until.utcoffset() != here.utcoffset()
        assert day.since <= day.until


def test_days_before_the_desk_began_do_not_count() -> None:
    today = today_so_far(NOON, BERLIN)
    assert earlier_days(today, BERLIN, None) == []
    begun = NOON - timedelta(days=10)
    assert [day.until.astimezone(BERLIN).day for day in earlier_days(today, BERLIN, begun)] == [23]


def test_counts_are_means_and_times_are_of_all_days_together() -> None:
    days = earlier_days(today_so_far(NOON, BERLIN), BERLIN, LONG_AGO)
    pile = Pile(
        [
            *(fact(days[0].since + timedelta(minutes=one)) for one in range(6)),
            fact(days[1].until - timedelta(seconds=1)),
            fact(days[1].until),  # later that day
            fact(NOON),
            fact(days[2].since, "time", 10),
            fact(days[2].since, "time", 50),
            fact(days[3].since, "time", 30),
            fact(NOON - timedelta(hours=1), "time", 9000),
        ]
    )
    assert usual(pile, CREATED, days) == 2
    assert usual(pile, WAITED, days) == 30
    assert usual(pile, CREATED, []) is None
    assert usual(Pile(()), WAITED, days) is None
