"""`H` shows how tickets like this one were answered, and puts an answer into the reply."""

from pathlib import Path

import pytest

from supportcli.desk.replies import writing
from supportcli.domain.tickets.ticket import Status
from tests.desk.desks import write_in
from tests.long import long_but
from tests.tui.inboxes import Seen, drive, shop

ANSWER = "Dear customer,\n\nplease clean the burrs of your grinder."


@long_but(1)
@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_an_answer_is_looked_at_and_put_into_the_reply(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path, 2) as desk:
        before = write_in(desk, subject="Grinder jams", text="The grinder jams.", sender="e@b.test")
        writing.reply(desk, before, ANSWER, status=Status.SOLVED)
        asked = write_in(desk, subject="Grinder jams", text="It jams!", sender="f@b.test")

        async def script(seen: Seen) -> None:
            await seen.press("G")
            assert seen.cursor == asked
            if size == (160, 45):
                await seen.shows("SOLVED BEFORE")
                await seen.shows("┃ Dear customer, please")
            await seen.press("H")
            assert f"▸ #{before} Grinder jams" in seen.text
            assert "please clean the burrs of your grinder." in seen.text
            assert "⏎ into the reply" in seen.text
            await seen.press("enter")
            assert seen.screen.context.composer.text == ANSWER
            await seen.press("escape")
            await seen.press("r", *" Thanks")
            assert "Thanks" in seen.screen.context.composer.text

        drive(desk, script, size)


def test_where_nothing_is_like_it_the_key_says_so(tmp_path: Path) -> None:
    with shop(tmp_path, 2) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("H")
            assert "No solved ticket is like #1." in seen.text
            await seen.press("escape")

        drive(desk, script)
