"""One tree of widgets at every size, and the mouse."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from textual import events

from supportcli.config import load
from supportcli.desk.setup import starters
from supportcli.domain.tickets.ticket import Status
from supportcli.storage import canned
from tests.desk.desks import write_in
from tests.long import long_but
from tests.tui.inboxes import Seen, drive, shop, ticket


@pytest.mark.parametrize(
    ("size", "rows", "beside"),
    [
        ((80, 24), 21, False),
        ((60, 14), 11, False),
        ((100, 30), 27, True),
        ((150, 45), 42, True),
        ((200, 60), 57, True),
    ],
    ids=lambda value: "x".join(map(str, value)) if isinstance(value, tuple) else str(value),
)
def test_the_list_has_the_room_that_the_terminal_gives(
    tmp_path: Path, size: tuple[int, int], rows: int, beside: bool
) -> None:
    with shop(tmp_path, tickets=60) as desk:

        async def script(seen: Seen) -> None:
            assert seen.screen.context.tickets.size.height == rows
            shows = "Text of ticket 1." in seen.text
            assert shows is (size[0] >= 100)
            assert ("│" in seen.text.splitlines()[5]) is beside
            assert all(len(line) <= size[0] for line in seen.text.splitlines())
            await seen.press("enter")
            assert "Text of ticket 1." in seen.text
            assert sum("#" in line for line in seen.text.splitlines()) >= 4, (
                "some tickets stay in sight"
            )

        drive(desk, script, size=size)


SMALL_TO_LARGE = [(60, 14), (60, 15), (80, 24), (100, 14), (100, 30), (150, 15), (200, 60)]

DOCKS = {
    ";": "Answer #1:", "; down": "▸", ": down": "▸", "r x ctrl+s": "Send to #1?", "; d": "▸", "enter ;": "Answer #1:", "r x ctrl+o": "Insert:",
    "r x ctrl+o down": "▸", "t": "Tag #1:", "a": "Assign #1:", "p down": "▸", ":": "Do:", "enter : down": "▸", "/ x": "/ x",
}  # fmt: skip
"""Keys that open a dock, and what is seen of it at every size."""


@long_but(2)
@pytest.mark.parametrize(
    "keys",
    [
        keys if place < 4 else pytest.param(keys, marks=pytest.mark.acceptance)
        for place, keys in enumerate(DOCKS)
    ],
)
def test_what_the_next_keys_do_stays_in_sight_beside_every_dock(tmp_path: Path, keys: str) -> None:
    with shop(tmp_path, tickets=30) as desk:
        with desk.db.write() as tx:
            for response in starters.starter_responses():
                canned.add(tx, response, None, desk.now())

        async def script(seen: Seen) -> None:
            def is_in_sight(size: tuple[int, int]) -> bool:
                lines = seen.text.splitlines()
                return (
                    len(lines) == size[1]
                    and lines[0].startswith((" To do", " 1 To do", " / Filter"))
                    and "esc " in lines[-1]
                    and ("⏎ " in lines[-1] or "▸" not in DOCKS[keys])
                    and DOCKS[keys] in "\n".join(lines[1:-1])
                    and not seen.screen.show_vertical_scrollbar
                )

            await seen.press(*keys.split())
            for size in SMALL_TO_LARGE:
                await seen.pilot.resize_terminal(*size)
                await seen.until(partial(is_in_sight, size), f"all that belongs there at {size}")
                await seen.quiet()
                assert is_in_sight(size), f"{size}\n{seen.text}"

        drive(desk, script)


@long_but(1)
@pytest.mark.parametrize(
    ("keys", "leaves"), [("?", "esc close"), ("g d", "esc back"), ("7", "esc back")]
)
def test_a_page_over_the_inbox_says_how_to_leave_it(tmp_path: Path, keys: str, leaves: str) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press(*keys.split())
            for size in SMALL_TO_LARGE:
                await seen.pilot.resize_terminal(*size)
                await seen.quiet()
                assert leaves in seen.text.splitlines()[-1], f"{size}\n{seen.text}"
            await seen.press(*["pagedown"] * 12)
            assert "9m without a target: how long" in seen.text or keys != "?", (
                "the last line is not behind the footer"
            )

        drive(desk, script)


def test_a_terminal_that_changes_its_size_loses_neither_ticket_nor_text(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=60) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("G", "r", *"Half a sentence")
            for size in ((80, 24), (200, 60), (60, 14), (100, 30)):
                await seen.pilot.resize_terminal(*size)
                await seen.quiet()
                assert seen.cursor == 60
                assert "Half a sentence" in seen.text
                await seen.press("!")
            assert seen.screen.context.composer.text == "Half a sentence!!!!"

        drive(desk, script, size=(160, 40))


def test_a_click_goes_to_a_ticket_and_a_second_opens_it(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.pilot.click("#tickets", offset=(20, 3))
            await seen.quiet()
            assert seen.cursor == 4
            await seen.pilot.click("#tickets", offset=(20, 1), times=2)
            await seen.shows("Text of ticket 2.")

        drive(desk, script)


def test_a_click_on_either_line_of_a_ticket_goes_to_it(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            for line, number in ((2, 2), (3, 2), (5, 3), (0, 1)):
                await seen.pilot.click("#tickets", offset=(20, line))
                await seen.quiet()
                assert seen.cursor == number
            await seen.pilot.click("#tickets", offset=(20, 20))
            await seen.quiet()
            assert seen.cursor == 1, "there is no ticket"

        drive(desk, script, size=(100, 30))


def test_two_lines_of_a_ticket_tell_its_subject_and_its_last_words(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=60) as desk:
        write_in(desk, 1, text="Are you still there?", sender="customer1@acme.test")

        async def script(seen: Seen) -> None:
            first, second = seen.text.splitlines()[1:3]
            assert "#1 Customer1" in first
            assert "Leak — Are you" in second
            await seen.press("G")
            lines = [line[:60] for line in seen.text.splitlines()]
            place = next(at for at, line in enumerate(lines) if line.startswith("▸"))
            assert "#60" in lines[place]
            assert "Cannot log in — Text" in lines[place + 1], "it is seen whole"

        drive(desk, script, size=(150, 45))


@long_but(1)
@pytest.mark.parametrize(
    ("size", "turned"), [((80, 24), "comfortable"), ((100, 30), "compact"), ((200, 60), "compact")]
)
def test_one_or_two_lines_a_ticket_are_chosen_by_a_key_and_remembered(
    tmp_path: Path, size: tuple[int, int], turned: str
) -> None:
    with shop(tmp_path, tickets=60) as desk:

        async def turn(seen: Seen) -> None:
            before = two(seen)
            await seen.press("G", "O")
            assert two(seen) is not before
            assert any("#60 " in line for line in seen.text.splitlines()), "it stays in sight"
            assert load(desk.settings.path, None, {}).inbox.density == turned

        drive(desk, turn, size=size)
        again = load(desk.settings.path, desk.settings.database, {})
        later = replace(desk, settings=replace(desk.settings, inbox=again.inbox))

        async def stays(seen: Seen) -> None:
            assert two(seen) is (turned == "comfortable")

        drive(later, stays, size=size)


def two(seen: Seen) -> bool:
    return "Leak" not in seen.text.splitlines()[1]


def test_the_wheel_takes_the_cursor_along_so_that_no_verb_falls_on_what_is_out_of_sight(
    tmp_path: Path,
) -> None:
    with shop(tmp_path, tickets=60) as desk:

        async def script(seen: Seen) -> None:
            for _ in range(10):
                await seen.pilot._post_mouse_events([events.MouseScrollDown], "#tickets")
            await seen.quiet()
            assert seen.cursor == 31
            assert any(line.startswith("▸") and "#31" in line for line in seen.text.splitlines())

        drive(desk, script)


def test_clicks_on_the_list_leave_a_composer_alone(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Dear")
            await seen.pilot.click("#tickets", offset=(20, 3))
            await seen.press(*" Ann")
            assert seen.cursor == 1
            assert seen.screen.context.composer.text == "Dear Ann"

        drive(desk, script, size=(160, 40))


def test_a_long_conversation_is_read_by_pages_messages_and_its_earlier_part(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:
        for number in range(2, 121):
            write_in(
                desk, 1, text=f"Message {number}.\n" + "word " * 40, sender="customer1@acme.test"
            )

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            assert "Message 120." in seen.text, "the newest is whole in sight"
            await seen.press("home")
            assert "Message 71." in seen.text
            assert "70 earlier messages" in seen.text
            await seen.press("o")
            await seen.shows("20 earlier messages")
            await seen.press("o")
            await seen.shows("Text of ticket 1.")
            await seen.press("J", "J")
            assert "Message 3." in seen.text
            await seen.press("space", "b")
            assert "Message 3." in seen.text
            await seen.press(*["space"] * 200)
            assert "Message 120." in seen.text

        drive(desk, script, size=(100, 30))


def test_quotes_are_shown_and_folded_where_the_agent_reads(tmp_path: Path) -> None:
    from supportcli.domain.mail import Fold, FoldKind

    with shop(tmp_path, tickets=0) as desk:
        text = "Yes.\n\n> What was quoted\n"
        write_in(desk, text=text, message={"folds": (Fold(6, len(text), FoldKind.QUOTE),)})

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            assert "What was quoted" not in seen.text
            await seen.press(">")
            assert "What was quoted" in seen.text
            await seen.press(">")
            assert "What was quoted" not in seen.text
            await seen.press("e")
            assert ticket(desk, 1).line.status is Status.SOLVED

        drive(desk, script)


def test_a_larger_terminal_shows_the_conversation_of_the_ticket_under_the_cursor(
    tmp_path: Path,
) -> None:
    """A trial: what is beside the list stayed empty until the next move, and the list began with
    half a ticket."""
    with shop(tmp_path, tickets=60) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "j", "j")
            await seen.pilot.resize_terminal(160, 45)
            await seen.shows("Text of ticket 4.")
            assert seen.screen.context.tickets.scroll_y == 0
            await seen.pilot.resize_terminal(80, 24)
            await seen.press(*"j" * 30)
            await seen.pilot.resize_terminal(160, 46)
            await seen.shows("Text of ticket 34.")
            first = seen.text.splitlines()[1]
            assert "#" in first, "the first line of a ticket"

        drive(desk, script)
