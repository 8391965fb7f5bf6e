"""Service-level targets as a pure function of a ticket's events, the policies and calendars, and
now (`design: desk rules, Service levels`).

    reply meets a response target; solving, spam and deleting end it as not needed; undo gives it
    back with the time that was left
    solving meets a resolution target; it is paused while the ticket is solved, and if its
    policy says so while it is pending or on hold

A target keeps the policies and calendars of the moment it started. Which of the policies applies,
and which priority's goal, is decided again at each event. Time counts from the start by the current
promise; if that makes it too late already, it is breached at that event."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from supportcli.domain.sla.clock_runs import ClockFact, Pause, Promise, Run, runs
from supportcli.domain.sla.policy import UNPROMISED, Hours, Rulebook, TargetKind


@dataclass(frozen=True, slots=True)
class Target:
    """A target that runs or ran.

    It is met in time if `met_at` is set and `breached_at` is not; not needed if `cancelled_at` is
    set, because of `cancelled_because`."""

    kind: TargetKind
    ordinal: int
    """Counts the targets of its kind in the ticket, from 1."""
    policy_version: int
    calendar_version: int | None
    started_event: int
    started_at: datetime
    goal: int
    """In seconds that count by its calendar."""
    spent: int
    """Of these seconds, until it ended or else until the ticket's last event."""
    due_at: datetime | None
    """None while it is paused."""
    pauses: tuple[Pause, ...] = ()
    warned: tuple[datetime, ...] = ()
    """When its warnings came."""
    next_at: datetime | None = None
    """When to look at it again."""
    met_at: datetime | None = None
    breached_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_because: str | None = None
    ended_event: int | None = None
    """The event that met or ended it."""

    @property
    def is_open(self) -> bool:
        """Whether it is neither met nor ended."""
        return self.met_at is None and self.cancelled_at is None


def unpromised(target: Target, now: datetime) -> Target:
    """A target that is no longer promised: as if it had never existed, except for its breach."""
    return replace(
        target, due_at=None, next_at=None, cancelled_at=now, cancelled_because=UNPROMISED
    )


def targets(facts: Sequence[ClockFact], rules: Rulebook, now: datetime) -> list[Target]:
    """All targets of a ticket whose events are `facts`, in the order in which they started."""
    if not rules.policies or not facts:
        return []
    return [_judge(run, facts[-1].at, now) for run in runs(facts, rules) if run.promised]


def reached(
    start: datetime, seconds: int, pauses: Iterable[Pause], hours: Hours
) -> datetime | None:
    """The moment at which so many seconds have counted since `start`; None if it never comes, or
    not before the last pause ends."""
    at, left = start, seconds
    for pause in pauses:
        if pause.start > at:
            counted = hours.elapsed(at, pause.start)
            if counted >= left:
                break
            left -= counted
        if pause.end is None:
            return None
        at = max(at, pause.end)
    return hours.after(at, left)


def counted(start: datetime, end: datetime, pauses: Iterable[Pause], hours: Hours) -> int:
    """The seconds that count between two instants, without the pauses."""
    return sum(hours.elapsed(a, b) for a, b in unpaused(start, end, pauses))


def unpaused(
    start: datetime, end: datetime, pauses: Iterable[Pause]
) -> Iterator[tuple[datetime, datetime]]:
    """The times between two instants that no pause covers."""
    at = start
    for pause in pauses:
        if at < min(pause.start, end):
            yield at, min(pause.start, end)
        if pause.end is None:
            return
        at = max(at, pause.end)
    if at < end:
        yield at, end


def _judge(run: Run, last: datetime, now: datetime) -> Target:
    """The target that a run amounts to at `now`."""
    held, breached_at = _breach(run, now)
    chosen, pauses = held.chosen, run.pauses(held.chosen)
    run.lapse(now)
    due_at = reached(run.started_at, chosen.goal.seconds, pauses, chosen.hours)
    warnings = _warnings(run, breached_at or run.ended_at)
    coming = [
        run.promised[-1].chosen.policy.valid_to,
        *warnings,
        *([due_at] if breached_at is None else []),
    ]
    return Target(
        kind=run.kind,
        ordinal=run.ordinal,
        policy_version=chosen.version.id,
        calendar_version=chosen.calendar.id if chosen.calendar else None,
        started_event=run.started_event,
        started_at=run.started_at,
        goal=chosen.goal.seconds,
        spent=counted(
            run.started_at, run.ended_at or max(last, run.started_at), pauses, chosen.hours
        ),
        due_at=due_at,
        pauses=tuple(
            pause for pause in pauses if run.ended_at is None or pause.start < run.ended_at
        ),
        warned=tuple(sorted(at for at in warnings if at <= now)),
        next_at=min((at for at in coming if at is not None and at > now), default=None)
        if run.is_open
        else None,
        met_at=run.met_at,
        breached_at=breached_at,
        cancelled_at=run.ended_at if run.because else None,
        cancelled_because=run.because,
        ended_event=run.ended_event,
    )


def _spans(run: Run) -> Iterator[tuple[Promise, datetime | None]]:
    """Each promise, and when the next one replaced it."""
    for place, promise in enumerate(run.promised):
        yield promise, run.promised[place + 1].at if place + 1 < len(run.promised) else None


def _breach(run: Run, now: datetime) -> tuple[Promise, datetime | None]:
    """The broken promise and when it broke, or the last promise and None."""
    if run.missed_at is not None:
        return run.promised[-1], run.missed_at
    for promise, until in _spans(run):
        chosen = promise.chosen
        due = reached(run.started_at, chosen.goal.seconds, run.pauses(chosen), chosen.hours)
        if due is None:
            continue
        at = _awake(max(due, promise.at), run.stops)
        limits = [
            limit for limit in (until, run.ended_at, chosen.policy.valid_to) if limit is not None
        ]
        if at <= now and all(at < limit for limit in limits):
            return promise, at
    return run.promised[-1], None


def _awake(at: datetime, stops: Iterable[Pause]) -> datetime:
    """The moment itself, or when the target went on if it had ended at that moment: a target met in
    time stays met in time."""
    for stop in stops:
        if stop.end is not None and stop.start <= at < stop.end:
            at = stop.end
    return at


def _warnings(run: Run, end: datetime | None) -> list[datetime]:
    """When each warning comes or came: the first moment at which no more than its time was left,
    before a breach or an end."""
    first: dict[int, datetime] = {}
    if run.missed_at is not None:
        return []
    for promise, until in _spans(run):
        chosen = promise.chosen
        pauses = run.pauses(chosen)
        for before in chosen.version.warnings:
            at = (
                reached(run.started_at, chosen.goal.seconds - before, pauses, chosen.hours)
                if before < chosen.goal.seconds
                else None
            )
            if at is None or before in first:
                continue
            at = _awake(max(at, promise.at), run.stops)
            if all(limit is None or at < limit for limit in (until, end)):
                first[before] = at
    return list(first.values())
