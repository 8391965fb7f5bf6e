"""Runs: which targets a ticket's events start, end, give back and promise, before
`domain.sla.targets` judges them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from supportcli.domain.query.match import Labels
from supportcli.domain.sla.policy import Chosen, Rulebook, TargetKind
from supportcli.domain.tickets.ticket import THROWN_AWAY, Status

OVER = frozenset({Status.SOLVED, Status.CLOSED, Status.SPAM, Status.DELETED, Status.MERGED})
"""The statuses in which nobody is owed anything. (A closed ticket was solved before.)"""

MOVED = frozenset({"merged", "split"})
"""Why a response ends here that goes on in another ticket."""

_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that does not count, and why; `end` is None while it lasts."""

    start: datetime
    end: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class MissedResponse:
    """A response that was missed in one ticket, and is awaited in another one since a merge: since
    when, when it was missed, and the promise that was broken (ids of the versions of a policy and
    a calendar, and seconds)."""

    kind: TargetKind
    since: datetime
    missed_at: datetime
    policy_version: int
    calendar_version: int | None
    goal: int
    stops: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockFact:
    """An event as the clocks see it."""

    event: int
    at: datetime
    """When it counts, never before the previous fact."""
    labels: Labels
    """The ticket's after it."""
    gesture: str
    waits: datetime | None = None
    """Since when a customer has been waiting, if the event began that."""
    answers: bool = False
    """It is a reply that was not taken back."""
    taken_back: bool = False
    """It is a reply that was taken back."""
    undoes: str | None = None
    """The gesture that it took back."""
    over_by: str = ""
    """The gesture that brought the ticket to its status, if that is not its own: the ticket has the
    status again because a later verb was undone."""
    moved: bool = False
    """It moved messages to another ticket: only `waits` is still waited for here."""
    restored: bool = False
    """It brought the ticket back from spam or from the deleted ones: what is owed goes on."""
    takes_over: Mapping[TargetKind, datetime] = field(default_factory=dict)
    """The responses that were awaited in a ticket which was merged into this one, each with since
    when: they are awaited here from then on."""
    missed: tuple[MissedResponse, ...] = ()
    """Those of them that had been missed there: each stays missed here."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised from `at` on; the first promise holds from the target's start."""

    at: datetime
    chosen: Chosen


