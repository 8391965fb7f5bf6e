"""What reports know of a ticket: its labels now, and the steps of its life, from the history
without what was undone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from supportcli.domain.tickets.ticket import THROWN_AWAY, UNSOLVED, Priority, Status
from supportcli.domain.tickets.verbs import ANSWERS


@dataclass(frozen=True, slots=True)
class TicketLabels:
    """What a ticket is counted under: its labels now. `assignee` is an agent's address."""

    number: int
    mailbox: str
    priority: Priority
    assignee: str | None
    tags: tuple[str, ...]
    team: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    """The values of its custom fields by their names."""


class LifeStep(NamedTuple):
    """One event."""

    at: datetime
    kind: str
    agent: str | None = None
    """The address of the agent who did it, else None."""
    status: Status | None = None
    """The new status, if it changed."""
    waits: bool = False
    """The event says who waits."""
    since: datetime | None = None
    """If `waits`: the oldest unanswered message of the customer; None: nobody waits any more."""
    written_at: datetime | None = None
    """When the customer's message in it reached the mail server."""
    elsewhere: bool = False
    """A merge or a split has put its message into another ticket, where it counts."""
    first: bool = False
    """If `waits`: a merge brought who waits, and they have had no answer yet."""


@dataclass(frozen=True, slots=True)
class TargetLife:
    """A service-level target that runs or ran. `agent` is who ended it."""

    kind: str
    started_at: datetime
    met_at: datetime | None = None
    breached_at: datetime | None = None
    cancelled_at: datetime | None = None
    excused: bool = False
    agent: str | None = None
    elsewhere: bool = False
    """A merge or a split ended it: it went on in another ticket, where it counts."""
    due_at: datetime | None = None
    """When it is due; None while its clock is paused."""


@dataclass(frozen=True, slots=True)
class Course:
    """What happened in one ticket, in order. `silent`: it came in without notice (mail from before
    the desk's time, an import), so nobody here kept anybody waiting."""

    silent: bool
    steps: tuple[LifeStep, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """A ticket from its first message on. `silent` as in `Course`. `brought` are the courses of
    other tickets some of whose messages a merge or a split has put into this one, `goals` also the
    responses that were decided in those that were merged into it."""

    labels: TicketLabels
    created_at: datetime
    silent: bool
    steps: tuple[LifeStep, ...]
    goals: tuple[TargetLife, ...] = ()
    brought: tuple[Course, ...] = ()
    untouched: bool = False
    """It only came in: nobody here has done anything to it."""

    @property
    def courses(self) -> tuple[Course, ...]:
        """Where what is said in the ticket was said: there, and in the tickets that it came
        from."""
        return (Course(self.silent, self.steps), *self.brought)


class AnswerStep(NamedTuple):
    """A reply to a customer who had waited since `since`. `first`: it is the first answer of the
    ticket."""

    since: datetime
    at: datetime
    agent: str | None
    first: bool


class Change(NamedTuple):
    """A step from one status to another."""

    at: datetime
    before: Status
    after: Status
    agent: str | None


def said(life: Life) -> Iterator[LifeStep]:
    """The steps that count in a ticket: its own ones, and those of other tickets whose messages
    stand in it now."""
    return (step for course in life.courses for step in course.steps if not step.elsewhere)


def answers(life: Life) -> Iterator[AnswerStep]:
    """Each reply that stands in the ticket, to somebody who waited where it was written."""
    for course in life.courses:
        yield from _answers(course)


def _answers(course: Course) -> Iterator[AnswerStep]:
    """A wait ends without an answer if the ticket is solved; then no later reply is the first
    answer, and neither is any in a ticket that came in silently, unless a merge brought somebody
    who waits for a first one."""
    since: datetime | None = None
    first = not course.silent
    for step in course.steps:
        if step.kind in ANSWERS:
            if since is not None and not step.elsewhere:
                yield AnswerStep(since, step.at, step.agent, first)
            since, first = None, False
        elif step.waits and step.status not in THROWN_AWAY:  # which is for good, or a mistake
            first = step.first or (first and (since is None or step.since is not None))
            since = step.since


def changes(life: Life) -> Iterator[Change]:
    """Each change of the status, beginning with the ticket's creation."""
    before = Status.NEW
    for step in life.steps:
        if step.status is not None and step.status is not before:
            yield Change(step.at, before, step.status, step.agent)
            before = step.status


def open_spells(life: Life) -> Iterator[tuple[datetime, datetime | None]]:
    """From when until when (None: still) the ticket was open: not solved or closed. What was spam
    or deleted, and is back, never went out: it was a mistake."""
    since: datetime | None = life.created_at
    for change in () if life.untouched else changes(life):
        if change.after in THROWN_AWAY:
            continue
        if since is not None and change.after not in UNSOLVED:
            yield since, max(change.at, since)
            since = None
        elif since is None and change.after in UNSOLVED:
            since = change.at
    if since is not None:
        yield since, None
