"""Service-level clocks: an event and its effect on the ticket's targets are one transaction."""

import uuid
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlmodel import Session

from supportcli.domain.people import DESK
from supportcli.domain.sla import clock_runs, history, policy_text
from supportcli.domain.sla import targets as sla
from supportcli.domain.sla.clock_runs import ClockFact
from supportcli.domain.sla.policy import Policy, Rulebook
from supportcli.domain.sla.targets import Target
from supportcli.domain.sla.ticked import Ticked
from supportcli.domain.tickets.merged_clocks import AWAITS, MISSED
from supportcli.domain.tickets.ticket import Event
from supportcli.storage.engine.gathering import gathering
from supportcli.storage.sla import calendars, policies, targets
from supportcli.storage.sla.targets import KeptTarget
from supportcli.storage.tables import EventRow, TargetRow
from supportcli.storage.tickets import events, people
from supportcli.storage.tickets.events import NewEvent

if TYPE_CHECKING:
    from sqlalchemy import Engine


def record(tx: Session, event: NewEvent, now: datetime, *, undone: int | None = None) -> None:
    """Append an event, and store its effect on the ticket's targets. `undone` is the
    event of a merge or a split that it undoes: breaches noted since then count only if they came
    without it too."""
    events.record(tx, event)
    if event.kind == "split":
        _let_go(tx, event.ticket, now)
    keep(tx, event.ticket, now, undone=undone)


_BOOKS: "WeakKeyDictionary[Engine, tuple[object, Rulebook]]" = WeakKeyDictionary()


def rulebook(tx: Session) -> Rulebook:
    """The policies and calendars of the desk. Read again only if they have changed."""
    kept = policies.policies(tx)
    if not kept:
        return Rulebook()
    engine, state = tx.connection().engine, (kept, policies.newest(tx))
    known = _BOOKS.get(engine)
    if known is None or known[0] != state:
        known = _BOOKS[engine] = state, _read(tx, kept)
    return known[1]


def _read(tx: Session, kept: Sequence[policies.KeptPolicy]) -> Rulebook:
    versions = policies.versions(tx)
    found = []
    for one in kept:
        said = [
            policy_text.version_of(it.id, it.since, policy_text.of_definition(it.definition))
            for it in versions
            if it.policy_id == one.id
        ]
        found.append(Policy(one.name, one.position, one.valid_from, tuple(said), one.valid_to))
    return with_calendars(tx, Rulebook(tuple(found)))


def with_calendars(tx: Session, rules: Rulebook) -> Rulebook:
    """A rulebook with the calendars of the desk."""
    return replace(rules, calendars={one.name: one for one in calendars.calendars(tx)})


def keep(tx: Session, number: int, now: datetime, *, undone: int | None = None) -> Ticked:
    """Update the stored targets of a ticket to what follows from its history at `now`; a new
    warning or breach becomes an event."""
    return keep_all(tx, [number], now, undone=undone)


def keep_all(
    tx: Session, numbers: Sequence[int], now: datetime, *, undone: int | None = None
) -> Ticked:
    """The same for several tickets, with as many statements; with none if there are no tickets, as
    for mail from before the desk's time."""
    if not numbers:
        return Ticked()
    rules = rulebook(tx)
    if not rules.policies:
        return Ticked()
    there = targets.of_tickets(tx, numbers)
    by_ticket = computed(tx, numbers, rules, now)
    warned = breached = 0
    with gathering(tx, TargetRow, EventRow) if len(numbers) > 1 else nullcontext():
        for number in numbers:
            kept, found = there.get(number, []), by_ticket[number]
            if undone is not None:
                kept = _unbroken(kept, events.after(tx, number, undone))
            if kept or found:
                open_until = (one.due_at for one in found if one.is_open and one.due_at is not None)
                targets.set_due(tx, number, min(open_until, default=None))
            told = _store(tx, number, kept, found, now)
            warned, breached = warned + told.warned, breached + told.breached
    return Ticked(warned, breached)


def computed(
    tx: Session, numbers: Sequence[int], rules: Rulebook, now: datetime
) -> dict[int, list[Target]]:
    """The targets that follow from the history of each ticket, by its number."""
    return {
        number: sla.targets(facts, rules, now)
        for number, facts in _facts(tx, numbers, rules).items()
    }


def handed_over(tx: Session, number: int, now: datetime) -> dict[str, Any]:
    """The responses that somebody waits for in a ticket, as a merge says them in the ticket where
    they go on (`merged_clocks.AWAITS`, `MISSED`)."""
    keep(tx, number, now)  # a breach whose time has come counts, even if nobody has noted it
    rules = rulebook(tx)
    kept = {(one.target.kind, one.target.ordinal): one for one in targets.of_ticket(tx, number)}
    missed, in_time = list[Target](), dict[str, str]()
    for run in clock_runs.awaited(_facts(tx, [number], rules)[number], rules):
        one = kept.get((run.kind, run.ordinal))
        if one is not None and one.target.breached_at is not None:
            missed.append(one.target)
        else:
            in_time[run.kind.value] = run.started_at.isoformat()
    said = {AWAITS: in_time, MISSED: history.missed(missed)}
    return {name: value for name, value in said.items() if value}