@dataclass(slots=True)
class Run:
    """A target in progress, before it is judged. `stops` are the times between an end and its being
    taken back, `statuses` the times in statuses other than new and open. `unpromised`: it ended
    because nothing promises it. `missed_at`: when it was missed in the ticket that it comes from;
    what was promised there holds."""

    kind: TargetKind
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
    unpromised: bool = False
    sealed_by: str | None = None
    missed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is neither met nor ended."""
        return self.ended_at is None

    @property
    def is_suspended(self) -> bool:
        """Whether nothing is owed at the moment because nothing promises it. A policy that does
        gives it back, unless an event has ended it by then."""
        return self.unpromised and self.sealed_by is None

    @property
    def is_awaited(self) -> bool:
        """Whether it is a response that somebody still waits for, promised or not."""
        return self.kind.is_response and (self.is_open or self.is_suspended)

    @property
    def is_total_and_met(self) -> bool:
        """Whether it goes on as soon as the ticket is open again, by any way."""
        return self.kind is TargetKind.RESOLUTION and self.met_at is not None

    def end(self, fact: ClockFact, because: str | None = None) -> None:
        """The fact meets it, or ends it for the reason `because`."""
        self.met_at = None if because else fact.at
        self.ended_at, self.because, self.ended_event, self.ended_by = (
            fact.at,
            because,
            fact.event,
            fact.over_by or fact.gesture,
        )

    def suspended(self, fact: ClockFact, *, ends: bool) -> None:
        """Apply a fact while nothing is owed."""
        if self.sealed_by is None and ends:
            self.sealed_by = fact.over_by or fact.gesture
        elif self.sealed_by is not None and fact.undoes == self.sealed_by:
            self.sealed_by = None

    def lapse(self, now: datetime) -> None:
        """End if the current policy has ended by now, for good."""
        until = self.promised[-1].chosen.policy.valid_to if self.promised and self.is_open else None
        if until is not None and until <= now:
            self.ended_at, self.because = (
                until,
                f"the policy {self.promised[-1].chosen.policy.name} ended",
            )

    def give_back(self, at: datetime) -> None:
        """Continue with the time that was left."""
        if self.ended_at is not None and self.ended_at < at:
            self.stops.append(
                Pause(self.ended_at, at, "solved" if self.because is None else self.because)
            )
        self.met_at = self.ended_at = self.because = self.ended_event = self.ended_by = None
        self.unpromised = False

    def unpromise(self, fact: ClockFact, because: str) -> None:
        """Owe nothing from now on, while nothing promises it."""
        self.end(fact, because)
        self.ended_by, self.unpromised = None, True

    def promise(self, at: datetime, chosen: Chosen, fact: ClockFact) -> None:
        """Take what holds from now on."""
        if self.is_suspended:
            self.give_back(at)
        last = self.promised[-1].chosen if self.promised else None
        if last is None or (last.version.id, last.goal) != (chosen.version.id, chosen.goal):
            self.promised.append(Promise(_EVER if fact.event == self.started_event else at, chosen))

    def pauses(self, chosen: Chosen) -> list[Pause]:
        """The times that do not count under a policy, in order, without overlaps."""
        stretches = list(self.stops)
        if not self.kind.is_response:
            for status, start, end in self.statuses:
                if status in chosen.version.pauses and (end is None or end > self.started_at):
                    stretches.append(Pause(max(start, self.started_at), end, status.value))
        return merged(stretches)


def merged(stretches: Iterable[Pause]) -> list[Pause]:
    """Pauses in order; if two overlap, the later one begins where the first ends."""
    found: list[Pause] = []
    for one in sorted(stretches, key=lambda pause: (pause.start, pause.end is None)):
        until = found[-1].end if found else one.start
        if until is None:
            break
        start = max(one.start, until)
        if one.end is None or one.end > start:
            found.append(Pause(start, one.end, one.why))
    return found


def runs(facts: Sequence[ClockFact], rules: Rulebook) -> list[Run]:
    """What the facts started and ended, in order."""
    machine = _Machine(rules)
    for fact in facts:
        machine.take(fact)
    return machine.finished()


def awaited(facts: Sequence[ClockFact], rules: Rulebook) -> list[Run]:
    """The responses that somebody waits for, promised or not."""
    return [run for run in runs(facts, rules) if run.is_awaited]


@dataclass(slots=True)
class _Machine:
    """What is taken from one fact to the next. A ticket has one response at a time; after a merge
    also one of another kind, and those that were missed in the other ticket: a reply answers all of
    them."""

    rules: Rulebook
    runs: list[Run] = field(default_factory=list)
    responses: list[Run] = field(default_factory=list)
    status: Status = Status.NEW
    status_since: datetime | None = None
    statuses: list[tuple[Status, datetime, datetime | None]] = field(default_factory=list)

    def take(self, fact: ClockFact) -> None:
        self._turn_to(fact.labels.status, fact.at)
        for run in self.runs:
            run.lapse(fact.at)
        if fact.moved:
            self._move(fact)
        elif fact.takes_over or fact.missed:
            self._take_over(fact)
        elif fact.waits is not None:
            self._wait(fact, fact.waits)
        self._respond(fact)
        self._resolve(fact)
        self.status = fact.labels.status
        for run in self.runs:
            if run.is_open or run.is_suspended:
                self._promise(run, fact)

    def _take_over(self, fact: ClockFact) -> None:
        for one in fact.missed:
            self._go_on(one, fact)
        for kind, since in fact.takes_over.items():
            self._await(kind, fact, since)

    def _promise(self, run: Run, fact: ClockFact) -> None:
        asked = run.kind, run.started_at, fact.labels, fact.at
        if run.missed_at is not None:
            return
        if (chosen := self.rules.choose(*asked)) is not None:
            run.promise(fact.at, chosen, fact)
        elif run.promised and run.is_open:
            run.unpromise(fact, self.rules.why_unpromised(*asked))

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

    def _start(self, kind: TargetKind, fact: ClockFact, at: datetime) -> Run:
        ordinal = 1 + sum(run.kind is kind for run in self.runs)
        run = Run(kind, ordinal, fact.event, at)
        self.runs.append(run)
        return run

    def _wait(self, fact: ClockFact, since: datetime) -> None:
        """A customer waits. If one was waiting already, this is an older mail that came in late. If
        undo or a restore brought the wait back, it also restores the target."""
        if fact.undoes is not None or (
            fact.restored and any(map(_was_thrown_away, self.responses))
        ):
            return
        kinds = [run.kind for run in self._awaited()]
        if kinds:
            kind = TargetKind.NEXT_RESPONSE if TargetKind.NEXT_RESPONSE in kinds else kinds[0]
        else:
            kind = TargetKind.NEXT_RESPONSE if self.runs else TargetKind.FIRST_RESPONSE
        self._await(kind, fact, since)

    def _await(self, kind: TargetKind, fact: ClockFact, since: datetime) -> None:
        """Somebody waits for a response of this kind: the one that runs, or one that starts."""
        for run in self._awaited():
            if run.kind is kind and run.missed_at is None:
                run.started_at = min(run.started_at, since)
                return
        self._respond_to(kind, fact, since)

    def _respond_to(self, kind: TargetKind, fact: ClockFact, since: datetime) -> Run:
        """Start a response; the first one of a ticket also starts what it takes to solve it."""
        begins = not self.runs
        run = self._start(kind, fact, since)
        self.responses = [*self._awaited(), run]
        if begins:
            self._start(TargetKind.FIRST_RESOLUTION, fact, since)
            self._start(TargetKind.RESOLUTION, fact, since)
        return run

    def _go_on(self, one: MissedResponse, fact: ClockFact) -> None:
        """A response that was missed in another ticket goes on here, missed."""
        broken = self.rules.promised(one.policy_version, one.calendar_version, one.goal)
        if broken is None:
            self._await(one.kind, fact, one.since)
            return
        run = self._respond_to(one.kind, fact, one.since)
        run.promised, run.stops = [Promise(_EVER, broken)], list(one.stops)
        run.missed_at = one.missed_at

    def _awaited(self) -> Iterator[Run]:
        return (run for run in self.responses if run.is_awaited)

    def _move(self, fact: ClockFact) -> None:
        """Messages that somebody waited for are in another ticket now, and wait there."""
        for run in self._awaited():
            if fact.waits is None:
                run.end(fact, "split")
            else:
                run.started_at = max(run.started_at, fact.waits)

    def _respond(self, fact: ClockFact) -> None:
        if fact.taken_back:
            return
        over = (
            fact.labels.status in OVER and self.status not in OVER
        )  # what happens later in a finished ticket has not ended the target
        for run in self.responses:
            if run.unpromised:
                run.suspended(fact, ends=fact.answers or over)
            elif run.is_open and (fact.answers or over):
                run.end(fact, None if fact.answers else fact.labels.status.value)
            elif not run.is_open and run.because is not None and _is_undone(run, fact):
                run.give_back(fact.at)

    def _resolve(self, fact: ClockFact) -> None:
        status = fact.labels.status
        over = status in OVER
        for run in self.runs:
            if run.kind.is_response:
                continue
            if run.unpromised:
                run.suspended(fact, ends=over)
            elif run.is_open and over:
                run.end(fact, None if status is Status.SOLVED else status.value)
            elif not run.is_open and not over and (run.is_total_and_met or _is_undone(run, fact)):
                run.give_back(fact.at)


def _is_undone(run: Run, fact: ClockFact) -> bool:
    """Whether a fact takes back what ended a target."""
    if fact.restored and _was_thrown_away(run):
        return True
    return fact.undoes is not None and fact.undoes == run.ended_by


def _was_thrown_away(run: Run) -> bool:
    """Whether a target ended because its ticket was thrown away."""
    return run.because in THROWN_AWAY
