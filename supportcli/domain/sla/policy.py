"""Service-level policies as values: which tickets they apply to, and what they promise."""

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
    oldest unanswered message since then to its reply. First resolution: until the ticket is solved
    for the first time. Resolution: until it is solved, all reopenings added up."""

    FIRST_RESPONSE = "first-response"
    NEXT_RESPONSE = "next-response"
    FIRST_RESOLUTION = "first-resolution"
    RESOLUTION = "resolution"

    @property
    def is_response(self) -> bool:
        """Whether a reply meets it; otherwise solving does."""
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
        """The first instant by which so many seconds have counted since `start`; None if that never
        comes."""


class ClockHours:
    """Every hour of the day and the night."""

    def elapsed(self, start: datetime, end: datetime) -> int:
        """The full seconds between two instants."""
        return max(int((end - start).total_seconds()), 0)

    def after(self, start: datetime, seconds: int) -> datetime | None:
        """So many seconds later."""
        return start + timedelta(seconds=seconds)


CLOCK = ClockHours()


@dataclass(frozen=True, slots=True)
class Goal:
    """A promise: so many seconds by the calendar of this name (None: every hour counts)."""

    seconds: int
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """What a policy says for targets that start at `since` or later. `when` is its condition (None:
    all tickets), `text` the condition as typed. Resolution targets stand still in the statuses of
    `pauses`. `warnings` are seconds before a breach."""

    id: int
    since: datetime
    goals: Mapping[tuple[TargetKind, Priority], Goal]
    when: Condition | None = None
    text: str = ""
    pauses: frozenset[Status] = frozenset()
    warnings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A named policy with its versions, oldest first, at least one. Targets start under it from
    `valid_from` on; none runs after `valid_to`."""

    name: str
    position: int
    valid_from: datetime
    versions: tuple[PolicyVersion, ...]
    valid_to: datetime | None = None

    def at(self, start: datetime) -> PolicyVersion | None:
        """What the policy says for a target that starts at `start`; None if it has no version for
        that time."""
        if start < self.valid_from:
            return None
        return next(
            (version for version in reversed(self.versions) if version.since <= start),
            self.versions[0],
        )


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a policy promises one target: the policy, its version, the goal, and the calendar
    version that counts (None: the clock)."""

    policy: Policy
    version: PolicyVersion
    goal: Goal
    calendar: CalendarVersion | None

    @property
    def hours(self) -> Hours:
        """The time that counts."""
        return self.calendar.calendar if self.calendar else CLOCK


UNPROMISED = "no policy promises it any more"


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All policies in order of precedence, and the calendars by name."""

    policies: tuple[Policy, ...] = ()
    calendars: Mapping[str, CalendarHistory] = field(default_factory=dict)

    @property
    def asks_for_agents(self) -> bool:
        """Whether a condition asks who has a ticket."""
        return any(
            "assignee:" in version.text.lower()
            for policy in self.policies
            for version in policy.versions
        )

    def choose(
        self, kind: TargetKind, start: datetime, labels: Labels, at: datetime
    ) -> Chosen | None:
        """What is promised at `at` to a target that started at `start`, for a ticket with these
        labels. The first policy that fits decides, even if it promises nothing of this kind."""
        policy, version = self._applies(start, labels, at)
        goal = version.goals.get((kind, labels.priority)) if version is not None else None
        if policy is None or version is None or goal is None:
            return None
        return Chosen(policy, version, goal, self._calendar(goal, start))

    def promised(self, version: int, calendar: int | None, seconds: int) -> Chosen | None:
        """What was promised, by the ids of the versions of a policy and a calendar (None: the
        clock); None if one of them is not there."""
        calendars = (one for history in self.calendars.values() for one in history.versions)
        counts = next((one for one in calendars if one.id == calendar), None)
        if calendar is not None and counts is None:
            return None
        name = counts.calendar.name if counts else None
        said = ((policy, it) for policy in self.policies for it in policy.versions)
        return next(
            (
                Chosen(policy, it, Goal(seconds, name), counts)
                for policy, it in said
                if it.id == version
            ),
            None,
        )

    def why_unpromised(
        self, kind: TargetKind, start: datetime, labels: Labels, at: datetime
    ) -> str:
        """Why nothing is promised if `choose` returns None."""
        policy, version = self._applies(start, labels, at)
        if policy is None or version is None:
            return UNPROMISED
        others = any(one is kind for one, _ in version.goals)
        return f"{policy.name} applies, and promises no {kind.words}" + (
            f" for the priority {labels.priority}" if others else ""
        )

    def _applies(
        self, start: datetime, labels: Labels, at: datetime
    ) -> tuple[Policy, PolicyVersion] | tuple[None, None]:
        """The first policy that fits, and what it says of a target that started at `start`."""
        for policy in self.policies:
            version = policy.at(start) if policy.valid_to is None or at < policy.valid_to else None
            if version is not None and (version.when is None or fits(version.when, labels)):
                return policy, version
        return None, None

    def _calendar(self, goal: Goal, start: datetime) -> CalendarVersion | None:
        return self.calendars[goal.calendar].at(start) if goal.calendar else None
