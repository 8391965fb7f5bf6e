"""`u` gives the ticket another subject or customer, and `z` the old one."""

from pathlib import Path

from supportcli.desk.tickets import lists
from tests.tui.inboxes import Seen, drive, shop


def test_what_is_typed_is_the_subject(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("u")
            assert "Edit #1:" in seen.text
            await seen.type("Tap drips")
            await seen.press("enter")
            assert "Changed the subject of #1 Tap drips" in seen.text
            assert lists.lines(desk, [1])[0].subject == "Tap drips"
            await seen.press("z")
            assert lists.lines(desk, [1])[0].subject == "Leak"

        drive(desk, script)


def test_an_address_that_is_typed_is_the_customer(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("u")
            await seen.type("sue@else.test")
            assert "the new customer" in seen.text
            await seen.press("enter")
            assert "sue@else.test is the customer of #1" in seen.text
            assert lists.lines(desk, [1])[0].customer.address == "sue@else.test"
            await seen.press("z")
            assert lists.lines(desk, [1])[0].customer.address == "customer1@acme.test"

        drive(desk, script)
