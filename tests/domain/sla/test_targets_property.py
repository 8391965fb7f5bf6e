"""Targets by `domain.sla.targets` are those of an oracle that walks minutes (`sla_oracle`): random
hours, zones, changes of summer time, pauses and actions."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportcli.domain.query.parse import parse_condition
from supportcli.domain.sla import targets
from supportcli.domain.sla.calendar import Calendar, CalendarHistory, CalendarVersion, Interval
from supportcli.domain.sla.policy import Goal, Policy, PolicyVersion, Rulebook, TargetKind
from supportcli.domain.tickets.ticket import Priority, Status
from tests.domain import sla_oracle
from tests.domain.lives import Life, lived
from tests.domain.sla_oracle import MINUTE
from tests.long import LONG

MANY = 100_000 if LONG else 400
"""Lives that `make acceptance` tries; with LONG=1 it takes a quarter of an hour for them."""

HORIZON = 3 * 1440
BASES = [
    ("Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC)),  # an hour is skipped in the night
    ("Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC)),  # an hour is there twice
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 3, tzinfo=UTC)),  # half an hour is
    ("America/Sao_Paulo", datetime(2018, 11, 3, 12, tzinfo=UTC)),  # midnight is skipped
    ("Asia/Beirut", datetime(2026, 10, 24, 12, tzinfo=UTC)),  # midnight is there twice
    ("Asia/Kolkata", datetime(2026, 1, 2, 12, tzinfo=UTC)),
    (None, datetime(2026, 1, 2, 12, tzinfo=UTC)),
]
WEEKS = [
    (*[((540, 1020),)] * 5, (), ()),
    tuple(((0, 1440),) for _ in range(7)),
    tuple(((60, 180), (1380, 1440)) for _ in range(7)),
    (*[((480, 720), (780, 1020))] * 6, ((0, 150),)),
]
KINDS = list(TargetKind)
PRIORITIES = ["normal", "urgent"]
DEEDS = st.one_of(
    st.tuples(st.sampled_from(["customer", "customer", "machine", "undo", "reply"]), st.none()),
    st.tuples(st.just("reply"), st.sampled_from(["open", "solved", "on-hold"])),
    st.tuples(
        st.just("to"),
        st.sampled_from(["open", "pending", "on-hold", "solved", "solved", "spam", "deleted"]),
    ),
    st.tuples(st.just("prioritise"), st.sampled_from(PRIORITIES)),
    st.tuples(st.just("tag"), st.sampled_from([(), ("vip",)])),
)
GAPS = st.one_of(st.integers(0, 3), st.integers(0, 60), st.integers(0, 700))


@st.composite
def policies(draw: st.DrawFn, zone: str | None, name: str, tag: str | None) -> sla_oracle.Policy:
    goals = {
        (kind.value, priority): draw(st.one_of(st.integers(1, 90), st.integers(1, 1500)))
        for kind in KINDS
        for priority in PRIORITIES
        if draw(st.integers(0, 9)) > 0
    }
    return sla_oracle.Policy(
        name,
        tag,
        goals,
        zone,
        draw(st.sampled_from(WEEKS)),
        frozenset(draw(st.sampled_from([(), ("pending",), ("pending", "on-hold")]))),
        draw(st.sampled_from([0, 0, 0, 0, 200])),
        draw(st.sampled_from([None, None, None, 1000])),
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[datetime, Life, list[sla_oracle.Policy], int]:
    zone, base = draw(st.sampled_from(BASES))
    actions: list[tuple[int, str, Any]] = [
        (gap, *action)
        for gap, action in draw(st.lists(st.tuples(GAPS, DEEDS), min_size=1, max_size=9))
    ]
    life = lived(base, actions)
    known = [draw(policies(zone, "vips", "vip"))] if draw(st.booleans()) else []
    known.append(draw(policies(zone, "all", None)))
    now = min(
        life.actions[-1].at + draw(st.integers(0, 2 * 1440)), max(HORIZON, life.actions[-1].at)
    )
    return base, life, known, now


def rulebook(base: datetime, known: list[sla_oracle.Policy]) -> Rulebook:
    found, calendars = [], {}
    for number, one in enumerate(known, 1):
        goals = {
            (TargetKind(kind), Priority.of(priority)): Goal(
                60 * minutes, one.name if one.zone else None
            )
            for (kind, priority), minutes in one.goals.items()
        }
        when = parse_condition(f"tag:{one.tag}") if one.tag else None
        version = PolicyVersion(
            number, base, goals, when, pauses=frozenset(map(Status, one.pauses))
        )
        until = base + one.until * MINUTE if one.until is not None else None
        found.append(Policy(one.name, number, base + one.since * MINUTE, (version,), until))
        if one.zone:
            week: Any = tuple(tuple(Interval(start, end) for start, end in day) for day in one.week)
            calendars[one.name] = CalendarHistory(
                number,
                one.name,
                (CalendarVersion(number, base, Calendar(one.name, one.zone, week)),),
            )
    return Rulebook(tuple(found), calendars)


def instant(base: datetime, minute: int | None) -> datetime | None:
    return None if minute is None else base + timedelta(minutes=minute)


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_targets_are_those_of_somebody_who_counts_minutes(
    world: tuple[datetime, Life, list[sla_oracle.Policy], int],
) -> None:
    compare(*world)


@pytest.mark.acceptance
@given(worlds())
@settings(max_examples=MANY, deadline=None)
def test_targets_of_many_lives_are_too(
    world: tuple[datetime, Life, list[sla_oracle.Policy], int],
) -> None:
    compare(*world)


def compare(base: datetime, life: Life, known: list[sla_oracle.Policy], now: int) -> None:
    """Hold the targets of a life to what the oracle says. A minute of it is worth 60 seconds."""
    found = targets.targets(life.facts(), rulebook(base, known), base + now * MINUTE)
    told = sla_oracle.walk(base, life.actions, known, now)
    seen = [
        (
            one.kind.value,
            one.ordinal,
            one.started_at,
            known[one.policy_version - 1].name,
            one.met_at,
            one.cancelled_at,
            one.breached_at,
        )
        for one in found
    ]
    expected = []
    for one in told:
        ended = instant(base, one.ended)
        met, cancelled = (ended, None) if one.state == "met" else (None, ended)
        policy = one.policy.name if one.policy else ""
        expected.append(
            (
                one.kind,
                one.ordinal,
                instant(base, one.started),
                policy,
                met,
                cancelled,
                instant(base, one.breached),
            )
        )
    assert seen == expected
    for target, one in zip(found, told, strict=True):
        assert target.goal == 60 * sla_oracle.goal(one)
        if not target.is_open:
            assert target.spent == 60 * one.counted.get(one.policy.name if one.policy else "", 0)
