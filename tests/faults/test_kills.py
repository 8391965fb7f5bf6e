"""F1: kill -9 at any write of a sync costs nothing: the next sync ends with every mail exactly once,
and the one after it has nothing to do.

strace kills the process when it begins its N-th write, so that the kills hit between any two writes
of a commit; others come at any moment, as those of an operating system do."""

import math
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.desks import Desk, Ground, conversation_mails, make_ground
from tests.faults.figures import Figure
from tests.faults.warm import Warm
from tests.long import SOAK
from tests.servers.dovecot import Dovecot

pytestmark = [pytest.mark.acceptance, pytest.mark.usefixtures("strace")]

CALLS = ("pwrite64", "fsync", "fdatasync", "ftruncate", "unlink", "sendto")
WRITES = CALLS[:-1]
"""What a sync changes files with."""

PARTS = 16 if SOAK else 2
"""In how many tests the kills are divided, for several workers."""

MOMENTS, MANY = (300, 500) if SOAK else (6, 40)
"""How many kills come at any moment of a sync of how many mails."""


def calls_of_a_sync(desk: Desk, calls: tuple[str, ...]) -> Counter[str]:
    """How often a first sync makes these calls of the system; a few more or less, since ids are
    random."""
    log = desk.folder / "log"
    ran = desk.sync(trace=calls, log=log)
    assert ran.code in {0, 1}, ran  # 1: an address was refused for good
    text = log.read_text(encoding="utf-8", errors="replace")
    return Counter({name: found for name in calls if (found := text.count(f" {name}("))})


def kills_at(ground: Ground, folder: Path, name: str, first: int, step: int) -> Iterator[Desk]:
    """Desks that were killed at the `first` call of this name, and at each `step` calls behind it,
    until a sync has no more of them."""
    number = first
    while True:
        desk = ground.copy(folder / f"{name}-{number}")
        ran = desk.sync(inject=f"{name}:signal=SIGKILL:when={number}")
        if not ran.killed:
            assert ran.code == 0, ran
            desk.drop()
            return
        yield desk
        desk.drop()
        number += step


