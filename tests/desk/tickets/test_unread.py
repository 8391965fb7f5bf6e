"""What somebody else wrote in a ticket since an agent looked is unread for that agent."""

from dataclasses import replace

from sqlalchemy import select, update

from supportcli.desk import Desk
from supportcli.desk import undo as undoing
from supportcli.desk.replies import writing
from supportcli.desk.tickets import lists, merging, unseen, verbs
from supportcli.domain.tickets.ticket import Direction, Message, Status, Unread, first_unread
from supportcli.storage.engine import rows
from supportcli.storage.tables import DeskRow, SeenMessageRow
from supportcli.storage.tickets import people
from tests.desk.desks import ADA, BOB, as_agent, write_in
from tests.rendering.lines import message, ticket

CUSTOMER = "maria@acme.test"


def unread(desk: Desk, number: int = 1) -> Unread | None:
    return lists.lines(desk, [number])[0].unread


def newest(desk: Desk, number: int = 1) -> int:
    found = unread(desk, number)
    assert found is not None
    return found.newest


def test_what_came_since_an_agent_looked_is_unread_for_that_agent_alone(each_desk: Desk) -> None:
    ada, bob = as_agent(each_desk, ADA), as_agent(each_desk, BOB)
    write_in(each_desk, text="It leaks.")
    write_in(each_desk, subject="Another")
    first = newest(ada)
    assert unread(ada) == Unread(first, first)
    unseen.looked(ada, {1: first})
    assert unread(ada) is None
    assert unread(bob) == Unread(first, first)
    assert unread(ada, 2) is not None
    write_in(each_desk, 1, "Are you there?", CUSTOMER)
    write_in(each_desk, 1, "Hello?", CUSTOMER)
    found = unread(ada)
    assert found is not None
    assert first < found.first < found.newest


def test_what_i_write_is_never_unread_for_me(each_desk: Desk) -> None:
    ada, bob = as_agent(each_desk, ADA), as_agent(each_desk, BOB)
    write_in(each_desk)
    unseen.looked(ada, {1: newest(ada)})
    unseen.looked(bob, {1: newest(bob)})
    writing.reply(ada, 1, "We look.", status=Status.OPEN)
    done = verbs.note(ada, 1, "Ask Bob.")
    assert unread(ada) is None
    found = unread(bob)
    assert found is not None
    assert found.first < found.newest
    undoing.undo(ada, gesture_id=done.gesture)
    assert unread(bob) == Unread(found.first, found.first), "a note taken back is not unread"


def test_what_is_noted_never_goes_back(each_desk: Desk) -> None:
    write_in(each_desk)
    first = newest(each_desk)
    write_in(each_desk, 1, "And now?", CUSTOMER)
    unseen.looked(each_desk, {1: newest(each_desk)})
    unseen.looked(each_desk, {1: first})
    assert unread(each_desk) is None
    with each_desk.db.read() as tx:
        noted = tx.connection().execute(select(rows.table_of(SeenMessageRow))).all()
    assert len(noted) == 1


def test_a_ticket_is_marked_as_unread_for_one_agent_and_keeps_what_is_unread(
    each_desk: Desk,
) -> None:
    ada, bob = as_agent(each_desk, ADA), as_agent(each_desk, BOB)
    write_in(each_desk)
    write_in(each_desk, 1, "And now?", CUSTOMER)
    write_in(each_desk, subject="Another")
    last = newest(ada)
    unseen.looked(ada, {1: last})
    unseen.looked(bob, {1: last})
    assert list(lists.numbers(ada, "is:unread")) == [2]
    writing.reply(ada, 1, "We look.", status=Status.OPEN)
    unseen.unlook(ada, [1, 2])
    assert unread(ada) == Unread(last, last)
    assert sorted(lists.numbers(ada, "is:unread")) == [1, 2]
    assert 1 in lists.numbers(bob, "is:unread"), "what Ada wrote is new to Bob"
    before = newest(bob, 2)
    write_in(each_desk, 2, "Hello?", CUSTOMER)
    unseen.unlook(bob, [2])
    found = unread(bob, 2)
    assert found is not None
    assert found.first == before < found.newest


def test_what_was_there_before_the_desk_knew_is_seen(each_desk: Desk) -> None:
    write_in(each_desk)
    first = newest(each_desk)
    with each_desk.db.write() as tx:
        tx.connection().execute(update(rows.table_of(DeskRow)).values(all_seen_upto=first))
    assert unread(each_desk) is None
    write_in(each_desk, 1, "And now?", CUSTOMER)
    assert newest(each_desk) > first


def test_messages_that_a_merge_brings_are_unread_until_looked_at(each_desk: Desk) -> None:
    write_in(each_desk, sender=CUSTOMER)
    write_in(each_desk, sender=CUSTOMER, subject="Again")
    unseen.looked(each_desk, {1: newest(each_desk, 1)})
    merging.merge(each_desk, [2], 1, agree=lambda _: True)
    assert unread(each_desk) is not None


def test_the_first_unread_message_follows_what_was_read_here() -> None:
    def says(place: int, direction: Direction = Direction.IN) -> Message:
        return message(place, direction)

    found = ticket(says(1), says(2), says(3, Direction.OUT), says(4))
    assert first_unread(found, 0) == 0
    waits = replace(found, line=replace(found.line, unread=Unread(2, 4)))
    assert first_unread(waits, 0) == 2
    assert first_unread(waits, 2) == 4, "a reply of ours is nothing that came"
    assert first_unread(waits, 4) == 0


def test_a_line_tells_its_reader_that_the_customers_address_is_dead(each_desk: Desk) -> None:
    write_in(each_desk, sender=CUSTOMER)
    write_in(each_desk, sender="else@acme.test")
    with each_desk.db.write() as tx:
        people.mark_dead(tx, {CUSTOMER: "550 no such user"}, each_desk.now())
    assert [one.dead for one in lists.lines(each_desk, [1, 2])] == ["550 no such user", None]
