"""Service-level policies as values: which tickets they are for, and what they promise them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from supportcli.domain.query.match import Labels, fits
from supportcli.domain.query.nodes import Condition
from supportcli.domain.sla.calendar import CalendarHistory, CalendarVersion
from supportcli.domain.tickets.ticket import Priority, Status


class TargetKind(StrEnum):
    """What a target measures.

    First response: from the customer's first message to the first reply. Next response: from the
    oldest message that nobody has answered since. First resolution: until the ticket is solved for
    the first time; resolution: until it is solved, all reopenings added up."""

    FIRST_RESPONSE = "first-response"
    NEXT_RESPONSE = "next-response"
    FIRST_RESOLUTION = "first-resolution"
    RESOLUTION = "resolution"

    @property
    def is_response(self) -> bool:
        """Whether a reply meets it; else solving does."""
        return self in {TargetKind.FIRST_RESPONSE, TargetKind.NEXT_RESPONSE}

    @property
    def words(self) -> str:
        """The kind as sentences name it."""
        return self.value.replace("-", " ")


class Hours(Protocol):
    """Time that counts: a business calendar, or the clock."""

    def elapsed(self, start: datetime, end: datetime, /) -> int:
        """The seconds that count between two instants."""

    def after(self, start: datetime, seconds: int, /) -> datetime | None:
        """The first instant by which so many seconds have counted since `start`; None where that
        never comes."""


class ClockHours:
    """Every hour of the day and the night."""

    def elapsed(self, start: datetime, end: datetime) -> int:
        """The whole seconds between two instants."""
        return max(int((end - start).total_seconds()), 0)

    def after(self, start: datetime, seconds: int) -> datetime | None:
        """So many seconds later."""
        return start + timedelta(seconds=seconds)


CLOCK = ClockHours()


@dataclass(frozen=True, slots=True)
class Goal:
    """What is promised: so many seconds by the calendar of this name (None: every hour counts)."""

    seconds: int
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """What a policy says of targets that start at `since` or later. `when` is its condition (None:
    all tickets), `text` that condition as it was typed. Resolution targets stand still in the
    statuses of `pauses`; `warnings` are seconds before a breach."""

    id: int
    since: datetime
    goals: Mapping[tuple[TargetKind, Priority], Goal]
    when: Condition | None = None
    text: str = ""
    pauses: frozenset[Status] = frozenset()
    warnings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy by name, its versions oldest first, one at least. Targets start under it from
    `valid_from` on; none runs after `valid_to`."""

    name: str
    position: int
    valid_from: datetime
    versions: tuple[PolicyVersion, ...]
    valid_to: datetime | None = None

    def at(self, start: datetime) -> PolicyVersion | None:
        """What the policy says of a target that starts at `start`; None where it says nothing of
        that time."""
        if start < self.valid_from:
            return None
        return next(
            (version for version in reversed(self.versions) if version.since <= start),
            self.versions[0],
        )


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a policy promises one target: the policy, its version, the goal, and the calendar's
    version that counts (None: the clock)."""

    policy: Policy
    version: PolicyVersion
    goal: Goal
    calendar: CalendarVersion | None

    @property
    def hours(self) -> Hours:
        """The time that counts."""
        return self.calendar.calendar if self.calendar else CLOCK


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All policies, first things first, and the calendars by name."""

    policies: tuple[Policy, ...] = ()
    calendars: Mapping[str, CalendarHistory] = field(default_factory=dict)

    @property
    def asks_for_agents(self) -> bool:
        """Whether a condition asks whose a ticket is."""
        return any(
            "assignee:" in version.text.lower()
            for policy in self.policies
            for version in policy.versions
        )

    def choose(
        self, kind: TargetKind, start: datetime, labels: Labels, at: datetime
    ) -> Chosen | None:
        """What is promised at `at` to a target that started at `start`, for a ticket with these
        labels: the first policy that fits decides, also where it promises nothing of this kind."""
        for policy in self.policies:
            version = policy.at(start) if policy.valid_to is None or at < policy.valid_to else None
            if version is not None and (version.when is None or fits(version.when, labels)):
                goal = version.goals.get((kind, labels.priority))
                return Chosen(policy, version, goal, self._calendar(goal, start)) if goal else None
        return None

    def _calendar(self, goal: Goal, start: datetime) -> CalendarVersion | None:
        return self.calendars[goal.calendar].at(start) if goal.calendar else None
