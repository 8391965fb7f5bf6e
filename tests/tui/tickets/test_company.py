"""Two agents at the tickets of one desk: the queue, and who is where."""

from pathlib import Path

import pytest

from supportcli.desk.replies import drafts
from supportcli.desk.tickets import queue, verbs
from supportcli.domain.people import Role
from supportcli.domain.tickets.presence import FRESH
from tests.desk.desks import BOB, StandingClock, as_agent, with_role
from tests.long import long_but
from tests.tui.inboxes import Seen, drive, shop


@long_but(1)
@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_a_colleague_is_seen_in_row_and_heading(tmp_path: Path, size: tuple[int, int]) -> None:
    with shop(tmp_path, 3) as desk:
        clock, bob = desk.clock, as_agent(desk, BOB)
        assert isinstance(clock, StandingClock)

        async def script(seen: Seen) -> None:
            queue.be_at(bob, "bob's", 2, writes=False)
            queue.take_next(bob)
            await seen.until(lambda: "@BL" in seen.text and "=BL" in seen.text)
            queue.be_at(bob, "bob's", 1, writes=True)
            await seen.shows("✎BL")
            await seen.press("enter")
            await seen.shows("Bob Lee is writing")
            clock.tick(seconds=FRESH.total_seconds())
            await seen.shows("Bob Lee has got it")
            queue.give_back(bob, 1)
            await seen.until(lambda: "Bob Lee" not in seen.text)

        drive(desk, script, size)


def test_a_colleagues_draft_is_seen_taken_over_and_given_back(tmp_path: Path) -> None:
    with shop(tmp_path, 3) as desk:
        bob = as_agent(desk, BOB)
        drafts.save_draft(bob, 2, "reply", "Dear customer,", 1)

        async def script(seen: Seen) -> None:
            await seen.shows("¶BL")
            await seen.press("j", "enter")
            await seen.shows("Bob Lee has a draft")
            await seen.press("D")
            await seen.shows("take over the reply of Bob Lee")
            assert "Dear customer," in seen.text
            await seen.press("down", "enter")
            await seen.shows("The reply of Bob Lee is yours: r continues it in #2.")
            await seen.until(lambda: "has a draft" not in seen.text)
            await seen.press("r")
            await seen.shows("Dear customer,")
            await seen.press("escape", "D")
            await seen.type("bob")
            await seen.press("enter")
            await seen.shows("Bob Lee has your reply in #2 now: D there takes it back.")
            await seen.press("k", "D")
            await seen.shows("Nobody has begun a text here.")

        drive(desk, script)
        begun = drafts.draft(bob, 2, "reply")
        assert begun is not None
        assert begun.text == "Dear customer,"


def test_who_reads_only_is_told_that_a_draft_is_not_theirs_to_take(tmp_path: Path) -> None:
    with shop(tmp_path, 1) as desk:
        drafts.save_draft(as_agent(desk, BOB), 1, "reply", "Dear customer,", 1)
        with_role(desk, desk.settings.agent, Role.LIGHT_AGENT)

        async def script(seen: Seen) -> None:
            await seen.press("D", "down", "enter")
            await seen.shows("has the role light-agent")

        drive(desk, script)
        assert drafts.draft(as_agent(desk, BOB), 1, "reply") is not None


def test_the_desk_knows_where_i_am_and_that_i_write(tmp_path: Path) -> None:
    with shop(tmp_path, 3) as desk:
        clock, bob = desk.clock, as_agent(desk, BOB)
        assert isinstance(clock, StandingClock)

        def told() -> list[tuple[int, str]]:
            return [(one.number, one.doing.told) for one in queue.colleagues(bob)]

        async def script(seen: Seen) -> None:
            company = seen.screen.company
            await seen.press("j", "enter")
            await seen.until(lambda: company._place.number == 2)
            clock.tick(seconds=3)
            await seen.until(lambda: told() == [(2, "looks at it")])
            await seen.press("r")
            await seen.until(lambda: company._place.writes)
            clock.tick(seconds=3)
            await seen.until(lambda: told() == [(2, "is writing")])

        drive(desk, script)
        assert told() == [], "who has left the inbox is nowhere"


def test_the_next_ticket_is_a_guest_in_a_view_that_does_not_have_it(tmp_path: Path) -> None:
    with shop(tmp_path, 3) as desk:
        verbs.wait(desk, [2, 3])

        async def script(seen: Seen) -> None:
            await seen.press("4", "n")
            await seen.shows("#1, waiting")
            assert (seen.cursor, sorted(seen.numbers)) == (1, [1, 2, 3])
            assert "4 Waiting 2" in seen.text
            await seen.press("escape", "j")
            assert sorted(seen.numbers) == [2, 3]

        drive(desk, script)


def test_n_goes_to_the_next_ticket_which_is_mine_until_i_leave_it(tmp_path: Path) -> None:
    with shop(tmp_path, 3) as desk:
        bob = as_agent(desk, BOB)

        async def script(seen: Seen) -> None:
            queue.take_next(bob)
            await seen.press("n")
            await seen.shows("#2, waiting")
            assert "Text of ticket 2." in seen.text
            assert queue.take_next(bob).number == 3, "the second one is mine"
            await seen.press("j")
            await seen.until(lambda: queue.peek(bob).number == 2)

        drive(desk, script)


def test_the_next_of_the_queue_says_which_it_is_and_why(tmp_path: Path) -> None:
    with shop(tmp_path, 3) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("j", "n")
            assert "Next in the queue: #1, " in seen.text
            assert " · held for you while it is open" in " ".join(seen.text.split())

        drive(desk, script)
