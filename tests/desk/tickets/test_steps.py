"""Steps from status to status that mail nobody: spam, deleted, on-hold, and the way back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from supportcli.desk import Desk, undo
from supportcli.desk.canned import responses
from supportcli.desk.gestures import Done
from supportcli.desk.replies import applying, outbox, writing
from supportcli.desk.tickets import lists, reading, verbs
from supportcli.domain.canned.responses import Body, Canned, Macro
from supportcli.domain.mail import Address
from supportcli.domain.sla.policy import TargetKind
from supportcli.domain.tickets.ticket import SlaStatus, Status, TicketLine
from supportcli.errors.canned import CannedFaulty
from supportcli.errors.replies import MailsNobody
from supportcli.errors.tickets import StepNotAllowed
from supportcli.storage.sla import targets
from supportcli.storage.tickets import tickets as rows_of_tickets
from tests.desk.desks import StandingClock, write_in
from tests.desk.levels import promise


def line(desk: Desk, number: int) -> TicketLine:
    return lists.lines(desk, [number])[0]


THROWN = [(verbs.spam, Status.SPAM), (verbs.delete, Status.DELETED)]
STEPS = [
    *THROWN,
    (verbs.hold, Status.ON_HOLD),
    (verbs.wait, Status.PENDING),
    (verbs.solve, Status.SOLVED),
    (verbs.reopen, Status.OPEN),
]


@pytest.mark.parametrize(("verb", "status"), STEPS)
def test_a_step_mails_nobody_is_one_event_and_is_undone_as_one(
    desk: Desk, verb: Callable[..., Done], status: Status
) -> None:
    numbers = [write_in(desk), write_in(desk, sender="eve@junk.test")]
    if verb is verbs.reopen:
        verbs.wait(desk, numbers)  # what is new is not reopened
    there = len(reading.ticket(desk, numbers[0]).events)
    before = [line(desk, number) for number in numbers]
    done = verb(desk, numbers)
    assert done.numbers == tuple(numbers)
    assert {line(desk, number).status for number in numbers} == {status}
    assert outbox.list_outbox(desk) == []
    assert verb(desk, numbers).sentence.startswith("Nothing changed: already")
    assert [len(reading.ticket(desk, number).events) for number in numbers] == [there + 1] * 2
    assert undo.undo(desk).numbers == tuple(reversed(numbers))
    assert [replace(line(desk, number), version=1) for number in numbers] == [
        replace(one, version=1) for one in before
    ]


@pytest.mark.parametrize(("verb", "status"), THROWN)
def test_what_is_thrown_away_leaves_the_lists_waits_for_nobody_and_comes_back_open(
    desk: Desk, verb: Callable[..., Done], status: Status
) -> None:
    number, other = write_in(desk), write_in(desk)
    verb(desk, [number])
    assert line(desk, number).waiting_since is None
    assert list(lists.numbers(desk)) == [other]
    assert list(lists.numbers(desk, "leaks")) == [other]
    assert list(lists.numbers(desk, f"status:{status}")) == [number]
    for refused in (verbs.solve, verbs.wait, verbs.hold):
        with pytest.raises(StepNotAllowed, match=status.value):
            refused(desk, [number])
    verbs.reopen(desk, [number])
    assert (line(desk, number).status, set(lists.numbers(desk))) == (Status.OPEN, {number, other})


def test_spam_can_be_deleted_and_what_is_deleted_is_no_spam(desk: Desk) -> None:
    number = write_in(desk)
    verbs.spam(desk, [number])
    verbs.delete(desk, [number])
    assert line(desk, number).status is Status.DELETED
    with pytest.raises(StepNotAllowed, match="deleted"):
        verbs.spam(desk, [number])


@pytest.mark.parametrize(("status", "verb"), [(Status.SPAM, "spam"), (Status.DELETED, "delete")])
def test_nobody_is_mailed_on_the_way_to_spam_nor_on_the_way_back(
    desk: Desk, status: Status, verb: str
) -> None:
    number = write_in(desk)
    with pytest.raises(MailsNobody, match=rf"cannot make #{number} {status}") as refused:
        writing.reply(desk, number, "Stop it.", status=status)
    assert f"supportcli ticket {verb} {number}" in refused.value.hint
    {"spam": verbs.spam, "delete": verbs.delete}[verb](desk, [number])
    for wanted in (None, Status.OPEN, Status.SOLVED):
        with pytest.raises(StepNotAllowed, match=status.value) as unanswered:
            writing.reply(desk, number, "Sorry!", status=wanted)
        assert f"ticket reopen {number}" in unanswered.value.hint
    assert outbox.list_outbox(desk) == []
    assert line(desk, number).message_count == 1


@pytest.mark.parametrize("verb", [verbs.wait, verbs.hold, verbs.reopen, verbs.spam, verbs.delete])
def test_a_step_out_of_solved_forgets_when_that_was_and_undo_remembers_it(
    desk: Desk, clock: StandingClock, verb: Callable[..., Done]
) -> None:
    number = write_in(desk)
    verbs.solve(desk, [number])
    solved_at = clock.now
    clock.tick(hours=1)
    verb(desk, [number])
    assert solved(desk, number) is None
    undo.undo(desk)
    assert solved(desk, number) == solved_at


def test_a_macro_or_a_reply_that_waits_forgets_when_a_ticket_was_solved(desk: Desk) -> None:
    number = write_in(desk)
    canned = Canned("later", "Later", (Body("en", ""),), macro=Macro(status=Status.PENDING))
    responses.add(desk, canned, {})
    verbs.solve(desk, [number])
    applying.apply(desk, [number], "later")
    assert (line(desk, number).status, solved(desk, number)) == (Status.PENDING, None)
    verbs.solve(desk, [number])
    writing.reply(desk, number, "One more thing.")
    assert (line(desk, number).status, solved(desk, number)) == (Status.PENDING, None)


def test_a_ticket_whose_making_is_undone_is_deleted_and_not_solved(desk: Desk) -> None:
    write_in(desk)  # that there is a mailbox
    made = verbs.new(desk, mailbox=None, customer=Address("", "eve@x.test"), subject="A", text="B")
    number = made.numbers[0]
    verbs.solve(desk, [number])
    undo.undo(desk, gesture_id=made.gesture)
    assert (line(desk, number).status, solved(desk, number)) == (Status.DELETED, None)


def solved(desk: Desk, number: int) -> datetime | None:
    with desk.db.read() as tx:
        state = rows_of_tickets.state(tx, number)
    assert state is not None
    return state.solved_at


@pytest.mark.parametrize(("verb", "status"), THROWN)
def test_throwing_away_ends_what_was_promised_as_not_needed_and_undo_gives_it_back(
    desk: Desk, clock: StandingClock, verb: Callable[..., Done], status: Status
) -> None:
    promise(desk, first_response="2h", resolution="8h")
    number = write_in(desk)
    due = kept(desk, number)
    clock.tick(minutes=30)
    verb(desk, [number])
    assert {(met, because) for _, met, because in kept(desk, number).values()} == {
        (None, status.value)
    }
    assert line(desk, number).clock == SlaStatus("resolution", None, is_open=False, breaches=0)
    clock.tick(hours=9)
    undo.undo(desk)
    later = {
        kind: (at + timedelta(hours=9) if at else None, met, because)
        for kind, (at, met, because) in due.items()
    }
    assert kept(desk, number) == later, "the time that was left is left again"


def test_on_hold_resolution_stands_still_and_what_was_left_is_left(
    desk: Desk, clock: StandingClock
) -> None:
    promise(desk, first_response="2h", resolution="8h")
    number = write_in(desk)
    before = kept(desk, number)
    clock.tick(hours=1)
    verbs.hold(desk, [number])
    assert kept(desk, number)[TargetKind.RESOLUTION][0] is None
    assert kept(desk, number)[TargetKind.FIRST_RESPONSE] == before[TargetKind.FIRST_RESPONSE], (
        "the customer waits for an answer all the same"
    )
    clock.tick(hours=30)
    verbs.reopen(desk, [number])
    due = before[TargetKind.RESOLUTION][0]
    assert due is not None
    assert kept(desk, number)[TargetKind.RESOLUTION][0] == due + timedelta(hours=30)


def kept(
    desk: Desk, number: int
) -> dict[TargetKind, tuple[datetime | None, datetime | None, str | None]]:
    """When each target is due, when it was met, and why it ended."""
    with desk.db.read() as tx:
        found = [one.target for one in targets.of_ticket(tx, number)]
    return {one.kind: (one.due_at, one.met_at, one.cancelled_because) for one in found}


JUNK = Canned("junk", "Junk", (Body("", ""),), macro=Macro(Status.SPAM, ("junk",)))


def test_a_macro_of_a_verb_does_it_to_many_and_mails_nobody(desk: Desk) -> None:
    responses.add(desk, JUNK, {})
    numbers = [write_in(desk), write_in(desk)]
    assert applying.apply(desk, numbers, "junk").numbers == tuple(numbers)
    assert {(one.status, one.tags, one.waiting_since) for one in lists.lines(desk, numbers)} == {
        (Status.SPAM, ("junk",), None)
    }
    assert outbox.list_outbox(desk) == []
    undo.undo(desk)
    assert {(one.status, one.tags) for one in lists.lines(desk, numbers)} == {(Status.NEW, ())}


@pytest.mark.parametrize("status", [Status.SPAM, Status.DELETED])
def test_a_macro_that_throws_away_says_nothing(desk: Desk, status: Status) -> None:
    with pytest.raises(CannedFaulty, match=f"A macro that sets {status} must not have a text"):
        responses.add(desk, replace(JUNK, bodies=(Body("", "Stop it."),), macro=Macro(status)), {})


def test_a_reply_that_carries_such_a_macro_is_not_sent(desk: Desk) -> None:
    responses.add(desk, JUNK, {})
    number = write_in(desk)
    with pytest.raises(MailsNobody, match="spam"):
        writing.reply(desk, number, "Stop it.\n\n⟦macro junk⟧")
    assert (line(desk, number).status, line(desk, number).tags) == (Status.NEW, ())
