"""kill -9 at any write of a sync costs nothing: the next sync ends with every mail exactly once.

strace kills the process at its N-th write to a file, so that the kills are spread evenly over a sync and hit between any two writes of a commit.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from supportcli.config import load
from supportcli.desk import Desk, open_desk
from supportcli.desk.sync import sync
from tests.conversations import INBOX, MAILBOX, World, generate
from tests.desk.invariants import violations
from tests.desk.receiving import conversations, tickets
from tests.servers.dovecot import Dovecot
from tests.servers.process import LOOPBACK, free_port

pytestmark = pytest.mark.acceptance

KILLS = 50
MAILS = 200
SYNC = [sys.executable, "-m", "supportcli", "sync"]
WRITES = "trace=pwrite64"


@dataclass(frozen=True, slots=True)
class Place:
    """A desk on disk that was never synced, the world on the server, and how many writes its first sync takes."""

    folder: Path
    world: World
    server: Dovecot
    user: str
    writes: int


def environment(folder: Path, server: Dovecot, user: str) -> dict[str, str]:
    """What the program is told about the desk in `folder`, and nothing of the person who runs the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    desk = {"SUPPORTCLI_CONFIG": str(folder / "config.toml"), "SUPPORTCLI_DATABASE": str(folder / "desk.db")}
    return kept | desk | {"HOME": str(folder), "HELP_PASSWORD": server.password(user)}


def supportcli(folder: Path, server: Dovecot, user: str, *arguments: str) -> None:
    """Run a command that must succeed."""
    command = [sys.executable, "-m", "supportcli", *arguments]
    done = subprocess.run(command, env=environment(folder, server, user), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def place(dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Place:
    if shutil.which("strace") is None:
        pytest.skip("needs strace (Debian package strace)")
    folder = tmp_path_factory.mktemp("desk")
    user, _ = dovecot.new_user()
    world = World(tuple(mail for mail in generate(seed=5, mails=MAILS).mails if mail.folder == INBOX))
    dovecot.append_all(user, INBOX, world.in_folder(INBOX))
    supportcli(folder, dovecot, user, "init", "--yes", "--agent", "Ada <ada@shop.test>")
    servers = ["--imap", f"{LOOPBACK}:{dovecot.port}", "--smtp", f"{LOOPBACK}:{free_port()}", "--security", "none"]
    supportcli(folder, dovecot, user, "mailbox", "add", MAILBOX, *servers, "--user", user, "--secret", "env:HELP_PASSWORD", "--history", "all")
    return Place(folder, world, dovecot, user, count_writes(folder, dovecot, user, tmp_path_factory.mktemp("count")))


def count_writes(folder: Path, server: Dovecot, user: str, work: Path) -> int:
    """How often a whole first sync writes to a file."""
    copy = shutil.copytree(folder, work / "desk")
    log = work / "writes"
    subprocess.run(["strace", "-f", "-qq", "-e", WRITES, "-o", str(log), *SYNC], env=environment(copy, server, user), check=True)
    return log.read_text(encoding="utf-8").count(" pwrite64(")


@contextmanager
def opened(folder: Path) -> Iterator[Desk]:
    """The desk in `folder`, by a new connection: FTS5 takes what another process wrote for damage where it checks before it searches."""
    desk = open_desk(load(folder / "config.toml", str(folder / "desk.db"), {}))
    try:
        yield desk
    finally:
        desk.close()


@pytest.mark.parametrize("kill", range(KILLS))
def test_the_sync_after_a_kill_ends_with_every_mail_once(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill: int) -> None:
    folder = shutil.copytree(place.folder, tmp_path / "desk")
    kill_sync(place, folder, at=1 + kill * last_write(place) // (KILLS - 1))
    with opened(folder) as desk:
        assert [fault for fault in violations(desk, place.server, place.user, [INBOX]) if fault.startswith(("integrity", "foreign key"))] == []

    monkeypatch.setenv("HELP_PASSWORD", place.server.password(place.user))
    with opened(folder) as desk:
        assert sync(desk).error is None
        assert violations(desk, place.server, place.user, [INBOX]) == []
        assert conversations(tickets(desk)) == place.world.conversations()


def last_write(place: Place) -> int:
    """A write that every sync comes to, near its end: how many there are varies by a few, since ids are random."""
    return place.writes * 98 // 100


def kill_sync(place: Place, folder: Path, at: int) -> None:
    """Sync the desk in `folder` and kill that at its `at`-th write."""
    inject = f"inject=pwrite64:signal=SIGKILL:when={at}"
    command = ["strace", "-f", "-qq", "-e", WRITES, "-e", inject, "-o", "/dev/null", *SYNC]
    killed = subprocess.run(command, env=environment(folder, place.server, place.user), check=False)
    assert killed.returncode == -signal.SIGKILL, f"write {at} of {place.writes} never came"
