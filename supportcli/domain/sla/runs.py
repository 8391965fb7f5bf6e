"""Runs: what a ticket's events start, end, give back and promise, before it is judged what became
of it (`domain.sla.targets`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from supportcli.domain.query.match import Labels
from supportcli.domain.sla.policy import Chosen, Rulebook, TargetKind
from supportcli.domain.tickets.ticket import Status

OVER = frozenset({Status.SOLVED, Status.CLOSED, Status.SPAM, Status.DELETED})
"""Where nobody is owed anything. (What is closed was solved before.)"""

UNDER_NO_POLICY = "no policy applies any more"
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ClockFact:
    """An event as the clocks see it. `at` is when it counts, never before that of the fact before;
    `labels` are the ticket's after it; `waits` is the moment from which a customer waits, where
    this event began that; `answers` says that it is a reply which was not taken back, `taken_back`
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
class Promise:
    """What was promised from `at` on; what was promised when the target began holds from its
    start."""

    at: datetime
    chosen: Chosen


@dataclass(slots=True)
class Run:
    """A target under way, before it is judged. `stops` are the stretches between an end and its
    being taken back, `statuses` the stretches of the ticket in statuses other than new and open."""

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
    sealed_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is neither met nor ended."""
        return self.ended_at is None

    @property
    def is_suspended(self) -> bool:
        """Whether nothing is owed just now because no policy applies: one that does gives it back,
        until a deed would have ended it anyway."""
        return self.because == UNDER_NO_POLICY and self.sealed_by is None

    @property
    def is_total_and_met(self) -> bool:
        """Whether it goes on as soon as the ticket is open again, however that comes."""
        return self.kind is TargetKind.RESOLUTION and self.met_at is not None

    def end(self, fact: ClockFact, because: str | None = None) -> None:
        """The fact meets it, or ends it because of something."""
        self.met_at = None if because else fact.at
        self.ended_at, self.because, self.ended_event, self.ended_by = (
            fact.at,
            because,
            fact.event,
            fact.gesture,
        )

    def suspended(self, fact: ClockFact, *, ends: bool) -> None:
        """What a fact does to it while nothing is owed."""
        if self.sealed_by is None and ends:
            self.sealed_by = fact.gesture
        elif self.sealed_by is not None and fact.undoes == self.sealed_by:
            self.sealed_by = None

    def lapse(self, now: datetime) -> None:
        """End where the policy that holds has ended by now, for good."""
        until = self.promised[-1].chosen.policy.valid_to if self.promised and self.is_open else None
        if until is not None and until <= now:
            self.ended_at, self.because = (
                until,
                f"the policy {self.promised[-1].chosen.policy.name} ended",
            )

    def give_back(self, at: datetime) -> None:
        """Go on with the time that was left."""
        if self.ended_at is not None and self.ended_at < at:
            self.stops.append(
                Pause(self.ended_at, at, "solved" if self.because is None else self.because)
            )
        self.met_at = self.ended_at = self.because = self.ended_event = self.ended_by = None

    def promise(self, at: datetime, chosen: Chosen | None, fact: ClockFact) -> None:
        """Take what holds from now on; where nothing does, nothing is owed."""
        if chosen is None:
            if self.promised and self.is_open:
                self.end(fact, UNDER_NO_POLICY)
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


def runs(facts: Sequence[ClockFact], rules: Rulebook) -> list[Run]:
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

    def take(self, fact: ClockFact) -> None:
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
                run.promise(
                    fact.at, self.rules.choose(run.kind, run.started_at, fact.labels, fact.at), fact
                )

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
        """A customer waits. Where one did so already, this is an older mail that came in late;
        where undo brought it back, so does it the target."""
        if fact.undoes is not None:
            return
        if self.response is not None and (self.response.is_open or self.response.is_suspended):
            self.response.started_at = min(self.response.started_at, since)
            return
        begins = not self.runs
        self.response = self._start(
            TargetKind.FIRST_RESPONSE if begins else TargetKind.NEXT_RESPONSE, fact, since
        )
        if begins:
            self._start(TargetKind.FIRST_RESOLUTION, fact, since)
            self._start(TargetKind.RESOLUTION, fact, since)

    def _respond(self, fact: ClockFact) -> None:
        run = self.response
        if run is None or fact.taken_back:
            return
        over = (
            fact.labels.status in OVER and self.status not in OVER
        )  # what happens later in a ticket that is over has not ended it
        if run.because == UNDER_NO_POLICY:
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
            if run.because == UNDER_NO_POLICY:
                run.suspended(fact, ends=over)
            elif run.is_open and over:
                run.end(fact, None if status is Status.SOLVED else status.value)
            elif not run.is_open and not over and (run.is_total_and_met or _is_undone(run, fact)):
                run.give_back(fact.at)


def _is_undone(run: Run, fact: ClockFact) -> bool:
    """Whether a fact takes back what ended a target."""
    return fact.undoes is not None and fact.undoes == run.ended_by
