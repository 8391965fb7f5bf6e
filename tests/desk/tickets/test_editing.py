"""A ticket gets another subject, another customer whom replies go to, or another mailbox with its
sender and its promises."""

from dataclasses import replace

import pytest

from supportcli.desk import Desk, redo, undo
from supportcli.desk.people.merging import merge_customers
from supportcli.desk.replies import writing
from supportcli.desk.replies.recipients import addressing_of
from supportcli.desk.tickets import editing, lists, reading, ticket_json
from supportcli.desk.tickets.editing import Edit
from supportcli.domain.mail import Address
from supportcli.errors import UsageError
from supportcli.errors.names import NotFound
from supportcli.errors.tickets import UndoRefused
from supportcli.storage.replies import outbox
from supportcli.storage.setup import mailboxes
from tests.desk.desks import BOB, StandingClock, as_agent, write_in
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
    done = editing.edit(desk, [1], Edit(subject="  Parcel 7781 drips "))
    assert done.sentence == "Edited #1."
    assert lists.lines(desk, [1])[0].subject == "Parcel 7781 drips"
    assert list(lists.numbers(desk, "drips")) == [1]
    assert editing.edit(desk, [1], Edit(subject="Parcel 7781 drips")).numbers == ()
    writing.reply(desk, 1, "We look.")
    with desk.db.read() as tx:
        content = outbox.content(tx, outbox.of_ticket(tx, 1)[0].id)
    assert b"Subject: Re: Parcel 7781 drips" in content
    undo.undo(desk)
    undo.undo(desk)
    assert lists.lines(desk, [1])[0].subject == "Leak"
    assert list(lists.numbers(desk, "drips")) == []
    redo.redo(desk)
    assert list(lists.numbers(desk, "drips")) == [1]


def test_sender_and_policies_follow_to_another_mailbox(two: Desk, clock: StandingClock) -> None:
    promise(two, "mailbox:billing", first_response="1h")
    write_in(two)
    assert lists.lines(two, [1])[0].clock is None
    clock.tick(minutes=10)
    editing.edit(two, [1], Edit(mailbox="Billing@shop.test"))
    moved = lists.lines(two, [1])[0]
    assert moved.mailbox == BILLING
    assert moved.clock is not None
    event = reading.ticket(two, 1).events[-1]
    assert (event.before["mailbox"], event.after["mailbox"]) == ("help@shop.test", BILLING)
    writing.reply(two, 1, "We look.")
    with two.db.read() as tx:
        assert outbox.of_ticket(tx, 1)[0].sender == BILLING
    undo.undo(two)
    undo.undo(two)
    back = lists.lines(two, [1])[0]
    assert (back.mailbox, back.clock and back.clock.due_at) == ("help@shop.test", None)
    redo.redo(two)
    assert lists.lines(two, [1])[0].mailbox == BILLING


@pytest.mark.parametrize("subject", ["", "  ", "two\nlines", "x" * 501, "\x1b[2J"])
def test_a_subject_that_is_none(desk: Desk, subject: str) -> None:
    write_in(desk)
    with pytest.raises(UsageError):
        editing.edit(desk, [1], Edit(subject=subject))
    assert lists.lines(desk, [1])[0].subject == "Leak"


def test_nothing_is_done_for_an_unknown_mailbox_or_for_nothing(desk: Desk) -> None:
    write_in(desk)
    with pytest.raises(NotFound):
        editing.edit(desk, [1], Edit(subject="New", mailbox="no@shop.test"))
    with pytest.raises(UsageError):
        editing.edit(desk, [1], Edit())
    with pytest.raises(NotFound):
        editing.edit(desk, [1, 99], Edit(subject="New"))
    assert lists.lines(desk, [1])[0].subject == "Leak"


def recipients(desk: Desk, number: int = 1) -> tuple[list[str], list[str]]:
    """Whom a reply goes to, and in copy."""
    found = addressing_of(desk, number).recipients
    return [one.address for one in found.to], [one.address for one in found.cc]


