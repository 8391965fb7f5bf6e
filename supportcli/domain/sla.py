"""Service-level targets as a pure function of a ticket's events, the policies and calendars, and now (`design: desk rules, Service levels`).

    reply meets a response target; solving, spam and deleting end it as not needed; undo gives it back with the time that was left
    solving meets a resolution target; it stands still while the ticket is solved, and where its policy says so while it is pending or on hold

A target that has started keeps the policies and the calendar of that moment. Which of the policies it is, and which priority's goal, is asked again
at each event; time counts from the start by whatever holds then, and what is already too late under it is breached at that event."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from supportcli.domain.policy import Chosen, Hours, Kind, Rulebook
from supportcli.domain.query import Labels
from supportcli.domain.ticket import Status

OVER = frozenset({Status.SOLVED, Status.CLOSED, Status.SPAM, Status.DELETED})
"""Where nobody is owed anything. (What is closed was solved before.)"""

_UNDER_NO_POLICY = "no policy applies any more"
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fact:
    """An event as the clocks see it. `at` is when it counts, never before that of the fact before; `labels` are the ticket's after it; `waits`
    is the moment from which a customer waits, where this event began that; `answers` says that it is a reply which was not taken back, `taken_back`
    that it is one which was; `undoes` names the gesture that it took back."""

    event: int
    at: datetime
    labels: Labels
    gesture: str
    waits: datetime | None = None
    answers: bool = False
    taken_back: bool = False
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch that does not count, and why; `end` is None while it lasts."""

    start: datetime
    end: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Target:
    """A target that runs or ran. `ordinal` counts those of its kind in the ticket from 1. `goal` and `spent` are seconds that count by its calendar,
    `spent` until it ended or else until the ticket's last event. `due_at` is None while it stands still. `warned` are the moments of warnings,
    `next_at` is when it is to be looked at again.

    It is met in time where `met_at` is set and `breached_at` is not; not needed where `cancelled_at` is set, because of `cancelled_because`.
    `ended_event` is the event that met or ended it."""

    kind: Kind
    ordinal: int
    policy_version: int
    calendar_version: int | None
    started_event: int
    started_at: datetime
    goal: int
    spent: int
    due_at: datetime | None
    pauses: tuple[Pause, ...] = ()
    warned: tuple[datetime, ...] = ()
    next_at: datetime | None = None
    met_at: datetime | None = None
    breached_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_because: str | None = None
    ended_event: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is neither met nor ended."""
        return self.met_at is None and self.cancelled_at is None


def unpromised(target: Target, now: datetime) -> Target:
    """A target that nobody promises any more, as if it had never been, but for its breach."""
    return replace(target, due_at=None, next_at=None, cancelled_at=now, cancelled_because=_UNDER_NO_POLICY)


def targets(facts: Sequence[Fact], rules: Rulebook, now: datetime) -> list[Target]:
    """All targets of a ticket whose events are `facts`, in the order in which they started."""
    if not rules.policies or not facts:
        return []
    return [_judge(run, facts[-1].at, now) for run in runs(facts, rules) if run.promised]


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised from `at` on; what was promised when the target began holds from its start."""

    at: datetime
    chosen: Chosen


