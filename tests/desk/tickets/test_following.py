"""An agent follows a ticket: a view shows it to them, and nobody else is disturbed."""

import pytest

from supportcli.desk import Desk, undo
from supportcli.desk.tickets import lists, reading, ticket_json, unseen, verbs
from supportcli.domain.people import Role
from supportcli.domain.tickets.news import Sight
from supportcli.errors import NotAllowed
from supportcli.errors.names import NotFound
from supportcli.errors.tickets import NothingToUndo
from supportcli.storage.engine import rows
from supportcli.storage.tables import AgentRow
from tests.desk.desks import BOB, as_agent, write_in


def mine(desk: Desk) -> list[int]:
    return list(lists.numbers(desk, "following:me"))


def followers(desk: Desk, number: int) -> list[str]:
    return [one.name for one in reading.ticket(desk, number).followers]


def test_what_i_follow_is_found_whoever_has_it(desk: Desk) -> None:
    numbers = [write_in(desk) for _ in range(3)]
    bob = as_agent(desk, BOB)
    assert verbs.follow(desk, numbers[:2]).sentence == "Followed 2 tickets: #1 #2."
    verbs.follow(bob, [1])
    verbs.assign(desk, [1], "bob")
    verbs.solve(desk, [2])
    assert set(mine(desk)) == {1, 2}
    assert mine(bob) == [1]
    assert list(lists.numbers(desk, "following:bob")) == [1]
    assert list(lists.numbers(desk, "following:none")) == [3]
    assert followers(desk, 1) == ["Ada Byron", "Bob Lee"]
    assert verbs.unfollow(desk, [1, 3]).sentence == "Unfollowed #1."
    assert mine(desk) == [2]
    assert followers(desk, 1) == ["Bob Lee"]


def test_what_is_so_already_is_no_event(desk: Desk) -> None:
    number = write_in(desk)
    verbs.follow(desk, [number])
    before = reading.ticket(desk, number).last_event
    assert verbs.follow(desk, [number]).sentence == "Nothing changed: already followed."
    verbs.unfollow(desk, [number])
    assert verbs.unfollow(desk, [number]).sentence == "Nothing changed: already not followed."
    assert reading.ticket(desk, number).last_event == before + 1
    with pytest.raises(NotFound):
        verbs.follow(desk, [number, 99])


def test_undo_takes_back_my_own_and_asks_nobody(desk: Desk) -> None:
    number = write_in(desk)
    bob = as_agent(desk, BOB)
    verbs.follow(desk, [number])
    verbs.follow(bob, [number])
    assert undo.undo(desk).sentence == "Undone (followed): #1."
    assert followers(desk, number) == ["Bob Lee"]
    with pytest.raises(NothingToUndo):
        undo.undo(desk)
    verbs.unfollow(bob, [number])
    undo.undo(bob, number)
    assert followers(desk, number) == ["Bob Lee"]


def test_nothing_of_the_ticket_changes(desk: Desk) -> None:
    number = write_in(desk)
    before = lists.lines(desk, [number])
    verbs.follow(desk, [number])
    undo.undo(desk)
    verbs.follow(desk, [number])
    assert lists.lines(desk, [number]) == before


def test_it_is_no_news_to_a_colleague_nor_is_its_undo(desk: Desk) -> None:
    number = write_in(desk)
    bob = as_agent(desk, BOB)
    verbs.follow(bob, [number])
    seen = Sight(reading.ticket(desk, number).last_event)
    undo.undo(bob)
    verbs.follow(bob, [number])
    assert unseen.since(desk, number, seen) == []
    assert verbs.solve(desk, [number], sight=seen).numbers == (number,)


def test_who_may_write_notes_may_follow(desk: Desk) -> None:
    number = write_in(desk)
    bob = as_agent(desk, BOB)
    for role in (Role.LIGHT_AGENT, Role.READ_ONLY):
        with desk.db.write() as tx:
            table = rows.table_of(AgentRow)
            tx.connection().execute(
                table.update().where(table.c.address == BOB).values(role=role.value)
            )
        if role is Role.LIGHT_AGENT:
            verbs.follow(bob, [number])
        else:
            with pytest.raises(NotAllowed):
                verbs.unfollow(bob, [number])


def test_json_names_who_follows(desk: Desk) -> None:
    number = write_in(desk)
    verbs.follow(as_agent(desk, BOB), [number])
    shown = ticket_json.ticket(reading.ticket(desk, number), desk.now())
    assert shown["followers"] == [BOB]
