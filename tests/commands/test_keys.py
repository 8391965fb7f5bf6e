"""`supportcli keys`: the table of actions, a preset's, and one's own."""

import json
from pathlib import Path

from supportcli.tui.keys import ACTS
from tests.commands.program import Program


def test_each_action_is_listed_with_its_keys(program: Program) -> None:
    rows = program.rows("keys")
    assert [row["action"] for row in rows] == [act.id for act in ACTS]
    solve = next(row for row in rows if row["action"] == "solve")
    assert solve["keys"] == solve["usual"] == ["e"]


def test_a_preset_is_compared_and_a_word_or_a_key_finds(program: Program) -> None:
    rows = program.rows("keys", "--preset", "aerc", "--changed")
    assert {"action": "undo", "keys": ["u"], "usual": ["z"]}.items() <= next(
        row for row in rows if row["action"] == "undo"
    ).items()
    assert all(row["keys"] != row["usual"] for row in rows)
    assert {row["action"] for row in program.rows("keys", "e")} == {"solve", "send_solve"}
    assert "Reply to the sender only" in program.done("keys", "reply")


def test_lines_of_ones_own_are_listed_and_wrong_ones_told(program: Program, tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    config.write_text('[keys]\npreset = "vim"\nsolve = ["e", "ctrl+e"]\n', encoding="utf-8")
    listed = program.run("--config", str(config), "keys", "--json", "solve").out.splitlines()
    assert json.loads(listed[0])["keys"] == ["e", "ctrl+e"]
    config.write_text('[keys]\nsolv = "e"\n', encoding="utf-8")
    refused = program.run("--config", str(config), "keys")
    assert refused.code == 78
    assert f"{config}, line 2" in refused.err
    assert "Did you mean “solve”?" in refused.err


def test_a_preset_that_does_not_exist_is_a_wrong_call(program: Program) -> None:
    refused = program.run("keys", "--preset", "emacs")
    assert (refused.code, "default, vim, aerc" in refused.err) == (2, True)
