"""A text in $EDITOR: what is answered stands below it, and stays there."""

from pathlib import Path

import pytest

from supportcli.config import load
from supportcli.desk.tickets import inbox
from supportcli.domain.text.scissors import SCISSORS
from supportcli.errors.setup import SettingWrong
from tests.tui.driver.test_typed_ahead import terminal
from tests.tui.inboxes import shop, until

F4 = "\x1bOS"


def _editor(folder: Path, change: str) -> str:
    """A program that keeps the file as it got it, and changes it."""
    program = folder / "editor"
    program.write_text(
        f'#!/bin/sh\ncp "$1" {folder}/got\n{{ {change}; }} > {folder}/new\ncp {folder}/new "$1"\n',
        encoding="utf-8",
    )
    program.chmod(0o700)
    return str(program)


ALWAYS = '[inbox]\ncompose_in = "editor"\n'


@pytest.mark.parametrize("key", ["r", "m"])
def test_who_writes_in_the_editor_sees_there_what_is_answered_and_it_is_not_sent(
    tmp_path: Path, key: str
) -> None:
    editor = _editor(tmp_path, "echo 'Dear Customer,'; cat $1")
    with shop(tmp_path) as desk:
        with terminal(desk, settings=ALWAYS, EDITOR=editor, TMPDIR=str(tmp_path)) as screen:
            screen.wait_for("1 of 6")
            screen.send(key)
            screen.wait_for("Dear Customer,")
            got = (tmp_path / "got").read_text(encoding="utf-8")
            assert got.startswith(f"\n\n{SCISSORS}\n# Everything below this line is ignored.\n")
            assert "> Text of ticket 1." in got
            assert ("# To: Customer1 <customer1@acme.test>" in got) == (key == "r")
            screen.send("\x1b")
            screen.wait_for("kept as a draft")
        (draft,) = inbox.my_drafts(desk).values()
        assert draft.text == "Dear Customer,"


def test_f4_gets_the_same_and_a_changed_line_loses_nothing(tmp_path: Path) -> None:
    editor = _editor(tmp_path, "sed 's/>8/8/' $1")
    with (
        shop(tmp_path) as desk,
        terminal(desk, EDITOR=editor, TMPDIR=str(tmp_path)) as screen,
    ):
        screen.wait_for("1 of 6")
        screen.send("rMy words.")
        screen.wait_for("My words.")
        screen.send(F4)
        screen.wait_for("The line with >8 is gone")
        screen.send("\x1b")
        screen.wait_for("kept as a draft")
        until(lambda: bool(inbox.my_drafts(desk)))
        text = inbox.my_drafts(desk)[1, "reply"].text
        assert text.startswith("My words.\n\n# ---")
        assert text.endswith("> Text of ticket 1.")


def test_another_word_for_where_to_write_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[inbox]\ncompose_in = "vim"\n', encoding="utf-8")
    with pytest.raises(SettingWrong, match="compose_in"):
        load(path, None, {})


def test_what_is_written_below_the_line_comes_back_with_the_text(tmp_path: Path) -> None:
    editor = _editor(tmp_path, "cat $1; echo 'An answer below.'")
    with (
        shop(tmp_path) as desk,
        terminal(desk, EDITOR=editor, TMPDIR=str(tmp_path)) as screen,
    ):
        screen.wait_for("1 of 6")
        screen.send("rMy words.")
        screen.wait_for("My words.")
        screen.send(F4)
        screen.wait_for("An answer below.")
        screen.wait_for("stands at the end of the text")
        screen.send("\x1b")
        screen.wait_for("kept as a draft")
    (draft,) = inbox.my_drafts(desk).values()
    assert draft.text == "My words.\n\nAn answer below."


def test_a_message_is_passed_on_with_words_from_the_editor(tmp_path: Path) -> None:
    editor = _editor(tmp_path, "echo 'Please look.'; cat $1")
    with shop(tmp_path) as desk:
        with terminal(desk, settings=ALWAYS, EDITOR=editor, TMPDIR=str(tmp_path)) as screen:
            screen.wait_for("1 of 6")
            screen.send("P")
            screen.wait_for("Please look.")
            screen.wait_for("Bcc")
            screen.send("eve@other.test\r")
            screen.wait_for("To eve@other.test")
            screen.send("\x1b")
            screen.send("\x1b")
            screen.wait_for("kept as a draft")
        (draft,) = inbox.my_drafts(desk).values()
        assert draft.text == "Please look."
