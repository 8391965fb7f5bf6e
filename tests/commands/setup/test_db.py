"""Back-ups while everybody works: whole or not there, checked, never in the place of something, and
a desk like any other."""

import os
import shlex
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from supportcli.storage.engine.copying import PAGES
from supportcli.storage.engine.database import Database
from supportcli.storage.engine.driver import load_driver
from tests.commands.letters import letter
from tests.commands.program import ADA, Program
from tests.servers.postgres import Postgres
from tests.servers.process import program as server_program
from tests.tui.inboxes import until

PROGRAM = [sys.executable, "-m", "supportcli"]

WRITER = """
import sys
from supportcli.storage.engine.database import Database
from sqlalchemy import text
db = Database.open(sys.argv[1])
add = text("INSERT INTO raw_mail (sha256, size, content) VALUES (:sha, 100000, zeroblob(100000))")
grow = text("UPDATE ticket SET version = version + 1")
print("begun", flush=True)
for number in range(100_000):
    with db.write() as tx:  # each commit adds a row and counts it: a copy of two moments would tell
        tx.connection().execute(add, {"sha": f"{number:064}"})
        tx.connection().execute(grow)
"""


@contextmanager
def busy(desk: Program) -> Iterator["subprocess.Popen[bytes]"]:
    """Another process that writes without a pause."""
    command = [sys.executable, "-c", WRITER, str(desk.folder / "desk.db")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env={**os.environ, **desk.environ}
    ) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process
            assert process.poll() is None, "it still writes"
        finally:
            process.kill()


def fill(desk: Program, mails: int = 30, size: int = 1_000_000) -> None:
    """Make the file so large that a copy takes many steps."""
    with closing(
        load_driver().connect(desk.folder / "desk.db", isolation_level=None)
    ) as connection:
        connection.execute("BEGIN")
        for number in range(mails):
            connection.execute(
                "INSERT INTO raw_mail (sha256, size, content) VALUES (?, ?, zeroblob(?))",
                (f"x{number:063}", size, size),
            )
        connection.execute("COMMIT")


def moment(file: Path) -> tuple[int, int]:
    """How many commits of the writer a file holds, counted in two ways."""
    with closing(
        load_driver().connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)
    ) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM raw_mail WHERE size = 100000").fetchone()
        (version,) = connection.execute("SELECT max(version) FROM ticket").fetchone()
    return rows, version


def test_a_back_up_is_of_one_moment_while_a_writer_writes_and_an_inbox_reads(desk: Program) -> None:
    desk.write_in()
    fill(desk)
    first = moment(desk.folder / "desk.db")[1]
    copies = [desk.folder / f"copy{place}.db" for place in range(2)]
    with closing(Database.open(str(desk.folder / "desk.db"))) as inbox, busy(desk):
        for copy in copies:
            before = inbox.data_version()
            [told] = desk.rows("db", "backup", str(copy))
            assert inbox.data_version() != before, "the writer was not kept from writing"
            assert told["size"] == copy.stat().st_size > 10 * PAGES * 4096
    for copy in copies:
        rows, version = moment(copy)
        assert version - first == rows
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        other = Program.rows(desk, "--database", str(copy), "ticket", "list")
        assert [row["subject"] for row in other] == ["Leak"]
    assert moment(copies[0])[0] < moment(copies[1])[0], "each is of its own moment"
    assert [path.name for path in desk.folder.iterdir() if path.name.startswith(".copy")] == []


def test_killed_in_the_middle_it_leaves_no_file_and_nobody_else_is_hurt(desk: Program) -> None:
    desk.write_in()
    fill(desk, mails=60)
    copy = desk.folder / "copy.db"
    command = [*PROGRAM, "db", "backup", str(copy)]
    with busy(desk):
        process = subprocess.Popen(command, env={**os.environ, **desk.environ})
        until(lambda: any(path.stat().st_size > 0 for path in desk.folder.glob(".copy.db.*")))
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        assert not copy.exists()
        desk.done("db", "backup", str(copy))
    assert desk.rows("--database", str(copy), "ticket", "list")[0]["number"] == 1
    desk.write_in("Still here")


