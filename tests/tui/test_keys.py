"""The table of actions is the only place where a key is said, and all that shows keys is made from
it."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from supportcli.tui.keymaps.keymap import KeyMap, each
from supportcli.tui.keymaps.own_keys import preset
from supportcli.tui.keymaps.presets import PRESETS
from supportcli.tui.keys import ACTS, BY_ID, CONTEXTS, TYPING, Mode, offered
from supportcli.tui.views import BEGUN, FOLLOWING, MENTIONS, SENT, SNOOZED, VIEWS
from supportcli.tui.widgets.help import lines
from tests.house.tree import python_files
from tests.rendering.lines import plain
from tests.tui.inboxes import Seen, drive, shop

LITERAL = re.compile(r"\b([Pp]ress|with|by) (/|\?|[a-zA-Z]|g [a-z]|ctrl\+[a-z])(?=[.,;:]|$)")
"""“Follow one with f.”: a key in the middle of a sentence."""

FIXED = {"too_small.py", "own_keys.py"}
"""Where ctrl+q is meant, which is the same with every preset."""

MODES = [mode for mode in Mode if mode is not Mode.SMALL]


@pytest.fixture(params=PRESETS)
def keymap(request: pytest.FixtureRequest) -> KeyMap:
    return preset(request.param, Path("config.toml"))


def test_a_key_means_one_thing_in_a_mode(keymap: KeyMap) -> None:
    for mode in MODES:
        keys = Counter(
            stroke.keys
            for act in keymap.acts.values()
            for stroke in act.strokes
            if stroke.modes & mode
        )
        assert [key for key, count in keys.items() if count > 1] == [], mode


def test_no_sentence_of_the_inbox_names_a_key_itself(keymap: KeyMap) -> None:
    """A trial: “Follow one with f.”, where f forwards."""
    said = [
        (path.name, node.value)
        for path in python_files("supportcli/tui")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert [one for one in said if LITERAL.search(one[1]) and one[0] not in FIXED] == []
    empty = [view.empty for view in (*VIEWS, FOLLOWING, MENTIONS, SENT, BEGUN, SNOOZED)]
    named = [(keymap.told(one), re.findall(r"{(\w+)}", one)) for one in empty]
    assert [(told, names) for told, names in named if "{" in told] == []
    assert sorted(name for _, names in named for name in names) == ["follow", "snooze", "take"]
    assert all(f"with {keymap.key(name)}." in told for told, names in named for name in names)


def test_names_are_unique_and_contexts_known() -> None:
    assert len(BY_ID) == len(ACTS)
    assert {act.context for act in ACTS} == set(CONTEXTS)


def test_every_action_has_a_function_and_every_function_an_action(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=0) as desk:

        async def script(seen: Seen) -> None:
            assert set(seen.screen.actions) == {*BY_ID, *seen.screen.context.keymap.first_keys}

        drive(desk, script)


def test_each_key_leads_to_its_action_in_each_of_its_modes(keymap: KeyMap) -> None:
    for act in keymap.acts.values():
        for stroke in act.strokes:
            for mode in each(stroke.modes):
                assert keymap.action(mode, stroke.keys) == act.id


def test_the_help_tells_every_action() -> None:
    page = "\n".join(plain(*spans) for spans in lines(120))
    assert [act.id for act in ACTS if act.sentence not in page or act.all_keys not in page] == []


def test_every_mode_shows_its_next_keys(keymap: KeyMap) -> None:
    for mode in MODES:
        shown = keymap.footer(mode)
        assert shown
        assert all(key and act.label and act.modes & mode for act, key in shown)


def test_every_mode_can_be_left(keymap: KeyMap) -> None:
    for mode in MODES:
        assert any(
            {"escape", "q"} & {stroke.keys for stroke in act.strokes if stroke.modes & mode}
            for act in keymap.acts.values()
        ), mode


def test_the_palette_offers_every_verb() -> None:
    names = {act.id for act in offered()}
    assert {act.id for act in ACTS if act.context == "Do"} <= names


def test_no_key_needs_what_terminals_do_not_deliver(keymap: KeyMap) -> None:
    acts = keymap.acts.values()
    keys = {key for act in acts for stroke in act.strokes for key in stroke.keys.split()}
    assert not {
        key
        for key in keys
        if "ctrl+enter" in key
        or "super" in key
        or key.startswith(("ctrl+shift", "alt+"))
        or key in {"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+j"}
    }


def test_no_key_is_taken_from_what_is_written(keymap: KeyMap) -> None:
    strokes = [stroke for act in keymap.acts.values() for stroke in act.strokes]
    assert not [one.keys for one in strokes if one.modes & TYPING and len(one.keys) == 1]


def test_undo_is_reached_with_one_key_in_each_preset(keymap: KeyMap) -> None:
    assert [len(keymap.key(name)) for name in ("undo", "customer_undo", "held_undo")] == [1, 1, 1]
