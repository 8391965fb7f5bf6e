"""`C` opens a ticket for somebody who called: who, about what, and what they said."""

from dataclasses import replace
from pathlib import Path

from supportcli.desk.people.editing import edit_customer
from supportcli.desk.tickets import lists, reading
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
            assert "What Bea Lund said:" in seen.text
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
