"""Unread messages: rows say so, a line in the conversation says where they begin, and what was on
screen is read."""

import asyncio
from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.desk.tickets import lists
from supportcli.tui.keys import Mode
from tests.desk.desks import StandingClock, write_in
from tests.long import long_but
from tests.tui.inboxes import Seen, drive, inbox, shop

LONG = "\n\n".join(f"Paragraph {number}." for number in range(1, 40))
CUSTOMER = "customer2@acme.test"


def pass_by(desk: Desk, **time: float) -> None:
    assert isinstance(desk.clock, StandingClock)
    desk.clock.tick(**time)


def row_of(seen: Seen, number: int) -> str:
    return next(line[:55] for line in seen.text.splitlines() if f"#{number} " in line[:20])


def said(seen: Seen) -> str:
    """What the conversation shows."""
    conversation = seen.screen.context.conversation
    return "\n".join(conversation.render_line(y).text for y in range(conversation.size.height))


async def told(seen: Seen, desk: Desk, number: int) -> None:
    """The row says that a ticket is read, and soon the desk knows it."""
    await seen.until(lambda: "●" not in row_of(seen, number))
    pass_by(desk, seconds=4)
    await seen.until(lambda: not is_unread(desk, number))


def is_unread(desk: Desk, number: int) -> bool:
    return lists.lines(desk, [number])[0].unread is not None


def test_a_ticket_that_was_opened_is_read_here_and_soon_everywhere(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            assert "●" in row_of(seen, 1)
            assert "●" in row_of(seen, 2)
            await seen.press("enter")
            assert "unread" not in seen.text, "all of it is new"
            await seen.press("escape")
            assert "●" not in row_of(seen, 1)
            assert "●" in row_of(seen, 2)
            assert is_unread(desk, 1), "the desk is told a little later"
            pass_by(desk, seconds=4)
            await seen.until(lambda: not is_unread(desk, 1))
            assert is_unread(desk, 2)

        drive(desk, script)


def test_what_was_read_last_reaches_the_desk_when_the_inbox_is_left(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def run() -> None:
            assert isinstance(desk.clock, StandingClock)
            async with inbox(desk.settings, desk.clock) as seen:
                await seen.press("enter")

        asyncio.run(run())
        assert not is_unread(desk, 1)


def test_beside_the_list_a_ticket_is_read_once_the_cursor_rests_on_it(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j")
            assert "●" in row_of(seen, 2)
            pass_by(desk, seconds=2)
            await seen.until(lambda: "●" not in row_of(seen, 2))
            assert "●" in row_of(seen, 1)
            await told(seen, desk, 2)

        drive(desk, script, (160, 45))


@long_but(1)
@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_a_line_stands_where_unread_messages_begin_and_stays_there(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path) as desk:
        write_in(desk, 2, text="The second.", sender=CUSTOMER)

        async def script(seen: Seen) -> None:
            await seen.press("j", "enter")
            await seen.press("escape", "k")
            await told(seen, desk, 2)
            write_in(desk, 2, text="The third.", sender=CUSTOMER)
            await seen.until(lambda: "●" in row_of(seen, 2))
            await seen.press("j", "enter")
            there = said(seen)
            assert "─ unread ─" in there
            assert (
                there.index("The second.") < there.index("─ unread ─") < there.index("The third.")
            )
            await told(seen, desk, 2)
            write_in(desk, 2, text="The fourth.", sender=CUSTOMER)
            await seen.until(lambda: "The fourth." in said(seen))
            assert said(seen).index("─ unread ─") < said(seen).index("The third.")

        drive(desk, script, size)


@long_but(1)
@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_a_ticket_opens_at_the_first_unread_message_if_the_end_is_not_seen_with_it(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "enter")
            await seen.press("escape", "k")
            await told(seen, desk, 2)
            for text in ("The second.", LONG, LONG, "The last."):
                write_in(desk, 2, text=text, sender=CUSTOMER)
            await seen.until(lambda: "●" in row_of(seen, 2))
            await seen.press("j", "enter")
            top = seen.screen.context.conversation.top
            assert "─ unread ─" in said(seen)
            assert "The second." in said(seen)
            assert "The last." not in said(seen)
            await seen.press("space", "U")
            assert seen.screen.context.conversation.top == top
            await seen.press("escape")
            assert "●" in row_of(seen, 2), "the last message was not on screen yet"
            await seen.press("enter", *["J"] * 5, "escape")
            await seen.until(lambda: "●" not in row_of(seen, 2))

        drive(desk, script, size)


def test_a_key_goes_to_what_is_unread_or_says_that_nothing_is(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("U")
            assert "Text of ticket 1." in seen.text, "all of it is new"
            await seen.press("escape", "j")
            await told(seen, desk, 1)
            await seen.press("k", "U")
            await seen.shows("Nothing in #1 was unread.")

        drive(desk, script)


def test_who_writes_out_of_sight_in_the_open_ticket_is_named(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        write_in(desk, 1, text=LONG, sender="customer1@acme.test")

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            write_in(desk, 1, text="One more thing.", sender="customer1@acme.test")
            await seen.shows("Customer1 wrote · U shows it")
            await seen.press("U")
            assert "One more thing." in said(seen)

        drive(desk, script)


def test_a_ticket_is_marked_as_unread_and_found_by_that(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            await seen.press("escape")
            await told(seen, desk, 1)
            await seen.press("slash", *"is:unread", "enter")
            assert seen.numbers == [2, 3, 4, 5, 6]
            await seen.press("escape", "enter")
            await seen.press("I")
            assert seen.screen.context.mode is Mode.LIST, "who looks at it reads it"
            assert "#1 is unread again, for you" in seen.text
            pass_by(desk, seconds=9)
            await seen.press("z")
            assert "●" in row_of(seen, 1)
            assert is_unread(desk, 1)
            await seen.press("enter")
            await seen.press("escape")
            await told(seen, desk, 1)

        drive(desk, script)


def test_marked_tickets_are_read_without_opening_them(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("x", "x", ":", *"mark the ticket as read", "enter")
            assert "2 tickets are read" in seen.text
            assert [is_unread(desk, number) for number in (1, 2, 3)] == [False, False, True]
            await seen.press("I")
            assert [is_unread(desk, number) for number in (1, 2, 3)] == [True, True, True]

        drive(desk, script)


def test_news_waits_until_what_was_just_undone_has_been_read(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        write_in(desk, 1, text=LONG, sender="customer1@acme.test")

        async def script(seen: Seen) -> None:
            await seen.press("enter")
            await seen.press("f", "z")
            await seen.shows("Undone: ")
            write_in(desk, 1, text="One more thing.", sender="customer1@acme.test")
            await seen.until(lambda: seen.screen.context.notices._mentioned is not None)
            assert "Undone: " in seen.text
            assert isinstance(desk.clock, StandingClock)
            desk.clock.tick(seconds=11)
            await seen.shows("Customer1 wrote · U shows it")

        drive(desk, script)
