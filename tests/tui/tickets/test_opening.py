"""Rows are painted before the desk is open: a key that is typed then belongs to the ticket that was
marked, however the view looks by the time it is open."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from supportcli.clock import Clock
from supportcli.config import Settings
from supportcli.desk import Desk
from supportcli.desk.canned import responses
from supportcli.desk.tickets import inbox, verbs
from supportcli.domain.canned.responses import Body, Canned, Macro
from supportcli.domain.tickets.ticket import Direction, Priority, Status
from supportcli.tui import inbox as screens
from supportcli.tui.app import Inbox
from supportcli.tui.client.desk_client import DeskClient
from tests.desk.desks import BOB, StandingClock, as_agent, write_in
from tests.long import long_but
from tests.tui.inboxes import Seen, shop, ticket

Done = Callable[[Desk], object]


def opened_late(
    desk: Desk,
    keys: list[str],
    does: Done,
    script: Callable[[Seen], Awaitable[None]],
    size: tuple[int, int] = (80, 24),
) -> None:
    """Type keys once the rows are painted, have a colleague do something, and only then let the
    desk open."""
    gate = threading.Event()

    def waits(settings: Settings, now: Clock) -> DeskClient:
        gate.wait(30)
        return DeskClient(settings, now)

    async def run() -> None:
        assert isinstance(desk.clock, StandingClock)
        app = Inbox(desk.settings, desk.clock)
        async with app.run_test(size=size) as pilot:
            seen = Seen(app, pilot)
            await seen.shows("▸")
            presses = asyncio.create_task(seen.press(*keys))
            await seen.until(lambda: len(app._late) == len(keys), "the keys")
            does(as_agent(desk, BOB))
            desk.clock.tick(seconds=3)
            gate.set()
            await presses
            await script(seen)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screens, "_opened", waits)
        asyncio.run(run())


LEFT: dict[str, tuple[Done, str]] = {
    "solved": (lambda bob: verbs.solve(bob, [1]), "Bob Lee solved it 3 s ago"),
    "waiting": (lambda bob: verbs.wait(bob, [1]), "Bob Lee set it to pending 3 s ago"),
    "spam": (lambda bob: verbs.spam(bob, [1]), "Bob Lee marked it as spam 3 s ago"),
    "less urgent": (
        lambda bob: verbs.prioritise(bob, [1], Priority.LOW),
        "Bob Lee set its priority 3 s ago",
    ),
    "noted": (lambda bob: verbs.note(bob, 1, "I have this one."), "Bob Lee wrote a note 3 s ago"),
}
"""What a colleague does to the marked ticket while the desk opens."""


@long_but(2)
@pytest.mark.parametrize(
    ("event", "size"),
    [*((event, (80, 24)) for event in LEFT), ("solved", (160, 45)), ("noted", (160, 45))],
    ids=str,
)
def test_a_verb_that_was_typed_while_the_desk_opened_is_refused_on_its_ticket(
    tmp_path: Path, event: str, size: tuple[int, int]
) -> None:
    with shop(tmp_path) as desk:
        does, told = LEFT[event]

        async def script(seen: Seen) -> None:
            assert seen.cursor == 1
            assert f"Not put on hold: {told} · h again does it" in " ".join(seen.text.split())
            assert "Text of ticket 1." in seen.text
            assert [ticket(desk, number).line.status for number in range(2, 7)] == [
                Status.NEW
            ] * 5, "never another ticket"
            status = ticket(desk, 1).line.status
            assert status is not Status.ON_HOLD
            await seen.press("escape", "j")
            assert seen.cursor == 2
            assert (1 in seen.numbers) == (status is Status.NEW), (
                "what left the view leaves with the cursor"
            )

        opened_late(desk, ["h"], does, script, size)


def test_what_is_typed_while_the_desk_opens_is_written_to_the_marked_ticket(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            assert seen.screen.context.composer.text == "hello"
            await seen.press("escape")
            assert {number: draft.text for (number, _), draft in inbox.my_drafts(desk).items()} == {
                1: "hello"
            }

        opened_late(desk, ["r", *"hello"], LEFT["solved"][0], script)


def test_no_response_is_sent_to_the_ticket_that_followed(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:
        responses.add(
            desk,
            Canned("received", "Received", (Body("", "We have it."),), macro=Macro(Status.OPEN)),
            {},
        )

        async def script(seen: Seen) -> None:
            assert "Not answered: Bob Lee solved it 3 s ago" in seen.text
            assert seen.cursor == 1
            assert all(
                ticket(desk, number).messages[-1].direction is Direction.IN
                for number in range(1, 7)
            )

        opened_late(desk, [";", *"received", "enter"], LEFT["solved"][0], script)


@pytest.mark.parametrize("keys", ["jje", "je", "Ge", "jjke"])
def test_the_rows_that_were_painted_are_those_that_keys_run_through(
    tmp_path: Path, keys: str
) -> None:
    """A ticket that left the view is no reason for the keys to go one too far, nor one that came or
    moved."""
    meant = {"jje": 3, "je": 2, "Ge": 6, "jjke": 2}[keys]

    def does(bob: Desk) -> None:
        verbs.solve(bob, [1])
        verbs.prioritise(bob, [5], Priority.URGENT)
        write_in(desk, subject="URGENT", priority=Priority.URGENT, sender="new@acme.test")

    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            found = {
                number
                for number in range(2, 8)
                if ticket(desk, number).line.status is Status.SOLVED
            }
            assert found == {meant}, seen.text
            assert "↑1 new" in seen.text
            await seen.press("escape", "ctrl+l")
            assert seen.numbers[:2] == [7, 5] or seen.numbers[:2] == [5, 7]

        opened_late(desk, list(keys), does, script)


def test_the_only_ticket_stays_where_a_verb_on_it_was_refused(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            assert seen.cursor == 1
            assert "Not deleted: Bob Lee solved it 3 s ago" in seen.text
            assert ticket(desk, 1).line.status is Status.SOLVED

        opened_late(desk, ["number_sign"], LEFT["solved"][0], script)


def test_where_nothing_changed_keys_do_what_they_say(tmp_path: Path) -> None:
    with shop(tmp_path) as desk:

        async def script(seen: Seen) -> None:
            assert ticket(desk, 1).line.status is Status.SOLVED
            assert ticket(desk, 3).line.status is Status.PENDING
            assert "moved" not in seen.text

        opened_late(desk, list("ejw"), lambda _: None, script)
