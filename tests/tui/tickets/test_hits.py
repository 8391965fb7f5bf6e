"""A ticket that was found by its words: they are marked in its conversation, which opens at the
newest of them, and a key walks from one to the next."""

import asyncio
from pathlib import Path

import pytest

from supportcli.desk.setup import views
from supportcli.domain.tickets.saved_views import SavedView
from supportcli.rendering.ink import Ink
from tests.desk.desks import StandingClock, write_in
from tests.long import long_but
from tests.tui.inboxes import Seen, drive, inbox, shop

LONG = "\n\n".join(f"Paragraph {number}." for number in range(1, 40))


def underlined(seen: Seen) -> str:
    """What is marked in the conversation."""
    conversation = seen.screen.context.conversation
    segments = [one for y in range(conversation.size.height) for one in conversation.render_line(y)]
    return " ".join(one.text for one in segments if one.style and one.style.underline)


@long_but(1)
@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_a_key_walks_from_hit_to_hit_and_round(tmp_path: Path, size: tuple[int, int]) -> None:
    with shop(tmp_path) as desk:
        write_in(desk, 2, text=f"The kettle leaks.\n\n{LONG}\n\nA KETTLE, I said.")
        write_in(desk, 2, text=f"{LONG}\n\nMy kettle!")
        write_in(desk, 2, text=LONG)

        async def script(seen: Seen) -> None:
            await seen.press("/", *"kettle", "enter", "enter")
            assert "▸│ My kettle!" in seen.text, "the newest hit, though its message is long"
            assert underlined(seen) == "kettle"
            assert "N next of 3 hits" in seen.text.splitlines()[-1]
            await seen.press("N")
            assert "Hit 1 of 3" in seen.text
            assert "▸│ The kettle leaks." in seen.text
            await seen.press("N")
            assert "▸│ A KETTLE, I said." in seen.text
            await seen.press("B", "B")
            assert "Hit 3 of 3" in seen.text
            assert "▸│ My kettle!" in seen.text
            await seen.press("K", "K", "K", "K", "K", "B")
            assert "▸│ The kettle leaks." in seen.text, "from what is seen, not from where I was"

        drive(desk, script, size)


def test_another_filter_marks_other_words_and_none_marks_none(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("/", *"text", "enter")
            assert underlined(seen) == "Text"
            await seen.press("/", *"ticket OR refund", "enter")
            assert underlined(seen) == "ticket"
            await seen.press("escape")
            assert underlined(seen) == ""
            await seen.press("N")
            assert "No words are sought here" in seen.text

        drive(desk, script, (120, 30))


def test_the_words_of_a_saved_view_are_marked_and_the_key_opens_a_ticket_at_one(
    tmp_path: Path,
) -> None:
    with shop(tmp_path) as desk:
        write_in(desk, 3, text=f"{LONG}\n\nRefund me.")
        views.add_view(desk, SavedView("Money", "refund"))

        async def script(seen: Seen) -> None:
            await seen.press("8")
            assert sorted(seen.numbers) == [2, 3]
            while seen.cursor != 3:
                await seen.press("j")
            await seen.press("N")
            assert "▸│ Refund me." in seen.text
            await seen.press("escape", "k", "enter", "N")
            assert "No hit in its messages" in seen.text, "only the subject has the word"

        drive(desk, script)


def test_hits_in_messages_that_are_not_loaded_are_found_by_the_key_that_loads_them(
    tmp_path: Path,
) -> None:
    with shop(tmp_path, tickets=1) as desk:
        write_in(desk, 1, text="My kettle!")
        for number in range(55):
            write_in(desk, 1, text=f"Again {number}.")

        async def script(seen: Seen) -> None:
            await seen.press("/", *"kettle", "enter", "enter", "N")
            assert "o loads earlier ones" in seen.text
            await seen.press("o")
            await seen.press("N")
            assert "▸│ My kettle!" in seen.text

        drive(desk, script)


def test_hits_are_seen_without_colours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with shop(tmp_path) as desk:

        async def run() -> None:
            assert isinstance(desk.clock, StandingClock)
            async with inbox(desk.settings, desk.clock, (120, 30)) as seen:
                await seen.press("/", *"text", "enter")
                assert underlined(seen) == "Text"
                look = seen.screen.context.conversation._look(Ink.HIT, Ink.TEXT)
                assert look.underline
                assert look.bold

        asyncio.run(run())
