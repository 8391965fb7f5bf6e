"""What could not reach the desk is kept in a file that is safe to have and to look at, or else said
whole."""

from pathlib import Path

import pytest

from supportcli.clock import utc_now
from supportcli.tui.unsaved import Rescued, keep

LONG = "I looked into it, and the courier has found your parcel. It comes tomorrow, before noon."


def test_texts_are_added_to_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "not-saved.txt"
    file.write_text("-- yesterday\nA thought\n\n")
    file.chmod(0o644)
    said = keep(file, [Rescued("reply to #1", LONG), Rescued("typed ahead", " ")], utc_now())
    assert (
        said
        == f"What you typed could not be saved to the desk: “{LONG[:60]}…” (reply to #1). It is kept in {file}"
    )
    assert file.read_text().startswith("-- yesterday\nA thought\n\n-- ")
    assert file.read_text().endswith(f" · reply to #1\n{LONG}\n\n")
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_was_pasted_gives_no_orders_to_the_terminal_that_shows_the_file(
    tmp_path: Path,
) -> None:
    file = tmp_path / "not-saved.txt"
    keep(file, [Rescued("typed ahead", "one\r\n\ttwo\x1b]0;owned\x07\ud800")], utc_now())
    assert file.read_text().splitlines()[1:] == ["one", "        two␛]0;owned␇\ufffd", ""]


@pytest.mark.parametrize("linked", [True, False])
def test_where_it_cannot_be_kept_all_of_it_is_said_and_why(tmp_path: Path, linked: bool) -> None:
    file, other = tmp_path / "not-saved.txt", tmp_path / "other"
    if linked:
        file.symlink_to(other)
    else:
        file.mkdir()
    said = keep(file, [Rescued("reply to #1", LONG)], utc_now())
    assert said.startswith(
        f"What you typed could not be saved to the desk: “{LONG}” (reply to #1). It could not be kept in {file}: "
    )
    assert not other.exists()
