"""A desk whose writer was killed, at a moment that leaves the file and its journal apart: whoever
opens it next finds it whole."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from supportcli.storage.engine.database import Database
from supportcli.storage.engine.driver import load_driver
from supportcli.storage.engine.sqlite import SqliteBackend
from tests.storage.engine.test_refusals import driver_of

PAGE = 4096


GROW = """
INSERT INTO raw_mail (sha256, size, content)
WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 400) SELECT hex(n), 5000, zeroblob(5000) FROM count
"""


def copy(path: Path, folder: Path) -> Path:
    """The desk as it lies on the disk now, journals included."""
    folder.mkdir()
    for file in path.parent.glob(f"{path.name}*"):
        shutil.copyfile(file, folder / file.name)
    return folder / path.name


def mails(path: Path) -> int:
    db = Database.open(str(path))
    try:
        with db.read() as tx:
            return int(
                tx.connection().exec_driver_sql("SELECT count(*) FROM raw_mail").scalar() or 0
            )
    finally:
        db.close()


def test_killed_while_the_log_was_being_written_back(tmp_path: Path) -> None:
    """The first page says already how long the file will be, and the others are not there yet."""
    path = tmp_path / "desk.db"
    Database.open(str(path), create=True).close()
    with closing(load_driver().connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute(GROW)
        cut = copy(path, tmp_path / "cut")
    whole = path.read_bytes()
    with cut.open("r+b") as file:
        file.write(whole[:PAGE])
    assert cut.stat().st_size < len(whole)
    assert mails(cut) == 400


def test_killed_in_the_middle_of_a_transaction_with_a_rollback_journal(tmp_path: Path) -> None:
    """Where the driver may not keep a log, what a dead writer left is taken back."""
    path = tmp_path / "desk.db"
    old = driver_of((3, 51, 2))
    backend = SqliteBackend(path, 1, old)
    backend.prepare(create=True)
    backend.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute(GROW)
        cut = copy(path, tmp_path / "cut")
    assert cut.with_name("desk.db-journal").stat().st_size > 0
    left = SqliteBackend(cut, 1, old)
    left.prepare(create=False)
    with closing(left.connect()) as reader:
        assert reader.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert reader.execute("SELECT count(*) FROM raw_mail").fetchone() == (0,)
    left.close()
