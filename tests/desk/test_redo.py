"""What was undone is done again, unless something has changed since."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from supportcli.commands.tickets.activity import activity
from supportcli.desk import Desk, redo, undo
from supportcli.desk.gestures import Done
from supportcli.desk.replies import drafts, writing
from supportcli.desk.sla import explain
from supportcli.desk.tickets import lists, merging, reading, splitting, verbs
from supportcli.domain.replies.delivery import HOLD
from supportcli.domain.tickets.ticket import Delivery, Priority, Status
from supportcli.errors.names import NotFound
from supportcli.errors.tickets import NothingToRedo, RedoRefused
from supportcli.storage.replies import outbox
from tests.desk.desks import BOB, StandingClock, as_agent, left, write_in
from tests.desk.levels import promise
from tests.rendering.lines import plain


def status(desk: Desk, number: int = 1) -> Status:
    return lists.lines(desk, [number])[0].status


def test_all_tickets_of_a_verb_are_redone_and_that_is_undone(desk: Desk) -> None:
    numbers = [write_in(desk) for _ in range(3)]
    verbs.solve(desk, numbers)
    undo.undo(desk)
    done = redo.redo(desk)
    assert done.sentence == "Redone (solved): 3 tickets: #1 #2 #3."
    assert {status(desk, number) for number in numbers} == {Status.SOLVED}
    log = [plain(*spans) for spans in activity(reading.ticket(desk, 1), 80, desk.now(), ())]
    assert any("again: solved it" in line for line in log), log
    undo.undo(desk)
    assert {status(desk, number) for number in numbers} == {Status.NEW}


def test_redo_follows_an_undo_at_once_and_each_agent_has_their_own(desk: Desk) -> None:
    write_in(desk)
    write_in(desk)
    with pytest.raises(NothingToRedo):
        redo.redo(desk)
    with pytest.raises(NotFound):
        redo.redo(desk, 99)
    verbs.solve(desk, [1])
    undo.undo(desk)
    with pytest.raises(NothingToRedo, match="nothing to redo in #2"):
        redo.redo(desk, 2)
    bob = as_agent(desk, BOB)
    with pytest.raises(NothingToRedo):
        redo.redo(bob)
    verbs.prioritise(bob, [1], Priority.HIGH)
    verbs.assign(desk, [2], "me")
    with pytest.raises(NothingToRedo):
        redo.redo(desk)
    redo.redo(desk, 1)
    assert status(desk) is Status.SOLVED
    with pytest.raises(NothingToRedo):
        redo.redo(desk, 1)


def test_what_somebody_changed_since_is_not_written_over(desk: Desk) -> None:
    write_in(desk)
    verbs.prioritise(desk, [1], Priority.URGENT)
    undo.undo(desk)
    verbs.prioritise(as_agent(desk, BOB), [1], Priority.LOW)
    with pytest.raises(RedoRefused, match="the priority has since been changed by bob@shop"):
        redo.redo(desk)
    assert lists.lines(desk, [1])[0].priority is Priority.LOW


def test_a_reply_is_queued_again_and_its_draft_goes(desk: Desk, clock: StandingClock) -> None:
    write_in(desk)
    writing.reply(desk, 1, "It comes on Tuesday.")
    undo.undo(desk)
    drafts.save_draft(desk, 1, "reply", "It comes on Tuesday.\n\nAnd one more.", 0)
    clock.tick(minutes=5)
    done = redo.redo(desk)
    assert done.replies[0].not_before == clock() + HOLD
    assert [one.delivery for one in reading.ticket(desk, 1).messages] == [None, Delivery.QUEUED]
    kept = drafts.draft(desk, 1, "reply")
    assert kept is not None
    assert kept.text == "And one more."
    assert list(lists.numbers(desk, "tuesday")) == [1]
    with desk.db.read() as tx:
        assert len(outbox.of_ticket(tx, 1)) == 1
    undo.undo(desk)
    redo.redo(desk)
    left(desk)
    with pytest.raises(NothingToRedo):
        redo.redo(desk)


def test_a_reply_is_not_sent_over_what_its_writer_has_not_seen(desk: Desk) -> None:
    write_in(desk)
    writing.reply(desk, 1, "It comes on Tuesday.")
    undo.undo(desk)
    write_in(desk, 1, "It is here!")
    with pytest.raises(RedoRefused, match="a new message has since been added"):
        redo.redo(desk)
    assert drafts.draft(desk, 1, "reply") is not None


@pytest.mark.parametrize(
    "do",
    [
        lambda desk: merging.merge(desk, [2, 3], 1),
        lambda desk: splitting.split(desk, 1, [2]),
        lambda desk: verbs.note(desk, 1, "Ask Bob."),
        lambda desk: verbs.follow(desk, [1, 2]),
        lambda desk: verbs.new(
            desk, mailbox=None, customer=lists.lines(desk, [1])[0].customer, subject="A", text="a"
        ),
    ],
    ids=["merge", "split", "note", "follow", "new"],
)
def test_what_moves_messages_and_what_changes_no_field(
    desk: Desk, do: Callable[[Desk], Done]
) -> None:
    for _ in range(3):
        write_in(desk)
    write_in(desk, 1, "And the grinder.")
    do(desk)

    def there() -> object:
        found = []
        for number in sorted(lists.numbers(desk, "status:any")):
            ticket = reading.ticket(desk, number)
            found.append((ticket.line.status, ticket.messages, ticket.followers, ticket.links))
        return found

    done = there()
    for _ in range(3):
        undo.undo(desk)
        assert there() != done
        redo.redo(desk)
        assert there() == done


def test_an_excuse_is_given_again(desk: Desk, clock: StandingClock) -> None:
    promise(desk, first_response="1h")
    write_in(desk)
    clock.tick(hours=2)
    explain.excuse(desk, "sla:breached", "a power cut")
    undo.undo(desk)
    clock.tick(minutes=1)
    redo.redo(desk)
    assert [one.excuse and one.excuse.because for one in explain.breaches(desk, "")] == [
        "a power cut"
    ]
    undo.undo(desk)
    assert [one.excuse for one in explain.breaches(desk, "")] == [None]


def test_clocks_move_once_for_many_tickets_that_are_done_again(each_desk: Desk) -> None:
    """A bulk verb, its undo and its redo cost about as much: none moves clocks ticket by ticket."""
    desk = each_desk
    promise(desk, first_response="8h", resolution="2d")
    numbers = [write_in(desk) for _ in range(12)]
    asked: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement)

    def counted(do: Callable[[], object]) -> int:
        asked.clear()
        event.listen(desk.db.engine, "before_cursor_execute", note)
        do()
        event.remove(desk.db.engine, "before_cursor_execute", note)
        desk.clock.tick(minutes=1)  # type: ignore[attr-defined]
        return len([one for one in asked if "target" in one])

    done = counted(lambda: verbs.solve(desk, numbers))
    undone = counted(lambda: undo.undo(desk))
    again = counted(lambda: redo.redo(desk))
    assert all(status(desk, one) is Status.SOLVED for one in numbers)
    assert again <= max(done, undone)
