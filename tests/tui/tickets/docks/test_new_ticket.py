"""`C` opens a ticket for somebody who called: who, about what, and what they said."""

from dataclasses import replace
from pathlib import Path

import pytest

from supportcli.desk.people.editing import edit_customer
from supportcli.desk.replies import outbox
from supportcli.desk.tickets import inbox, lists, reading
from supportcli.domain.mail import Address
from supportcli.domain.people import Role
from supportcli.domain.people.customers import CustomerChanges
from supportcli.domain.tickets.ticket import Status
from supportcli.storage.setup import mailboxes
from supportcli.tui.keys import Mode
from tests.desk.desks import ADA, with_role
from tests.tui.inboxes import Seen, drive, shop


def test_a_caller_gets_a_ticket_which_is_shown_and_taken_back(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("C")
            assert "New ticket for:" in seen.text
            await seen.type("Bea Lund <bea@home.test>")
            assert "a new customer" in seen.text
            await seen.press("enter")
            assert "New ticket for Bea Lund:" in seen.text
            await seen.type("Stuck mill")
            await seen.press("enter")
            assert "or type what they said" in seen.text
            await seen.type("It is stuck [b]again[/b].")
            await seen.press("enter")
            assert "Opened #7 Stuck mill" in seen.text
            assert (seen.cursor, seen.screen.context.mode) == (7, Mode.READ)
            assert "It is stuck [b]again[/b]." in seen.text
            line = lists.lines(desk, [7])[0]
            assert (line.customer, line.status) == (
                Address("Bea Lund", "bea@home.test"),
                Status.NEW,
            )
            await seen.press("z")
            assert lists.lines(desk, [7])[0].status is Status.DELETED
            await seen.press("Z")
            assert lists.lines(desk, [7])[0].status is Status.NEW

        drive(desk, script)


def test_customers_are_offered_or_searched_for(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        edit_customer(desk, "customer3@acme.test", CustomerChanges(name="Olga Bright"))

        async def script(seen: Seen) -> None:
            await seen.press("C")
            assert "customer of this ticket" in seen.text
            await seen.type("bright")
            await seen.press("up", "enter")
            assert "Olga Bright" in seen.text
            await seen.press("down", "enter")
            await seen.type("Again")
            await seen.press("enter")
            await seen.type("Still broken.")
            await seen.press("enter")
            assert reading.ticket(desk, 7).line.customer.address == "customer3@acme.test"
            await seen.press("escape", "C")
            await seen.type("nobody at all")
            await seen.press("enter")
            assert "No other customer has “nobody at all”" in seen.text
            await seen.press("escape", "C")
            await seen.type("help@shop.test")
            await seen.press("enter")
            assert "is an address of this desk" in seen.text

        drive(desk, script)


def test_a_desk_with_several_mailboxes_is_asked_for_one(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        with desk.db.write() as tx:
            box = replace(mailboxes.mailboxes(tx)[0], address="billing@shop.test", aliases=())
            mailboxes.add_mailbox(tx, box, desk.now())

        async def script(seen: Seen) -> None:
            await seen.press("C")
            await seen.type("bea@home.test")
            await seen.press("enter")
            await seen.type("Invoice")
            await seen.press("enter")
            assert "In which mailbox:" in seen.text
            await seen.type("billing")
            await seen.press("enter")
            await seen.type("She needs a copy.")
            await seen.press("enter")
            assert lists.lines(desk, [7])[0].mailbox == "billing@shop.test"

        drive(desk, script)


def test_who_may_not_work_on_tickets_is_told_so(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        with_role(desk, ADA, Role.LIGHT_AGENT)

        async def script(seen: Seen) -> None:
            await seen.press("C")
            assert "light-agent" in seen.text
            await seen.type("bea@home.test")
            await seen.press("enter", "escape")
            assert len(seen.numbers) == 6

        drive(desk, script)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=str)
def test_an_email_to_a_customer_begins_a_ticket(tmp_path: Path, size: tuple[int, int]) -> None:
    """A trial: “I never learnt how to start a conversation.”"""
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("C", *"Bea Lund <bea@home.test>", "enter", *"Your order", "enter")
            assert "▸ write an email to Bea Lund" in seen.text
            await seen.press("enter", *"It is on its way.")
            assert seen.screen.context.mode is Mode.WRITE
            assert "Reply To Bea Lund <bea@home.test>" in seen.text
            await seen.press("shift+tab", "tab", *"boss@home.test", "ctrl+s")
            assert "Send to #7? To Bea Lund" in seen.text
            await seen.press("ctrl+s")
            (queued,) = outbox.list_outbox(desk)
            assert {one.address for one in queued.recipients} == {
                "bea@home.test",
                "boss@home.test",
            }
            line = lists.lines(desk, [7])[0]
            assert (line.status, line.assignee) == (Status.PENDING, Address("Ada Byron", ADA))
            await seen.press("z")
            assert "The reply to #7 is a draft again: r continues it." in seen.text
            await seen.press("z")
            assert "Undone: Opened #7" in seen.text
            assert lists.lines(desk, [7])[0].status is Status.DELETED
            assert [one.state for one in outbox.list_outbox(desk)] == []

        drive(desk, script, size)


def test_a_mail_that_is_left_empty_leaves_no_ticket_and_a_begun_one_is_kept(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("C", *"bea@home.test", "enter", *"Hi", "enter", "enter", "escape")
            assert lists.lines(desk, [7])[0].status is Status.DELETED
            await seen.press("C", *"bea@home.test", "enter", *"Hi", "enter", "enter", "x", "escape")
            assert lists.lines(desk, [8])[0].status is Status.OPEN
            assert inbox.my_drafts(desk)[8, "reply"].text == "x"

        drive(desk, script)