def _let_go(tx: Session, number: int, now: datetime) -> None:
    """A split has moved the message that a response began with: what is still awaited began later,
    and the breach of the other one went along, with its excuse."""
    rules = rulebook(tx)
    found = {(one.kind, one.ordinal): one for one in computed(tx, [number], rules, now)[number]}
    for one in targets.of_ticket(tx, number):
        left = found.get((one.target.kind, one.target.ordinal))
        if left and left.kind.is_response and left.started_at > one.target.started_at:
            targets.replace(tx, one, left)
            targets.excuse(tx, one.id, None)


def excuse_likewise(tx: Session, number: int, event: Event, *, back: bool = False) -> None:
    """Give the missed responses that a merge or a split, `event`, brought into a ticket the excuses
    that they have in the ticket where they come from; or give them `back`, before it is undone."""
    here = [one for one in targets.of_ticket(tx, number) if one.target.started_event == event.id]
    there = targets.of_ticket(tx, event.after["from_ticket"])
    for one in (it for it in here if it.target.breached_at is not None):
        same = next((it for it in there if _is_same(it.target, one.target)), None)
        if same is not None:
            there.remove(same)
            said, takes = (one, same) if back else (same, one)
            targets.excuse(tx, takes.id, said.excuse)


def _is_same(one: Target, other: Target) -> bool:
    """Whether two targets are one response that a merge or a split has moved; what was split off is
    the first one of its ticket."""
    return (
        one.kind.is_response
        and other.kind.is_response
        and (one.started_at, one.breached_at) == (other.started_at, other.breached_at)
    )


def _facts(tx: Session, numbers: Sequence[int], rules: Rulebook) -> dict[int, list[ClockFact]]:
    names = (
        {agent.address: agent.name for agent in people.agents(tx)} if rules.asks_for_agents else {}
    )
    happened = events.of_tickets(tx, numbers)
    return {
        number: history.facts(happened.get(number, ()), opened, said_at, names)
        for number, (opened, said_at) in targets.openings(tx, numbers).items()
    }


def _store(
    tx: Session, number: int, kept: Sequence[KeptTarget], found: Sequence[Target], now: datetime
) -> Ticked:
    there = {(one.target.kind, one.target.ordinal): one for one in kept}
    warned = breached = 0
    for target in found:
        before = there.pop((target.kind, target.ordinal), None)
        now_is = target if before is None else standing(before.target, target)
        if before is None:
            targets.add(tx, number, now_is)
        elif before.target != now_is:
            targets.replace(tx, before, now_is)
        warned += _tell_warnings(tx, number, now_is, before.target.warned if before else ())
        if now_is.breached_at is not None and (before is None or before.target.breached_at is None):
            _tell(tx, number, "breached", now_is, now_is.breached_at)
            breached += 1
    targets.forget(tx, [one.id for one in there.values() if one.target.breached_at is None])
    for one in there.values():
        if (rest := unpromised(one.target, now)) is not None and rest != one.target:
            targets.replace(tx, one, rest)
    return Ticked(warned, breached)


def _unbroken(kept: Sequence[KeptTarget], later: Sequence[Event]) -> list[KeptTarget]:
    """Targets as they were before breaches that these events noted."""
    noted = {(event.after.get("target"), event.at) for event in later if event.kind == "breached"}
    return [
        replace(one, target=replace(one.target, breached_at=None))
        if (one.target.kind.value, one.target.breached_at) in noted
        else one
        for one in kept
    ]


def standing(before: Target, target: Target) -> Target:
    """A target as it is stored: a noted breach is never taken back or postponed, only excused."""
    noted = [at for at in (before.breached_at, target.breached_at) if at is not None]
    return replace(target, breached_at=min(noted, default=None))


def unpromised(before: Target, now: datetime) -> Target | None:
    """What is stored of a target that no policy promises any more: a breach stays, but no longer
    runs."""
    if before.breached_at is None:
        return None
    return sla.unpromised(before, now) if before.is_open else before


def _tell_warnings(tx: Session, number: int, target: Target, told: Sequence[datetime]) -> int:
    new = [at for at in target.warned if at not in told]
    for at in new:
        _tell(tx, number, "warned", target, at)
    return len(new)


def _tell(tx: Session, number: int, kind: str, target: Target, at: datetime) -> None:
    after = {
        "target": target.kind.value,
        "due_at": target.due_at.isoformat() if target.due_at else None,
    }
    events.record(tx, NewEvent(at, DESK, uuid.uuid4().hex, kind, number, after=after))
