"""Targets as they are kept with each event, on both engines: verbs, undo, ticks, computing again,
and what is only thought of."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from supportcli.desk import Desk, redo, running_targets, ticking, undo
from supportcli.desk.replies import writing
from supportcli.desk.sla import explain, policies, recomputation
from supportcli.desk.sla.policies import PolicyTexts
from supportcli.desk.sla.recomputation import Difference
from supportcli.desk.tickets import lists, reading
from supportcli.desk.tickets import verbs as tickets
from supportcli.domain.mail import Address
from supportcli.domain.people import Actor, ActorKind, Role
from supportcli.domain.sla.history import waits_since
from supportcli.domain.sla.policy import TargetKind
from supportcli.domain.sla.targets import Target
from supportcli.domain.sla.ticked import Ticked
from supportcli.domain.tickets.ticket import Priority, SlaState
from supportcli.errors import NotAllowed
from supportcli.errors.tickets import NothingToUndo, StepNotAllowed, UndoRefused
from supportcli.storage.sla import targets
from supportcli.storage.tables import load_all
from supportcli.storage.tickets import events, people
from supportcli.storage.tickets import tickets as store
from tests.desk.desks import START, StandingClock, as_agent, desk_at, write_in
from tests.desk.levels import promise
from tests.long import LONG, long_but


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    """The desk's clock, on a machine whose days are those of UTC."""
    monkeypatch.setenv("TZ", "UTC")
    return StandingClock()


@pytest.fixture
def desk(url: str, clock: StandingClock) -> Iterator[Desk]:
    with desk_at(url, clock) as found:
        yield admin(found)


def admin(desk: Desk) -> Desk:
    """The desk as Eve sees it, who is an admin."""
    with desk.db.write() as tx:
        people.add_agent(tx, "Eve", "eve@shop.test", Role.ADMIN, now=START)
    return as_agent(desk, "eve@shop.test")


def unwatched(_done: int, _total: int) -> None:
    """Nobody looks at how far it is."""


def kept(desk: Desk, number: int) -> dict[TargetKind, Target]:
    """The targets of a ticket, of each kind the newest."""
    with desk.db.read() as tx:
        return {one.target.kind: one.target for one in targets.of_ticket(tx, number)}


def rows(desk: Desk) -> dict[str, list[Any]]:
    """All that the database's tables have."""
    load_all()
    with desk.db.read() as tx:
        return {
            table.name: sorted(map(repr, tx.connection().execute(select(table))))
            for table in SQLModel.metadata.sorted_tables
        }


def told(desk: Desk, number: int) -> list[tuple[str, datetime]]:
    """The warnings and breaches in a ticket's history."""
    return [
        (event.kind, event.at)
        for event in reading.ticket(desk, number).events
        if event.kind in {"warned", "breached"}
    ]


def hours(count: float) -> datetime:
    return START + timedelta(hours=count)


def test_targets_are_kept_with_each_verb(desk: Desk, clock: StandingClock) -> None:
    promise(desk, first_response="8h", next_response="2h", resolution="urgent=4h 24h")
    number = write_in(desk)
    assert {kind: one.due_at for kind, one in kept(desk, number).items()} == {
        TargetKind.FIRST_RESPONSE: hours(8),
        TargetKind.RESOLUTION: hours(24),
    }
    clock.tick(hours=1)
    tickets.prioritise(desk, [number], Priority.URGENT)
    assert kept(desk, number)[TargetKind.RESOLUTION].due_at == hours(4)
    writing.reply(desk, number, "We are on it.")
    assert kept(desk, number)[TargetKind.FIRST_RESPONSE].met_at == hours(1)
    assert kept(desk, number)[TargetKind.RESOLUTION].due_at is None
    clock.tick(hours=5)
    tickets.reopen(desk, [number])
    assert kept(desk, number)[TargetKind.RESOLUTION].due_at == hours(9)
    clock.tick(hours=1)
    tickets.solve(desk, [number])
    assert (
        kept(desk, number)[TargetKind.RESOLUTION].spent,
        kept(desk, number)[TargetKind.RESOLUTION].breached_at,
    ) == (2 * 3600, None)


def test_what_was_spam_and_then_deleted_is_owed_again(desk: Desk, clock: StandingClock) -> None:
    promise(desk, first_response="8h", resolution="24h")
    number = write_in(desk)
    clock.tick(hours=3)
    tickets.spam(desk, [number])
    clock.tick(hours=1)
    tickets.delete(desk, [number])
    clock.tick(hours=39)
    tickets.reopen(desk, [number])
    assert kept(desk, number)[TargetKind.FIRST_RESPONSE].due_at == hours(48)
    assert reading.ticket(desk, number).line.waiting_since == START