def test_replies_go_to_the_new_customer_and_clocks_and_history_stay(
    desk: Desk, clock: StandingClock
) -> None:
    promise(desk, first_response="1h")
    write_in(desk, message={"cc": (Address("", "eve@acme.test"),)})
    due = lists.lines(desk, [1])[0].clock
    clock.tick(minutes=10)
    before = ticket_json.ticket(reading.ticket(desk, 1), desk.now())
    done = editing.edit(desk, [1], Edit(customer="Sue Kent <Sue@else.test>"))
    assert done.sentence == "Edited #1. Sue@else.test is a new customer."
    whole = reading.ticket(desk, 1)
    assert (whole.line.customer.name, whole.line.customer.address) == ("Sue Kent", "sue@else.test")
    assert whole.line.clock == due
    assert [one.sender.address for one in whole.messages] == ["maria@acme.test"]
    assert recipients(desk) == (["sue@else.test"], ["eve@acme.test"])
    told = addressing_of(desk, 1)
    assert told.question(1) == ""
    assert [one.told for one in told.left_out] == [
        "maria@acme.test, the ticket has another customer now"
    ]
    event = whole.events[-1]
    assert (event.before["customer"], event.after["customer"]) == (
        "maria@acme.test",
        "sue@else.test",
    )
    clock.tick(minutes=1)
    write_in(desk, 1)  # who was the customer writes again, and is answered
    assert recipients(desk)[0] == ["maria@acme.test"]
    undo.undo(desk)
    assert lists.lines(desk, [1])[0].customer.address == "maria@acme.test"
    redo.redo(desk)
    assert lists.lines(desk, [1])[0].customer.address == "sue@else.test"
    undo.undo(desk)
    assert before["customer"] == ticket_json.ticket(reading.ticket(desk, 1), desk.now())["customer"]


def test_a_policy_of_the_new_customer_applies_from_then_on(
    desk: Desk, clock: StandingClock
) -> None:
    promise(desk, "from:@else.test", resolution="4h")
    write_in(desk)
    assert lists.lines(desk, [1])[0].clock is None
    clock.tick(minutes=10)
    editing.edit(desk, [1], Edit(customer="sue@else.test"))
    assert lists.lines(desk, [1])[0].clock is not None
    undo.undo(desk)
    back = lists.lines(desk, [1])[0].clock
    assert back is None or back.due_at is None


def test_a_known_address_is_its_customer_and_one_who_was_merged_comes_back_as_who_is_left(
    desk: Desk,
) -> None:
    write_in(desk)
    write_in(desk, sender="sue@else.test")
    assert editing.edit(desk, [1], Edit(customer="SUE@else.test")).sentence == "Edited #1."
    write_in(desk, sender="eve@acme.test")
    merge_customers(desk, "maria@acme.test", "eve@acme.test")
    undo.undo(desk, 1)
    assert lists.lines(desk, [1])[0].customer.address == "eve@acme.test"


def test_an_undo_is_refused_if_a_colleague_has_named_somebody_else(desk: Desk) -> None:
    write_in(desk)
    editing.edit(desk, [1], Edit(customer="sue@else.test"))
    editing.edit(as_agent(desk, BOB), [1], Edit(customer="eve@else.test"))
    with pytest.raises(UndoRefused, match=f"the customer has since been changed by {BOB}"):
        undo.undo(desk)


@pytest.mark.parametrize("customer", ["", "sue", "help@shop.test", "two@a.test three@b.test"])
def test_nobody_who_can_be_a_customer(desk: Desk, customer: str) -> None:
    write_in(desk)
    with pytest.raises(UsageError):
        editing.edit(desk, [1], Edit(subject="New", customer=customer))
    with pytest.raises(UsageError):
        editing.check(desk, Edit(customer=customer))
    assert lists.lines(desk, [1])[0].subject == "Leak"
