"""`next`: each agent gets another ticket, which nobody else gets while they have it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from supportcli.desk import Desk
from supportcli.desk.people.agents import go_away
from supportcli.desk.people.editing import edit_customer
from supportcli.desk.tickets import handing, queue, snoozing, verbs
from supportcli.domain.people import Role
from supportcli.domain.people.customers import CustomerChanges
from supportcli.domain.tickets.presence import FRESH, foremost
from supportcli.domain.tickets.ticket import Priority
from supportcli.errors import NotAllowed
from supportcli.errors.database import DatabaseBusy
from supportcli.errors.tickets import QueueEmpty
from supportcli.storage.setup import teams
from supportcli.storage.tickets import people
from tests.desk.desks import BOB, StandingClock, as_agent, write_in
from tests.desk.levels import promise
from tests.long import LONG, postgres_later

EVE = "eve@shop.test"


def add(desk: Desk, address: str, role: Role = Role.AGENT) -> Desk:
    with desk.db.write() as tx:
        people.add_agent(tx, address.partition("@")[0].title(), address, role, now=desk.now())
    return as_agent(desk, address)


def test_the_next_ticket_is_the_first_of_the_queue_with_its_reason(
    desk: Desk, clock: StandingClock
) -> None:
    first = write_in(desk)
    clock.tick(days=3)
    promise(desk, "tag:paid", first_response="1h")
    second = write_in(desk)
    verbs.tag(desk, [second], {"vip"})
    assert queue.peek(desk) == queue.Next(second, "VIP", None)
    verbs.prioritise(desk, [first], Priority.URGENT)
    assert (queue.peek(desk).number, queue.peek(desk).reason) == (first, "urgent")
    verbs.tag(desk, [second], {"paid"})
    clock.tick(minutes=1)
    assert queue.take_next(desk).reason == "due in 59 min"
    assert queue.take_next(desk).number == first


def test_a_ticket_that_a_colleague_has_got_comes_to_nobody_else(
    desk: Desk, clock: StandingClock
) -> None:
    bob = as_agent(desk, BOB)
    one, two = write_in(desk), write_in(desk)
    got = queue.take_next(desk)
    assert (got.number, got.until) == (one, desk.now() + queue.HELD)
    assert queue.take_next(bob).number == two
    clock.tick(minutes=4)
    queue.be_at(desk, "an inbox", one, writes=False)
    clock.tick(minutes=4)
    assert queue.take_next(bob).number == two, "the first one is held on"
    queue.give_back(desk, one)
    assert queue.take_next(bob).number == one
    clock.tick(minutes=5)
    assert queue.peek(desk).number == one, "nobody has it any more"


def test_colleagues_are_seen_as_long_as_they_say_where_they_are(
    desk: Desk, clock: StandingClock
) -> None:
    bob = as_agent(desk, BOB)
    for _ in range(2):
        write_in(desk)

    def told() -> set[tuple[int, str, str]]:
        now = desk.now()
        return {
            (one.number, one.person.name, one.doing.told)
            for one in queue.colleagues(desk)
            if one.until > now
        }

    queue.be_at(bob, "here", 1, writes=False)
    queue.be_at(bob, "there", 2, writes=True)
    assert queue.colleagues(bob) == (), "nobody is their own colleague"
    assert told() == {(1, "Bob Lee", "looks at it"), (2, "Bob Lee", "is writing")}
    queue.be_at(bob, "here", 2, writes=False)
    assert told() == {(2, "Bob Lee", "looks at it"), (2, "Bob Lee", "is writing")}
    assert foremost(queue.colleagues(desk), desk.now())[2].doing.told == "is writing"
    queue.leave(bob, "there")
    assert told() == {(2, "Bob Lee", "looks at it")}
    clock.tick(seconds=FRESH.total_seconds())
    assert told() == set(), "an inbox that was killed is not there for long"


def test_calling_next_again_moves_on_and_gives_back(desk: Desk, clock: StandingClock) -> None:
    for _ in range(3):
        write_in(desk)
    got = []
    for _ in range(5):
        clock.tick(seconds=1)
        got.append(queue.take_next(desk).number)
    assert got == [1, 2, 3, 1, 2]
    assert queue.take_next(as_agent(desk, BOB)).number == 1, "only #2 is still held"


def test_what_somebody_else_has_or_is_snoozed_is_not_in_the_queue(desk: Desk) -> None:
    for _ in range(4):
        write_in(desk)
    verbs.assign(desk, [1], "bob")
    verbs.solve(desk, [2])
    snoozing.snooze(desk, [3], "2h")
    verbs.assign(desk, [4], "me")
    assert queue.take_next(desk).number == 4
    assert queue.take_next(as_agent(desk, BOB)).number == 1
    verbs.solve(desk, [4])
    with pytest.raises(QueueEmpty):
        queue.take_next(desk)
    with pytest.raises(QueueEmpty):
        queue.peek(desk)


def test_what_a_team_has_is_for_its_members(desk: Desk) -> None:
    one, two = write_in(desk), write_in(desk)
    with desk.db.write() as tx:
        team = teams.add(tx, "Billing", desk.now())
        teams.put(tx, team, [2], belong=True)
    handing.hand_to(desk, [one], "Billing")
    assert queue.peek(desk).number == two
    assert queue.peek(as_agent(desk, BOB)).number == one


def test_a_ticket_that_was_reopened_twice_comes_first(desk: Desk) -> None:
    for _ in range(2):
        write_in(desk)
    for _ in range(2):
        verbs.solve(desk, [2])
        verbs.reopen(desk, [2])
    assert queue.peek(desk) == queue.Next(2, "reopened twice", None)


def test_tickets_of_vip_customers_come_first_however_many_others_wait(each_desk: Desk) -> None:
    for _ in range(70):
        write_in(each_desk)
    number = write_in(each_desk, sender="eve@acme.test")
    assert queue.peek(each_desk).number != number
    edit_customer(each_desk, "eve@acme.test", CustomerChanges(vip=True))
    assert queue.peek(each_desk) == queue.Next(number, "VIP", None)
    verbs.assign(each_desk, [number], "bob")
    assert queue.peek(each_desk).number != number, "a colleague has it"


def test_what_somebody_who_is_away_has_comes_to_others(desk: Desk, clock: StandingClock) -> None:
    one, two = write_in(desk), write_in(desk)
    verbs.assign(desk, [one], "bob")
    bob = as_agent(desk, BOB)
    assert queue.peek(desk).number == two
    go_away(bob, "me", "2h")
    assert queue.peek(desk) == queue.Next(one, "waiting 0 min · Bob Lee is away", None)
    assert queue.peek(bob).reason == "waiting 0 min"
    clock.tick(hours=2)
    assert queue.peek(desk).number == two


def test_who_may_not_work_on_tickets_gets_none(desk: Desk) -> None:
    write_in(desk)
    with pytest.raises(NotAllowed):
        queue.take_next(add(desk, EVE, Role.LIGHT_AGENT))


@postgres_later("url")
def test_three_agents_who_ask_at_once_always_get_three_tickets(each_desk: Desk) -> None:
    for _ in range(4):
        write_in(each_desk)
    agents = [each_desk, as_agent(each_desk, BOB), add(each_desk, EVE)]
    together = Barrier(3)

    def ask(agent: Desk) -> int:
        together.wait()
        while True:
            try:
                return queue.take_next(agent).number
            except DatabaseBusy:  # a machine so busy that a lock was not got in ten seconds
                continue

    with ThreadPoolExecutor(3) as threads:
        for _ in range(1_000 if LONG else 20):
            assert len(set(threads.map(ask, agents))) == 3