@pytest.mark.parametrize("throw", [tickets.spam, tickets.delete])
def test_who_was_thrown_away_by_mistake_waits_on(
    desk: Desk, clock: StandingClock, throw: Callable[[Desk, list[int]], object]
) -> None:
    """A trial: the deadline was gone for good, unless whoever had marked it undid it."""
    promise(desk, first_response="8h", resolution="24h")
    number = write_in(desk)
    clock.tick(hours=3)
    throw(desk, [number])
    clock.tick(hours=40)
    tickets.reopen(desk, [number])
    there = {TargetKind.FIRST_RESPONSE: hours(48), TargetKind.RESOLUTION: hours(64)}
    assert {kind: one.due_at for kind, one in kept(desk, number).items()} == there
    assert reading.ticket(desk, number).line.waiting_since == START
    undo.undo(desk)
    assert reading.ticket(desk, number).line.waiting_since is None
    thrown = "spam" if throw is tickets.spam else "deleted"
    assert {one.cancelled_because for one in kept(desk, number).values()} == {thrown}
    redo.redo(desk)
    assert {kind: one.due_at for kind, one in kept(desk, number).items()} == there
    writing.reply(desk, number, "Sorry, we are on it.")
    assert kept(desk, number)[TargetKind.FIRST_RESPONSE].met_at == hours(43)
    tickets.spam(desk, [number])
    tickets.reopen(desk, [number])
    assert reading.ticket(desk, number).line.waiting_since is None
    assert recomputation.recompute(desk, unwatched) == []


def test_undo_gives_back_the_time_that_was_left(desk: Desk, clock: StandingClock) -> None:
    promise(desk, first_response="8h", resolution="24h")
    number = write_in(desk)
    clock.tick(hours=3)
    tickets.solve(desk, [number])
    assert kept(desk, number)[TargetKind.FIRST_RESPONSE].cancelled_because == "solved"
    clock.tick(hours=40)
    undo.undo(desk)
    assert {kind: (one.due_at, one.breached_at) for kind, one in kept(desk, number).items()} == {
        TargetKind.FIRST_RESPONSE: (hours(48), None),
        TargetKind.RESOLUTION: (hours(64), None),
    }


def test_a_tick_notes_each_warning_and_breach_once_at_its_time(
    desk: Desk, clock: StandingClock
) -> None:
    promise(desk, first_response="8h", warnings=(3600, 900))
    number = write_in(desk)
    clock.tick(hours=7.5)
    assert ticking.tick(desk) == Ticked(1, 0)
    assert ticking.tick(desk) == Ticked()
    clock.tick(days=3)
    assert ticking.tick(desk) == Ticked(1, 1)
    assert ticking.tick(desk) == Ticked()
    assert told(desk, number) == [
        ("warned", hours(7)),
        ("warned", hours(7.75)),
        ("breached", hours(8)),
    ]


def test_warnings_and_breaches_change_nothing_else_of_a_ticket(
    desk: Desk, clock: StandingClock
) -> None:
    """django-helpdesk: who only wanted to be notified found priorities changed."""
    promise(desk, first_response="8h", warnings=(3600,))
    number = write_in(desk, priority=Priority.LOW)
    before = reading.ticket(desk, number).line
    clock.tick(days=1)
    assert ticking.tick(desk) == Ticked(1, 1)
    after = reading.ticket(desk, number).line
    assert after.priority is Priority.LOW
    assert replace(after, clock=before.clock) == before


def test_only_a_reply_of_an_agent_meets_a_response(desk: Desk, clock: StandingClock) -> None:
    """In RT whoever is not the one who asked has answered."""
    promise(desk, first_response="8h")
    number = write_in(desk)
    clock.tick(hours=1)
    write_in(desk, number, "I have the same.", sender="john@else.test")
    tickets.note(desk, number, "Looks like the seal.")
    tickets.wait(desk, [number])
    assert (
        kept(desk, number)[TargetKind.FIRST_RESPONSE].is_open,
        kept(desk, number)[TargetKind.FIRST_RESPONSE].due_at,
    ) == (True, hours(8))
    writing.reply(desk, number, "We are on it.", agree=lambda _: True)
    assert kept(desk, number)[TargetKind.FIRST_RESPONSE].met_at == hours(1)


