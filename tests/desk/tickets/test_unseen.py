"""A verb that carries what its agent has seen is refused where somebody changed the ticket
since."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from supportcli.desk import Desk, undo
from supportcli.desk.tickets import reading, unseen, verbs
from supportcli.domain.tickets.news import NewsItem, Sight, ago, foremost
from supportcli.domain.tickets.ticket import Priority, Status
from supportcli.errors.tickets import ChangedMeanwhile
from tests.desk.desks import BOB, StandingClock, as_agent, write_in

DEEDS: dict[str, Callable[[Desk], object]] = {
    "Maria wrote": lambda desk: write_in(desk, 1, "And now?"),
    "Bob Lee wrote a note": lambda desk: verbs.note(as_agent(desk, BOB), 1, "Stop."),
    "Bob Lee assigned it": lambda desk: verbs.assign(as_agent(desk, BOB), [1], "me"),
    "Bob Lee tagged it": lambda desk: verbs.tag(as_agent(desk, BOB), [1], {"vip"}),
    "Bob Lee set its priority": lambda desk: verbs.prioritise(
        as_agent(desk, BOB), [1], Priority.HIGH
    ),
    "Bob Lee put it on hold": lambda desk: verbs.hold(as_agent(desk, BOB), [1]),
    "you solved it": lambda desk: verbs.solve(desk, [1]),
}


@pytest.mark.parametrize("told", DEEDS)
def test_what_others_did_refuses_a_verb_of_who_has_not_seen_it(desk: Desk, told: str) -> None:
    assert isinstance(desk.clock, StandingClock)
    number = write_in(desk)
    seen = reading.ticket(desk, number).last_event
    DEEDS[told](desk)
    before = reading.ticket(desk, number).line
    desk.clock.tick(seconds=10)
    for verb in (verbs.wait, verbs.spam, verbs.delete):
        with pytest.raises(ChangedMeanwhile, match=f"#{number}: {told} 10 s ago"):
            verb(desk, [number], sight=Sight(seen))
    with pytest.raises(ChangedMeanwhile):
        verbs.assign(desk, [number], "bob", sight=Sight(seen))
    with pytest.raises(ChangedMeanwhile):
        verbs.tag(desk, [number], {"refund"}, sight=Sight(seen))
    with pytest.raises(ChangedMeanwhile):
        verbs.prioritise(desk, [number], Priority.URGENT, sight=Sight(seen))
    assert reading.ticket(desk, number).line == before
    verbs.wait(desk, [number], sight=Sight(reading.ticket(desk, number).last_event))
    assert reading.ticket(desk, number).line.status is Status.PENDING


def test_my_own_gestures_and_what_was_taken_back_are_no_news(desk: Desk) -> None:
    number = write_in(desk)
    seen = reading.ticket(desk, number).last_event
    mine = verbs.tag(desk, [number], {"vip"}).gesture
    bob = as_agent(desk, BOB)
    undo.undo(bob, gesture_id=verbs.note(bob, number, "A slip.").gesture)
    assert unseen.since(desk, number, Sight(seen, frozenset({mine}))) == []
    verbs.solve(desk, [number], sight=Sight(seen, frozenset({mine})))
    assert reading.ticket(desk, number).line.status is Status.SOLVED


def test_what_brings_something_to_read_is_told_before_the_rest(desk: Desk) -> None:
    now = desk.now()
    said, changed = NewsItem(1, now, "Maria", "received"), NewsItem(2, now, "Bob", "tagged")
    assert foremost([said, changed]) is said
    assert foremost([]) is None
    assert NewsItem(3, now, "", "bounced").told(now) == "an email came back just now"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),
        (0.4, "just now"),
        (10, "10 s ago"),
        (61, "1 min ago"),
        (7_200, "2 h ago"),
        (200_000, "2 days ago"),
    ],
)
def test_how_long_ago(seconds: float, words: str) -> None:
    assert ago(timedelta(seconds=seconds)) == words
