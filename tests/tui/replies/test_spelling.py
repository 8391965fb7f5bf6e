"""Words that the agent's spell checker does not know: marked in the composer, and mended by a
key."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.tui.keys import Mode
from supportcli.tui.replies.spelling import spell_check
from supportcli.tui.replies.spelling.speller import SECONDS
from tests.desk.desks import write_in
from tests.tui.inboxes import Seen, drive, shop
from tests.tui.replies.spellers import broken, speller

TEXT = "We recieve the Grinnder tomorow, #12"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spell_check, "PAUSE", 0.001)


def checked(desk: Desk, command: str) -> Desk:
    """The desk of an agent who has this checker."""
    look = replace(desk.settings.inbox, spell_command=command)
    return replace(desk, settings=replace(desk.settings, inbox=look))


def underlined(seen: Seen) -> list[str]:
    """The words of the composer that are underlined on the screen."""
    editor = seen.screen.context.composer.editor
    return [
        segment.text
        for y in range(editor.size.height)
        for segment in editor.render_line(y)
        if segment.style and segment.style.underline
    ]


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_words_are_marked_when_the_hands_rest(tmp_path: Path, size: tuple[int, int]) -> None:
    command, asked = speller(tmp_path)
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *TEXT)
            await seen.until(lambda: len(underlined(seen)) == 3, "three marks")
            assert underlined(seen) == ["recieve", "Grinnder", "tomorow"]
            await seen.shows("3 words are not in the dictionary · F7")
            before = asked.read_text()
            await seen.press("enter", *"> recieve", "enter", *"recieve")
            await seen.press("enter")
            await seen.until(lambda: len(underlined(seen)) == 4, "a fourth mark")
            assert before.count("^recieve") == asked.read_text().count("^recieve") == 1

        drive(checked(desk, command), script, size)


def test_only_lines_in_sight_are_asked_for(tmp_path: Path) -> None:
    command, asked = speller(tmp_path)
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r")
            seen.screen.context.composer.editor.begin("Hidden\n" + "line\n" * 100 + "recieve it")
            await seen.until(lambda: underlined(seen) == ["recieve"], "the mark")
            assert "^Hidden" not in asked.read_text()
            await seen.press("f7")  # asks for the whole text
            assert "^Hidden" in asked.read_text()

        drive(checked(desk, command), script)


def test_a_key_walks_to_the_next_word_and_mends_it(tmp_path: Path) -> None:
    command, asked = speller(tmp_path)
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            editor = seen.screen.context.composer.editor
            await seen.press("r", *TEXT, "f7")
            await seen.shows("recieve: ")
            await seen.shows("▸ receive")
            await seen.press("enter", "f7")
            await seen.shows("Grinnder: ")
            await seen.press(*"Grinder", "enter")
            assert editor.text == "We receive the Grinder tomorow, #12"
            await seen.press("f7", *"leave", "enter")
            assert seen.screen.context.mode is Mode.WRITE
            assert underlined(seen) == []
            await seen.press(*" tomorow", "f7")
            await seen.shows("Each word is in the dictionary.")
            assert "*" not in asked.read_text()

        drive(checked(desk, command), script)


def test_keys_typed_ahead_mend_what_was_typed_just_before(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            editor = seen.screen.context.composer.editor
            await seen.press("r", *"We recieve it", "f7", "enter", *" today")
            await seen.quiet()
            await seen.until(lambda: editor.text == "We receive today it", editor.text)

        drive(checked(desk, speller(tmp_path)[0]), script)


def test_esc_after_the_key_leaves_the_word_as_it_is(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            editor = seen.screen.context.composer.editor
            await seen.press("r", *"We recieve it", "f7", "escape", *"s")
            assert editor.text == "We recieves it"

        drive(checked(desk, speller(tmp_path)[0]), script)


def test_a_word_can_be_learnt(tmp_path: Path) -> None:
    command, asked = speller(tmp_path)
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"The Grinnder", "f7", *"add", "enter")
            await seen.until(lambda: "*Grinnder" in asked.read_text(), "the word")
            await seen.until(lambda: underlined(seen) == [], "no mark")

        drive(checked(desk, command), script)


def test_a_checker_that_fails_says_it_once_and_costs_nothing(tmp_path: Path) -> None:
    command = broken(tmp_path, f"echo x >> {tmp_path}/started; exit 1")
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            editor = seen.screen.context.composer.editor
            await seen.press("r", *"We recieve")
            await seen.shows("Spelling is not checked")
            await seen.press(*" it", "escape", "r", *" tomorow ")
            assert editor.text == "We recieve it tomorow "
            assert underlined(seen) == []
            await seen.press("f7")
            await seen.shows("Spelling is not checked")
            await seen.press("escape")
            assert (tmp_path / "started").read_text() == "x\n"

        drive(checked(desk, command), script)


def test_a_checker_that_hangs_does_not_outlive_the_inbox_or_hold_it_up(tmp_path: Path) -> None:
    command = broken(tmp_path, f"echo $$ > {tmp_path}/pid; echo '@(#) hello'; exec sleep 60")
    left: list[float] = []
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            pid = tmp_path / "pid"
            await seen.press("r", *"We recieve it")
            await seen.until(lambda: pid.exists() and bool(pid.read_text()), "its start")
            await seen.press("escape")
            left.append(time.monotonic())

        drive(checked(desk, command), script)
    assert time.monotonic() - left[0] < SECONDS
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_without_a_command_nothing_is_checked_and_the_key_says_how(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *TEXT)
            assert underlined(seen) == []
            await seen.press("f7")
            await seen.shows("spell_command")

        drive(desk, script)


def test_suggestions_of_a_checker_are_foreign_text(tmp_path: Path) -> None:
    command, _ = speller(tmp_path, bad="[/x]\x1b]0;OWNED\x07, [@click=app.quit]D[/]")
    with shop(tmp_path) as desk:
        write_in(desk, subject="x", text="y")

        async def script(seen: Seen) -> None:
            await seen.press("r", *"bad ", "f7")
            await seen.shows("[@click=app.quit]D[/]")
            assert "\x1b" not in seen.text
            await seen.press("enter")
            assert "\x1b" not in seen.screen.context.composer.text

        drive(checked(desk, command), script)
