"""F5 and F20: five syncs, which also send, and six agents at once on one desk, while mail comes in;
then the same with kill -9 every few seconds and lines that are cut at any byte.

Whatever a command has said it did is there, once; at the end the checker finds nothing, and each
recipient has got each reply as often as the desk says."""

import itertools
import os
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.checker import Expected
from tests.faults.desks import Desk, Ground
from tests.faults.figures import Figure
from tests.faults.test_sending import ground_of, settle
from tests.faults.warm import Ran, Running, Warm
from tests.long import SOAK
from tests.servers.dovecot import Dovecot
from tests.servers.misbehaving_smtp import MisbehavingSmtp
from tests.servers.proxy import Break, Direction, Proxy

pytestmark = pytest.mark.acceptance

SECONDS = float(os.environ.get("LOAD_SECONDS", "300" if SOAK else "10"))
SYNCS, AGENTS = 5, 6
TEXTS = "SELECT text FROM message WHERE direction <> 'in'"
TOKEN = re.compile(r"\btoken\d+\b")
LARGEST_LOG = 64 * 2**20
BUSY = "has been locked by another program for 10 seconds; nothing was written."
FINE = {0, 1, 69, 75}
"""How a call may end: done, not possible, a server or somebody else in the way."""


@dataclass(slots=True)
class Crowd:
    """Those who work on a desk, each with one call of the program at a time."""

    desk: Desk
    rng: random.Random
    running: dict[int, tuple[Running, str]] = field(default_factory=dict)
    said: dict[str, bool] = field(default_factory=dict)
    ended: Counter[int] = field(default_factory=Counter)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    busy: int = 0
    largest_log: int = 0

    def fill(self) -> None:
        """Let everybody begin something who does nothing."""
        for place in range(SYNCS + AGENTS):
            if place not in self.running:
                token = f"token{next(self.numbers)}"
                call = ("sync",) if place < SYNCS else self._verb(token)
                writes = any(token in word for word in call)
                self.running[place] = self.desk.start(*call), token if writes else ""

    def _verb(self, token: str) -> tuple[str, ...]:
        ticket = str(self.rng.randint(1, 2))
        return self.rng.choice(
            (
                ("ticket", "note", ticket, "--text", f"{token} is noted."),
                ("ticket", "reply", ticket, "--text", f"{token} is the answer.", "--yes"),
                ("ticket", "tag", ticket, "--add", f"t{self.rng.randint(1, 9)}"),
                ("outbox", "list"),
            )
        )

    def wait(self) -> None:
        """Wait for one of them, and note what it said."""
        calls = {place: running for place, (running, _) in self.running.items()}
        over = self.desk.ground.warm.wait_for(list(calls.values()), 1)
        for place in [place for place, one in calls.items() if one in over]:
            running, token = self.running.pop(place)
            self._note(running.wait(), token)
        log = Path(f"{self.desk.database}-wal")
        self.largest_log = max(self.largest_log, log.stat().st_size if log.exists() else 0)

    def _note(self, ran: Ran, token: str) -> None:
        assert ran.killed or ran.code in FINE, ran
        assert "Traceback" not in ran.err, ran
        assert "database is locked" not in ran.err, ran
        self.busy += BUSY in ran.err
        self.ended[ran.code] += 1
        if token:
            self.said[token] = ran.code == 0

    def kill_one(self) -> None:
        """Kill -9 somebody."""
        self.rng.choice(list(self.running.values()))[0].kill()


@dataclass(frozen=True, slots=True)
class Place:
    """A desk whose two servers stand behind proxies."""

    ground: Ground
    smtp: MisbehavingSmtp
    lines: tuple[Proxy, Proxy]


@pytest.fixture
def place(warm: Warm, dovecot: Dovecot, tmp_path: Path) -> Iterator[Place]:
    with (
        MisbehavingSmtp(dovecot.certificates) as smtp,
        Proxy(smtp.port) as to_smtp,
        Proxy(dovecot.port) as to_imap,
    ):
        folder = tmp_path / "ground"
        folder.mkdir()
        ground = ground_of(warm, dovecot, to_smtp.port, folder, imap=to_imap.port)
        yield Place(ground, smtp, (to_smtp, to_imap))


