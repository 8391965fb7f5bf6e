"""Thousands of imported mails: killed three times and resumed, every one is there once, in flat
memory; the same file again adds nothing."""

import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from supportcli.channels.files.archives import as_mbox
from supportcli.config import load
from supportcli.desk import Desk, open_desk
from supportcli.storage.engine import driver
from tests import measured
from tests.conversations import MAILBOX, World, generate
from tests.desk.invariants import sizes
from tests.desk.receiving import TOKEN
from tests.long import LONG

pytestmark = pytest.mark.acceptance

PROGRAM = [sys.executable, "-m", "supportcli"]
MANY, FEW = (10_000, 2_000) if LONG else (2_500, 500)
FLAT = 1.2
"""How much more memory five times the mails may take."""


@dataclass(frozen=True, slots=True)
class Place:
    """A desk in a folder, and an mbox beside it in no order."""

    folder: Path
    world: World

    @property
    def environ(self) -> dict[str, str]:
        home = str(self.folder)
        return {
            "HOME": home,
            "PATH": "",
            "SUPPORTCLI_CONFIG": f"{home}/config.toml",
            "SUPPORTCLI_DATABASE": f"{home}/desk.db",
        }

    def run(self, *argv: str) -> None:
        done = subprocess.run(
            [*PROGRAM, *argv], env=self.environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> "subprocess.Popen[str]":
        """An import that tells how much memory it took at most, in KiB."""
        argv = [*measured.COMMAND, "import", "mbox", str(self.folder / "all.mbox")]
        return subprocess.Popen(
            argv, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def imported(self) -> int:
        """Import all of it; answers with the memory it took."""
        with self.start() as process:
            out, err = process.communicate()
        assert process.returncode == 0, out + err
        return int(err)

    def counted(self, query: str) -> int:
        with closing(
            driver.load_driver().connect(self.folder / "desk.db", timeout=10)
        ) as connection:
            return int(connection.execute(query).fetchone()[0])

    def conversations(self) -> set[frozenset[str]]:
        """The tokens that stand together, ticket by ticket."""
        with closing(driver.load_driver().connect(self.folder / "desk.db")) as connection:
            texts = connection.execute(
                "SELECT group_concat(text, char(10)) FROM message GROUP BY ticket_number"
            )
            return {frozenset(TOKEN.findall(text)) for (text,) in texts}

    def opened(self) -> Desk:
        return open_desk(load(self.folder / "config.toml", str(self.folder / "desk.db"), {}))


def place_in(folder: Path, mails: int) -> Place:
    world = generate(seed=7, mails=mails)
    shuffled = list(world.mails)
    random.Random(3).shuffle(shuffled)
    with (folder / "all.mbox").open("wb") as file:
        file.writelines(as_mbox(mail.raw, mail.internal_date) for mail in shuffled)
    place = Place(folder, world)
    place.run("init", "--yes", "--agent", "Ada <ada@shop.test>")
    nowhere = ("--imap", "127.0.0.1:9", "--smtp", "127.0.0.1:9", "--security", "none")
    place.run("mailbox", "add", MAILBOX, *nowhere, "--history", "none")
    return place


def kill_behind(place: Place, query: str, count: int) -> None:
    """Begin the import, and kill it when so much of it is there."""
    with place.start() as process:
        while place.counted(query) < count:
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        process.kill()
    assert process.returncode == -signal.SIGKILL


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> int:
    """The memory that a small import takes."""
    return place_in(tmp_path_factory.mktemp("few"), FEW).imported()


KEPT, DECIDED = "SELECT count(*) FROM mail", "SELECT count(*) FROM mail WHERE state <> 'kept'"


def test_an_import_that_is_killed_three_times_ends_with_every_mail_once(
    tmp_path: Path, few: int
) -> None:
    place = place_in(tmp_path, MANY)
    kill_behind(place, KEPT, MANY // 3)
    kill_behind(place, DECIDED, MANY // 4)
    kill_behind(place, DECIDED, MANY // 2)
    memory = place.imported()
    assert place.conversations() == place.world.conversations()
    with closing(place.opened()) as desk:
        before = sizes(desk)
    assert place.counted("SELECT count(*) FROM message") == len(place.world.messages())
    assert place.counted("SELECT count(*) FROM ticket WHERE waiting_since IS NOT NULL") == 0
    assert memory <= FLAT * few
    place.imported()
    with closing(place.opened()) as desk:
        assert sizes(desk) == before
