"""A desk that goes away and comes back while the inbox is open: it is shown, keys say so, nothing
is lost, and the inbox goes on by itself. The servers are real."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from textual import events

from supportcli.desk.tickets import inbox as asked
from supportcli.desk.tickets import reading
from supportcli.domain.tickets.ticket import Status
from supportcli.errors.database import DatabaseReadOnly
from tests.desk.desks import StandingClock, desk_at, write_in
from tests.servers.fixtures import started
from tests.servers.postgres import Postgres
from tests.tui.inboxes import Seen, drive, shop

LOCK = """
import sqlite3, sys
there = sqlite3.connect(sys.argv[1], isolation_level=None)
there.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


def locking(file: Path) -> subprocess.Popen[bytes]:
    """Another program that writes until its input ends."""
    command = [sys.executable, "-c", LOCK, str(file)]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"locked\n"
    return other


@pytest.fixture
def cluster() -> Iterator[Postgres]:
    with ExitStack() as stack:
        yield started(stack, Postgres())


def test_postgresql_stops_and_comes_back(cluster: Postgres) -> None:
    clock = StandingClock()
    with desk_at(cluster.new_database(), clock) as desk:
        for subject in ("Leak", "Refund"):  # the newer one stands first
            write_in(desk, subject=subject)

        async def script(seen: Seen) -> None:
            await seen.press("m", *"Look")
            cluster.halt()
            await seen.shows("desk not reachable since")
            await seen.type(" here")
            await seen.until(lambda: bool(seen.screen.writing.drafts.unsaved))
            await seen.press("escape")
            for key in ("e", "i", "r", "|"):
                await seen.press(key)
                assert "The desk cannot be reached: nothing was done." in seen.text
            assert seen.shown(2).status is Status.NEW
            cluster.serve()
            await seen.until(lambda: "not reachable" not in seen.text, "the desk")
            await seen.until(lambda: not seen.screen.writing.drafts.unsaved, "the draft's save")
            kept = asked.my_drafts(desk)[2, "note"]
            assert kept.text == "Look here"
            write_in(desk, subject="After it")
            await seen.shows("1 new")
            await seen.press("e")
            assert reading.ticket(desk, 2).line.status is Status.SOLVED

        drive(desk, script, (100, 30))


def test_a_database_that_is_locked_is_shown_and_survived(tmp_path: Path) -> None:
    with shop(tmp_path, 2) as desk:

        async def script(seen: Seen) -> None:
            other = locking(tmp_path / "desk.db")
            assert seen.app._driver is not None
            seen.app._driver.send_message(events.Key("e", "e"))
            await seen.shows("desk is busy since")
            other.communicate(b"")
            await seen.quiet()
            await seen.until(lambda: "desk is busy" not in seen.text)
            assert reading.ticket(desk, 1).line.status is Status.SOLVED

        drive(desk, script, (100, 30))


def test_a_desk_that_cannot_be_written_says_so_and_is_read(tmp_path: Path) -> None:
    def refused(_: object) -> None:
        raise DatabaseReadOnly("desk.db", "attempt to write a readonly database")

    def is_read_only(seen: Seen) -> bool:
        """Whether it is shown; others write into the desk too, and can."""
        if seen.screen.work._beside.empty():
            seen.screen.work.beside(refused)
        return "desk is read-only since" in seen.text

    with shop(tmp_path, 2) as desk:

        async def script(seen: Seen) -> None:
            await seen.until(lambda: is_read_only(seen), "its state")
            await seen.press("j", "enter")
            assert "Text of ticket 2." in seen.text
            seen.screen.work.beside(lambda client: client.tick())
            await seen.until(lambda: "read-only" not in seen.text, "the desk")

        drive(desk, script, (100, 30))
