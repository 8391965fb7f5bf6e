"""Pages over the tickets: each answers a key that means nothing, shows its keys, finds an action,
and leads to the others."""

from pathlib import Path

import pytest

from supportcli.domain.tickets.ticket import Status
from supportcli.tui.keys import Mode
from tests.tui.inboxes import Seen, drive, mode_of, shop, ticket

PLACES = [
    (("g", "d"), Mode.DASHBOARD, " Dashboard"),
    (("g", "t"), Mode.DASHBOARD, " Dashboard"),
    (("g", "o"), Mode.OUTBOX, " Outbox"),
    (("g", "c"), Mode.SETTINGS, " Settings"),
    (("7",), Mode.HELD, " Held mail"),
    (("backslash",), Mode.CUSTOMER, " Customer"),
]


@pytest.mark.parametrize(("keys", "mode", "chapter"), PLACES)
def test_each_page_answers_shows_its_keys_and_finds_actions(
    tmp_path: Path, keys: tuple[str, ...], mode: Mode, chapter: str
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press(*keys, "Q")
            assert "Q is not bound · ? all keys · : find an action" in seen.text
            assert seen.text.splitlines()[-1].endswith("? keys"), seen.text
            await seen.press("?")
            assert seen.text.splitlines()[3] == chapter
            await seen.press("Q")
            assert "Q is not bound here." in seen.text
            await seen.press("escape")
            assert mode_of(seen) is mode
            await seen.press("ctrl+p")
            assert chapter in seen.text
            assert " Do: type to choose" in seen.text
            await seen.press("escape")
            assert mode_of(seen) is mode
            await seen.press("escape")
            assert mode_of(seen) is Mode.LIST

        drive(desk, script)


def test_from_a_page_keys_and_palette_lead_to_another_one(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("g", "d", "g", "o")
            assert mode_of(seen) is Mode.OUTBOX
            await seen.press("g", "d", "ctrl+p", *"settings", "enter")
            assert mode_of(seen) is Mode.SETTINGS
            await seen.press("1")
            assert (mode_of(seen), seen.cursor) == (Mode.LIST, 1)
            await seen.press("g", "d", "ctrl+p", *"solve the", "enter")
            assert "only over a ticket" in seen.text
            assert ticket(desk, 1).line.status is Status.NEW
            await seen.press("escape", "escape")
            assert mode_of(seen) is Mode.LIST

        drive(desk, script)


def test_my_day_stays_my_day_behind_the_help(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("g", "t", "?", "escape")
            assert "m the desk" in seen.text.splitlines()[-1]

        drive(desk, script)


@pytest.mark.parametrize("place", [(), ("g", "d")])
def test_a_number_in_the_palette_goes_to_its_ticket(tmp_path: Path, place: tuple[str, ...]) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press(*place, ":", *"4")
            assert "go to this ticket" in seen.text
            await seen.press("enter")
            assert (seen.screen.context.mode, seen.cursor) == (Mode.READ, 4)
            await seen.press(":", *"#99", "enter")
            assert "There is no ticket #99." in seen.text
            assert seen.cursor == 4

        drive(desk, script)
