"""The palette: grouped, the most used first, with keys, and with the reason why something cannot
be done."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.tickets.ticket import Status
from supportcli.domain.tickets.verbs import STEPS
from supportcli.tui.keys import BY_ID
from supportcli.tui.palette.often_used import read_uses, used, write_uses
from supportcli.tui.palette.reasons import why_not_to
from supportcli.tui.tickets.possible_verbs import labels
from tests.rendering.lines import line
from tests.tui.inboxes import Seen, drive, shop, ticket


def below(seen: Seen) -> list[str]:
    """The lines of the dock below its title."""
    lines = seen.text.splitlines()
    return lines[next(at for at, one in enumerate(lines) if one.startswith(" Do:")) + 1 : -2]


def test_actions_stand_in_groups_and_the_most_used_come_first(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        desk.settings.path.touch()

        async def script(seen: Seen) -> None:
            await seen.press(":")
            assert below(seen)[0] == " Ticket"
            await seen.type("follow the")
            assert " Ticket" not in below(seen)
            await seen.press("enter", ":")
            assert below(seen)[0] == " Often used"
            assert below(seen)[1].startswith("   Follow the ticket")
            assert below(seen)[1].endswith(" f")
            assert below(seen)[2] == " Ticket"
            await seen.press("down", "down")
            assert "▸ Reply to everybody" in seen.text, "no name of a group is marked"

        drive(desk, script)
        drive(desk, _often)


async def _often(seen: Seen) -> None:
    """In the next inbox they are remembered."""
    await seen.until(lambda: bool(seen.screen.palette._uses))
    await seen.press(":")
    assert below(seen)[:1] == [" Often used"]


def test_a_reason_and_the_key_stand_beside_what_cannot_be_done(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            for typed, why in (
                ("undo my", "nothing to undo yet  z"),
                ("do again what i have", "nothing was undone  Z"),
                ("do again what i did", "nothing to repeat yet  ."),
                ("reopen", "#1 is new  E"),
                ("leave the filter", "nothing is filtered or marked  esc"),
                ("load earlier", "o"),
                ("back to the list", ""),
            ):
                await seen.press(":", *typed)
                assert why in seen.text, seen.text
                await seen.press("escape")
            await seen.press(":", *"undo my", "enter")
            assert "nothing to undo yet." in " ".join(seen.text.split())
            await seen.press("escape", "e", ":", *"undo my", "enter")
            assert ticket(desk, 1).line.status is Status.NEW

        drive(desk, script, size=(100, 30))


def test_marked_tickets_are_not_judged_by_the_one_under_the_cursor(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("e", "6", "home")
            while seen.cursor != 1:
                await seen.press("j")
            await seen.press("x", "k")
            if seen.cursor == 1:
                await seen.press("j")
            assert seen.cursor != 1
            await seen.press(":", *"reopen", "enter")
            assert ticket(desk, 1).line.status is Status.OPEN

        drive(desk, script)


@pytest.mark.parametrize("status", Status)
def test_what_the_footer_leaves_out_has_a_reason(status: Status) -> None:
    """The footer also leaves out what would change nothing: a macro may answer what is spam."""
    over = line(status=status, merged_into=7 if status is Status.MERGED else None)
    told = labels(over, can_undo=True, filtered=True)
    for verb in STEPS.values():
        if verb.key and told.get(verb.name) == "" and verb.status is not status:
            assert why_not_to(BY_ID[verb.name], over), verb.name
    assert bool(why_not_to(BY_ID["reply"], over)) == (told.get("reply") == "")


NAMES = st.sampled_from(["solve", "tag", "undo", "reply"])


@given(st.lists(NAMES, max_size=80))
def test_what_is_used_most_and_last_counts_most(names: list[str]) -> None:
    uses: dict[str, float] = {}
    for name in names:
        uses = dict(used(uses, name))
    assert set(uses) <= set(names)
    if names:
        assert uses[names[-1]] >= 1
        assert all(0 < count <= len(names) for count in uses.values())


def test_uses_are_kept_for_their_owner_and_what_is_broken_counts_as_none(tmp_path: Path) -> None:
    file = tmp_path / "often-used.json"
    write_uses(file, {"solve": 2.5})
    assert read_uses(file) == {"solve": 2.5}
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["often-used.json"]
    for broken in ("", "[]", "{", '{"solve": "x", "tag": true}'):
        file.write_text(broken, encoding="utf-8")
        assert read_uses(file) == {}
    write_uses(tmp_path / "nowhere" / "often-used.json", {"solve": 1.0})


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("label", "tag"),
        ("remind", "snooze"),
        ("compose", "new"),
        ("archive", "solve"),
        ("junk", "spam"),
        ("trash", "delete"),
        ("attachment", "files_of"),
        ("restore", "reopen"),
        ("search", "filter"),
        ("cf", "go_view"),
        ("reply -qa", "reply"),
    ],
)
def test_what_other_programs_call_it_finds_it(tmp_path: Path, word: str, name: str) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("ctrl+p")
            await seen.type(word)
            marked = seen.screen.context.picker.marked
            assert marked is not None
            assert marked.value == name

        drive(desk, script)


@pytest.mark.parametrize(
    ("word", "name"), [("w", "keep"), ("wq", "keep"), ("x", "keep"), ("q!", "discard")]
)
def test_over_a_text_what_an_editor_calls_it_finds_it(tmp_path: Path, word: str, name: str) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("r")
            await seen.press("ctrl+p")
            await seen.type(word)
            marked = seen.screen.context.picker.marked
            assert marked is not None
            assert marked.value == name

        drive(desk, script)
