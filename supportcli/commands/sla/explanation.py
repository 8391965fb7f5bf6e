"""How targets are explained to a person, and compared."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from supportcli.domain.text.durations import duration

if TYPE_CHECKING:
    from supportcli.desk.sla.explain import Explained
    from supportcli.desk.sla.recomputation import Difference
    from supportcli.domain.sla.explain import Stretch
    from supportcli.domain.sla.targets import Target


def shape(one: "Explained") -> dict[str, Any]:
    """An explained target as JSON; seconds are integers."""
    from supportcli.desk.json_shapes import time

    return {
        "ticket": one.ticket,
        "policy": one.policy,
        "policy_version": one.policy_version,
        "calendar": one.calendar,
        "calendar_version": one.calendar_version or None,
        "zone": one.zone,
        **_target(one.target),
        "spent_s": one.spent,
        "stretches": [
            {"start": time(it.start), "end": time(it.end), "seconds": it.seconds, "why": it.why}
            for it in one.stretches
        ],
        "excused": {"at": time(one.excuse.at), "by": one.excuse.by, "reason": one.excuse.because}
        if one.excuse
        else None,
    }


def _target(target: "Target") -> dict[str, Any]:
    from supportcli.desk.json_shapes import time

    return {
        "target": target.kind.value,
        "number": target.ordinal,
        "goal_s": target.goal,
        "started_at": time(target.started_at),
        "due_at": time(target.due_at),
        "met_at": time(target.met_at),
        "breached_at": time(target.breached_at),
        "not_needed_at": time(target.cancelled_at),
        "not_needed_because": target.cancelled_because,
    }


def lines(one: "Explained") -> Iterator[str]:
    """An explained target for a person: what it is, how much of each stretch counted, the sum, and
    the outcome."""
    zone, target = ZoneInfo(one.zone), one.target
    by = (
        f"calendar {one.calendar} (version {one.calendar_version})"
        if one.calendar
        else "every hour of the clock"
    )
    yield (
        f"{target.kind.words.capitalize()} {target.ordinal} of #{one.ticket}: "
        f"{duration(target.goal)} by {by}"
    )
    yield f"  policy {one.policy} (version {one.policy_version}), times of {one.zone}"
    for stretch in one.stretches:
        yield (
            f"  {_stretch(stretch, zone):<38} "
            f"{duration(stretch.seconds) if stretch.seconds else '-':>10}  {stretch.why}"
        ).rstrip()
    yield f"  {'counted':<38} {duration(one.spent):>10}  of {duration(target.goal)}"
    yield f"  {_outcome(one, zone)}"


def _stretch(stretch: "Stretch", zone: ZoneInfo) -> str:
    start, end = stretch.start.astimezone(zone), stretch.end.astimezone(zone)
    last = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%a %Y-%m-%d %H:%M}"
    if (
        end.date() != start.date()
        and (end.hour, end.minute) == (0, 0)
        and (end.date() - start.date()).days == 1
    ):
        last = "24:00"
    changed = f" ({start:%Z} to {end:%Z})" if start.utcoffset() != end.utcoffset() else ""
    return f"{start:%a %Y-%m-%d %H:%M}-{last}{changed}"


def _outcome(one: "Explained", zone: ZoneInfo) -> str:
    from supportcli.domain.sla.clock_runs import MOVED

    target = one.target
    said = []
    if target.breached_at is not None:
        said.append(f"breached {_moment(target.breached_at, zone)}")
    if target.met_at is not None:
        said.append(f"{'met late' if target.breached_at else 'met'} {_moment(target.met_at, zone)}")
    elif target.cancelled_at is not None:
        because = target.cancelled_because or ""
        if target.kind.is_response and because in MOVED:
            because += ", and goes on in the other ticket"
        said.append(f"not needed since {_moment(target.cancelled_at, zone)}: {because}")
    elif target.breached_at is None:
        due = "overdue since" if one.spent >= target.goal else "due"
        said.append(f"{due} {_moment(target.due_at, zone)}" if target.due_at else "paused")
    if one.excuse is not None:
        said.append(f"excused by {one.excuse.by}: {one.excuse.because}")
    return ", ".join(said)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M}"


def difference_shape(one: "Difference") -> dict[str, Any]:
    """A difference as JSON: the target as it is and as it would be, or null."""
    return {
        "ticket": one.ticket,
        "was": _target(one.was) if one.was else None,
        "would_be": _target(one.now_is) if one.now_is else None,
    }


def difference_cells(one: "Difference") -> tuple[str, str, str, str]:
    """A difference as a row."""
    some = one.now_is or one.was
    return (
        f"#{one.ticket}",
        f"{some.kind.words} {some.ordinal}" if some else "",
        _stands(one.was),
        _stands(one.now_is),
    )


def _stands(target: "Target | None") -> str:
    if target is None:
        return "no target"
    for word, at in (
        ("breached", target.breached_at),
        ("met", target.met_at),
        ("not needed", target.cancelled_at),
        ("due", target.due_at),
    ):
        if at is not None:
            return f"{word} {at:%Y-%m-%d %H:%M} UTC"
    return "paused"