@dataclass(slots=True)
class Run:
    """A target under way, before it is judged. `stops` are the stretches between an end and its being taken back, `statuses` the stretches of the
    ticket in statuses other than new and open."""

    kind: Kind
    ordinal: int
    started_event: int
    started_at: datetime
    promised: list[Promise] = field(default_factory=list)
    stops: list[Pause] = field(default_factory=list)
    statuses: Sequence[tuple[Status, datetime, datetime | None]] = ()
    met_at: datetime | None = None
    ended_at: datetime | None = None
    because: str | None = None
    ended_event: int | None = None
    ended_by: str | None = None
    sealed_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is neither met nor ended."""
        return self.ended_at is None

    @property
    def is_suspended(self) -> bool:
        """Whether nothing is owed just now because no policy applies: one that does gives it back, until a deed would have ended it anyway."""
        return self.because == _UNDER_NO_POLICY and self.sealed_by is None

    @property
    def is_total_and_met(self) -> bool:
        """Whether it goes on as soon as the ticket is open again, however that comes."""
        return self.kind is Kind.RESOLUTION and self.met_at is not None

    def end(self, fact: Fact, because: str | None = None) -> None:
        """The fact meets it, or ends it because of something."""
        self.met_at = None if because else fact.at
        self.ended_at, self.because, self.ended_event, self.ended_by = fact.at, because, fact.event, fact.gesture

    def suspended(self, fact: Fact, *, ends: bool) -> None:
        """What a fact does to it while nothing is owed."""
        if self.sealed_by is None and ends:
            self.sealed_by = fact.gesture
        elif self.sealed_by is not None and fact.undoes == self.sealed_by:
            self.sealed_by = None

    def lapse(self, now: datetime) -> None:
        """End where the policy that holds has ended by now, for good."""
        until = self.promised[-1].chosen.policy.valid_to if self.promised and self.is_open else None
        if until is not None and until <= now:
            self.ended_at, self.because = until, f"the policy {self.promised[-1].chosen.policy.name} ended"

    def give_back(self, at: datetime) -> None:
        """Go on with the time that was left."""
        if self.ended_at is not None and self.ended_at < at:
            self.stops.append(Pause(self.ended_at, at, "solved" if self.because is None else self.because))
        self.met_at = self.ended_at = self.because = self.ended_event = self.ended_by = None

    def promise(self, at: datetime, chosen: Chosen | None, fact: Fact) -> None:
        """Take what holds from now on; where nothing does, nothing is owed."""
        if chosen is None:
            if self.promised and self.is_open:
                self.end(fact, _UNDER_NO_POLICY)
                self.ended_by = None
            return
        if self.is_suspended:
            self.give_back(at)
        last = self.promised[-1].chosen if self.promised else None
        if last is None or (last.version.id, last.goal) != (chosen.version.id, chosen.goal):
            self.promised.append(Promise(_EVER if fact.event == self.started_event else at, chosen))

    def pauses(self, chosen: Chosen) -> list[Pause]:
        """What does not count under a policy, in order, nothing twice."""
        stretches = list(self.stops)
        if not self.kind.is_response:
            for status, start, end in self.statuses:
                if status in chosen.version.pauses and (end is None or end > self.started_at):
                    stretches.append(Pause(max(start, self.started_at), end, status.value))
        return merged(stretches)


def merged(stretches: Iterable[Pause]) -> list[Pause]:
    """Pauses in order; of two that overlap the later one begins where the first one ends."""
    found: list[Pause] = []
    for one in sorted(stretches, key=lambda pause: (pause.start, pause.end is None)):
        until = found[-1].end if found else one.start
        if until is None:
            break
        start = max(one.start, until)
        if one.end is None or one.end > start:
            found.append(Pause(start, one.end, one.why))
    return found


def runs(facts: Sequence[Fact], rules: Rulebook) -> list[Run]:
    """What the facts started and ended, in order."""
    machine = _Machine(rules)
    for fact in facts:
        machine.take(fact)
    return machine.finished()


@dataclass(slots=True)
class _Machine:
    rules: Rulebook
    runs: list[Run] = field(default_factory=list)
    response: Run | None = None
    status: Status = Status.NEW
    status_since: datetime | None = None
    statuses: list[tuple[Status, datetime, datetime | None]] = field(default_factory=list)

    def take(self, fact: Fact) -> None:
        self._turn_to(fact.labels.status, fact.at)
        for run in self.runs:
            run.lapse(fact.at)
        if fact.waits is not None:
            self._wait(fact, fact.waits)
        self._respond(fact)
        self._resolve(fact)
        self.status = fact.labels.status
        for run in self.runs:
            if run.is_open or run.is_suspended:
                run.promise(fact.at, self.rules.choose(run.kind, run.started_at, fact.labels, fact.at), fact)

    def finished(self) -> list[Run]:
        if self.status_since is not None:
            self.statuses.append((self.status, self.status_since, None))
        for run in self.runs:
            run.statuses = self.statuses
        return self.runs

    def _turn_to(self, status: Status, at: datetime) -> None:
        if status is not self.status:
            if self.status_since is not None:
                self.statuses.append((self.status, self.status_since, at))
            self.status_since = None if status in {Status.NEW, Status.OPEN} else at

    def _start(self, kind: Kind, fact: Fact, at: datetime) -> Run:
        ordinal = 1 + sum(run.kind is kind for run in self.runs)
        run = Run(kind, ordinal, fact.event, at)
        self.runs.append(run)
        return run

    def _wait(self, fact: Fact, since: datetime) -> None:
        """A customer waits. Where one did so already, this is an older mail that came in late; where undo brought it back, so does it the target."""
        if fact.undoes is not None:
            return
        if self.response is not None and (self.response.is_open or self.response.is_suspended):
            self.response.started_at = min(self.response.started_at, since)
            return
        begins = not self.runs
        self.response = self._start(Kind.FIRST_RESPONSE if begins else Kind.NEXT_RESPONSE, fact, since)
        if begins:
            self._start(Kind.FIRST_RESOLUTION, fact, since)
            self._start(Kind.RESOLUTION, fact, since)

    def _respond(self, fact: Fact) -> None:
        run = self.response
        if run is None or fact.taken_back:
            return
        over = fact.labels.status in OVER and self.status not in OVER  # what happens later in a ticket that is over has not ended it
        if run.because == _UNDER_NO_POLICY:
            run.suspended(fact, ends=fact.answers or over)
        elif run.is_open and (fact.answers or over):
            run.end(fact, None if fact.answers else fact.labels.status.value)
        elif not run.is_open and run.because is not None and _is_undone(run, fact):
            run.give_back(fact.at)

    def _resolve(self, fact: Fact) -> None:
        status = fact.labels.status
        over = status in OVER
        for run in self.runs:
            if run.kind.is_response:
                continue
            if run.because == _UNDER_NO_POLICY:
                run.suspended(fact, ends=over)
            elif run.is_open and over:
                run.end(fact, None if status is Status.SOLVED else status.value)
            elif not run.is_open and not over and (run.is_total_and_met or _is_undone(run, fact)):
                run.give_back(fact.at)


def _is_undone(run: Run, fact: Fact) -> bool:
    """Whether a fact takes back what ended a target."""
    return fact.undoes is not None and fact.undoes == run.ended_by


def reached(start: datetime, seconds: int, pauses: Iterable[Pause], hours: Hours) -> datetime | None:
    """When so many seconds have counted since `start`; None where that never comes, or not while the last pause lasts."""
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


def unpaused(start: datetime, end: datetime, pauses: Iterable[Pause]) -> Iterator[tuple[datetime, datetime]]:
    """The stretches between two instants that no pause covers."""
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
    """What became of a run by `now`."""
    held, breached_at = _breach(run, now)
    chosen, pauses = held.chosen, run.pauses(held.chosen)
    run.lapse(now)
    due_at = reached(run.started_at, chosen.goal.seconds, pauses, chosen.hours)
    warnings = _warnings(run, breached_at or run.ended_at)
    coming = [run.promised[-1].chosen.policy.valid_to, *warnings, *([due_at] if breached_at is None else [])]
    return Target(
        kind=run.kind,
        ordinal=run.ordinal,
        policy_version=chosen.version.id,
        calendar_version=chosen.calendar.id if chosen.calendar else None,
        started_event=run.started_event,
        started_at=run.started_at,
        goal=chosen.goal.seconds,
        spent=counted(run.started_at, run.ended_at or max(last, run.started_at), pauses, chosen.hours),
        due_at=due_at,
        pauses=tuple(pause for pause in pauses if run.ended_at is None or pause.start < run.ended_at),
        warned=tuple(sorted(at for at in warnings if at <= now)),
        next_at=min((at for at in coming if at is not None and at > now), default=None) if run.is_open else None,
        met_at=run.met_at,
        breached_at=breached_at,
        cancelled_at=run.ended_at if run.because else None,
        cancelled_because=run.because,
        ended_event=run.ended_event,
    )


def _spans(run: Run) -> Iterator[tuple[Promise, datetime | None]]:
    """Each promise, and when the next one took its place."""
    for place, promise in enumerate(run.promised):
        yield promise, run.promised[place + 1].at if place + 1 < len(run.promised) else None


def _breach(run: Run, now: datetime) -> tuple[Promise, datetime | None]:
    """The promise that was broken and when, or the last one and None."""
    for promise, until in _spans(run):
        chosen = promise.chosen
        due = reached(run.started_at, chosen.goal.seconds, run.pauses(chosen), chosen.hours)
        if due is None:
            continue
        at = _awake(max(due, promise.at), run.stops)
        limits = [limit for limit in (until, run.ended_at, chosen.policy.valid_to) if limit is not None]
        if at <= now and all(at < limit for limit in limits):
            return promise, at
    return run.promised[-1], None


def _awake(at: datetime, stops: Iterable[Pause]) -> datetime:
    """The moment itself, or when the target went on, where it had ended in that moment: who met it in time was in time."""
    for stop in stops:
        if stop.end is not None and stop.start <= at < stop.end:
            at = stop.end
    return at


def _warnings(run: Run, end: datetime | None) -> list[datetime]:
    """When each warning comes, or came: the first moment at which no more than its time was left, before a breach or an end."""
    first: dict[int, datetime] = {}
    for promise, until in _spans(run):
        chosen = promise.chosen
        pauses = run.pauses(chosen)
        for before in chosen.version.warnings:
            at = reached(run.started_at, chosen.goal.seconds - before, pauses, chosen.hours) if before < chosen.goal.seconds else None
            if at is None or before in first:
                continue
            at = _awake(max(at, promise.at), run.stops)
            if all(limit is None or at < limit for limit in (until, end)):
                first[before] = at
    return list(first.values())
