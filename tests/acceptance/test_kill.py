"""kill -9 at any write of a sync costs nothing: the next sync ends with every mail exactly once.

strace kills the process at its N-th write to a file, so that the kills are spread evenly over a
sync and hit between any two writes of a commit."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import pytest

from supportcli.config import load
from supportcli.desk import Desk, open_desk
from tests.conversations import INBOX, MAILBOX, OTHER_FOLDER, World, generate
from tests.desk.invariants import violations
from tests.desk.receiving import conversations, fill, tickets
from tests.long import LONG
from tests.servers.dovecot import Dovecot
from tests.servers.process import LOOPBACK, free_port

pytestmark = pytest.mark.acceptance

KILLS = (
    {"write-ahead log": 50, "rollback journal": 10}
    if LONG
    else {"write-ahead log": 20, "rollback journal": 6}
)
MAILS = 200 if LONG else 100
WRITES = "trace=pwrite64"
PROGRAM = [sys.executable, "-m", "supportcli"]


@dataclass(frozen=True, slots=True)
class Place:
    """A desk on disk that was never synced, the world on its server, and how many writes its first
    sync takes. `path` comes before the rest of Python's path."""

    folder: Path
    world: World
    server: Dovecot
    user: str
    path: tuple[str, ...] = ()
    writes: int = 0

    def environment(self, folder: Path) -> dict[str, str]:
        """For the desk in `folder`, and nothing of the person who runs the tests."""
        desk = {
            "SUPPORTCLI_CONFIG": str(folder / "config.toml"),
            "SUPPORTCLI_DATABASE": str(folder / "desk.db"),
            "HOME": str(folder),
        }
        python = os.pathsep.join([*self.path, *filter(None, [os.environ.get("PYTHONPATH")])])
        return desk | {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": python,
            "HELP_PASSWORD": self.server.password(self.user),
        }

    def run(self, folder: Path, *arguments: str) -> None:
        """Run a command on the desk in `folder`; it must succeed."""
        done = subprocess.run(
            [*PROGRAM, *arguments],
            env=self.environment(folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def traced_sync(self, folder: Path, log: Path, *options: str) -> int:
        """Sync the desk in `folder` under strace; its exit status."""
        strace = ["strace", "-f", "-qq", "-e", WRITES, *options, "-o", str(log)]
        return subprocess.run(
            [*strace, *PROGRAM, "sync"], env=self.environment(folder), check=False
        ).returncode


@pytest.fixture(scope="module")
def place_with(
    dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Place]:
    """Makes a desk and a full mailbox, once for each kind of journal."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace (Debian package strace)")
    return cache(partial(make_place, dovecot, tmp_path_factory.mktemp))


def make_place(server: Dovecot, new_folder: Callable[[str], Path], journal: str) -> Place:
    """A desk that was never synced, with the journal that a driver with a fixed SQLite gets, or
    with that of the standard one."""
    user, _ = server.new_user()
    world = generate(seed=5, mails=MAILS)
    fill(server, user, world)
    place = Place(
        new_folder("desk"),
        world,
        server,
        user,
        () if journal == "write-ahead log" else (without_pysqlite3(new_folder("path")),),
    )
    found_desk(place)
    return replace(place, writes=count_writes(place, new_folder("writes")))


def found_desk(place: Place) -> None:
    """Found the desk of a place, with its mailbox."""
    servers = [
        "--imap",
        f"{LOOPBACK}:{place.server.port}",
        "--smtp",
        f"{LOOPBACK}:{free_port()}",
        "--security",
        "none",
        "--folder",
        OTHER_FOLDER,
    ]
    place.run(place.folder, "init", "--yes", "--agent", "Ada <ada@shop.test>")
    place.run(place.folder, "desk", "edit", "--flood-limit", "none")
    place.run(
        place.folder,
        "mailbox",
        "add",
        MAILBOX,
        *servers,
        "--user",
        place.user,
        "--secret",
        "env:HELP_PASSWORD",
        "--history",
        "all",
    )


def without_pysqlite3(folder: Path) -> str:
    """A place on Python's path that makes pysqlite3 look as if it were not installed."""
    (folder / "pysqlite3.py").write_text("raise ImportError\n", encoding="utf-8")
    return str(folder)


def count_writes(place: Place, work: Path) -> int:
    """How often a first sync writes to a file; a few more or less, since ids are random."""
    assert place.traced_sync(shutil.copytree(place.folder, work / "desk"), work / "log") == 0
    return (work / "log").read_text(encoding="utf-8").count(" pwrite64(")


@contextmanager
def opened(folder: Path) -> Iterator[Desk]:
    """The desk in `folder`, by a new connection: FTS5 takes what another process wrote for damage
    where it checks before it searches."""
    desk = open_desk(load(folder / "config.toml", str(folder / "desk.db"), {}))
    try:
        yield desk
    finally:
        desk.close()


@pytest.mark.parametrize(
    ("journal", "kill"),
    [(journal, kill) for journal, kills in KILLS.items() for kill in range(kills)],
)
def test_the_sync_after_a_kill_ends_with_every_mail_once(
    place_with: Callable[[str], Place], tmp_path: Path, journal: str, kill: int
) -> None:
    place = place_with(journal)
    folder = shutil.copytree(place.folder, tmp_path / "desk")
    last = place.writes * 98 // 100
    at = 1 + kill * last // (KILLS[journal] - 1)
    assert (
        place.traced_sync(
            folder, tmp_path / "log", "-e", f"inject=pwrite64:signal=SIGKILL:when={at}"
        )
        == -signal.SIGKILL
    )
    place.run(folder, "sync")
    with opened(folder) as desk:
        assert violations(desk, place.server, place.user) == []
        assert conversations(tickets(desk)) == place.world.conversations()


LARGE = 65 * 1024 * 1024
LARGE_KILLS = 6


def large_mail() -> bytes:
    """A mail above what is fetched with others: its first bytes come at once, the rest behind
    them."""
    head = b"From: grace@customer.test\r\nTo: help@shop.test\r\nSubject: Film\r\nMessage-ID: <film@customer.test>\r\nMIME-Version: 1.0\r\n"
    head += b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere is the film.\r\n"
    file = b"--b\r\nContent-Type: video/mp4; name=film.mp4\r\n\r\n" + (b"x" * 76 + b"\r\n") * (
        LARGE // 78
    )
    return head + file + b"\r\n--b--\r\n"


@pytest.fixture(scope="module")
def large_place(dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A desk that was never synced, and one large mail on its server."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace (Debian package strace)")
    user, _ = dovecot.new_user()
    dovecot.create_folder(user, OTHER_FOLDER)
    dovecot.append(user, INBOX, large_mail())
    place = Place(tmp_path_factory.mktemp("large"), World(()), dovecot, user)
    found_desk(place)
    return replace(place, writes=count_writes(place, tmp_path_factory.mktemp("writes")))


@pytest.mark.parametrize("kill", range(LARGE_KILLS))
def test_a_large_mail_is_one_message_and_whole_after_a_kill(
    large_place: Place, tmp_path: Path, kill: int
) -> None:
    folder = shutil.copytree(large_place.folder, tmp_path / "desk")
    at = 1 + kill * (large_place.writes * 98 // 100) // (LARGE_KILLS - 1)
    assert (
        large_place.traced_sync(
            folder, tmp_path / "log", "-e", f"inject=pwrite64:signal=SIGKILL:when={at}"
        )
        == -signal.SIGKILL
    )
    large_place.run(folder, "sync")
    with opened(folder) as desk:
        assert violations(desk, large_place.server, large_place.user) == []
        ((message,),) = [ticket.messages for ticket in tickets(desk)]
        assert (message.part, [file.name for file in message.attachments]) == (None, ["film.mp4"])