def test_stopped_by_its_person_it_leaves_nothing(
    desk: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(desk)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("supportcli.storage.engine.copying.check", stop)
    assert desk.run("db", "backup", "copy.db").code == 130
    assert [path.name for path in desk.folder.iterdir() if "copy" in path.name] == []
    desk.write_in()


def test_what_is_not_what_was_copied_gets_no_name(
    desk: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    from supportcli.storage.engine import copying

    check = copying.check

    def damaged(driver: ModuleType, copied: Path, held: copying.Contents) -> None:
        with closing(driver.connect(copied, isolation_level=None)) as connection:
            connection.execute("DELETE FROM raw_mail")
        check(driver, copied, held)

    fill(desk)
    (desk.folder / "copy.db").write_bytes(b"the one before")
    monkeypatch.setattr(copying, "check", damaged)
    refused = desk.run("db", "backup", "copy.db", "--force")
    assert (refused.code, refused.err.splitlines()[0]) == (
        75,
        "supportcli: The desk was not copied: its contents differ from the desk's.",
    )
    assert (desk.folder / "copy.db").read_bytes() == b"the one before"


def test_a_disk_without_room_is_said_and_nothing_is_left(desk: Program) -> None:
    """A limit on the size of files stands for a full disk (setrlimit(2)): Python ignores its
    signal, and the write fails."""
    fill(desk)
    command = f"ulimit -f 4096; exec {shlex.join(PROGRAM)} db backup copy.db"
    full = subprocess.run(
        ["sh", "-c", command],
        env={**os.environ, **desk.environ},
        cwd=desk.folder,
        capture_output=True,
        check=False,
    )
    assert (full.returncode, full.stdout) == (75, b"")
    assert full.stderr.startswith(b"supportcli: The desk was not copied: ")
    assert [path.name for path in desk.folder.iterdir() if "copy" in path.name] == []


@pytest.mark.parametrize(
    "name", ["desk.db", "desk.db-wal", "desk.db-shm", "desk.db-journal", "link.db", "hard.db"]
)
def test_it_never_takes_the_place_of_the_desk(desk: Program, name: str) -> None:
    (desk.folder / "link.db").symlink_to(desk.folder / "desk.db")
    (desk.folder / "hard.db").hardlink_to(desk.folder / "desk.db")
    desk.write_in()
    refused = desk.run("db", "backup", name, "--force")
    assert (refused.code, refused.err.splitlines()[0]) == (
        1,
        f"supportcli: {name} belongs to the desk itself, so nothing was written.",
    )
    assert [row["number"] for row in desk.rows("ticket", "list")] == [1]


def test_nor_that_of_another_database_in_use(desk: Program) -> None:
    desk.done("db", "backup", "copy.db")
    with closing(load_driver().connect(desk.folder / "copy.db", isolation_level=None)) as used:
        used.execute("UPDATE desk SET close_after_days = 5")
        refused = desk.run("db", "backup", "copy.db", "--force")
        assert (refused.code, "copy.db-wal is beside it" in refused.err) == (1, True)
    desk.done("db", "backup", "copy.db", "--force")


def test_calls_that_are_wrong(desk: Program) -> None:
    assert desk.run("db", "backup", "-").code == 2
    assert desk.run("db", "backup").code == 2
    desk.done("db", "backup", "copy.db")
    refused = desk.run("db", "backup", "copy.db")
    assert (refused.code, refused.err.splitlines()[0]) == (
        1,
        "supportcli: copy.db already exists; nothing was written.",
    )


def test_a_back_up_tells_what_is_in_it(desk: Program) -> None:
    desk.done("mail", "ingest", "-", "--mailbox", "help@shop.test", stdin=letter())
    desk.write_in()
    said = desk.done("db", "backup", "copy.db")
    assert said.startswith("Wrote copy.db: 2 tickets, 1 email (")
    assert said.endswith("), and checked it.\n")
    [told] = desk.rows("db", "backup", "other.db")
    assert (told["file"], told["tickets"], told["messages"], told["mails"]) == ("other.db", 2, 2, 1)


def test_a_desk_on_postgresql_says_how_its_own_tool_is_called_and_no_password(
    program: Program, postgres: Postgres
) -> None:
    url = postgres.new_database()
    secret = url.replace("supportcli@", "supportcli:s3cret@") + "&password=s3cret"
    program.done("--database", url, "init", "--yes", "--no-starters", "--agent", ADA)
    refused = program.run("--database", secret, "db", "backup", "a copy.db")
    assert refused.code == 1
    command = refused.err.splitlines()[1].removeprefix("Run: ")
    assert "s3cret" not in refused.err
    assert not (program.folder / "a copy.db").exists()
    words = shlex.split(command)
    assert words[:3] == ["pg_dump", "--format=custom", "--file=a copy.db"]
    tool = server_program(
        "pg_dump", "postgresql-client", *map(str, Path("/usr/lib/postgresql").glob("*/bin"))
    )
    subprocess.run([tool, *words[1:]], cwd=program.folder, check=True)
    assert (program.folder / "a copy.db").stat().st_size > 1000
