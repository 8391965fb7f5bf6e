"""Saved views as tabs of the inbox."""

from pathlib import Path

import pytest

from supportcli.desk.setup import teams, views
from supportcli.domain.people import Role
from supportcli.domain.tickets.saved_views import SavedView
from tests.desk.desks import ADA, with_role
from tests.long import long_but
from tests.tui.inboxes import Seen, drive, shop


def tabs(seen: Seen) -> str:
    return seen.text.splitlines()[0]


def test_a_filter_is_saved_as_a_tab_renamed_and_removed(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("v")
            assert "This view is built in." in seen.text
            await seen.press("escape", "slash", *"refund", "enter", "v", *"Money", "enter")
            assert "Saved the view Money." in seen.text
            assert [one.query for one in views.my_tabs(desk)] == ["refund"]
            await seen.press("1", "8")
            assert "8 Money 1" in tabs(seen)
            assert seen.numbers == [2]
            await seen.press("v", *"rename", "enter", *"Cash", "enter")
            assert "8 Cash 1" in tabs(seen)
            await seen.press("slash", *"leak", "enter", "v", *"Cash", "enter", "8")
            assert views.view(desk, "Cash").query == "leak"
            assert seen.numbers == [1]
            await seen.press("v", *"remove", "enter")
            assert views.my_tabs(desk) == []
            assert tabs(seen).startswith(" / Cash")
            await seen.press("escape")
            assert "1 To do 6" in tabs(seen)

        drive(desk, script)


@long_but(1)
@pytest.mark.parametrize("width", [80, 160])
def test_tabs_that_do_not_fit_are_around_the_current_one(tmp_path: Path, width: int) -> None:
    with shop(tmp_path) as desk:
        for name in ("Chargebacks", "Parcels lost", "From the press", "Wholesale"):
            views.add_view(desk, SavedView(name, "status:any"))

        async def script(seen: Seen) -> None:
            wide = width == 160
            assert tabs(seen).startswith(" 1 To do 6")
            assert ("›" in tabs(seen), "Wholesale 6" in tabs(seen)) == (not wide, wide)
            await seen.press("9")
            assert "9 Parcels lost 6" in tabs(seen)
            await seen.press("g", "v", *"whole", "enter")
            assert "Wholesale 6" in tabs(seen)
            assert ("‹" in tabs(seen)) is not wide
            await seen.press("tab")
            assert tabs(seen).startswith(" 1 To do 6")
            await seen.press("shift+tab")
            assert "Wholesale 6" in tabs(seen)

        drive(desk, script, (width, 45 if width == 160 else 24))


def test_a_tab_whose_query_names_what_is_gone_says_why(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        with_role(desk, ADA, Role.ADMIN)
        teams.add_team(desk, "billing")
        views.add_view(desk, SavedView("Bills", "team:billing"))
        teams.edit_team(desk, "billing", rename="money")

        async def script(seen: Seen) -> None:
            assert "8 Bills !" in tabs(seen)
            await seen.press("8")
            assert "“billing” is not a team of this desk." in seen.text
            assert seen.numbers == []
            await seen.press("1")
            assert seen.numbers == [1, 2, 3, 4, 5, 6]

        drive(desk, script)
