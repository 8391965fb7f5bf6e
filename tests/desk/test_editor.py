import shlex
import stat
import sys
from pathlib import Path

import pytest

from supportcli.desk.editor import text_from_editor
from supportcli.errors import SupportError
from supportcli.errors.replies import EditorFailed


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the editor's folders are made."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def editor(folder: Path, code: str) -> str:
    """A program that edits the file in its last argument by `code`, where it is `file`; a command
    line for EDITOR."""
    program = folder / "my editor.py"
    program.write_text(
        f"import os, sys\nfrom pathlib import Path\nfile = Path(sys.argv[-1])\n{code}\n",
        encoding="utf-8",
    )
    return shlex.join([sys.executable, str(program), "--wait"])


def test_the_text_that_was_saved(tmp_path: Path, temporary: Path) -> None:
    command = editor(tmp_path, "file.write_text(file.read_text() + 'Grüße', encoding='utf-8')")
    with text_from_editor("reply-12", "Hello\n", {"EDITOR": command}) as text:
        assert text == "Hello\nGrüße"
    assert list(temporary.iterdir()) == []


def test_visual_wins_over_editor(tmp_path: Path) -> None:
    with text_from_editor(
        "note", "", {"VISUAL": editor(tmp_path, "file.write_text('visual')"), "EDITOR": "false"}
    ) as text:
        assert text == "visual"


def test_the_file_is_private_and_its_name_is_ours(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    code = f"Path({str(seen)!r}).write_text(f'{{file.name}} {{file.stat().st_mode:o}} {{file.parent.stat().st_mode:o}}')"
    with text_from_editor("reply-12", "", {"EDITOR": editor(tmp_path, code)}):
        name, mode, folder_mode = seen.read_text().split()
    assert (name, stat.S_IMODE(int(mode, 8)), stat.S_IMODE(int(folder_mode, 8))) == (
        "reply-12.txt",
        0o600,
        0o700,
    )


@pytest.mark.parametrize(
    ("command", "cause"),
    [
        (f"{sys.executable} -c 'raise SystemExit(3)'", "it ended with code 3"),
        (f"{sys.executable} -c 'import os; os.kill(os.getpid(), 9)'", "it was ended by signal 9"),
        ("no-such-editor-here --wait", "No such file or directory"),
        ("vi 'unclosed", "No closing quotation"),
    ],
)
def test_an_editor_that_fails_leaves_the_draft(temporary: Path, command: str, cause: str) -> None:
    with (
        pytest.raises(EditorFailed) as failed,
        text_from_editor("reply-12", "My draft.", {"EDITOR": command}),
    ):
        pytest.fail("there is no text")
    assert cause in failed.value.sentence
    (kept,) = temporary.rglob("reply-12.txt")
    assert kept.read_text() == "My draft."
    assert failed.value.hint.startswith(f"Your text is kept in {kept}. ")


def test_an_editor_that_fails_over_nothing_leaves_nothing(temporary: Path) -> None:
    with pytest.raises(EditorFailed) as failed, text_from_editor("note", "", {"EDITOR": "false"}):
        pytest.fail("there is no text")
    assert "kept" not in failed.value.hint
    assert list(temporary.iterdir()) == []


def test_what_was_written_is_kept_where_it_cannot_be_used(tmp_path: Path, temporary: Path) -> None:
    command = editor(tmp_path, "file.write_text('An hour of work.')")
    with (
        pytest.raises(SupportError) as failed,
        text_from_editor("reply-12", "", {"EDITOR": command}),
    ):
        raise SupportError("The disk is full.", "Make room.")
    (kept,) = temporary.rglob("reply-12.txt")
    assert kept.read_text() == "An hour of work."
    assert failed.value.hint == f"Your text is kept in {kept}. Make room."


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("file.write_bytes(b'\\xff\\xfe')", "its file is not UTF-8 text"),
        ("file.unlink()", "its file cannot be read: No such file"),
    ],
)
def test_a_file_that_is_no_text_any_more(tmp_path: Path, code: str, said: str) -> None:
    with (
        pytest.raises(EditorFailed, match=said),
        text_from_editor("note", "x", {"EDITOR": editor(tmp_path, code)}),
    ):
        pytest.fail("there is no text")


def test_without_any_editor_the_next_step_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(EditorFailed, match="none is installed") as failed,
        text_from_editor("note", "", {}),
    ):
        pytest.fail("there is no text")
    assert "--text" in failed.value.hint


def test_without_room_for_its_file_the_editor_fails_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "not-there"))
    with (
        pytest.raises(EditorFailed, match="no room for its file"),
        text_from_editor("note", "x", {"EDITOR": "true"}),
    ):
        pytest.fail("there is no text")
