"""`x` marks tickets and `X` all of them: a verb then acts on the marked ones as one, and so does
undo."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.desk.setup import fields
from supportcli.desk.tickets import filling_in, lists, reading, verbs
from supportcli.domain.custom_fields import by_name
from supportcli.domain.people import Role
from supportcli.domain.tickets.ticket import Priority, Status
from supportcli.tui.keys import Mode
from tests.desk.desks import ADA, BOB, as_agent, with_role
from tests.tui.inboxes import Seen, drive, shop

DONE, NEW = Status.SOLVED, Status.NEW


def test_marked_tickets_are_solved_as_one_and_come_back_as_one(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        def stand() -> list[Status]:
            return [one.status for one in lists.lines(desk, [1, 2, 3, 4, 5, 6])]

        async def script(seen: Seen) -> None:
            await seen.press("x", "j", "x")
            assert seen.screen.context.tickets.marked == {1, 3}
            assert "2 marked · 4 of 6" in seen.text
            assert "esc unmark 2" in seen.text
            assert sum("✓" in line[:2] for line in seen.text.splitlines()) == 2
            await seen.press("e")
            assert "Solved 2 tickets" in seen.text
            assert stand() == [DONE, NEW, DONE, NEW, NEW, NEW]
            assert (seen.cursor, seen.numbers) == (4, [2, 4, 5, 6])
            assert seen.screen.context.tickets.marked == frozenset()
            await seen.press("z")
            assert "Undone: Solved 2 tickets" in seen.text
            assert stand() == [NEW] * 6
            assert seen.numbers == [1, 2, 3, 4, 5, 6]
            await seen.press("Z")
            assert "Redone: Solved 2 tickets" in seen.text
            assert (seen.cursor, seen.numbers) == (1, [1, 2, 4, 5, 6])  # it leaves with the cursor
            assert stand() == [DONE, NEW, DONE, NEW, NEW, NEW]

        drive(desk, script)


@pytest.mark.parametrize("key", ["r", "R", "m", "P", "c"])
def test_what_is_for_one_ticket_asks_which_one_while_several_are_marked(
    tmp_path: Path, key: str
) -> None:
    """A trial: `r` answered a ticket that was not among the marked ones."""
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("x", "j", "x", key)
            assert "2 tickets are marked" in seen.text
            assert seen.screen.context.mode is Mode.LIST
            await seen.press("escape", key)
            assert "are marked" not in seen.text

        drive(desk, script)


def test_choices_act_on_all_and_their_titles_say_so(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("X", "t")
            assert "Tag 6 tickets:" in seen.text
            await seen.type("late")
            await seen.press("enter")
            assert {one.tags for one in lists.lines(desk, range(1, 7))} == {("late",)}
            await seen.press("x", "x", "s")
            await seen.type("2h")
            await seen.press("enter")
            assert list(lists.numbers(desk, "is:snoozed")) == [1, 2]
            assert seen.numbers == [3, 4, 5, 6]
            await seen.press("z", "z")
            assert {one.tags for one in lists.lines(desk, range(1, 7))} == {()}
            assert len(reading.ticket(desk, 1).events) == 5

        drive(desk, script)


def test_each_group_leaves_the_list_however_late_the_desk_answers(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        answers = threading.Event()

        async def script(seen: Seen) -> None:
            work = seen.screen.work
            work.read("", lambda _: answers.wait(), lambda _: None, lambda _: None)
            await seen.pilot.press("x", "x", "e", "x", "x", "e")
            await seen.until(lambda: stand()[:4] == [DONE] * 4)
            answers.set()
            await seen.quiet()
            assert seen.numbers == [5, 6]

        def stand() -> list[Status]:
            return [one.status for one in lists.lines(desk, [1, 2, 3, 4, 5, 6])]

        drive(desk, script)


def test_a_choice_for_several_says_what_is_so_of_all_of_them(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        with_role(desk, ADA, Role.ADMIN)
        fields.add_field(desk, "plan")
        verbs.tag(desk, [1, 2], {"late"})
        verbs.tag(desk, [1], {"vip"})
        verbs.prioritise(desk, [1], Priority.HIGH)
        filling_in.fill_in(desk, [1], {"plan": "pro"})

        async def script(seen: Seen) -> None:
            await seen.press("x", "x", "p")
            assert "Priority of 2 tickets" in seen.text
            assert " now" not in seen.text
            await seen.press("escape", "t")
            assert ("   -late" in seen.text, "   late" in seen.text) == (True, False)
            assert ("   -vip" in seen.text, "   vip" in seen.text) == (True, True)
            await seen.press("escape", "=")
            assert "Field of 2 tickets" in seen.text
            assert "pro" not in seen.text
            await seen.type("plan")
            await seen.press("enter")
            await seen.type("free")
            await seen.press("enter")
            assert "Plan free: 2 tickets" in seen.text
            told = [by_name(one.fields) for one in lists.lines(desk, [1, 2, 3])]
            assert told == [{"plan": "free"}, {"plan": "free"}, {}]
            await seen.press("z")
            assert by_name(lists.lines(desk, [1])[0].fields) == {"plan": "pro"}

        drive(desk, script)


def test_escape_unmarks_and_another_view_has_no_marks(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("x", "x", "escape")
            assert seen.screen.context.tickets.marked == frozenset()
            await seen.press("x", "6")
            assert seen.screen.context.tickets.marked == frozenset()
            await seen.press("1", "x", "k", "x", "e")
            assert [one.status for one in lists.lines(desk, [1, 2])] == [NEW, DONE]

        drive(desk, script)


def test_a_mark_is_of_a_ticket_and_who_reads_one_acts_on_that(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "j", "x")
            verbs.solve(as_agent(desk, BOB), [1])
            await seen.press("ctrl+l")
            assert seen.numbers == [2, 3, 4, 5, 6]
            assert seen.screen.context.tickets.marked == {3}
            await seen.press("enter", "h")
            assert [one.status for one in lists.lines(desk, [3, 4])] == [NEW, Status.ON_HOLD]

        drive(desk, script)


def test_what_the_desk_refuses_stays_marked(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("X", "E")
            assert "is new: there is nothing to reopen" in seen.text
            assert len(seen.screen.context.tickets.marked) == 6
            await seen.press("z")
            assert "Nothing to undo here." in seen.text

        drive(desk, script)


def test_marked_tickets_are_merged_into_one_and_parted_as_one(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        def stand() -> list[int | None]:
            return [one.merged_into for one in lists.lines(desk, range(1, 7))]

        async def script(seen: Seen) -> None:
            await seen.press("x", "x", "M")
            assert "Merge 2 tickets into:" in seen.text
            await seen.type("5")
            await seen.press("enter")
            assert "2 tickets into #5" in seen.text
            assert "Merge 2 messages" in seen.text
            await seen.type("merge")
            await seen.press("enter")
            assert "Merged into #5: 2 tickets" in seen.text
            assert stand() == [5, 5, None, None, None, None]
            assert (seen.cursor, seen.numbers) == (3, [3, 4, 5, 6])
            await seen.press("z")
            assert "Undone: Merged into #5: 2 tickets" in seen.text
            assert stand() == [None] * 6
            assert seen.numbers == [1, 2, 3, 4, 5, 6]
            await seen.press("X", "M")
            await seen.type("3")
            await seen.press("enter")
            await seen.type("merge")
            await seen.press("enter")
            assert stand() == [3, 3, None, 3, 3, 3]

        drive(desk, script)


def test_undo_marks_again_what_was_marked_and_marks_end_what_was_said(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("e", "x", "x")
            assert "2 marked" in seen.text, "what was said before gives way"
            await seen.press("exclamation_mark")
            assert not seen.screen.context.tickets.marked
            await seen.press("z")
            assert seen.screen.context.tickets.marked == {2, 3}
            await seen.press("Z")
            assert not seen.screen.context.tickets.marked

        drive(desk, script)


def with_keys(desk: Desk, preset: str) -> Desk:
    """A desk whose agent has the keys of a preset."""
    return replace(desk, settings=replace(desk.settings, keys={"preset": preset}))


@pytest.mark.parametrize("preset", ["vim", "aerc"])
def test_v_marks_what_the_cursor_passes_until_it_is_pressed_again(
    tmp_path: Path, preset: str
) -> None:
    """A trial: `V j j` marked all 22 tickets, and a tag went to all of them."""
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            tickets = seen.screen.context.tickets
            await seen.press("j", "V")
            assert "Marking from here on: V ends it, esc unmarks" in seen.text
            await seen.press("j", "j")
            assert tickets.marked == {2, 3, 4}
            assert "3 marked" in seen.text
            await seen.press("k")
            assert tickets.marked == {2, 3}
            await seen.press("k", "k")
            assert tickets.marked == {1, 2}
            await seen.press("G", "V", "k")
            assert tickets.marked == {2, 3, 4, 5, 6}
            await seen.press("x", "escape", "j")
            assert tickets.marked == frozenset()
            await seen.press("g", "g", "V", "G")
            assert tickets.marked == {1, 2, 3, 4, 5, 6}
            await seen.press("escape", "k")
            assert tickets.marked == frozenset()

        drive(with_keys(desk, preset), script)


def test_a_verb_takes_what_the_cursor_marked_at_once(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("V", "j", "e", "j")
            assert "Solved 2 tickets" in seen.text
            assert [one.status for one in lists.lines(desk, [1, 2, 3])] == [DONE, DONE, NEW]
            assert seen.screen.context.tickets.marked == frozenset()

        drive(with_keys(desk, "vim"), script)


def test_an_open_ticket_is_marked_beside_the_list(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "enter", "x")
            assert "Marked #2 · in the list verbs act on all marked tickets" in seen.text
            assert seen.cursor == 2
            assert seen.screen.context.tickets.marked == {2}
            await seen.press("x")
            assert "Unmarked #2" in seen.text

        drive(desk, script, (160, 45))
