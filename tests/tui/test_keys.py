"""The table of actions is the only place where a key is said, and all that shows keys is made from
it."""

from collections import Counter
from pathlib import Path

import pytest

from supportcli.tui.keys import ACTS, BY_ID, CONTEXTS, Mode, bindings, footer, offered
from supportcli.tui.widgets.help import lines
from tests.rendering.lines import plain
from tests.tui.inboxes import Seen, drive, shop

MODES = [mode for mode in Mode if mode is not Mode.SMALL]


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
def test_a_key_means_one_thing_in_a_mode(mode: Mode) -> None:
    keys = Counter(key for act in ACTS if act.modes & mode for key in act.keys.split(","))
    assert [key for key, count in keys.items() if count > 1] == []


def test_names_are_unique_and_contexts_known() -> None:
    assert len(BY_ID) == len(ACTS)
    assert {act.context for act in ACTS} == set(CONTEXTS)


def test_every_action_has_a_function_and_every_function_an_action(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=0) as desk:

        async def script(seen: Seen) -> None:
            assert set(seen.screen.actions) == set(BY_ID)

        drive(desk, script)


def test_every_action_is_bound_with_priority_under_its_name() -> None:
    bound = {binding.id: binding for binding in bindings()}
    assert set(bound) == set(BY_ID)
    assert all(binding.priority for binding in bound.values())


def test_the_help_tells_every_action() -> None:
    page = "\n".join(plain(*spans) for spans in lines(120))
    assert [act.id for act in ACTS if act.sentence not in page or act.all_keys not in page] == []


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
def test_every_mode_shows_its_next_keys(mode: Mode) -> None:
    shown = footer(mode)
    assert shown
    assert all(act.label and act.modes & mode for act in shown)


def test_every_mode_can_be_left() -> None:
    for mode in MODES:
        assert any(
            act.modes & mode and {"escape", "q"} & set(act.keys.split(",")) for act in ACTS
        ), mode


def test_the_palette_offers_every_verb() -> None:
    names = {act.id for act in offered()}
    assert {act.id for act in ACTS if act.context == "Do"} <= names


def test_no_key_needs_what_terminals_do_not_deliver() -> None:
    keys = {key for act in ACTS for key in act.keys.split(",")}
    assert not {
        key for key in keys if "ctrl+enter" in key or "super" in key or key.startswith("ctrl+shift")
    }
