"""The inbox in a real Chromium: open, read, answer, solve."""

import asyncio
from pathlib import Path

import pytest

from supportcli.domain.tickets.ticket import Direction, Status
from tests.desk.desks import write_in
from tests.servers.process import ServerMissing, program
from tests.tui.inboxes import shop, ticket, until
from tests.tui.web.browser import Chromium
from tests.tui.web.test_server import served

pytestmark = pytest.mark.acceptance


@pytest.fixture
def chromium() -> str:
    """The program; the test is skipped where it is not installed."""
    try:
        return program("chromium", "chromium")
    except ServerMissing as missing:
        pytest.skip(str(missing))


def test_a_ticket_is_read_answered_and_solved_in_a_browser(tmp_path: Path, chromium: str) -> None:
    async def work(address: str, own: str) -> None:
        async with Chromium(chromium, tmp_path / "chromium") as browser:
            await browser.open(address)
            await browser.shows("1 of 2")
            assert "Refund please" in browser.text
            await browser.press("\r")
            await browser.shows("Text of ticket 1.")
            await browser.press("r")
            await browser.shows("^s send")
            await browser.press("Thank you, it is on its way.")
            await browser.shows("it is on its way.")
            await browser.call(
                "Input.dispatchKeyEvent",
                type="keyDown",
                key="F4",
                code="F4",
                windowsVirtualKeyCode=115,
            )
            await browser.shows("F4 needs a terminal of its own")
            await browser.press("s", control=True)
            await browser.shows("send + solve")
            await browser.press("e")
            await browser.shows("leaves in")
            assert all(
                url.startswith((own, "data:", "ws:", "about:")) for url in browser.requested
            ), browser.requested

    with shop(tmp_path, 1) as desk:
        write_in(desk, subject="Refund please", text="Where is it?")
        with served(desk) as address:
            asyncio.run(work(address, address.partition("/enter/")[0]))
        until(lambda: ticket(desk, 1).line.status is Status.SOLVED)
        (reply,) = [one for one in ticket(desk, 1).messages if one.direction is Direction.OUT]
        assert reply.text.startswith("Thank you, it is on its way.")
