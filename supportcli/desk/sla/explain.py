"""A ticket's service-level targets explained, and breaches excused."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from supportcli.clock import system_zone
from supportcli.desk import Desk, running_targets, ticking
from supportcli.desk.gestures import Done, Gesture, authorize, sentence
from supportcli.desk.states import state_of
from supportcli.desk.tickets.lists import asking
from supportcli.domain.people import Action
from supportcli.domain.query.parse import parse
from supportcli.domain.sla import explain
from supportcli.domain.sla.calendar import CalendarVersion
from supportcli.domain.sla.explain import Stretch
from supportcli.domain.sla.policy import Rulebook, TargetKind
from supportcli.domain.sla.targets import Target
from supportcli.domain.tickets.ticket import Status
from supportcli.errors import UsageError
from supportcli.storage.sla import targets
from supportcli.storage.sla.targets import Excuse, KeptTarget
from supportcli.storage.tickets import events, search


@dataclass(frozen=True, slots=True)
class Explained:
    """A target and the reasons for its state: policy and calendar with the number of their version
    (from 1; no calendar: the clock), the zone for dates, and every stretch from its start to its
    end or now.

    `spent` is the sum of their seconds."""

    ticket: int
    target: Target
    policy: str
    policy_version: int
    calendar: str | None
    calendar_version: int
    zone: str
    stretches: tuple[Stretch, ...]
    excuse: Excuse | None

    @property
    def spent(self) -> int:
        """The seconds that counted."""
        return sum(stretch.seconds for stretch in self.stretches)


@dataclass(frozen=True, slots=True)
class Breach:
    """A breached target, and its excuse if there is one."""

    ticket: int
    kind: TargetKind
    ordinal: int
    breached_at: datetime
    excuse: Excuse | None


def why(desk: Desk, number: int) -> list[Explained]:
    """Each target of a ticket explained, in the order in which they started; none if no policy
    applied. NotFound."""
    now = desk.now()
    with desk.db.read() as tx:
        state_of(tx, number)
        rules, found = running_targets.rulebook(tx), targets.of_ticket(tx, number)
        return [_explained(number, one, rules, _zone(rules, found), now) for one in found]


def _zone(rules: Rulebook, found: Sequence[KeptTarget]) -> str:
    """In which zone the times of a ticket are told which no calendar counts: that of the first
    calendar beside them, so that one moment does not read as two."""
    zones = (it.calendar.zone for one in found if (it := _calendar(rules, one.target)[0]))
    return next(zones, system_zone())


def _explained(
    number: int, kept: KeptTarget, rules: Rulebook, clock_zone: str, now: datetime
) -> Explained:
    target = kept.target
    policy, version = next(
        (policy.name, place)
        for policy in rules.policies
        for place, version in enumerate(policy.versions, 1)
        if version.id == target.policy_version
    )
    calendar, place = _calendar(rules, target)
    zone = calendar.calendar.zone if calendar else clock_zone
    end = max(target.met_at or target.cancelled_at or now, target.started_at)
    stretches = explain.account(
        target.started_at,
        end,
        target.pauses,
        calendar.calendar if calendar else None,
        ZoneInfo(zone),
    )
    name = calendar.calendar.name if calendar else None
    return Explained(
        number, target, policy, version, name, place, zone, tuple(stretches), kept.excuse
    )


def _calendar(rules: Rulebook, target: Target) -> tuple[CalendarVersion | None, int]:
    known = (
        (version, place)
        for history in rules.calendars.values()
        for place, version in enumerate(history.versions, 1)
    )
    return next((one for one in known if one[0].id == target.calendar_version), (None, 0))


def breaches(desk: Desk, query: str) -> list[Breach]:
    """The breached targets of the tickets that a query finds, in any status if it names none.
    NotAllowed as for `excuse`."""
    now = desk.now()
    _note(desk, now)
    with desk.db.read() as tx:
        found = _breached(desk, tx, query, now)
    return [
        Breach(one.ticket, one.target.kind, one.target.ordinal, one.target.breached_at, one.excuse)
        for one in found
        if one.target.breached_at is not None
    ]


def _note(desk: Desk, now: datetime) -> None:
    """Note the breaches whose time has come: one that nobody has noted yet counts too."""
    with desk.db.read() as tx:
        authorize(desk.me(tx), Action.WORK)
    ticking.tick(desk, now)


def _breached(desk: Desk, tx: Session, query: str, now: datetime) -> list[KeptTarget]:
    meant = parse(query, frozenset(Status))
    return targets.breached(tx, search.condition(tx, meant, asking(desk, tx, now)))


def excuse(desk: Desk, query: str, reason: str, only: Collection[int] | None = None) -> Done:
    """Excuse the breached targets of the tickets that a query finds (`only` among these, if given),
    with the reason why nobody is to blame. They stay breached; reports show both figures.

    What is excused already is left alone. UsageError without a reason; QueryError; NotAllowed if I
    may not work on tickets."""
    because = reason.strip()
    if not because:
        raise UsageError("The reason is empty, so nothing was written.", "Give it with --reason.")
    now = desk.now()
    _note(desk, now)
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, now=now)
        told = Excuse(gesture.now, gesture.agent.address, because)
        for one in _breached(desk, tx, query, now):
            if one.excuse is not None or (only is not None and one.ticket not in only):
                continue
            targets.excuse(tx, one.id, told)
            after = {"target": one.target.kind.value, "reason": because}
            events.record(
                tx,
                events.NewEvent(
                    gesture.now, gesture.actor, gesture.id, "excused", one.ticket, after=after
                ),
            )
            gesture.touch(one.ticket)
        return gesture.done(
            sentence("Excused", gesture.numbers, "Nothing changed: there is no breach to excuse.")
        )
