"""Clocks by plain calls: what other help desks got wrong, one test each. The numbers are those of
the issues in which it was reported."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from supportcli.domain.query.parse import parse_condition
from supportcli.domain.sla import targets
from supportcli.domain.sla.calendar import Calendar, CalendarHistory, CalendarVersion, Interval
from supportcli.domain.sla.policy import Goal, Policy, PolicyVersion, Rulebook, TargetKind
from supportcli.domain.sla.targets import Target
from supportcli.domain.tickets.ticket import Priority, Status
from tests.domain.lives import Life
from tests.domain.sla_oracle import MINUTE

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
EVER = datetime(2010, 1, 1, tzinfo=UTC)
FIRST, NEXT, ONCE, RESOLUTION = (
    TargetKind.FIRST_RESPONSE,
    TargetKind.NEXT_RESPONSE,
    TargetKind.FIRST_RESOLUTION,
    TargetKind.RESOLUTION,
)
HOUR, DAY = 60, 1440
"""Minutes."""


def office(zone: str = "UTC", start: int = 9, end: int = 17) -> dict[str, CalendarHistory]:
    week: Any = (*[(Interval(start * 60, end * 60),)] * 5, (), ())
    return {
        "office": CalendarHistory(
            1, "office", (CalendarVersion(1, EVER, Calendar("office", zone, week)),)
        )
    }


def promise(
    goals: dict[TargetKind, int],
    *,
    by: str | None = None,
    when: str = "",
    pauses: tuple[Status, ...] = (),
    warnings: tuple[int, ...] = (),
    until: datetime | None = None,
    number: int = 1,
) -> Policy:
    """A policy that promises so many minutes, for all priorities; warnings are minutes too."""
    kept = {
        (kind, priority): Goal(60 * minutes, by)
        for kind, minutes in goals.items()
        for priority in Priority
    }
    warned = tuple(60 * minutes for minutes in warnings)
    version = PolicyVersion(
        number, EVER, kept, parse_condition(when), when, frozenset(pauses), warned
    )
    return Policy(f"policy {number}", number, EVER, (version,), until)


def judged(
    life: Life, at: int, *policies: Policy, calendars: dict[str, CalendarHistory] | None = None
) -> list[Target]:
    """The targets so many minutes after the beginning."""
    return targets.targets(
        life.facts(), Rulebook(policies, calendars or {}), life.base + at * MINUTE
    )


def only(found: list[Target], kind: TargetKind) -> Target:
    [one] = [target for target in found if target.kind is kind]
    return one


def minute(life: Life, at: datetime | None) -> float | None:
    return None if at is None else (at - life.base) / MINUTE


def written(base: datetime = MONDAY) -> Life:
    life = Life(base)
    life.customer(0)
    return life


def test_next_response_does_not_overrule_a_longer_first_response() -> None:
    """Zammad #5177."""
    life = written()
    life.customer(30)
    found = judged(life, 3 * HOUR, promise({FIRST: 8 * HOUR, NEXT: HOUR}))
    assert [(one.kind, minute(life, one.due_at), one.breached_at) for one in found] == [
        (FIRST, 8 * HOUR, None)
    ]


def test_the_first_reply_meets_at_once() -> None:
    """Zammad #3140 and #2082: escalated though somebody had answered; only the second reply
    counted."""
    life = written()
    life.reply(59)
    life.customer(70)
    life.reply(80)
    found = judged(life, DAY, promise({FIRST: HOUR, NEXT: HOUR}))
    assert [(one.kind, minute(life, one.met_at), one.breached_at) for one in found] == [
        (FIRST, 59, None),
        (NEXT, 80, None),
    ]


def test_time_over_a_year_is_counted() -> None:
    """Zammad #2579."""
    life = written()
    life.to(800 * DAY, "solved")
    found = judged(
        life,
        900 * DAY,
        promise({RESOLUTION: 2 * 365 * 8 * HOUR}, by="office"),
        promise({}),
        calendars=office(),
    )
    target = only(found, RESOLUTION)
    weekdays = sum((MONDAY + timedelta(days=day)).weekday() < 5 for day in range(800))
    assert target.spent == weekdays * 8 * 3600
    assert minute(life, target.met_at) == 800 * DAY


def test_a_target_of_an_ended_policy_ends_and_is_not_breached_later() -> None:
    """Zammad #4353."""
    life = written()
    policy = promise({FIRST: 2 * HOUR, RESOLUTION: 30}, until=MONDAY + timedelta(hours=1))
    for now in (HOUR, 2 * HOUR, 9 * DAY):
        target = only(judged(life, now, policy), FIRST)
        assert (target.breached_at, target.next_at, target.is_open) == (None, None, False)
        assert (minute(life, target.cancelled_at), target.cancelled_because) == (
            HOUR,
            "the policy policy 1 ended",
        )
    assert minute(life, only(judged(life, 9 * DAY, policy), RESOLUTION).breached_at) == 30


