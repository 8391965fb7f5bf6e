"""Splitting a ticket: whose the new one is, who waits where, where later mail goes, and undo."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportcli.desk import Desk, undo
from supportcli.desk.replies import writing
from supportcli.desk.reports import Question, run
from supportcli.desk.tickets import lists, merging, reading, splitting, verbs
from supportcli.domain.tickets.ticket import Status, Ticket
from supportcli.errors.tickets import NotSplittable, UndoRefused
from supportcli.storage.sla import targets
from supportcli.storage.tickets import regrouping
from tests.desk.desks import START, StandingClock, desk_at, left, write_in
from tests.desk.fake_channel import FakeServers, take_in
from tests.desk.letters import EVE, GRACE, letter
from tests.desk.levels import promise
from tests.desk.tickets.test_merging import everything
from tests.long import LONG


def ticket(desk: Desk, number: int) -> Ticket:
    return reading.ticket(desk, number)


def texts(desk: Desk, number: int) -> list[str]:
    return [message.text.strip() for message in ticket(desk, number).messages]


def test_messages_become_a_ticket_of_their_author_and_both_are_linked(
    each_desk: Desk, clock: StandingClock
) -> None:
    desk = each_desk
    promise(desk, first_response="8h", next_response="4h", resolution="40h")
    write_in(desk, text="one")
    clock.tick(hours=1)
    write_in(desk, 1, "two", "sue@else.test", "Invoice")
    came = clock()
    clock.tick(hours=1)
    verbs.note(desk, 1, "Not the same.")
    hours = [("busiest-hours", Question("7d"))]
    written = run(desk, hours)[0].total.values
    done = splitting.split(desk, 1, [2, 3])
    assert run(desk, hours)[0].total.values == written
    assert done.sentence == "Split 2 messages off #1: they are #2 now."
    new, old = ticket(desk, 2), ticket(desk, 1)
    assert (texts(desk, 1), texts(desk, 2)) == (["one"], ["two", "Not the same."])
    assert (new.line.subject, new.line.customer.address) == ("Invoice", "sue@else.test")
    assert (new.line.status, new.line.created_at, new.line.waiting_since) == (
        Status.NEW,
        came,
        came,
    )
    assert (old.line.waiting_since, old.line.message_count) == (START, 1)
    assert [(link.number, link.kind, link.reason) for link in (*new.links, *old.links)] == [
        (1, "split", "2 messages of #1 became #2"),
        (2, "split", "2 messages of #1 became #2"),
    ]
    assert list(lists.numbers(desk, "two")) == [2]
    with desk.db.read() as tx:
        assert set(regrouping.people_of(tx, 2)) == {"sue@else.test", "help@shop.test"}
        assert "sue@else.test" not in regrouping.people_of(tx, 1)
        assert {one.target.started_at for one in targets.of_ticket(tx, 2)} == {came}


def test_what_only_the_moved_message_waited_for_is_not_needed_any_more(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    desk = servers.at(desk)
    promise(desk, first_response="8h", next_response="4h")
    take_in(desk, servers, letter("a"))
    writing.reply(desk, 1, "Hello")
    left(desk)
    ours = ticket(desk, 1).messages[-1].message_id or ""
    came = clock.tick(hours=1)
    take_in(desk, servers, letter("b", sender=EVE, references=[ours]))
    assert ticket(desk, 1).line.waiting_since == came
    splitting.split(desk, 1, [3])
    assert ticket(desk, 1).line.waiting_since is None
    assert ticket(desk, 2).line.waiting_since == came
    with desk.db.read() as tx:
        old, new = ([it.target for it in targets.of_ticket(tx, number)] for number in (1, 2))
    assert [one.cancelled_because for one in old] == [None, "split"]
    assert [(one.kind.value, one.started_at, one.is_open) for one in new] == [
        ("first-response", came, True)
    ]
    undo.undo(desk)
    with desk.db.read() as tx:
        (_, again) = (it.target for it in targets.of_ticket(tx, 1))
    assert (again.started_at, again.is_open) == (came, True)


def test_what_cannot_be_split_off_says_why(desk: Desk) -> None:
    write_in(desk)
    verbs.note(desk, 1, "Hm")
    for positions, words in (([9], "no message 9"), ([1, 2], "left"), ([2], "came from outside")):
        with pytest.raises(NotSplittable, match=words):
            splitting.split(desk, 1, positions)


def test_later_mail_goes_where_the_mail_is_that_it_answers(
    desk: Desk, servers: FakeServers
) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), letter("b", sender=EVE, subject="Re: Grinder"))
    merging.merge(desk, [2], 1, agree=lambda _: True)
    writing.reply(desk, 1, "Hello", agree=lambda _: True)
    left(desk)
    ours = ticket(desk, 1).messages[-1].message_id or ""
    splitting.split(desk, 1, [2, 3])
    take_in(
        desk,
        servers,
        letter("x", sender=EVE, references=["b"]),
        letter("y", sender=EVE, references=[ours]),
        letter("z", references=["a"]),
    )
    assert [one.message_id for one in ticket(desk, 3).messages[2:]] == [
        "<x@customer.test>",
        "<y@customer.test>",
    ]
    assert [one.message_id for one in ticket(desk, 1).messages] == [
        "<a@customer.test>",
        "<z@customer.test>",
    ]


def test_who_was_new_or_unproven_in_the_old_ticket_is_the_customer_of_the_new_one(
    desk: Desk, servers: FakeServers
) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"))
    writing.reply(desk, 1, "Hello")
    left(desk)
    ours = ticket(desk, 1).messages[-1].message_id or ""
    take_in(desk, servers, letter("b", sender=EVE, references=[ours]))
    assert ticket(desk, 1).messages[2].newcomer
    splitting.split(desk, 1, [3])
    (message,) = ticket(desk, 2).messages
    assert (message.newcomer, message.unverified, message.remark) == (False, False, None)
    with desk.db.read() as tx:
        assert regrouping.people_of(tx, 2)[EVE] is False
        assert EVE not in regrouping.people_of(tx, 1)
    undo.undo(desk)
    assert ticket(desk, 1).messages[2].newcomer
    assert "new participant" in str(ticket(desk, 1).messages[2].remark)


def test_undo_puts_everything_back_unless_something_came_since(
    desk: Desk, servers: FakeServers
) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"), letter("b", references=["a"]), letter("c"))
    before = everything(desk, (1, 2))
    splitting.split(desk, 1, [2])
    note = verbs.note(desk, 3, "Hm")
    undo.undo(desk, gesture_id=note.gesture)
    assert undo.undo(desk).sentence == "Undone (split): 2 tickets: #1 #3."
    assert ticket(desk, 3).line.status is Status.DELETED
    assert everything(desk, (1, 2))[0] == before[0]
    splitting.split(desk, 1, [2])
    take_in(desk, servers, letter("d", references=["b"], sender=GRACE))
    with pytest.raises(UndoRefused) as refused:
        undo.undo(desk)
    assert str(refused.value) == (
        "Splitting #4 off #1 cannot be undone: a new message has since been added to #4 by "
        "grace@customer.test."
    )
    assert refused.value.hint == "Merge it instead: supportcli ticket merge 4 --into 1"
    merging.merge(desk, [4], 1)
    assert [one.message_id for one in ticket(desk, 1).messages] == [
        "<a@customer.test>",
        "<b@customer.test>",
        "<d@customer.test>",
    ]


STEPS = st.lists(st.sampled_from(["write", "reply", "note", "solve", "tag"]), max_size=6)


@given(steps=STEPS, chosen=st.sets(st.integers(1, 8), min_size=1, max_size=3))
@settings(max_examples=60 if LONG else 15, deadline=None)
def test_a_split_undone_leaves_the_ticket_as_it_was(
    steps: list[str], chosen: set[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    clock = StandingClock()
    with desk_at(f"sqlite:///{tmp_path_factory.mktemp('split')}/desk.db", clock) as desk:
        promise(desk, first_response="8h", next_response="2h", resolution="9h")
        write_in(desk)
        write_in(desk, 1, sender="sue@else.test")
        for step in steps:
            clock.tick(minutes=40)
            _do(desk, step)
        before: list[Any] = everything(desk, (1,))
        clock.tick(hours=1)
        try:
            done = splitting.split(desk, 1, sorted(chosen))
        except NotSplittable:
            return
        undo.undo(desk, gesture_id=done.gesture)
        shown, rows, clocks = everything(desk, (1,))
        assert (shown, clocks) == (before[0], before[2])
        assert [[row for row in one if row[0] != 2] for one in rows[3:]] == before[1][3:]
        assert rows[:3] == before[1][:3]


def _do(desk: Desk, step: str) -> None:
    match step:
        case "write":
            write_in(desk, 1, sender="sue@else.test", text=f"More {desk.now()}")
        case "reply":
            writing.reply(desk, 1, "Hello", agree=lambda _: True)
        case "note":
            verbs.note(desk, 1, "Hm")
        case "solve":
            verbs.solve(desk, [1])
        case _:
            verbs.tag(desk, [1], {"x"})
