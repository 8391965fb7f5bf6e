"""Policies as people type them, and as the database keeps them.

urgent=1h high=4h 24h          a goal for each priority, and one for all others
urgent=1h@clock 8h@office      by the clock, or by the calendar of that name (a space in it is _)"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from supportcli.domain.query.parse import parse_condition
from supportcli.domain.sla.policy import Goal, PolicyVersion, TargetKind
from supportcli.domain.text.durations import duration, seconds_of
from supportcli.domain.text.words import nearest
from supportcli.domain.tickets.ticket import Priority, Status
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.sla import DurationInvalid, PolicyInvalid

CLOCK_NAME = "clock"
"""What comes after @ if every hour counts; no calendar can have this name."""

PAUSING = (Status.PENDING, Status.ON_HOLD)
"""The statuses in which resolution targets may stand still."""

_GOAL = re.compile(r"(?:(?P<priority>[^\s=]+)=)?(?P<time>[^\s=@]+)(?:@(?P<calendar>\S+))?")
_EXAMPLE = "Write it as in 'urgent=1h high=4h 24h', 'off', or with a calendar as in '8h@office'."

Goals = Mapping[tuple[TargetKind, Priority], Goal]


@dataclass(frozen=True, slots=True)
class Terms:
    """The content of a policy, before it becomes a version. `when` is the text of its condition."""

    when: str = ""
    goals: Goals = field(default_factory=dict)
    pauses: tuple[Status, ...] = ()
    warnings: tuple[int, ...] = ()


def goals_of(
    kind: TargetKind, text: str, calendar: str | None, calendars: Collection[str]
) -> dict[tuple[TargetKind, Priority], Goal]:
    """The goals in a text for a kind of target; none for `off`. `calendar` counts if the text names
    none.

    PolicyInvalid if it cannot be read, or names a calendar that is not among `calendars`."""
    if text.strip().lower() == "off":
        return {}
    found: dict[Priority | None, Goal] = {}
    for word in text.replace(",", " ").split():
        read = _GOAL.fullmatch(word)
        if read is None:
            raise PolicyInvalid(word, f"is not a goal for {kind.words}", _EXAMPLE)
        priority = _priority(read["priority"]) if read["priority"] else None
        if priority in found:
            raise PolicyInvalid(word, "gives the same priority a second goal", _EXAMPLE)
        found[priority] = Goal(
            _seconds(read["time"]),
            _calendar(read["calendar"], calendars) if read["calendar"] else calendar,
        )
    if not found:
        raise PolicyInvalid(text, f"is not a goal for {kind.words}", _EXAMPLE)
    rest = found.get(None)
    return {(kind, one): goal for one in Priority if (goal := found.get(one, rest)) is not None}


def _seconds(text: str, example: str = _EXAMPLE) -> int:
    try:
        return seconds_of(text)
    except DurationInvalid as error:
        raise PolicyInvalid(text, "is not a duration", example) from error


def _priority(name: str) -> Priority:
    try:
        return Priority.of(name)
    except ValueError:
        known = [str(priority) for priority in Priority]
        raise PolicyInvalid(
            name,
            "is not a priority",
            f"Use one of: {', '.join(known)}.",
            nearest(name.lower(), known),
        ) from None


def behind_at(calendar: str) -> str:
    """A calendar's name in the form used after @, in lower case."""
    return calendar.replace(" ", "_").lower()


def _calendar(name: str, calendars: Collection[str]) -> str | None:
    if name.lower() == CLOCK_NAME:
        return None
    found = next((known for known in calendars if behind_at(known) == name.lower()), None)
    if found is None:
        raise NotFound(Thing.CALENDAR, name, nearest=nearest(name, [*calendars, CLOCK_NAME]))
    return found


def pauses_of(text: str) -> tuple[Status, ...]:
    """The statuses in `pending,on-hold`; none for `off`. PolicyInvalid for another one."""
    if text.strip().lower() in {"off", ""}:
        return ()
    found = []
    for name in text.replace(",", " ").split():
        if name.lower() not in PAUSING:
            known = [status.value for status in PAUSING]
            raise PolicyInvalid(
                name,
                "does not pause a clock",
                f"Resolution can pause while {' or '.join(known)}.",
                nearest(name.lower(), known),
            )
        found.append(Status(name.lower()))
    return tuple(dict.fromkeys(found))


def warnings_of(text: str) -> tuple[int, ...]:
    """The seconds of `1h,15m`, longest first; none for `off`. PolicyInvalid if one is not a
    duration."""
    if text.strip().lower() in {"off", ""}:
        return ()
    return tuple(
        sorted(
            {
                _seconds(word, "Write it as in 1h,15m, or off.")
                for word in text.replace(",", " ").split()
            },
            reverse=True,
        )
    )


def check_warnings(warnings: Collection[int], goals: Goals) -> None:
    """PolicyInvalid for a warning that never comes, since no goal is longer."""
    longest = max((goal.seconds for goal in goals.values()), default=0)
    if goals and warnings and max(warnings) >= longest:
        raise PolicyInvalid(
            duration(max(warnings)).replace(" ", ""),
            f"before a breach is never: the longest goal is {duration(longest)}",
            "Warn later, as in --warn 15m, or not at all: --warn off",
        )


def goals_text(goals: Goals, kind: TargetKind) -> str:
    """The goals of a kind as `goals_of` reads them; `off` if it has none. The goal of most
    priorities comes last."""
    mine = {priority: goal for (of_kind, priority), goal in goals.items() if of_kind is kind}
    if not mine:
        return "off"
    values = list(mine.values())
    rest = max(values, key=values.count) if len(mine) == len(Priority) else None
    named = [
        f"{priority}={_goal_text(goal)}"
        for priority, goal in sorted(mine.items(), reverse=True)
        if goal != rest
    ]
    return " ".join([*named, *([_goal_text(rest)] if rest else [])])


def _goal_text(goal: Goal) -> str:
    length, calendar = duration(goal.seconds), goal.calendar or CLOCK_NAME
    return f"{length.replace(' ', '')}@{calendar.replace(' ', '_')}"


def to_definition(terms: Terms) -> dict[str, Any]:
    """The terms as plain JSON."""
    goals: dict[str, dict[str, Any]] = {}
    for (kind, priority), goal in sorted(terms.goals.items()):
        goals.setdefault(kind.value, {})[str(priority)] = {
            "seconds": goal.seconds,
            "calendar": goal.calendar,
        }
    return {
        "when": terms.when,
        "goals": goals,
        "pauses": [status.value for status in terms.pauses],
        "warnings": list(terms.warnings),
    }


def of_definition(definition: Mapping[str, Any]) -> Terms:
    """The terms that `to_definition` wrote."""
    goals = {
        (TargetKind(kind), Priority.of(priority)): Goal(goal["seconds"], goal["calendar"])
        for kind, of_kind in definition["goals"].items()
        for priority, goal in of_kind.items()
    }
    return Terms(
        definition["when"],
        goals,
        tuple(map(Status, definition["pauses"])),
        tuple(definition["warnings"]),
    )


def version_of(version_id: int, since: datetime, terms: Terms) -> PolicyVersion:
    """A policy version with these terms."""
    when = parse_condition(terms.when)
    return PolicyVersion(
        version_id, since, terms.goals, when, terms.when, frozenset(terms.pauses), terms.warnings
    )