@pytest.mark.parametrize("status", ["spam", "deleted"])
def test_a_ticket_that_was_thrown_away_breaches_nothing(status: str) -> None:
    """Zammad #904."""
    life = written()
    life.to(10, status)
    found = judged(
        life, 9 * DAY, promise({FIRST: HOUR, ONCE: HOUR, RESOLUTION: HOUR}, warnings=(30,))
    )
    assert len(found) == 3
    assert {(one.breached_at, one.cancelled_because, one.next_at, one.warned) for one in found} == {
        (None, status, None, ())
    }


@pytest.mark.parametrize(
    ("zone", "base"),
    [
        ("UTC", "2026-03-02T00:00"),
        ("Europe/Berlin", "2026-03-29T22:00"),
        ("America/Sao_Paulo", "2018-11-05T02:00"),
    ],
)
def test_a_mail_at_midnight_counts_from_when_the_desk_opens(zone: str, base: str) -> None:
    """Zammad #4432."""
    life = written(datetime.fromisoformat(base).replace(tzinfo=UTC))
    target = only(
        judged(life, 0, promise({FIRST: HOUR}, by="office"), calendars=office(zone)), FIRST
    )
    assert minute(life, target.due_at) == 10 * HOUR


def test_two_pauses_in_the_same_minute_both_count() -> None:
    """Zammad keeps pauses by their minute, so that the later one takes the earlier one's place."""
    life = written()
    life.to(10, "pending")
    life.to(10, "open")
    life.to(10, "pending")
    life.to(40, "open")
    target = only(
        judged(life, 60, promise({RESOLUTION: HOUR}, pauses=(Status.PENDING,))), RESOLUTION
    )
    assert minute(life, target.due_at) == 90


def test_an_hour_that_comes_twice_counts_twice() -> None:
    """Zammad keeps pauses by the wall clock. In Berlin it is 2:30 twice on October 25: the desk was
    waiting in the first one only."""
    life = written(datetime(2026, 10, 25, 0, tzinfo=UTC))
    life.to(30, "pending")
    life.to(90, "open")
    week: Any = ((),) * 6 + ((Interval(0, 360),),)
    sunday = {
        "office": CalendarHistory(
            1, "office", (CalendarVersion(1, EVER, Calendar("office", "Europe/Berlin", week)),)
        )
    }
    target = only(
        judged(
            life,
            100,
            promise({RESOLUTION: 3 * HOUR}, by="office", pauses=(Status.PENDING,)),
            calendars=sunday,
        ),
        RESOLUTION,
    )
    assert minute(life, target.due_at) == 4 * HOUR