def work(place: Place, dovecot: Dovecot, crowd: Crowd, *, faults: bool) -> int:
    """Let them work for a while; returns how many were killed."""
    ends = time.monotonic() + SECONDS
    mail_at = kill_at = cut_at = 0.0
    killed = mails = 0
    while time.monotonic() < ends:
        crowd.fill()
        now = time.monotonic()
        if now >= mail_at:
            mail_at, mails = now + 1.0, mails + 1
            dovecot.append(place.ground.account.user, "INBOX", new_mail(mails))
        if faults and now >= kill_at:
            kill_at, killed = now + crowd.rng.uniform(1.0, 4.0), killed + 1
            crowd.kill_one()
        if faults and now >= cut_at:
            cut_at = now + crowd.rng.uniform(1.0, 4.0)
            cut = Break(crowd.rng.choice(list(Direction)), after=crowd.rng.randint(1, 6_000))
            crowd.rng.choice(place.lines).break_line(cut)
        crowd.wait()
    while crowd.running:
        crowd.wait()
    return killed


def new_mail(number: int) -> bytes:
    """A mail of a customer, each fifth one into a known ticket."""
    thread = "In-Reply-To: <1@customer.test>\r\n" if number % 5 == 0 else ""
    return (
        "From: grace@customer.test\r\nTo: help@shop.test\r\nSubject: More\r\n"
        f"{thread}Message-ID: <load{number}@customer.test>\r\n\r\nMail {number}.\r\n"
    ).encode()


def verdict(place: Place, crowd: Crowd, figure: Figure) -> Counter[str]:
    """Settle, and compare everything with everything; returns the replies by their states."""
    desk = crowd.desk
    for line in place.lines:
        line.mend()
    settle(desk)
    desk.sync_well()
    ours = {name for (name,) in desk.query("SELECT rfc_message_id FROM outbox")}
    taken = {key: count for key, count in place.smtp.taken.items() if key[0] in ours}
    assert figure.found(desk.violations(Expected(taken=taken))) == []
    written = Counter(TOKEN.findall(" ".join(text for (text,) in desk.query(TEXTS))))
    doubled = {token: count for token, count in written.items() if count > 1}
    lost = [token for token, done in crowd.said.items() if done and not written[token]]
    assert (doubled, lost) == ({}, [])
    assert crowd.busy == 0, "somebody waited for more than ten seconds to write"
    assert crowd.largest_log < LARGEST_LOG
    figure.count(
        calls=crowd.ended.total(),
        told_to_try_again=crowd.busy,
        most_KiB_of_log=crowd.largest_log // 1024,
    )
    return Counter(state for (state,) in desk.query("SELECT state FROM outbox"))


def test_load(place: Place, dovecot: Dovecot, tmp_path: Path, figure: Figure) -> None:
    figure.of(f"F5 five syncs and six agents, {SECONDS:.0f} s")
    crowd = Crowd(place.ground.copy(tmp_path / "desk"), random.Random(5))
    work(place, dovecot, crowd, faults=False)
    states = verdict(place, crowd, figure)
    figure.count(replies=states.total(), uncertain=states["uncertain"])
    assert states["uncertain"] == 0


def test_load_with_kills_and_cuts(
    place: Place, dovecot: Dovecot, tmp_path: Path, figure: Figure
) -> None:
    figure.of(f"F20 the same with kills and cuts, {SECONDS:.0f} s")
    crowd = Crowd(place.ground.copy(tmp_path / "desk"), random.Random(20))
    killed = work(place, dovecot, crowd, faults=True)
    states = verdict(place, crowd, figure)
    figure.count(kills=killed, replies=states.total(), uncertain=states["uncertain"])
    assert states["uncertain"] <= crowd.ended[-9] + sum(line.broken for line in place.lines)
