"""The outbox in the inbox: what is on its way, its verbs, and the way to its ticket; no key there acts
on a ticket."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from supportcli.desk import Desk
from supportcli.desk.replies import outbox as replies
from supportcli.desk.replies import writing
from supportcli.domain.tickets.ticket import Delivery, Status
from supportcli.storage.replies import outbox
from supportcli.tui.keys import BY_ID, Mode
from tests.desk.desks import StandingClock
from tests.tui.inboxes import Seen, drive, shop, ticket
from tests.tui.test_hostile import BAD
from tests.tui.test_snapshots import app_of, pressed

ANSWERS = {
    Delivery.QUEUED: None,
    Delivery.FAILED: "550 5.1.1 no such user",
    Delivery.UNCERTAIN: "the connection broke",
    Delivery.DEFERRED: "451 4.7.1 try again later",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with a reply in each of these states, to ticket 1, 2 …"""
    with shop(tmp_path, tickets=len(ANSWERS)) as found:
        assert isinstance(found.clock, StandingClock)
        for number, (state, answer) in enumerate(ANSWERS.items(), 1):
            writing.reply(found, number, f"Text of reply {number}.", status=Status.OPEN)
            with found.db.write() as tx:
                outbox.change(tx, number, state, found.now(), answer=answer)
        found.clock.tick(minutes=2)
        yield found


def states(desk: Desk) -> dict[int, Delivery]:
    return {one.ticket: one.state for one in replies.list_outbox(desk, everything=True)}


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_how_it_looks(
    snap_compare: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app = app_of(desk, "dark", monkeypatch)
    assert snap_compare(app, terminal_size=size, run_before=pressed(app, desk, "g", "o", "j"))


def test_each_reply_says_why_it_is_there_and_what_can_be_done(desk: Desk) -> None:
    expected = {
        "queued": ("#1 is waiting", "Text of reply 1.", "s send now  x cancel"),
        "failed": ("#2 was refused", "550 5.1.1 no such user", "r retry  x cancel"),
        "uncertain": ("#3 may have arrived", "searches the Sent folder", "r retry  x cancel"),
        "deferred": ("#4 is delayed", "451 4.7.1 try again later", "s send now  x cancel"),
    }

    async def script(seen: Seen) -> None:
        await seen.press("g", "o")
        assert "Outbox 4" in seen.text.splitlines()[0]
        found = set()
        for _ in expected:
            marked = next(line for line in seen.text.splitlines() if line.startswith("▸"))
            state = marked.split()[1]
            found.add(state)
            for words in expected[state]:
                assert words in seen.text
            await seen.press("j")
        assert found == set(expected)
        await seen.press("escape")
        assert seen.screen.context.mode is Mode.LIST
        assert "Outbox" not in seen.text

    drive(desk, script)


async def mark(seen: Seen, state: str) -> None:
    """Open the outbox and mark the reply in this state."""
    await seen.press("g", "o")
    rows = [line for line in seen.text.splitlines() if line[2:].startswith(tuple(ANSWERS))]
    await seen.press(*["j"] * next(at for at, line in enumerate(rows) if state in line))


def test_its_verbs_do_what_the_commands_do(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await mark(seen, "failed")
        await seen.press("r")
        await seen.until(lambda: states(desk)[2] is Delivery.QUEUED, "another try")
        await seen.shows("The reply to #2 is waiting")
        await seen.press("escape")
        await mark(seen, "queued")
        marked = next(line for line in seen.text.splitlines() if line.startswith("▸"))
        number = int(marked.split("#")[1].split()[0])
        assert states(desk)[number] is Delivery.QUEUED
        await seen.press("x")
        await seen.until(lambda: states(desk)[number] is Delivery.CANCELLED, "it is cancelled")
        await seen.shows(f"The reply to #{number} is cancelled")
        await seen.until(lambda: "Outbox 3" in seen.text, "one less")

    drive(desk, script)


def test_what_cannot_be_done_is_said_and_changes_nothing(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        before = states(desk)
        await mark(seen, "uncertain")
        await seen.press("r")  # the Sent folder cannot be searched: nobody here has the password
        await seen.shows("Sent")
        await seen.press("s")
        await seen.shows("uncertain")
        assert states(desk) == before

    drive(desk, script)


def test_no_key_there_acts_on_a_ticket_and_enter_opens_it(desk: Desk) -> None:
    async def script(seen: Seen) -> None:
        await mark(seen, "failed")
        await seen.press("e", "w", "i", "t", "p", "m")
        assert seen.screen.context.mode is Mode.OUTBOX
        assert {ticket(desk, number).line.status for number in (1, 2, 3, 4)} == {Status.OPEN}
        await seen.press("enter")
        assert seen.cursor == 2
        assert BY_ID["back"].modes & seen.screen.context.mode
        await seen.press("g", "o", "1")
        assert seen.screen.context.mode is not Mode.OUTBOX

    drive(desk, script)


def test_nothing_foreign_reaches_the_terminal_raw(desk: Desk) -> None:
    with desk.db.write() as tx:
        outbox.change(tx, 2, Delivery.FAILED, desk.now(), answer=f"550 {BAD}")

    async def script(seen: Seen) -> None:
        await mark(seen, "failed")
        assert "550" in seen.text
        assert "\x1b" not in seen.text
        assert "\x07" not in seen.text

    drive(desk, script)


def test_an_empty_outbox_says_so(tmp_path: Path) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            await seen.press("g", "o", "j", "r", "x", "enter")
            assert "Nothing is on its way." in seen.text
            await seen.press("q")
            assert seen.screen.context.mode is Mode.LIST

        drive(desk, script)
