"""A ticket gets another subject, or another mailbox with its sender and its promises."""

from dataclasses import replace

import pytest

from supportcli.desk import Desk, redo, undo
from supportcli.desk.replies import writing
from supportcli.desk.tickets import editing, reading
from supportcli.errors import UsageError
from supportcli.errors.names import NotFound
from supportcli.storage.replies import outbox
from supportcli.storage.setup import mailboxes
from tests.desk.desks import StandingClock, write_in
from tests.desk.levels import promise

BILLING = "billing@shop.test"


@pytest.fixture
def two(desk: Desk) -> Desk:
    """A desk with a second mailbox."""
    with desk.db.write() as tx:
        first = mailboxes.mailboxes(tx)[0]
        mailboxes.add_mailbox(tx, replace(first, address=BILLING, name="Billing"), desk.now())
    return desk


def test_the_new_subject_is_found_and_sent_and_the_old_one_comes_back(desk: Desk) -> None:
    write_in(desk, subject="Leak", text="Hello.")
    done = editing.edit(desk, [1], subject="  Parcel 7781 drips ")
    assert done.sentence == "Edited #1."
    assert reading.lines(desk, [1])[0].subject == "Parcel 7781 drips"
    assert list(reading.numbers(desk, "drips")) == [1]
    assert editing.edit(desk, [1], subject="Parcel 7781 drips").numbers == ()
    writing.reply(desk, 1, "We look.")
    with desk.db.read() as tx:
        content = outbox.content(tx, outbox.of_ticket(tx, 1)[0].id)
    assert b"Subject: Re: Parcel 7781 drips" in content
    undo.undo(desk)
    undo.undo(desk)
    assert reading.lines(desk, [1])[0].subject == "Leak"
    assert list(reading.numbers(desk, "drips")) == []
    redo.redo(desk)
    assert list(reading.numbers(desk, "drips")) == [1]


def test_sender_and_policies_follow_to_another_mailbox(two: Desk, clock: StandingClock) -> None:
    promise(two, "mailbox:billing", first_response="1h")
    write_in(two)
    assert reading.lines(two, [1])[0].clock is None
    clock.tick(minutes=10)
    editing.edit(two, [1], mailbox="Billing@shop.test")
    moved = reading.lines(two, [1])[0]
    assert moved.mailbox == BILLING
    assert moved.clock is not None
    event = reading.ticket(two, 1).events[-1]
    assert (event.before["mailbox"], event.after["mailbox"]) == ("help@shop.test", BILLING)
    writing.reply(two, 1, "We look.")
    with two.db.read() as tx:
        assert outbox.of_ticket(tx, 1)[0].sender == BILLING
    undo.undo(two)
    undo.undo(two)
    back = reading.lines(two, [1])[0]
    assert (back.mailbox, back.clock and back.clock.due_at) == ("help@shop.test", None)
    redo.redo(two)
    assert reading.lines(two, [1])[0].mailbox == BILLING


@pytest.mark.parametrize("subject", ["", "  ", "two\nlines", "x" * 501, "\x1b[2J"])
def test_a_subject_that_is_none(desk: Desk, subject: str) -> None:
    write_in(desk)
    with pytest.raises(UsageError):
        editing.edit(desk, [1], subject=subject)
    assert reading.lines(desk, [1])[0].subject == "Leak"


def test_nothing_is_done_for_an_unknown_mailbox_or_for_nothing(desk: Desk) -> None:
    write_in(desk)
    with pytest.raises(NotFound):
        editing.edit(desk, [1], subject="New", mailbox="no@shop.test")
    with pytest.raises(UsageError):
        editing.edit(desk, [1])
    with pytest.raises(NotFound):
        editing.edit(desk, [1, 99], subject="New")
    assert reading.lines(desk, [1])[0].subject == "Leak"