def test_one_tick_notes_all_that_is_due(tmp_path: Path, clock: StandingClock) -> None:
    """OsTicket looks at a hundred tickets each time, in no order."""
    with desk_at(f"sqlite:///{tmp_path / 'desk.db'}", clock) as desk:
        promise(desk, first_response="8h")
        with desk.db.write() as tx:
            customer = people.customer_for(tx, Address("Maria", "maria@acme.test"), START)
            for place in range(120):
                number = store.create(
                    tx, store.NewTicket("Leak", customer, 1, START, waiting_since=START), START
                )
                said = {"waiting_since": START.isoformat()}
                person = Actor(ActorKind.CUSTOMER, "maria@acme.test")
                running_targets.record(
                    tx,
                    events.NewEvent(START, person, f"mail {place}", "created", number, after=said),
                    START,
                )
        clock.tick(days=1)
        assert ticking.tick(desk) == Ticked(0, 120)


def test_an_excuse_stays(desk: Desk, clock: StandingClock) -> None:
    promise(desk, first_response="8h")
    number = write_in(desk)
    clock.tick(hours=9)
    ticking.tick(desk)
    explain.excuse(desk, "sla:breached", "strike")
    clock.tick(hours=1)
    writing.reply(desk, number, "We are on it.")
    policies.edit_policy(desk, "Standard", PolicyTexts(first_response="1h"), "2026-03-01")
    assert [one.ticket for one in recomputation.recompute(desk, unwatched)] == [number]
    [breach] = explain.breaches(desk, "")
    assert breach.excuse is not None
    assert (breach.excuse.by, breach.excuse.because) == ("eve@shop.test", "strike")
    assert kept(desk, number)[TargetKind.FIRST_RESPONSE].met_at == hours(10)


def test_who_may_not_work_on_tickets_neither_excuses_nor_notes_a_breach(
    desk: Desk, clock: StandingClock
) -> None:
    promise(desk, first_response="8h")
    write_in(desk)
    clock.tick(hours=9)
    with desk.db.write() as tx:
        people.add_agent(tx, "Zoe", "zoe@shop.test", Role.READ_ONLY, now=START)
    before = rows(desk)
    for ask in (
        lambda: explain.excuse(as_agent(desk, "zoe@shop.test"), "", "strike"),
        lambda: explain.breaches(as_agent(desk, "zoe@shop.test"), ""),
    ):
        with pytest.raises(NotAllowed):
            ask()
    assert rows(desk) == before


def test_an_excuse_is_taken_back_with_all_of_its_breaches_and_no_other(
    desk: Desk, clock: StandingClock
) -> None:
    promise(desk, first_response="8h", resolution="10h")
    numbers = write_in(desk), write_in(desk, sender="john@acme.test")
    clock.tick(hours=9)
    explain.excuse(as_agent(desk, "bob@shop.test"), "from:maria", "flood")
    clock.tick(hours=9)
    ticking.tick(desk)
    assert explain.excuse(desk, "", "strike").numbers == numbers
    assert undo.undo(desk).numbers == tuple(reversed(numbers))
    told = [
        (one.ticket, one.kind, one.excuse and one.excuse.because)
        for one in explain.breaches(desk, "")
    ]
    assert told == [
        (numbers[0], TargetKind.FIRST_RESPONSE, "flood"),
        (numbers[0], TargetKind.RESOLUTION, None),
        (numbers[1], TargetKind.FIRST_RESPONSE, None),
        (numbers[1], TargetKind.RESOLUTION, None),
    ]
    assert recomputation.recompute(desk, unwatched) == []
    with pytest.raises(NothingToUndo):
        undo.undo(desk)
    assert explain.excuse(desk, "", "strike").numbers == numbers


def test_what_runs_at_the_end_of_its_policy_is_not_needed_without_computing_again(
    desk: Desk, clock: StandingClock
) -> None:
    promise(desk, first_response="8h")
    number = write_in(desk)
    clock.tick(hours=1)
    policies.edit_policy(desk, "Standard", PolicyTexts(valid_to="now"))
    ticking.tick(desk)
    assert kept(desk, number)[TargetKind.FIRST_RESPONSE].cancelled_at == hours(1)
    assert told(desk, number) == []


