"""No word that was typed is lost: not to an undo, not to another inbox of mine, not to a key that
comes too soon, not to an editor."""

from pathlib import Path

import pytest

from supportcli.desk.replies import drafts
from supportcli.desk.tickets import inbox as reading
from supportcli.desk.tickets.reading import Changes
from supportcli.domain.mail import Address
from supportcli.domain.tickets.ticket import Direction
from tests.desk.desks import write_in
from tests.long import long_but
from tests.tui.driver.test_typed_ahead import terminal
from tests.tui.inboxes import Seen, drive, shop, ticket
from tests.tui.tickets.test_standing import press

F4 = "\x1bOS"


def test_a_note_that_comes_back_stands_above_what_was_begun_since(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("m", *"First.", "ctrl+s", "m", *"Second.", "escape", "z", "m")
            await seen.shows("First.")
            assert seen.screen.context.composer.text == "First.\n\nSecond."
            await seen.press("escape")
            assert reading.my_drafts(desk)[1, "note"].text == "First.\n\nSecond."

        drive(desk, script)


@long_but(1)
@pytest.mark.parametrize("slowly", [True, False])
def test_a_reply_that_comes_back_is_there_for_the_next_key(tmp_path: Path, slowly: bool) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"First.", "ctrl+s", "ctrl+s")
            await press(seen, "z", "r", slowly=slowly)
            await seen.type(" More.")
            assert seen.screen.context.composer.text == "First. More."
            await seen.press("escape")
            assert reading.my_drafts(desk)[1, "reply"].text == "First. More."
            assert ticket(desk, 1).line.message_count == 1

        drive(desk, script)


def test_a_draft_that_another_inbox_of_mine_wrote_is_the_one_that_opens(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        drafts.save_draft(desk, 1, "reply", "Begun here.", 0)

        async def script(seen: Seen) -> None:
            await seen.press("r", "escape")
            changes = Changes(desk)
            drafts.save_draft(desk, 1, "reply", "Begun here. Gone on there.", 0)
            assert changes.moved()
            kept = seen.screen.writing.drafts
            await seen.until(
                lambda: (draft := kept.of(1, "reply")) is not None and draft.text.endswith("there.")
            )
            await seen.press("r", *"!")
            assert seen.screen.context.composer.text == "Begun here. Gone on there.!"

        drive(desk, script)


def test_an_editor_that_fails_says_first_where_the_text_is_and_one_that_works_is_not_blamed(
    tmp_path: Path,
) -> None:
    editor, once = tmp_path / "editor", tmp_path / "once"
    broken, works = "printf 'caf\\351' > \"$1\"", "printf 'Written.' > \"$1\""
    editor.write_text(
        f"#!/bin/sh\nif [ -e {once} ]; then {works}; else touch {once}; {broken}; fi\n"
    )
    editor.chmod(0o700)
    with shop(tmp_path) as desk, terminal(desk, EDITOR=str(editor), TMPDIR=str(tmp_path)) as screen:
        screen.wait_for("1 of 6")
        screen.send("rHello")
        screen.wait_for("Hello")
        screen.send(F4)
        screen.wait_for("Your text is in")
        assert [kept.read_bytes() for kept in tmp_path.glob("supportcli-*/reply.txt")] == [
            b"caf\xe9"
        ]
        screen.send(F4)
        screen.wait_for("Written.")
        screen.wait_until_gone("Your text is in")


@long_but(2)
@pytest.mark.parametrize("again", ["r", "R"])
@pytest.mark.parametrize("sent", [True, False])
def test_a_reply_that_was_begun_to_the_sender_only_gets_no_more_readers(
    tmp_path: Path, again: str, sent: bool
) -> None:
    with shop(tmp_path, tickets=1) as desk:
        write_in(
            desk,
            1,
            text="With my boss.",
            sender="customer1@acme.test",
            message={"cc": (Address("Boss One", "boss@acme.test"),)},
        )

        async def script(seen: Seen) -> None:
            await seen.press("R")
            await seen.press(*"Between us.", *(["ctrl+s", "o"] if sent else ["escape"]))
            await seen.press(*(["z"] if sent else []))
            assert "R continues it" in seen.text
            await seen.press(again)
            await seen.shows("To Customer1")
            assert "Cc Boss" not in "".join(
                line for line in seen.text.splitlines() if "Reply To" in line
            )
            await seen.press("ctrl+s", "o")
            assert [
                message.cc
                for message in ticket(desk, 1).messages
                if message.direction is Direction.OUT
            ] == [()]
            await seen.press("r")
            await seen.shows("Cc Boss")

        drive(desk, script)
