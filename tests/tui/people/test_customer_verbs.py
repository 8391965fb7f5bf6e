"""The keys of the customer pane change the customer, and `z` and `Z` take that back and do it
again, there and in the list."""

from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.desk.people import editing, reading
from supportcli.desk.tickets import lists
from supportcli.domain.people import Role
from supportcli.domain.people.customers import Customer, CustomerChanges
from supportcli.domain.people.organisations import OrganisationChanges
from supportcli.domain.senders import Block
from supportcli.tui.keys import Mode
from tests.desk.desks import ADA, with_role
from tests.tui.inboxes import Seen, drive, shop

FIRST, SECOND = "customer1@acme.test", "customer2@acme.test"


def known(desk: Desk, who: str = FIRST) -> Customer:
    return reading.customer(desk, who).customer


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_a_vip_is_marked_in_the_list_at_once_and_unmarked_by_undo(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("\\", "v")
            assert "VIP now: Customer1" in seen.text
            assert known(desk).vip
            assert seen.screen.context.mode is Mode.CUSTOMER
            await seen.press("escape")
            assert "★ Customer1" in seen.text
            await seen.press("\\", "z")
            assert not known(desk).vip
            await seen.press("Z", "escape")
            assert known(desk).vip
            await seen.press("z")
            assert "Undone: VIP now: Customer1" in seen.text
            assert "★" not in seen.text
            await seen.press("Z")
            assert "★ Customer1" in seen.text

        drive(desk, script, size)


def test_notes_grow_line_by_line_and_go_line_by_line(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        editing.edit_customer(desk, FIRST, CustomerChanges(notes="Calls on Monday."))

        async def script(seen: Seen) -> None:
            await seen.press("\\", "m")
            assert "Note on Customer1:" in seen.text
            await seen.type("Deaf in one ear [b].")
            await seen.press("enter")
            assert "Deaf in one ear [b]." in seen.text
            assert known(desk).notes == "Calls on Monday.\nDeaf in one ear [b]."
            await seen.press("u")
            await seen.type("-notes")
            await seen.press("enter")
            assert known(desk).notes == ""
            await seen.press("z", "z")
            assert known(desk).notes == "Calls on Monday."
            await seen.press("z")
            assert "Nothing to undo here" in seen.text

        drive(desk, script)


def test_what_is_known_is_edited_and_what_is_wrong_is_told(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        editing.add_organisation(desk, "Home Ltd", OrganisationChanges())

        async def script(seen: Seen) -> None:
            async def edit(part: str, value: str = "") -> None:
                await seen.press("u")
                await seen.type(part)
                await seen.press("enter")
                if value:
                    await seen.type(value)
                    await seen.press("enter")

            await seen.press("\\")
            await edit("name", "Maria Lopez")
            await edit("organisation", "Home Ltd")
            await edit("time", "Europe/Madrid")
            await edit("language", "es")
            await edit("address", "maria@home.test")
            await edit("plan=pro")
            one = known(desk)
            assert (one.name, one.organisation, one.zone, one.language, dict(one.fields)) == (
                *("Maria Lopez", "Home Ltd", "Europe/Madrid", "es"),
                {"plan": "pro"},
            )
            assert one.addresses == (FIRST, "maria@home.test")
            for part, value, why in (
                ("time", "Mars/One", "Mars/One"),
                ("language", "Klingon", "is not the code of a language"),
                ("organisation", "Nowhere", "There is no organisation"),
                ("address", SECOND, "is an address of Customer2"),
                ("address", "nonsense", "“nonsense”"),
                ("!=x", "", "is not a field"),
            ):
                await edit(part, value)
                assert why in seen.text, why
            assert known(desk) == one
            await edit(f"-{FIRST}")
            await edit("organisation", "-")
            assert known(desk, "maria@home.test").organisation == ""
            await seen.press(*"zzzzzzzz")
            assert known(desk).addresses == (FIRST,)
            assert known(desk).zone == ""

        drive(desk, script)


def test_two_customers_become_one_and_two_again(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("\\", "M")
            assert "Merge Customer1 into:" in seen.text
            await seen.type("Customer2")
            await seen.press("enter")
            assert "Merged into Customer2: Customer1" in seen.text
            assert "2 tickets" in seen.text
            assert known(desk).addresses == (FIRST, SECOND)
            await seen.press("z")
            assert known(desk).addresses == (FIRST,)
            await seen.press("Z")
            assert {one.customer.address for one in lists.lines(desk, [1, 2])} == {SECOND}

        drive(desk, script)


def test_a_block_is_taken_back_and_decided_again(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        def blocked() -> dict[str, Block]:
            return dict(reading.customer(desk, FIRST).blocked)

        async def script(seen: Seen) -> None:
            await seen.press("\\", "!")
            await seen.type("discard")
            await seen.press("enter")
            assert "blocked (discard): customer1@acme.test" in seen.text
            await seen.press("z")
            assert blocked() == {}
            await seen.press("Z")
            assert blocked() == {FIRST: Block.DISCARD}
            await seen.press("!")
            await seen.type("let in")
            await seen.press("enter")
            assert blocked() == {}
            await seen.press("!", "escape", "escape")
            assert seen.screen.context.mode is Mode.LIST

        drive(desk, script)


def test_who_may_not_work_on_tickets_changes_nobody(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        with_role(desk, ADA, Role.LIGHT_AGENT)

        async def script(seen: Seen) -> None:
            await seen.press("\\", "v")
            assert "light-agent" in seen.text
            assert not known(desk).vip

        drive(desk, script)