def test_each_wait_is_a_target_of_its_own() -> None:
    """Zammad keeps the longest span only."""
    life = written()
    life.reply(10)
    for place, waited in enumerate((90, 30, 70), 1):
        life.customer(place * 200)
        life.reply(place * 200 + waited)
    found = [
        one for one in judged(life, DAY, promise({FIRST: HOUR, NEXT: HOUR})) if one.kind is NEXT
    ]
    assert [(one.ordinal, one.spent // 60, minute(life, one.breached_at)) for one in found] == [
        (1, 90, 260),
        (2, 30, None),
        (3, 70, 660),
    ]


@pytest.mark.parametrize("verb", ["reply", "solve"])
def test_what_came_too_late_is_a_miss_whenever_anybody_looks(verb: str) -> None:
    """Chatwoot looks at what stands when its job comes by: what ended between two looks was in
    time."""
    life = written()
    life.reply(61) if verb == "reply" else life.to(61, "solved")
    kind = FIRST if verb == "reply" else RESOLUTION
    policy = promise({FIRST: HOUR, RESOLUTION: HOUR})
    for now in (61, 62, 90, DAY, 400 * DAY):
        assert minute(life, only(judged(life, now, policy), kind).breached_at) == HOUR


def test_business_hours_are_respected_by_breaches() -> None:
    """Chatwoot PR 13392: hours of business were shown, and breaches by the clock."""
    life = written(datetime(2026, 3, 6, 16, 30, tzinfo=UTC))
    policy = promise({FIRST: HOUR}, by="office")
    due = 2 * DAY + 17 * HOUR
    for now, breached in ((HOUR, None), (due - 1, None), (due, due), (9 * DAY, due)):
        assert (
            minute(life, only(judged(life, now, policy, calendars=office()), FIRST).breached_at)
            == breached
        )


def test_the_oldest_message_that_nobody_answered_sets_when_a_reply_is_due() -> None:
    """RT, whose one due date forgets what it was before."""
    life = written()
    life.reply(5)
    for at in (100, 110, 150):
        life.customer(at)
    policy = promise({FIRST: HOUR, NEXT: HOUR})
    assert minute(life, only(judged(life, 155, policy), NEXT).due_at) == 160
    life.reply(155)
    life.customer(170)
    assert [minute(life, one.due_at) for one in judged(life, 171, policy)] == [60, 160, 230]


def test_back_from_a_pause_the_time_goes_on_that_was_left() -> None:
    """RT: "the ticket will probably be overdue". osTicket #3034: no status stops its clock."""
    life = written()
    life.to(20, "on-hold")
    policy = promise({RESOLUTION: HOUR}, pauses=(Status.ON_HOLD,))
    held = only(judged(life, 5 * DAY, policy), RESOLUTION)
    assert (held.due_at, held.breached_at, held.spent, held.next_at) == (None, None, 20 * 60, None)
    life.to(5 * DAY, "open")
    assert minute(life, only(judged(life, 5 * DAY, policy), RESOLUTION).due_at) == 5 * DAY + 40


def test_solving_does_not_take_a_breach_back() -> None:
    """In osTicket closing clears what was overdue."""
    life = written()
    life.to(90, "solved")
    target = only(judged(life, DAY, promise({RESOLUTION: HOUR})), RESOLUTION)
    assert (minute(life, target.breached_at), minute(life, target.met_at), target.spent) == (
        60,
        90,
        90 * 60,
    )


def test_reopening_goes_on_with_resolution_and_leaves_the_first_one() -> None:
    """In osTicket the clock begins again with each reopening."""
    life = written()
    life.to(40, "solved")
    life.customer(1000)
    policy = promise({ONCE: HOUR, RESOLUTION: HOUR, NEXT: HOUR})
    found = judged(life, 1010, policy)
    assert minute(life, only(found, ONCE).met_at) == 40
    assert (only(found, RESOLUTION).is_open, minute(life, only(found, RESOLUTION).due_at)) == (
        True,
        1020,
    )
    assert minute(life, only(judged(life, DAY, policy), RESOLUTION).breached_at) == 1020


def test_warnings_come_once_in_order_before_the_breach() -> None:
    life = written()
    policy = promise({FIRST: HOUR}, warnings=(30, 10))
    seen = []
    for now in range(80):
        target = only(judged(life, now, policy), FIRST)
        seen.append(tuple(minute(life, at) for at in target.warned))
        assert minute(life, target.next_at) == (
            30 if now < 30 else 50 if now < 50 else 60 if now < 60 else None
        )
    assert seen == [()] * 30 + [(30,)] * 20 + [(30, 50)] * 30


def test_no_warning_comes_after_an_end_nor_of_a_goal_that_is_shorter() -> None:
    life = written()
    life.reply(40)
    target = only(judged(life, DAY, promise({FIRST: HOUR}, warnings=(120, 60, 30, 10))), FIRST)
    assert [minute(life, at) for at in target.warned] == [30]


def test_a_pause_moves_the_warning_as_it_moves_the_breach() -> None:
    life = written()
    life.to(20, "pending")
    life.to(220, "open")
    target = only(
        judged(life, DAY, promise({RESOLUTION: HOUR}, warnings=(30,), pauses=(Status.PENDING,))),
        RESOLUTION,
    )
    assert ([minute(life, at) for at in target.warned], minute(life, target.breached_at)) == (
        [230],
        260,
    )


def test_a_goal_that_is_used_up_at_closing_is_due_at_closing() -> None:
    """Not when the team opens again: docs/admins.md says so."""
    day = promise({FIRST: 8 * HOUR}, by="office")
    target = only(judged(written(), 5 * DAY, day, calendars=office()), FIRST)
    assert target.due_at == target.breached_at == MONDAY + timedelta(hours=8)


def test_a_mail_that_was_read_late_is_breached_when_it_was_due() -> None:
    """The customer has waited since our server took it."""
    life = written()
    life.said_at[1] = MONDAY - timedelta(hours=3)
    life.events[0] = replace(life.events[0], after={"waiting_since": life.said_at[1].isoformat()})
    target = only(judged(life, 0, promise({FIRST: HOUR})), FIRST)
    assert (target.started_at, target.breached_at) == (
        MONDAY - timedelta(hours=3),
        MONDAY - timedelta(hours=2),
    )


def test_the_first_policy_that_fits_decides() -> None:
    """Zammad asks them by name."""
    life = written()
    life.tag(10, "vip")
    vip = promise({FIRST: 30}, when="tag:vip", number=1)
    rest = promise({FIRST: HOUR}, number=2)
    assert minute(life, only(judged(life, 20, vip, rest), FIRST).due_at) == 30
    assert minute(life, only(judged(life, 20, rest, vip), FIRST).due_at) == 60


def test_a_solving_reply_that_was_taken_back_has_ended_nothing() -> None:
    """Whatever happened in the ticket while it was solved by it: found among a hundred thousand
    lives."""
    life = written()
    life.reply(10, "solved")
    life.prioritise(20, "urgent")
    life.undo(25)
    life.customer(30)
    life.undo(40)
    found = judged(life, DAY, promise({FIRST: HOUR, NEXT: HOUR}))
    assert [
        (
            target.kind,
            minute(life, target.started_at),
            minute(life, target.breached_at),
            target.is_open,
        )
        for target in found
    ] == [(FIRST, 0, 60, True)]
