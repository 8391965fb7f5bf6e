"""What is told to an agent: assigned to them, mentions them, a target of theirs breached; nothing
that they did, and nothing old."""

from datetime import timedelta

from supportcli.desk import Desk, undo
from supportcli.desk.people import alerts
from supportcli.desk.tickets import inbox, verbs
from supportcli.domain.people import Actor, ActorKind
from supportcli.domain.setup.alerts import Alert, AlertKind
from supportcli.storage.tickets import events
from tests.desk.desks import ADA, BOB, StandingClock, as_agent, write_in


def told(desk: Desk, event: int = 0) -> list[Alert]:
    return alerts.since(desk, inbox.me(desk), event)[1]


def test_what_a_colleague_does_for_me_is_told_once(each_desk: Desk) -> None:
    bob = as_agent(each_desk, BOB)
    number = write_in(each_desk, subject="Leak")
    verbs.assign(bob, [number], ADA)
    verbs.note(bob, number, "@ada can you look?")
    upto, found = alerts.since(each_desk, inbox.me(each_desk), 0)
    assert found == [
        Alert(AlertKind.ASSIGNED, number, "Leak", "Bob Lee"),
        Alert(AlertKind.MENTIONED, number, "Leak", "Bob Lee"),
    ]
    assert [one.told for one in found] == [
        f"#{number} is yours (Bob Lee): Leak",
        f"Bob Lee mentions you in #{number}: Leak",
    ]
    assert alerts.since(each_desk, inbox.me(each_desk), upto) == (upto, [])
    assert told(bob) == []


def test_what_i_do_and_what_is_undone_at_once_is_not_told(desk: Desk) -> None:
    bob = as_agent(desk, BOB)
    number = write_in(desk)
    verbs.assign(desk, [number], ADA)
    verbs.note(desk, number, "@ada note to myself")
    verbs.assign(desk, [number], BOB)
    undo.undo(bob, gesture_id=verbs.assign(bob, [number], ADA).gesture)
    assert told(desk) == []


def test_what_is_old_is_not_told(desk: Desk, clock: StandingClock) -> None:
    number = write_in(desk)
    verbs.assign(as_agent(desk, BOB), [number], ADA)
    clock.tick(minutes=11)
    assert told(desk) == []


def test_a_breach_is_told_to_whose_ticket_it_is(desk: Desk) -> None:
    mine, other = write_in(desk), write_in(desk)
    verbs.assign(desk, [mine], ADA)
    with desk.db.write() as tx:
        for number in (mine, other):
            at = desk.now() - timedelta(minutes=1)
            breach = events.NewEvent(at, Actor(ActorKind.DESK, "desk"), "", "breached", number)
            events.record(tx, breach)
    assert told(desk) == [Alert(AlertKind.BREACHED, mine, "Leak", "")]
    assert told(as_agent(desk, BOB)) == [Alert(AlertKind.ASSIGNED, mine, "Leak", "Ada Byron")][:0]