def test_a_breach_that_was_noted_keeps_its_moment(desk: Desk, clock: StandingClock) -> None:
    promise(desk, first_response="1h")
    number = write_in(desk)
    clock.tick(hours=2)
    ticking.tick(desk)
    policies.edit_policy(desk, "Standard", PolicyTexts(first_response="8h"), "2026-03-01")
    recomputation.recompute(desk, unwatched)
    clock.tick(hours=9)
    ticking.tick(desk)
    assert (kept(desk, number)[TargetKind.FIRST_RESPONSE].breached_at, told(desk, number)) == (
        hours(1),
        [("breached", hours(1))],
    )
    assert recomputation.recompute(desk, unwatched) == []


@pytest.mark.parametrize("verb", [True, False])
def test_a_breach_of_what_is_promised_no_more_stays_and_runs_no_longer(
    desk: Desk, clock: StandingClock, verb: bool
) -> None:
    promise(desk, first_response="8h")
    number = write_in(desk)
    clock.tick(hours=9)
    ticking.tick(desk)
    policies.edit_policy(desk, "Standard", PolicyTexts(valid_from="2026-04-01"))
    tickets.tag(desk, [number], {"leak"}) if verb else recomputation.recompute(desk, unwatched)
    assert recomputation.recompute(desk, unwatched) == []
    target = kept(desk, number)[TargetKind.FIRST_RESPONSE]
    assert (target.breached_at, target.cancelled_at, target.cancelled_because) == (
        hours(8),
        hours(9),
        "no policy promises it any more",
    )
    clock_now = reading.ticket(desk, number).line.clock
    assert clock_now is not None
    assert clock_now.state(clock()) is SlaState.BREACHED
    policies.edit_policy(desk, "Standard", PolicyTexts(valid_to="2026-05-01"))
    assert ticking.tick(desk) == Ticked()
    policies.edit_policy(desk, "Standard", PolicyTexts(valid_from="2026-02-01"))
    recomputation.recompute(desk, unwatched)
    assert kept(desk, number)[TargetKind.FIRST_RESPONSE].is_open


def live(desk: Desk, clock: StandingClock, seed: int, steps: int) -> None:
    """A random series of verbs, mails and ticks."""
    lot = random.Random(seed)
    numbers: list[int] = []
    for _ in range(steps):
        clock.tick(minutes=lot.choice([0, 7, 50, 300]), seconds=lot.random())
        if not numbers or (len(numbers) < 12 and lot.random() < 0.25):
            numbers.append(write_in(desk, sender=f"maria{len(numbers)}@acme.test"))
            continue
        act(desk, lot, lot.choice(numbers))


def act(desk: Desk, lot: random.Random, number: int) -> None:
    bobs = as_agent(desk, "bob@shop.test")
    verbs: list[Callable[[], object]] = [
        lambda: write_in(desk, number),
        lambda: writing.reply(lot.choice([desk, bobs]), number, "A reply.", agree=lambda _: True),
        lambda: tickets.solve(desk, [number]),
        lambda: tickets.wait(desk, [number]),
        lambda: tickets.reopen(desk, [number]),
        lambda: tickets.prioritise(desk, [number], lot.choice(list(Priority))),
        lambda: tickets.tag(desk, [number], {"vip"} if lot.random() < 0.5 else set(), {"vip"}),
        lambda: undo.undo(lot.choice([desk, bobs])),
        lambda: explain.excuse(desk, "", "strike"),
        lambda: ticking.tick(desk),
    ]
    try:
        lot.choice(verbs)()
    except (NothingToUndo, StepNotAllowed, UndoRefused):
        return


@long_but(1)
@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_kept_verb_by_verb_is_what_is_computed_again(
    desk: Desk, clock: StandingClock, seed: int
) -> None:
    promise(
        desk,
        first_response="urgent=1h 4h",
        next_response="2h",
        resolution="high=3h 8h",
        first_resolution="6h",
        warnings=(1800,),
    )
    policies.add_policy(
        desk,
        "VIP",
        PolicyTexts(
            when="tag:vip", first_response="1h", resolution="2h", pause="pending", position=1
        ),
    )
    live(desk, clock, seed, 60)
    ticking.tick(desk)
    before = rows(desk)
    assert before["target"]
    assert recomputation.recompute(desk, unwatched) == []
    assert rows(desk) == before
    with desk.db.read() as tx:
        for line in lists.lines(desk, list(targets.each_ticket(tx, 0, 100))):
            assert line.waiting_since == waits_since(events.of_ticket(tx, line.number))


STRICT = PolicyTexts(first_response="1h", next_response="30m", resolution="3h", pause="off")


def breaching(found: list[Difference]) -> set[tuple[int, TargetKind, int]]:
    return {
        (one.ticket, one.now_is.kind, one.now_is.ordinal)
        for one in found
        if one.breaches and one.now_is
    }


