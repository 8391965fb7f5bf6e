"""The filter bar: what it says of a query that cannot be read, and of one that finds nothing."""

from pathlib import Path

import pytest

from supportcli.desk.tickets import verbs
from tests.tui.inboxes import Seen, drive, shop


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_what_is_wrong_with_a_query_begins_with_the_word_and_what_was_meant(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path, tickets=2) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("enter", "slash")
            await seen.type("is:starred")
            await seen.press("enter")
            *_, field, said, rest, _footer = seen.text.split("\n")
            assert field.startswith(" / is:starred")
            assert said.startswith(
                " “starred” is not how a ticket can be. Did you mean “followed”?"
            )
            assert size[0] > 80 or rest.endswith("…")

        drive(desk, script, size=size)


def test_a_word_that_finds_nothing_says_what_does(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=3) as desk:
        verbs.tag(desk, [1], ["phishing"], [])
        verbs.delete(desk, [2])

        async def script(seen: Seen) -> None:
            await seen.press("slash")
            await seen.type("phishing")
            await seen.press("enter")
            await seen.shows("No ticket has the word “phishing” · tag:phishing finds 1")
            await seen.press("slash")
            await seen.type("refund")
            await seen.press("enter")
            await seen.shows("No ticket has the word “refund” · refund status:any finds 1")
            await seen.press("slash")
            await seen.type("nowhere")
            await seen.press("enter")
            await seen.shows("No ticket has the word “nowhere”.")

        drive(desk, script)


def test_from_names_the_word_that_finds_whoever_wrote(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=3) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("slash")
            await seen.type("from:customer1")
            await seen.shows("1 found · the word customer1 finds whoever wrote")

        drive(desk, script)
