"""The last line says the next keys: the most useful of those that do something now, and at its end
always the key to all others."""

from pathlib import Path

import pytest

from supportcli.domain.tickets.ticket import Status
from supportcli.tui.keymaps.keymap import KeyMap
from supportcli.tui.keys import Mode
from supportcli.tui.tickets.possible_verbs import labels
from supportcli.tui.widgets.notice import in_line
from tests.rendering.lines import line, plain
from tests.tui.inboxes import Seen, drive, shop


def last(seen: Seen) -> str:
    return seen.text.splitlines()[-1]


def test_at_80_columns_it_shows_what_an_agent_needs_first_and_where_the_rest_is(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            for key in (
                "⏎ open",
                "r reply",
                "e solve",
                "; canned",
                "w waiting",
                "m note",
                "/ filter",
            ):
                assert key in last(seen), key
            assert last(seen).endswith("? keys")
            assert "z undo" not in last(seen), "there is nothing to undo"
            await seen.press("e")
            assert "z undo" in last(seen)
            assert last(seen).endswith("? keys")
            await seen.press("z", "/", *"refund", "enter")
            assert "esc all" in last(seen)
            assert "z undo" not in last(seen)
            await seen.press("escape", "5", "1", "e", "e", "5")
            assert "E reopen" in last(seen)
            assert "e solve" not in last(seen)
            await seen.press("enter")
            assert "esc back" in last(seen)
            assert last(seen).endswith("? keys")
            await seen.press("escape", "7")
            assert last(seen).endswith("? keys")

        drive(desk, script)


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160, 200])
@pytest.mark.parametrize("mode", [Mode.LIST, Mode.READ, Mode.HELD])
def test_the_key_to_all_others_is_at_the_end_at_every_width(mode: Mode, width: int) -> None:
    keys = tuple((key, act.label) for act, key in KeyMap().footer(mode))
    assert keys[-1] == ("?", "keys")
    text = plain(*in_line(keys, width, "?"))
    assert text.endswith("? keys")
    assert len(text) <= width
    assert text.count("  ") >= 2


@pytest.mark.parametrize("status", Status)
def test_no_key_is_shown_that_would_be_refused(status: Status) -> None:
    told = labels(line(status=status), can_undo=False, filtered=False)
    hidden = {name for name, label in told.items() if not label}
    over = {Status.CLOSED, Status.SPAM, Status.DELETED, Status.MERGED}
    assert ("reply" in hidden) == (status in over)
    assert ("canned" in hidden) == (status in over)
    assert ("solve" in hidden) == (status in {*over, Status.SOLVED})
    assert ("wait" in hidden) == (status in {*over, Status.PENDING})
    assert ("reopen" not in hidden) == (
        status in {Status.PENDING, Status.ON_HOLD, Status.SOLVED, Status.SPAM, Status.DELETED}
    )
    assert ("merge" in hidden) == (status in {Status.SPAM, Status.DELETED, Status.MERGED})
    assert ("note" in hidden) == ("split" in hidden) == (status is Status.MERGED)


def test_without_a_ticket_no_verb_is_shown() -> None:
    told = labels(None, can_undo=True, filtered=True)
    assert {told[name] for name in ("open", "reply", "solve", "note", "take", "tag")} == {""}
    assert (told["undo"], told["unfilter"]) == ("undo", "all")