def breached(desk: Desk) -> set[tuple[int, TargetKind, int]]:
    return {(one.ticket, one.kind, one.ordinal) for one in explain.breaches(desk, "")}


@long_but(1)
@pytest.mark.parametrize(("seed", "since"), [(4, "2026-03-01"), (7, "2026-03-02T12:00")])
def test_simulating_names_what_the_edit_breaches_and_writes_nothing(
    desk: Desk, clock: StandingClock, seed: int, since: str
) -> None:
    promise(desk, first_response="4h", next_response="2h", resolution="8h")
    live(desk, clock, seed, 60)
    before = rows(desk)
    found = breaching(recomputation.simulate(desk, "standard", STRICT, since, unwatched))
    assert rows(desk) == before
    ticking.tick(desk)
    already = breached(desk)
    assert breaching(recomputation.simulate(desk, "Standard", STRICT, since, unwatched)) == found
    policies.edit_policy(desk, "Standard", STRICT, since)
    recomputation.recompute(desk, unwatched)
    assert breached(desk) - already == found
    assert found


def test_an_edit_from_earlier_on_reaches_versions_that_hold_later(
    desk: Desk, clock: StandingClock
) -> None:
    promise(desk, first_response="8h", resolution="24h")
    clock.tick(days=1)
    policies.edit_policy(desk, "Standard", PolicyTexts(resolution="12h"))
    edited = policies.edit_policy(
        desk, "Standard", PolicyTexts(first_response="1h"), "2026-03-01"
    ).policy
    assert edited.valid_from == datetime.fromisoformat("2026-03-01T00:00+00:00")
    latest = dict(edited.versions)
    assert [
        terms.goals[TargetKind.FIRST_RESPONSE, Priority.LOW].seconds for terms in latest.values()
    ] == [3600] * 3
    assert [
        terms.goals[TargetKind.RESOLUTION, Priority.LOW].seconds // 3600
        for terms in latest.values()
    ] == [24, 24, 12]


MANY = 20_000 if LONG else 2_000


def crowd(desk: Desk, clock: StandingClock) -> None:
    """Many tickets, each written, answered and mostly solved at moments of its own, straight
    through the clocks."""
    lot = random.Random(7)
    ada = Actor(ActorKind.AGENT, "ada@shop.test")
    for first in range(0, MANY, 500):
        clock.tick(hours=1)
        opened = clock()
        with desk.db.write() as tx:
            for place in range(first, min(first + 500, MANY)):
                customer = people.customer_for(
                    tx, Address("Maria", f"maria{place % 50}@acme.test"), opened
                )
                number = store.create(
                    tx, store.NewTicket("Leak", customer, 1, opened, waiting_since=opened), opened
                )
                said = {"waiting_since": opened.isoformat()}
                person = Actor(ActorKind.CUSTOMER, "maria@acme.test")
                running_targets.record(
                    tx,
                    events.NewEvent(opened, person, f"mail {place}", "created", number, after=said),
                    opened,
                )
                at = opened + timedelta(minutes=lot.randrange(1, 600))
                answer = {"status": "pending", "waiting_since": None}
                running_targets.record(
                    tx,
                    events.NewEvent(at, ada, f"reply {place}", "replied", number, after=answer),
                    at,
                )
                if lot.random() < 0.7:
                    at += timedelta(minutes=lot.randrange(1, 600))
                    running_targets.record(
                        tx,
                        events.NewEvent(
                            at, ada, f"solve {place}", "solved", number, after={"status": "solved"}
                        ),
                        at,
                    )
    clock.tick(days=2)
    ticking.tick(desk)


@pytest.mark.acceptance
def test_a_crowd_of_tickets_is_computed_again_and_simulated(
    tmp_path: Path, clock: StandingClock
) -> None:
    with desk_at(f"sqlite:///{tmp_path / 'desk.db'}", clock) as found:
        desk = admin(found)
        promise(desk, first_response="8h", resolution="12h", warnings=(1800,))
        crowd(desk, clock)
        assert recomputation.recompute(desk, unwatched) == []
        already = breached(desk)
        told_of = breaching(
            recomputation.simulate(desk, "Standard", STRICT, "2026-03-01", unwatched)
        )
        assert breached(desk) == already
        policies.edit_policy(desk, "Standard", STRICT, "2026-03-01")
        recomputation.recompute(desk, unwatched)
        assert breached(desk) - already == told_of
        assert len(told_of) > MANY // 2
