"""A phone call is a message of the ticket, and does to it and to its clocks what a reply or a
customer's message does."""

import pytest

from supportcli.desk import Desk, redo, reports, undo
from supportcli.desk.replies import writing
from supportcli.desk.tickets import lists, reading, snoozing, splitting, verbs
from supportcli.desk.tickets.written.calls import log_call
from supportcli.domain.tickets.calls import PhoneCall
from supportcli.domain.tickets.ticket import Direction, SlaState, Status, TicketLine
from supportcli.errors import UsageError
from supportcli.errors.names import NotFound
from supportcli.errors.replies import EmptyText
from supportcli.errors.tickets import StepNotAllowed
from tests.desk.desks import ADA, StandingClock, write_in
from tests.desk.levels import promise


def line(desk: Desk) -> TicketLine:
    return lists.lines(desk, [1])[0]


def state(desk: Desk) -> SlaState:
    clock = line(desk).clock
    assert clock is not None
    return clock.state(desk.now())


def test_an_answering_call_does_what_a_reply_does(desk: Desk, clock: StandingClock) -> None:
    promise(desk, first_response="1h")
    write_in(desk)
    before = line(desk)
    clock.tick(minutes=10)
    assert log_call(desk, 1, "Told her.").sentence == "Logged a call on #1."
    said = reading.ticket(desk, 1).messages[-1]
    assert (said.direction, said.channel, said.text) == (Direction.OUT, "phone", "Told her.")
    assert (said.sender.address, said.to, said.delivery) == (ADA, (), None)
    assert (line(desk).status, line(desk).waiting_since) == (Status.PENDING, None)
    assert state(desk) is SlaState.MET
    assert line(desk).assignee is not None
    assert list(lists.numbers(desk, "channel:phone has:reply is:answered told")) == [1]
    clock.tick(minutes=1)
    (table,) = reports.run(desk, [("first-response", reports.Question("today"))])
    assert next(row for row in table.rows).values["answered"] == 1
    undo.undo(desk)
    assert reading.ticket(desk, 1).messages[1:] == ()
    assert (line(desk).status, line(desk).waiting_since) == (before.status, before.waiting_since)
    assert state(desk) is SlaState.RUNNING
    redo.redo(desk)
    assert reading.ticket(desk, 1).messages[-1].text == "Told her."
    assert state(desk) is SlaState.MET


def test_a_call_of_a_customer_who_waits_opens_and_wakes_the_ticket(
    desk: Desk, clock: StandingClock
) -> None:
    promise(desk, next_response="1h")
    write_in(desk)
    writing.reply(desk, 1, "Yes.")
    snoozing.snooze(desk, [1], "reply")
    clock.tick(minutes=10)
    log_call(desk, 1, "Asks for an invoice.", PhoneCall.WAITING)
    said = reading.ticket(desk, 1).messages[-1]
    assert (said.direction, said.sender.address) == (Direction.IN, "maria@acme.test")
    assert (line(desk).status, line(desk).snoozed_until) == (Status.OPEN, None)
    assert line(desk).waiting_since == desk.now()
    assert state(desk) is SlaState.RUNNING
    undo.undo(desk)
    assert (line(desk).status, line(desk).waiting_since) == (Status.PENDING, None)
    redo.redo(desk)
    assert line(desk).waiting_since == desk.now()


def test_a_call_that_reached_nobody_answers_nothing(desk: Desk) -> None:
    promise(desk, first_response="1h")
    write_in(desk)
    log_call(desk, 1, "Voice mail.", PhoneCall.MISSED)
    said = reading.ticket(desk, 1).messages[-1]
    assert (said.direction, said.channel) == (Direction.NOTE, "phone")
    assert (line(desk).status, state(desk)) == (Status.NEW, SlaState.RUNNING)
    undo.undo(desk)
    assert len(reading.ticket(desk, 1).messages) == 1
    redo.redo(desk)
    assert len(reading.ticket(desk, 1).messages) == 2


def test_what_a_call_answered_is_not_waited_for_where_it_is_split_off(desk: Desk) -> None:
    write_in(desk)
    log_call(desk, 1, "Told her.")
    log_call(desk, 1, "And the invoice?", PhoneCall.WAITING)
    splitting.split(desk, 1, [1, 2])
    assert [one.waiting_since is None for one in lists.lines(desk, [1, 2])] == [False, True]


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (PhoneCall.ANSWERED, Status.SPAM),
        (PhoneCall.WAITING, Status.SOLVED),
        (PhoneCall.MISSED, Status.OPEN),
    ],
)
def test_a_status_that_no_call_brings(desk: Desk, call: PhoneCall, status: Status) -> None:
    write_in(desk)
    with pytest.raises(UsageError):
        log_call(desk, 1, "Hi", call, status=status)


def test_wrong_calls_change_nothing(desk: Desk) -> None:
    write_in(desk)
    with pytest.raises(EmptyText):
        log_call(desk, 1, " \n")
    with pytest.raises(NotFound):
        log_call(desk, 99, "Hi")
    verbs.spam(desk, [1])
    for call in (PhoneCall.ANSWERED, PhoneCall.WAITING):
        with pytest.raises(StepNotAllowed):
            log_call(desk, 1, "Hi", call)
    assert len(reading.ticket(desk, 1).messages) == 1
