"""An agent at work: each key does what the table says, the desk agrees with the screen, and undo
takes it back."""

from pathlib import Path

import pytest
from textual import events

from supportcli.desk.setup import teams
from supportcli.domain.people import Role
from supportcli.domain.tickets.ticket import Direction, Priority, Status
from supportcli.storage.tickets import tickets
from supportcli.tui import context
from supportcli.tui.keys import Mode
from supportcli.tui.views import VIEWS
from tests.desk.desks import ADA, with_role
from tests.tui.inboxes import Seen, drive, shop, ticket


def test_the_most_urgent_ticket_comes_first_with_its_customer_and_how_long_it_waits(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            assert seen.numbers == [1, 2, 3, 4, 5, 6]
            row = next(line for line in seen.text.splitlines() if "#1" in line)
            assert row.startswith("▸")
            assert "6h" in row
            assert "Customer1" in row
            assert "Leak" in row
            assert row.endswith("new")

        drive(desk, script)


@pytest.mark.parametrize(
    ("key", "status", "said"),
    [("e", Status.SOLVED, "Solved #1"), ("w", Status.PENDING, "Waiting for the customer: #1")],
)
def test_a_finished_ticket_leaves_and_the_next_one_comes(
    tmp_path: Path, key: str, status: Status, said: str
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press(key)
            assert said in seen.text
            assert "z undo" in seen.text
            assert seen.cursor == 2
            assert seen.numbers == [2, 3, 4, 5, 6]
            assert ticket(desk, 1).line.status is status
            await seen.press("z")
            assert seen.cursor == 1
            assert seen.numbers == [1, 2, 3, 4, 5, 6]
            assert ticket(desk, 1).line.status is Status.NEW

        drive(desk, script)


def test_taking_a_ticket_makes_it_mine_and_stays_on_it(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "i")
            line = ticket(desk, 2).line
            assert (line.assignee.address if line.assignee else None, line.status) == (
                "ada@shop.test",
                Status.OPEN,
            )
            assert seen.cursor == 2
            assert "AB open" in seen.text
            await seen.press("z")
            assert ticket(desk, 2).line.assignee is None
            assert ticket(desk, 2).line.status is Status.NEW

        drive(desk, script)


def test_assigning_to_another_agent_goes_on_to_the_next_ticket(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("a")
            assert "Assign #1" in seen.text
            await seen.type("bob")
            await seen.press("enter")
            assert "Assigned to Bob Lee: #1" in seen.text
            assert ticket(desk, 1).line.assignee is not None
            assert "on to #2 · z undo" in seen.text
            assert seen.cursor == 2
            await seen.press("k", "a", *"bob", "enter")
            await seen.shows("Nothing changed")
            assert seen.cursor == 1, "nothing was done that would be a reason to go on"
            await seen.press("z")
            assert ticket(desk, 1).line.assignee is None
            assert seen.cursor == 1

        drive(desk, script)


def test_a_team_is_chosen_as_an_agent_is(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        with_role(desk, ADA, Role.ADMIN)
        teams.add_team(desk, "billing", ["bob"])

        async def script(seen: Seen) -> None:
            await seen.press("i", "a")
            await seen.type("bil")
            assert "▸ billing" in seen.text
            assert "team of 1 agent" in seen.text
            await seen.press("enter")
            assert "Assigned to the team billing: #1" in seen.text
            assert "[billing]" in seen.text
            line = ticket(desk, 1).line
            assert (line.team, line.assignee) == ("billing", None)
            assert seen.cursor == 2
            await seen.press("z")
            assert ticket(desk, 1).line.team is None
            assert ticket(desk, 1).line.assignee is not None

        drive(desk, script)


def test_a_new_tag_is_typed_an_old_one_completed_and_one_taken_off(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("t")
            await seen.type("refund")
            await seen.press("enter")
            assert ticket(desk, 1).line.tags == ("refund",)
            await seen.press("j", "t")
            await seen.type("ref")
            await seen.press("enter")
            assert ticket(desk, 2).line.tags == ("refund",)
            await seen.press("t")
            await seen.type("-ref")
            await seen.press("enter")
            assert ticket(desk, 2).line.tags == ()
            await seen.press("t")
            await seen.type("vip urgent -refund")
            await seen.press("enter")
            assert ticket(desk, 2).line.tags == ("urgent", "vip")
            await seen.press("z", "z", "z")
            assert ticket(desk, 2).line.tags == ()
            await seen.press("z")
            assert ticket(desk, 1).line.tags == ()
            assert seen.cursor == 1

        drive(desk, script)


def test_a_tag_that_can_be_none_is_refused_and_the_row_shows_what_is(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("t")
            await seen.type("a:b")
            await seen.press("enter")
            assert "cannot be a tag" in seen.text
            assert seen.shown(1).tags == ()
            await seen.press("z")
            assert (
                "Nothing to undo here. For older actions: supportcli ticket undo NUMBER"
                in seen.text
            )

        drive(desk, script)


def test_a_priority_is_chosen_by_its_first_letter(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("G", "p", "u", "enter")
            assert ticket(desk, 6).line.priority is Priority.URGENT
            assert next(line for line in seen.text.splitlines() if "#6" in line).startswith("▸●▲▲")
            assert seen.numbers[-1] == 6, "the order stays until it is asked for"
            await seen.press("ctrl+l")
            assert seen.numbers[0] == 6
            assert seen.cursor == 6

        drive(desk, script)


def test_a_solved_ticket_is_opened_again(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("e", "5")
            assert seen.numbers == [1]
            await seen.press("E")
            assert ticket(desk, 1).line.status is Status.OPEN
            assert seen.numbers == []
            assert "No ticket is solved yet." in seen.text

        drive(desk, script)


def test_a_step_that_is_not_allowed_is_told_and_not_tried(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        with desk.db.write() as tx:
            tickets.change(tx, 1, {"status": Status.CLOSED}, desk.now())

        async def script(seen: Seen) -> None:
            await seen.press("/")
            await seen.type("status:closed")
            await seen.press("enter", "e")
            assert "#1 is closed and cannot become solved." in seen.text
            await seen.press("r")
            assert "#1 is closed." in seen.text
            assert ticket(desk, 1).line.status is Status.CLOSED

        drive(desk, script)


def test_a_note_is_written_at_the_second_stroke_and_becomes_a_draft_when_undone(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("m")
            assert "no customer sees it" in seen.text
            await seen.type("Ask the warehouse.")
            await seen.press("ctrl+s")
            assert [
                message.text
                for message in ticket(desk, 1).messages
                if message.direction is Direction.NOTE
            ] == ["Ask the warehouse."]
            assert "Noted on #1" in seen.text
            await seen.press("z")
            assert [message.direction for message in ticket(desk, 1).messages] == [Direction.IN]
            assert "is a draft again" in seen.text
            await seen.press("m")
            assert seen.screen.context.composer.text == "Ask the warehouse."

        drive(desk, script)


def test_moving_goes_by_one_by_half_a_screen_and_to_both_ends(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=40) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "j", "k")
            assert seen.cursor == 2
            await seen.press("G")
            assert seen.cursor == 40
            assert "#40" in seen.text
            await seen.press("ctrl+u")
            assert seen.cursor == 30
            await seen.press("g", "g", "ctrl+d")
            assert seen.cursor == 11
            await seen.press("home")
            assert seen.cursor == 1

        drive(desk, script)


def test_views_are_reached_by_their_number_and_by_tab(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "i", "2")
            await seen.until(lambda: seen.numbers == [2])
            await seen.press("tab")
            await seen.until(lambda: seen.numbers == [1, 3, 4, 5, 6])
            await seen.press("shift+tab", "shift+tab")
            await seen.until(lambda: len(seen.numbers) == 6)
            await seen.shows("1 To do 6  2 Mine 1  3 Free 5  4 Waiting 0  5 Solved 0  6 All 6")

        drive(desk, script)


def test_a_filter_finds_while_it_is_typed_and_esc_leaves_it(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("/")
            await seen.type("refund")
            await seen.until(lambda: seen.numbers == [2])
            await seen.press("enter")
            assert seen.cursor == 2
            assert "/ Filter 1" in seen.text
            await seen.press("escape")
            assert len(seen.numbers) == 6
            await seen.press("/")
            await seen.type("leak")
            await seen.press("escape")
            assert len(seen.numbers) == 6

        drive(desk, script)


def test_tab_completes_terms_and_values_of_a_filter(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            def field() -> str:
                return seen.screen.context.filter_bar.field.value

            await seen.press("/")
            await seen.until(
                lambda: seen.screen.filtering._words is not None, "the words of the desk"
            )
            await seen.type("STA")
            await seen.press("tab")
            assert field() == "status:"
            await seen.shows("tab new  open  pending")
            await seen.type("op")
            await seen.press("tab")
            assert field() == "status:open"
            await seen.type(" assignee:a")
            await seen.press("tab")
            assert field() == f"status:open assignee:{ADA}"
            await seen.press("tab")
            assert field() == f"status:open assignee:{ADA}"

        drive(desk, script)


OVER_A_FILTER = {
    ("1", "7"): "17",
    ("right", "7"): "#187",
    ("end", "7"): "#187",
    ("left", "7"): "7#18",
    ("home", "7"): "7#18",
    ("backspace",): "",
    (): "#18",
    ("ctrl+w", "9"): "9",
}
"""What is typed over the filter #18, and what it becomes."""


def test_the_filter_that_stands_is_replaced_by_a_letter_and_kept_by_an_arrow(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            for typed, becomes in OVER_A_FILTER.items():
                await seen.press("/", *"#18", "enter", "/", *typed)
                assert seen.screen.context.filter_bar.field.value == becomes, typed
                await seen.press("enter")
                assert seen.screen.browse.view.query == (becomes or VIEWS[0].query), typed
                await seen.press("escape")
                assert seen.screen.browse.view.query == VIEWS[0].query, typed

        drive(desk, script)


def test_a_paste_replaces_the_filter_that_stands_and_esc_leaves_it_as_it_is(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("/", *"refund", "enter", "/")
            await seen.shows("type to replace it")
            assert seen.app._driver is not None
            seen.app._driver.send_message(events.Paste("leak"))
            await seen.until(
                lambda: seen.screen.context.filter_bar.field.value == "leak", "the paste"
            )
            await seen.press("escape")
            assert seen.screen.browse.view.query == "refund"

        drive(desk, script)


@pytest.mark.parametrize("width", [72, 80, 160])
def test_what_is_wrong_with_a_query_has_the_room_that_the_query_leaves(
    tmp_path: Path, width: int
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("/", *"foo:bar")
            await seen.shows("“foo:” is not a search term")
            row = next(line for line in seen.text.splitlines() if "foo:bar" in line)
            assert row.rstrip().endswith("."), row

        drive(desk, script, size=(width, 24))


def test_a_query_that_cannot_be_read_is_told_beside_the_field_and_shows_nothing_else(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("/")
            await seen.type("status:opne")
            await seen.shows("“opne” is not a status")
            await seen.press("enter")
            assert "“opne” is not a status" in seen.text, (
                "the bar stays open until the query is mended"
            )
            await seen.press("backspace", "backspace", "backspace", "backspace", *"solved", "enter")
            assert seen.numbers == []
            assert "/ Filter 0" in seen.text

        drive(desk, script)


def test_the_palette_does_what_it_names_and_shows_the_key(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("ctrl+p")
            await seen.type("solve")
            assert "Solve the ticket and go to the next" in seen.text
            await seen.press("enter")
            assert ticket(desk, 1).line.status is Status.SOLVED

        drive(desk, script)


def test_the_help_tells_every_key_and_closes(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("?")
            assert "Give an open ticket the whole screen" in seen.text
            await seen.press("e", "space")
            assert ticket(desk, 1).line.status is Status.NEW, (
                "keys of the list rest while the help is open"
            )
            await seen.press("q", "e")
            assert ticket(desk, 1).line.status is Status.SOLVED

        drive(desk, script)


def test_a_conversation_and_the_room_for_it_come_in_one_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "_GRACE", 10.0)
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            frames: list[str] = []
            seen.screen.screen_layout_refresh_signal.subscribe(
                seen.screen, lambda _: frames.append(seen.text), immediate=True
            )
            await seen.press("enter")
            assert "Text of ticket 1." in frames[0]

        drive(desk, script)


def test_a_frame_does_not_wait_for_ever_for_an_answer_that_does_not_come(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            frames: list[str] = []
            seen.screen.screen_layout_refresh_signal.subscribe(
                seen.screen, lambda _: frames.append(seen.text), immediate=True
            )
            for _ in range(2):
                seen.screen.context.hold_frame()
            seen.screen.context.mode = Mode.READ
            await seen.until(lambda: bool(frames), "a frame")

        drive(desk, script)


@pytest.mark.parametrize(
    "leave", [("escape",), ("enter", "escape")], ids=["in the bar", "from what was found"]
)
def test_leaving_the_filter_gives_the_place_back(tmp_path: Path, leave: tuple[str, ...]) -> None:
    with shop(tmp_path, tickets=40) as desk:

        async def script(seen: Seen) -> None:
            await seen.press(*["j"] * 29)
            tickets = seen.screen.context.tickets
            before = tickets.stand
            assert before.cursor == 30
            await seen.press("/", *"customer3")
            await seen.shows("found")
            await seen.press(*leave)
            assert tickets.stand == before
            await seen.press("/", *"customer30", "enter", "e", "escape")
            assert tickets.stand.place == before.place, "a ticket that has left leaves its place"
            assert seen.cursor == 31

        drive(desk, script)


def test_a_number_in_the_filter_finds_its_ticket(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=12) as desk:

        async def script(seen: Seen) -> None:
            for query in ("2", "#2"):
                await seen.press("/", *query, "enter")
                assert seen.numbers == [2], query
                await seen.press("escape")
                assert len(seen.numbers) == 12

        drive(desk, script)


def test_a_late_undo_reopens_and_says_what_has_left(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Fixed.", "ctrl+s", "e")
            assert seen.cursor == 2
            with desk.db.write() as tx:
                tx.connection().exec_driver_sql("UPDATE outbox SET state = 'sent'")
            await seen.press("z")
            assert "Already sent · the rest is undone: #1 is open again." in seen.text
            assert seen.cursor == 1
            assert seen.screen.writing.drafts.of(1, "reply") is None
            after = ticket(desk, 1)
            assert (after.line.status, after.messages[-1].text) == (Status.OPEN, "Fixed.")

        drive(desk, script)


def test_what_was_said_of_one_ticket_does_not_stand_beside_another(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", "escape")
            assert "Nothing was written to #1" in seen.text
            await seen.press("j")
            assert "Nothing was written" not in seen.text
            await seen.press("i", "j")
            assert "Took #2" in seen.text, "z takes it back still"
            await seen.press("r")
            assert "Took #2" not in seen.text

        drive(desk, script)
