"""Another process inserts, reorders and deletes tickets as fast as the desk takes it, at most fifty
times a second, while an agent types at tickets that the screen names: those are touched, by what was
typed, and no others. SOAK=1 waits for twenty times as many changes."""

import random
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import text

from supportcli.desk import Desk
from tests.demo.terminal import Terminal
from tests.desk.desks import ADA, BOB
from tests.long import SOAK
from tests.tui.driver.test_typed_ahead import ESCAPE, terminal
from tests.tui.inboxes import marked, shop

pytestmark = pytest.mark.acceptance

NAMED = 400 if SOAK else 60
"""The tickets that the agent acts on, each once: they move, and are never deleted."""

CHANGES = 6_000 if SOAK else 300
"""So many does the other process make at least meanwhile."""

MEDDLING = """
    import random, sys, time
    from pathlib import Path
    from supportcli.config import Settings
    from supportcli.desk import open_desk
    from supportcli.desk.tickets import verbs
    from supportcli.domain.mail import Address
    from supportcli.domain.tickets.ticket import Priority
    url, agent, named = sys.argv[1:]
    desk, pick, own = open_desk(Settings(Path("config.toml"), url, agent)), random.Random(11), []
    due = time.monotonic()
    while True:
        what = pick.choice("ird")
        if what == "i":
            who = Address("Meddler", "m@acme.test")
            own += verbs.new(desk, mailbox=None, customer=who, subject="Between", text="text").numbers
        elif what == "d" and len(own) > 5:
            verbs.delete(desk, [own.pop(pick.randrange(len(own)))])
        else:
            number = pick.choice([pick.randint(1, int(named)), *own[-1:]])
            higher = pick.choice([Priority.NORMAL, Priority.HIGH, Priority.URGENT])
            verbs.prioritise(desk, [number], higher)
        due = max(due + 1 / 50, time.monotonic() - 1)
        time.sleep(max(0.0, due - time.monotonic()))
"""

VERBS = {
    "e": "solved",
    "i": "assigned",
    "tphone\r": "tagged",
    "w": "waiting",
    "plow\r": "prioritised",
    "h": "on-hold",
    "f": "followed",
    "mAsk Nils.\x13": "noted",
    "stomorrow 9:00\r": "snoozed",
    "abob\r": "assigned",
    "#": "deleted",
    "!": "spam",
}
"""What is typed, and what the history calls it."""

REFRESH = "\x0c"
"""ctrl+l: the list shows what is new and moved where it belongs."""

REFUSED = " again does it"
"""What the inbox says where a ticket has news that its agent has not seen: nothing was done."""

LISTED = "⏎ open"
"""What the footer says where keys go to the list."""

ROW = re.compile(r"^[▸ ].{0,14}?#(\d+) ", re.MULTILINE)


@contextmanager
def meddling(desk: Desk) -> Iterator[None]:
    """Another agent's process, at work."""
    command = [sys.executable, "-c", textwrap.dedent(MEDDLING)]
    other = subprocess.Popen([*command, desk.settings.database, BOB, str(NAMED)])
    try:
        yield
        assert other.poll() is None, "it has ended"
    finally:
        other.kill()
        other.wait()


def history(desk: Desk, agent: str) -> list[tuple[int, str]]:
    """What an agent did, in order: tickets and kinds."""
    statement = text("SELECT ticket_number, kind FROM event WHERE actor = :agent ORDER BY id")
    with desk.db.read() as tx:
        return [(row[0], row[1]) for row in tx.connection().execute(statement, {"agent": agent})]


class Agent:
    """An agent whose list moves. `did` is what their keys meant, in order."""

    def __init__(self, desk: Desk, screen: Terminal) -> None:
        self.desk, self.screen = desk, screen
        self.did: list[tuple[int, str]] = []
        self.refusals = 0

    def take_in(self) -> None:
        """Let the list show what has changed."""
        self.screen.send(REFRESH + "?")
        self.screen.wait_for("esc close")
        self.screen.send(ESCAPE)
        self.screen.wait_for(LISTED)

    def go(self, number: int) -> str:
        """The keys that lead from the ticket under the cursor to another one that is in sight."""
        rows = [int(row) for row in ROW.findall(self.screen.text)]
        way = rows.index(number) - rows.index(marked(self.screen))
        return ("j" if way > 0 else "k") * abs(way)

    def in_sight(self) -> list[int]:
        """The tickets on the screen that wait for a verb."""
        done = {number for number, _ in self.did}
        rows = map(int, ROW.findall(self.screen.text))
        return [number for number in rows if number <= NAMED and number not in done]

    def act(self, number: int, typed: str, opened: str) -> None:
        """Go to a ticket, open it or not, and give it a verb, in one burst; if it has news, read
        them and give it again."""
        self.did.append((number, VERBS[typed]))
        self.screen.send(self.go(number) + opened + typed)
        while not self._is_done():
            self.refusals += 1
            self.screen.rest(0.8)  # reading takes as long
            self.leave()
            self.screen.send(self.go(number) + typed)
        self.leave()

    def leave(self) -> None:
        """Go back to the list. A key that comes before a refusal could be read is dropped."""
        self.screen.send(ESCAPE)  # what the screen shows may be older than the verb
        while LISTED not in self.screen.text or REFUSED in self.screen.text:
            self.screen.rest(0.2)
            self.screen.send(ESCAPE)

    def _is_done(self) -> bool:
        """Wait until the verb is done or refused; whether it is done."""
        done = False

        def told() -> bool:
            nonlocal done
            done = len(history(self.desk, ADA)) >= len(self.did)
            return done or REFUSED in self.screen.text

        self.screen.wait_until(told)
        return done


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_keys_touch_the_tickets_that_were_seen_however_fast_others_move(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    pick = random.Random(5)
    typed = cycle(VERBS)
    with shop(tmp_path, tickets=NAMED) as desk, terminal(desk, *size) as screen:
        screen.wait_for(f" of {NAMED}")
        with meddling(desk):
            screen.wait_until(lambda: " new " in screen.text)
            agent = Agent(desk, screen)
            while len(history(desk, BOB)) < CHANGES or len(agent.did) < len(VERBS):
                agent.take_in()
                if seen := agent.in_sight():
                    agent.act(pick.choice(seen), next(typed), pick.choice(["", "\r"]))
                else:
                    screen.send(pick.choice(["gg", "G", "\x04", "\x15"]))
        assert history(desk, ADA) == agent.did