@dataclass(frozen=True, slots=True)
class Kills:
    """At which calls of the system, and about how many: of the other calls a third of those of the
    first one."""

    calls: tuple[str, ...]
    count: int

    def step(self, name: str, found: int) -> int:
        """The distance between two kills; in a soak there is one at every call."""
        wanted = self.count if name == self.calls[0] else self.count // 3
        return 1 if SOAK else max(1, found // wanted)


INTO_LOG, INTO_JOURNAL, TO_SERVER = Kills(WRITES, 12), Kills(WRITES, 8), Kills(("sendto",), 8)


def kill_everywhere(ground: Ground, folder: Path, figure: Figure, kills: Kills, part: int) -> None:
    """Kill a sync at its writes, and look at what the next ones make of it."""
    counting = ground.copy(folder / "counting")
    for name, count in calls_of_a_sync(counting, kills.calls).items():
        step = kills.step(name, count)
        for desk in kills_at(ground, folder, name, 1 + part * step, step * PARTS):
            found = figure.found(desk.recover())
            figure.count(kills=1)
            assert found == [], desk.folder.name
    counting.drop()


@pytest.mark.parametrize("part", range(PARTS))
def test_a_kill_at_a_write(small: Ground, tmp_path: Path, figure: Figure, part: int) -> None:
    figure.of("F1 kill at a write of a sync of 25 mails, write-ahead log")
    kill_everywhere(small, tmp_path, figure, INTO_LOG, part)


@pytest.fixture(scope="module")
def with_rollback_journal(
    dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    """25 mails, and a desk with the journal that the standard SQLite gets."""
    path = tmp_path_factory.mktemp("path")
    (path / "pysqlite3.py").write_text("raise ImportError\n", encoding="utf-8")
    mails, truth = conversation_mails(5, 25)
    with Warm(str(path)) as warm:
        yield make_ground(warm, tmp_path_factory.mktemp("small"), dovecot, mails, truth=truth)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_kill_at_a_write_with_a_rollback_journal(
    with_rollback_journal: Ground, tmp_path: Path, figure: Figure, part: int
) -> None:
    figure.of("F1 kill at a write of a sync of 25 mails, rollback journal")
    kill_everywhere(with_rollback_journal, tmp_path, figure, INTO_JOURNAL, part)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_kill_at_a_send(
    small_on_postgres: Ground, tmp_path: Path, figure: Figure, part: int
) -> None:
    figure.of("F1 kill at a send of a sync of 25 mails, PostgreSQL")
    kill_everywhere(small_on_postgres, tmp_path, figure, TO_SERVER, part)


@pytest.fixture(scope="module")
def many(warm: Warm, dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """Many mails in two folders, and a desk on SQLite."""
    mails, truth = conversation_mails(6, MANY)
    return make_ground(warm, tmp_path_factory.mktemp("many"), dovecot, mails, truth=truth)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_kill_at_any_moment(many: Ground, tmp_path: Path, figure: Figure, part: int) -> None:
    """Not only at writes: between them it reads, parses and decides."""
    figure.of(f"F1 kill at any moment of a sync of {MANY} mails, write-ahead log")
    rng = random.Random(part)
    length = seconds_of_a_sync(many, tmp_path)
    killed = 0
    while killed < math.ceil(MOMENTS / PARTS):
        desk = many.copy(tmp_path / "desk")
        running = desk.start("sync")
        time.sleep(rng.random() * length)
        running.kill()
        if running.wait().killed:  # else it was quicker this time
            killed += 1
            found = figure.found(desk.recover())
            assert found == [], killed
        desk.drop()
    figure.count(kills=killed)


def seconds_of_a_sync(ground: Ground, folder: Path) -> float:
    """How long a first sync takes."""
    desk = ground.copy(folder / "timed")
    began = time.monotonic()
    desk.sync_well()
    took = time.monotonic() - began
    desk.drop()
    return took


LARGE, LARGE_KILLS = 65 * 1024 * 1024, 12 if SOAK else 2
"""A mail above what is fetched with others: its first bytes come at once, the rest behind them."""


def large_mail() -> bytes:
    """A mail with a film."""
    head = b"From: grace@customer.test\r\nTo: help@shop.test\r\nSubject: Film\r\nMessage-ID: <film@customer.test>\r\nMIME-Version: 1.0\r\n"
    head += b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere is the film.\r\n"
    file = b"--b\r\nContent-Type: video/mp4; name=film.mp4\r\n\r\n" + (b"x" * 76 + b"\r\n") * (
        LARGE // 78
    )
    return head + file + b"\r\n--b--\r\n"


@pytest.fixture(scope="module")
def with_film(warm: Warm, dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """One large mail."""
    folder = tmp_path_factory.mktemp("film")
    return make_ground(warm, folder, dovecot, [("INBOX", large_mail(), None)])


@pytest.fixture(scope="module")
def writes_of_film(with_film: Ground, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many writes it takes."""
    desk = with_film.copy(tmp_path_factory.mktemp("counting") / "desk")
    writes = calls_of_a_sync(desk, ("pwrite64",))["pwrite64"]
    desk.drop()
    return writes


@pytest.mark.parametrize("kill", range(LARGE_KILLS))
def test_a_large_mail_is_one_message_and_whole_after_a_kill(
    with_film: Ground, writes_of_film: int, tmp_path: Path, figure: Figure, kill: int
) -> None:
    figure.of("F1 kill at a write of a mail of 65 MB")
    desk = with_film.copy(tmp_path / "desk")
    at = 1 + kill * (writes_of_film * 98 // 100) // (LARGE_KILLS - 1)
    assert desk.sync(inject=f"pwrite64:signal=SIGKILL:when={at}").killed
    assert figure.found(desk.recover()) == []
    figure.count(kills=1)
    assert desk.query("SELECT state FROM remote_mail") == [("kept",)]
    assert desk.query("SELECT name, size > 65000000 FROM attachment") == [("film.mp4", 1)]
    desk.drop()
