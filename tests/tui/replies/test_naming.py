"""A colleague's name in a note, completed by a key."""

from pathlib import Path

import pytest

from supportcli.domain.people import Agent, Role
from supportcli.domain.tickets.mentions import begun_mention, completions, mentioned
from supportcli.storage.tickets import people
from tests.tui.inboxes import Seen, drive, shop, ticket

ADA, BOB, BEA, OTHER = (
    Agent(1, "Ada Byron", "ada@shop.test"),
    Agent(2, "Bob Lee", "bob@shop.test"),
    Agent(3, "Bea O'Neill", "support.bea@shop.test"),
    Agent(4, "Bob Kay", "b.kay@shop.test"),
)
ALL = (ADA, BOB, BEA, OTHER)


@pytest.mark.parametrize(
    ("begun", "found"),
    [
        ("a", ("ada",)),
        ("A", ("ada",)),
        ("b", ("b.kay", "bea", "bob@shop.test", "byron")),
        ("be", ("bea",)),
        ("o", ()),
        ("zoe", ()),
        ("", ("ada", "b.kay", "lee", "support.bea")),
    ],
)
def test_each_completion_means_one_agent(begun: str, found: tuple[str, ...]) -> None:
    assert completions(begun, ALL) == found
    for one in found:
        assert len(mentioned(f"@{one} look", ALL).agents) == 1


@pytest.mark.parametrize(
    ("before", "begun"),
    [("Please @b", "b"), ("@", ""), ("maria@ac", None), ("no name", None), ("(@Be", "Be")],
)
def test_only_what_follows_an_at_sign_alone_is_a_name(before: str, begun: str | None) -> None:
    assert begun_mention(before) == begun


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_tab_completes_a_name_in_a_note_and_indents_elsewhere(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path) as desk:
        with desk.db.write() as tx:
            people.add_agent(tx, "Bea Low", "bea@shop.test", Role.AGENT, now=desk.now())

        async def script(seen: Seen) -> None:
            editor = seen.screen.context.composer.editor
            await seen.press("m", *"Look, @be", "tab")
            assert editor.text == "Look, @bea "
            await seen.press(*"and @b", "tab")
            assert "@bea @bob @byron · type another letter, then tab" in seen.text
            await seen.press("o", "tab", *"@zoe", "tab")
            assert "No colleague's name begins with “zoe”." in seen.text
            assert editor.text == "Look, @bea and @bob @zoe"
            await seen.press("ctrl+s")
            assert {one.address for one in ticket(desk, 1).mentions} == {
                "bea@shop.test",
                "bob@shop.test",
            }
            await seen.press("r", *"ab @b", "tab", "x")
            assert editor.text == "ab @b   x", "a reply mentions nobody"

        drive(desk, script, size)
