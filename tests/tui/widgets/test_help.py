"""The help: every action once, at each width."""

from pathlib import Path

import pytest

from supportcli.desk.tickets import lists
from supportcli.domain.tickets.ticket import Status
from supportcli.rendering.ink import width_of_all
from supportcli.tui.keymaps.own_keys import preset
from supportcli.tui.keymaps.presets import PRESETS
from supportcli.tui.keys import Mode
from supportcli.tui.widgets import help as help_page
from tests.rendering.lines import plain
from tests.tui.inboxes import Seen, drive, mode_of, shop


@pytest.mark.parametrize("keys", PRESETS)
@pytest.mark.parametrize("width", [60, 80, 139, 140, 160, 200])
def test_every_action_is_in_it_and_no_line_is_too_long(width: int, keys: str) -> None:
    acts = preset(keys, Path("config.toml")).acts.values()
    lines = list(help_page.lines(width, acts, keys))
    assert all(width_of_all(line) <= width for line in lines)
    words = {word for line in lines for word in plain(*line).split()}
    for act in acts:
        assert {*act.sentence.split(), *act.all_keys.split()} <= words, act.id


def test_in_a_wide_window_two_chapters_stand_side_by_side() -> None:
    narrow, wide = list(help_page.lines(100)), list(help_page.lines(160))
    assert len(wide) < len(narrow) * 0.65
    assert plain(*wide[3]).split() == ["Move", "Read"]


def test_the_help_is_searched_and_read_to_its_end(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("question_mark", "G")
            assert "time left until the target is due" in seen.text
            await seen.press("home")
            assert "The next ticket" in seen.text
            await seen.press("colon")
            assert "Do:" in seen.text

        drive(desk, script)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_words_are_found_in_the_help_and_enter_does_nothing(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """A trial: `? / mark ⏎`, as in less, unmarked a ticket behind the help; `/ delete` would have
    deleted it."""
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            context = seen.screen.context
            await seen.press("question_mark", "slash")
            await seen.type("Delete the")
            assert "1 found" in seen.text
            await seen.press("enter")
            assert context.mode is Mode.HELP
            assert "Hit 1 of 1: Delete the" in seen.text
            assert any(
                "▸" in line and "Delete the ticket" in line for line in seen.text.splitlines()
            )
            assert lists.lines(desk, [1])[0].status is Status.NEW
            await seen.press("home", "slash", *"ticket", "enter", "n")
            assert "Hit 2 of " in seen.text
            await seen.press("N", "N")
            top = context.help.top
            await seen.press("n")
            assert "Hit 1 of " in seen.text
            assert context.help.top != top
            await seen.press("escape")
            assert "▸" not in seen.text
            assert context.mode is Mode.HELP
            await seen.press("n")
            assert "Nothing is sought: / finds words here." in seen.text
            await seen.press("slash", *"qqq", "enter")
            assert "“qqq” is not in the help." in seen.text
            await seen.press("slash", "x", "escape", "escape")
            assert mode_of(seen) is Mode.LIST

        drive(desk, script, size)
