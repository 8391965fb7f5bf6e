"""`.` does again what was done last: the same verb with the same choice, to the ticket under the
cursor or the marked ones."""

from datetime import timedelta
from pathlib import Path

from supportcli.domain.tickets.ticket import Priority, Status
from tests.tui.inboxes import Seen, drive, shop, ticket


def test_before_the_first_verb_there_is_nothing_to_repeat(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press(".")
            assert "Nothing to repeat yet: . does again what you did to a ticket last." in seen.text
            await seen.press("m", *"a note", "ctrl+s", ".")
            assert "Nothing to repeat yet" in seen.text, "a text is never written again"
            assert len(ticket(desk, 1).messages) == 2

        drive(desk, script)


def test_verbs_are_done_again_as_they_were_chosen_and_undone(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("t", *"refund", "enter", "j", ".")
            assert "Again: Tagged +refund: #2 Refund please · z undo" in seen.text
            assert ticket(desk, 2).line.tags == ("refund",)
            await seen.press("p", *"urgent", "enter", "j", ".")
            assert ticket(desk, 3).line.priority is Priority.URGENT
            assert "Again: Priority urgent: #3" in seen.text
            await seen.press("z")
            assert ticket(desk, 3).line.priority is Priority.NORMAL
            await seen.press("i", "j", ".")
            assignee = ticket(desk, 4).line.assignee
            assert assignee is not None
            assert assignee.name == "Ada Byron"
            assert "Again: Took #4" in seen.text
            await seen.press("a", *"nobody", "enter", "k", ".")
            assert ticket(desk, 3).line.assignee is None

        drive(desk, script)


def test_verbs_that_move_on_are_repeated_down_the_list(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("e", ".", ".")
            assert [ticket(desk, one).line.status for one in (1, 2, 3, 4)] == [
                *[Status.SOLVED] * 3,
                Status.NEW,
            ]
            assert "Again: Solved #3" in seen.text
            await seen.press("z", "z", "z")
            assert seen.cursor == 1
            await seen.press("s", *"2h", "enter", ".")
            until = [ticket(desk, one).line.snoozed_until for one in (1, 2)]
            assert until == [desk.clock() + timedelta(hours=2)] * 2
            assert "Again: Snoozed until" in seen.text

        drive(desk, script)


def test_the_marked_tickets_are_done_as_one(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("t", *"refund", "enter", "j", "x", "x", ".")
            assert "Again: Tagged +refund: 2 tickets · z undo" in seen.text
            assert [ticket(desk, one).line.tags for one in (2, 3)] == [("refund",)] * 2
            await seen.press("z")
            assert [ticket(desk, one).line.tags for one in (2, 3)] == [()] * 2

        drive(desk, script)


def test_what_cannot_be_done_to_the_next_ticket_says_why(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("e", "5", ".")
            assert ticket(desk, 1).line.status is Status.SOLVED
            assert "#1" in seen.text
            await seen.press("1", "s", *"2h", "enter", "5", ".")
            assert ticket(desk, 1).line.snoozed_until is None
            assert "supportcli ticket reopen 1" in " ".join(seen.text.split())

        drive(desk, script)


def test_what_was_undone_is_not_repeated(tmp_path: Path) -> None:
    """A trial: `#`, `z`, `.` deleted again."""
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("numbersign", "z", "full_stop")
            assert "Nothing to repeat yet" in seen.text
            assert ticket(desk, 1).line.status is Status.NEW

        drive(desk, script)
