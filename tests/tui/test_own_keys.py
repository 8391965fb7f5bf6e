"""Keys of one's own: presets and lines of config.toml, what is wrong with one, and that all that
names a key names the one that is bound."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.desk import Desk
from supportcli.desk.replies import writing
from supportcli.domain.tickets.ticket import Status
from supportcli.errors.setup import KeysWrong
from supportcli.tui.key_names import KeyUnreadable, key_of, spelled_key
from supportcli.tui.keymaps.own_keys import keymap
from supportcli.tui.keymaps.presets import PRESETS
from supportcli.tui.keys import ACTS, Mode
from tests.tui.inboxes import Seen, drive, mode_of, shop, ticket

NOWHERE = Path("config.toml")


def with_keys(desk: Desk, **lines: Any) -> Desk:
    return replace(desk, settings=replace(desk.settings, keys=lines))


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (".", "full_stop"),
        ("^s", "ctrl+s"),
        ("Ctrl+S", "ctrl+s"),
        ("<C-s>", "ctrl+s"),
        ("F4", "f4"),
        ("esc", "escape"),
        ("backtab", "shift+tab"),
        ("rr", "r r"),
        ("g d", "g d"),
        ("é", "é"),
        ("ctrl+up", "ctrl+up"),
        ("^", "circumflex_accent"),
    ],
)
def test_keys_are_written_as_people_write_them(written: str, key: str) -> None:
    assert key_of(written) == key


@pytest.mark.parametrize(
    ("written", "near"),
    [("spce", "space"), ("ctrl+i", "tab"), ("alt+x", ""), ("ctrl+enter", ""), ("a b c", "")],
)
def test_what_is_no_key_or_not_sent_is_told_with_what_may_be_meant(written: str, near: str) -> None:
    with pytest.raises(KeyUnreadable) as refused:
        key_of(written)
    assert refused.value.near == near


@given(st.text(max_size=4))
def test_what_is_shown_of_a_key_can_be_written(written: str) -> None:
    try:
        keys = key_of(written)
    except KeyUnreadable:
        return
    assert key_of(" ".join(map(spelled_key, keys.split()))) == keys


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ('solv = "e"', "line 4, “keys.solv” is no action of the inbox. Did you mean “solve”?"),
        ('solve = "spce"', "has “spce”, which is no key. Did you mean “space”?"),
        ('solve = "u"', "has the key u, which is a key of edit in the same place: give edit"),
        ('solve = ["e", "r r"]', "has the keys r r, but r alone is a key of reply"),
        ('first = "i"\nsolve = "i i"', "“keys.first” has the key i, which is a key of take"),
        ('take = ""\nsolve = "i"\nwait = "i w"', "begins"),
        ('send = "s"', "“keys.send” has “s”, which would be text there"),
        ('send = "g s"', "would be text there"),
        ('keep = ""', "needs a key: there is no other way out"),
        ('quit_anywhere = "x"', "is ctrl+q always"),
        ('undo = "reed:U"', "applies in list, read. Did you mean “read”?"),
        ("solve = 3", "must be a key in quotes, or a list of keys"),
        ('preset = "vi"', "must be one of default, vim, aerc, gmail. Did you mean “vim”?"),
    ],
)
def test_a_line_that_cannot_be_is_told_with_its_place(
    tmp_path: Path, lines: str, says: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'agent = "ada@shop.test"\n[keys]\n\n{lines}\n', encoding="utf-8")
    with pytest.raises(KeysWrong) as wrong:
        keymap(tomllib.loads(path.read_text(encoding="utf-8"))["keys"], path)
    told = f"{wrong.value.sentence} {wrong.value.hint}"
    assert says in told
    assert f"{path}, line " in told
    assert wrong.value.exit_code == 78


def test_the_users_lines_come_before_the_preset_and_the_preset_before_the_usual() -> None:
    found = keymap({"preset": "vim", "solve": ["X X", "e"], "mark_all": ""}, NOWHERE)
    assert found.action(Mode.LIST, "X X") == found.action(Mode.READ, "e") == "solve"
    assert found.action(Mode.LIST, "u") == "undo"
    assert found.action(Mode.LIST, "r") == "reply"
    assert found.action(Mode.LIST, "X") == "after_X"


def test_a_key_may_be_one_in_a_single_place() -> None:
    found = keymap({"preset": "aerc"}, NOWHERE)
    assert found.action(Mode.LIST, "J") == "next_view"
    assert found.action(Mode.READ, "J") == "next_message"
    assert found.action(Mode.LIST, "space") == "mark"
    assert found.action(Mode.READ, "space") == "page_down"


def test_an_action_without_a_key_is_reached_by_the_palette() -> None:
    found = keymap({"density": ""}, NOWHERE)
    assert found.key("density") == "ctrl+p density"


@pytest.mark.parametrize(
    ("preset", "solve", "undo"),
    [("default", "e", "z"), ("vim", "e", "u"), ("aerc", "a", "u"), ("gmail", "e", "z")],
)
def test_verbs_and_undo_are_on_the_keys_of_the_preset(
    tmp_path: Path, preset: str, solve: str, undo: str
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press(solve)
            assert f"Solved #1 Leak · on to #2 · {undo} undo" in seen.text
            assert ticket(desk, 1).line.status is Status.SOLVED
            await seen.press(undo)
            assert ticket(desk, 1).line.status is Status.NEW

        drive(with_keys(desk, preset=preset), script)


def test_two_keys_are_one_and_all_that_can_follow_the_first_is_shown(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "r")
            assert seen.text.splitlines()[-1] == " r/q reply  n note  esc stay"
            await seen.press("e", "w")
            assert "r e is not bound" in seen.text
            assert ticket(desk, 2).line.status is Status.NEW
            await seen.press("escape", "r", "n", *"for us", "escape", "r", "r", *"eh", "escape")
            assert "The reply to #2 is kept as a draft: r r continues it" in seen.text
            await seen.press("g", "g")
            assert seen.cursor == 1

        drive(with_keys(desk, preset="aerc"), script)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_after_g_all_that_can_follow_is_shown_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            before = len(seen.text.splitlines())
            await seen.press("g")
            lines = seen.text.splitlines()
            assert len(lines) == before == size[1]
            last = " ".join(lines[-2:]) if size[0] < 100 else lines[-1]
            for key, name in (
                ("g", "first"),
                ("d", "dashboard"),
                ("f", "following"),
                ("m", "mentions"),
                ("s", "snoozed"),
                ("t", "my day"),
                ("o", "outbox"),
                ("c", "settings"),
                ("v", "view"),
                ("esc", "stay"),
            ):
                assert f" {key} {name}" in last, last
            await seen.press("escape")
            assert seen.text.splitlines()[-1].endswith("? keys")

        drive(desk, script, size=size)


def test_wrong_keys_are_told_and_the_usual_ones_are_used(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            told = " ".join(seen.text.split())
            assert "Your keys are not used." in told
            assert "“keys.solv” is no action of the inbox. Did you mean “solve”?" in told
            await seen.press("e")
            assert ticket(desk, 1).line.status is Status.SOLVED

        drive(with_keys(desk, solv="x"), script, size=(120, 30))


def test_the_palette_the_help_and_the_composer_say_the_keys_that_are_bound(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press(":", *"solve the")
            assert "ctrl+e" in seen.text or "^e" in seen.text
            await seen.press("escape", "r", *"x")
            assert "F2 send" in seen.text.splitlines()[-1]
            await seen.press("f2")
            assert "F2 send · wait" in seen.text.splitlines()[-1]
            await seen.press("escape", "escape", "?")
            assert "^e" in seen.text

        drive(with_keys(desk, solve="ctrl+e", send="f2", send_wait="f2"), script, size=(100, 60))


def test_a_second_key_is_not_lost_while_the_desk_works(tmp_path: Path) -> None:
    """Keys typed ahead, as fast as they come: each of two is done on the ticket it was meant for."""
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("d", "d", "d", "d", "u", "r", *"dd ee", "escape")
            assert ticket(desk, 1).line.status is Status.DELETED
            assert ticket(desk, 2).line.status is Status.NEW
            assert seen.shown(2).status is Status.NEW

        drive(with_keys(desk, preset="vim"), script)


def test_presets_name_actions_that_there_are() -> None:
    names = {act.id for act in ACTS}
    assert {name for lines in PRESETS.values() for name in lines} <= names


def test_gmails_keys_open_leave_mark_and_lead_to_its_places(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        writing.reply(desk, 3, "On its way.")

        async def script(seen: Seen) -> None:
            context = seen.screen.context
            await seen.press("o")
            assert mode_of(seen) is Mode.READ
            await seen.press("u")
            assert mode_of(seen) is Mode.LIST
            await seen.press("x", "j", "x")
            assert context.tickets.in_marks == (1, 2)
            assert seen.cursor == 2
            await seen.press("*", "n")
            assert not context.tickets.marked
            await seen.press("*", "a")
            assert context.tickets.marked == {1, 2, 4, 5, 6}
            await seen.press("*", "r", "a")
            assert "* r is not bound" in seen.text
            assert mode_of(seen) is Mode.LIST
            await seen.press("*", "n", "g", "t")
            assert seen.numbers == [3]
            await seen.press("g", "i")
            assert seen.screen.browse.view.name == "To do"
            await seen.press("o", "*", "a")
            assert "* is not bound" in seen.text
            assert mode_of(seen) is Mode.READ

        drive(with_keys(desk, preset="gmail"), script)


def test_in_aerc_v_marks_and_stays_and_space_goes_on(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("v")
            assert (seen.cursor, seen.screen.context.tickets.in_marks) == (1, (1,))
            await seen.press("v", "space")
            assert (seen.cursor, seen.screen.context.tickets.in_marks) == (2, (1,))

        drive(with_keys(desk, preset="aerc"), script)


@pytest.mark.parametrize("keys", ["aerc", "gmail"])
def test_the_inbox_is_left_by_q_twice_where_q_ends_nothing_elsewhere(
    tmp_path: Path, keys: str
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("q")
            assert "q again leaves the inbox" in seen.text
            await seen.press("j", "q")
            assert not seen.app._exit
            await seen.press("q")
            assert seen.app._exit

        drive(with_keys(desk, preset=keys), script)


def test_a_draft_is_named_before_the_inbox_is_left(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r", *"Dear", "escape", "escape", "q")
            assert "You have a draft on #1; it is kept · q again leaves the inbox" in seen.text
            await seen.press("q")
            assert seen.app._exit

        drive(desk, script)


def test_no_ticket_is_opened_for_a_hit_where_nothing_is_sought(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("N")
            assert "No words are sought here" in seen.text
            assert mode_of(seen) is Mode.LIST

        drive(desk, script)


def test_u_leads_back_from_the_customer_where_it_leads_back_from_a_ticket(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("backslash", "u")
            assert seen.screen.context.mode is Mode.LIST
            await seen.press("g", "s")
            assert "You are not following any tickets. Follow one with s." in seen.text

        drive(with_keys(desk, preset="gmail"), script)


@pytest.mark.parametrize("keys", ["vim", "aerc"])
def test_n_walks_through_the_tickets_found_and_opens_none(tmp_path: Path, keys: str) -> None:
    """A trial: `/order ⏎ n` opened the first ticket, and never went to the second."""
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("slash", *"text", "enter", "n", "n")
            assert (seen.cursor, seen.screen.context.mode) == (3, Mode.LIST)
            await seen.press("N")
            assert seen.cursor == 2
            await seen.press("enter", "n")
            assert "Hit 1 of 1" in seen.text
            assert seen.cursor == 2

        drive(with_keys(desk, preset=keys), script)
