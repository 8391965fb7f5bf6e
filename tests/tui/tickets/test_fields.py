"""The key that fills in custom fields, and the one that solves and asks for what is required."""

from pathlib import Path

from supportcli.desk import Desk
from supportcli.desk.setup import fields
from supportcli.domain.custom_fields import FieldKind, by_name
from supportcli.domain.people import Role
from supportcli.domain.tickets.ticket import Status
from tests.desk.desks import ADA, with_role
from tests.tui.inboxes import Seen, drive, shop, ticket


def values(desk: Desk, number: int) -> dict[str, str]:
    return by_name(ticket(desk, number).line.fields)


def furnish(desk: Desk, *, required: bool = False) -> None:
    with_role(desk, ADA, Role.ADMIN)
    fields.add_field(desk, "plan", FieldKind.CHOICE, choices=["free", "pro"], required=required)
    fields.add_field(desk, "seats", FieldKind.NUMBER, required=required)


def test_a_field_is_chosen_filled_in_shown_and_undone(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        furnish(desk)

        async def script(seen: Seen) -> None:
            await seen.press("=")
            assert "Field of #1:" in seen.text
            await seen.type("plan")
            await seen.press("enter")
            assert "Plan of #1:" in seen.text
            await seen.type("pro")
            await seen.press("enter")
            assert "Plan pro: #1" in seen.text
            assert values(desk, 1) == {"plan": "pro"}
            await seen.press("=")
            await seen.type("seats")
            await seen.press("enter")
            await seen.type("many")
            await seen.press("enter")
            assert values(desk, 1) == {"plan": "pro"}
            await seen.press("ctrl+u")
            await seen.type("12")
            assert "Seats 12" in seen.text
            await seen.press("enter")
            assert values(desk, 1) == {"plan": "pro", "seats": "12"}
            await seen.press("enter")
            assert "Plan pro · Seats 12" in seen.text
            await seen.press("z")
            assert values(desk, 1) == {"plan": "pro"}

        drive(desk, script)


def test_solving_asks_for_what_is_required_and_solves_then(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        furnish(desk, required=True)

        async def script(seen: Seen) -> None:
            await seen.press("e")
            assert "Solving #1 needs Plan:" in seen.text
            assert (seen.cursor, ticket(desk, 1).line.status) == (1, Status.NEW)
            await seen.type("free")
            await seen.press("enter")
            assert "Solving #1 needs Seats:" in seen.text
            await seen.type("3")
            await seen.press("enter")
            assert ticket(desk, 1).line.status is Status.SOLVED
            assert values(desk, 1) == {"plan": "free", "seats": "3"}
            assert seen.cursor == 2
            await seen.press("z")
            assert ticket(desk, 1).line.status is Status.NEW

        drive(desk, script)


def test_leaving_the_question_leaves_the_ticket_as_it_was(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        furnish(desk, required=True)

        async def script(seen: Seen) -> None:
            await seen.press("e", "escape")
            assert ticket(desk, 1).line.status is Status.NEW
            assert (seen.cursor, seen.numbers) == (1, [1, 2, 3, 4, 5, 6])

        drive(desk, script)


def test_a_desk_without_fields_says_so(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("=")
            assert "There are no custom fields yet" in seen.text

        drive(desk, script)
