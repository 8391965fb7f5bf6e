"""The two kinds of transaction, and a database that several threads and programs use at once. On
both engines."""

import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlmodel import Session

from supportcli.domain.mail import Address
from supportcli.domain.people import Role
from supportcli.errors.database import DatabaseBusy, DatabaseNewer, DatabaseUrlUnknown, DiskFull
from supportcli.storage.engine import rows
from supportcli.storage.engine.database import Database
from supportcli.storage.setup import identity
from supportcli.storage.tables import CustomerRow, RawMailRow, TicketTagRow
from supportcli.storage.tickets import people

NOW = datetime(2026, 3, 1, 9, 0, 0, 123456, tzinfo=UTC)


def hire(tx: Session, address: str = "ada@shop.test") -> int:
    return people.add_agent(tx, "Ada", address, Role.AGENT, now=NOW)


def hire_and_fail(tx: Session) -> None:
    hire(tx, "nobody@shop.test")
    raise ZeroDivisionError


def addresses(db: Database) -> list[str]:
    with db.read() as tx:
        return [agent.address for agent in people.agents(tx)]


def execute(tx: Session, statement: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in tx.connection().exec_driver_sql(statement)]


@contextmanager
def another(db_url: str) -> Iterator[Database]:
    """The same desk as another program sees it."""
    other = Database.open(db_url, patience=5)
    try:
        yield other
    finally:
        other.close()


def test_what_is_written_is_there_for_all(db: Database, url: str) -> None:
    with db.write() as tx:
        hire(tx)
    with another(url) as other:
        assert addresses(other) == ["ada@shop.test"]


def test_an_error_takes_everything_back(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), db.write() as tx:
        hire_and_fail(tx)
    assert addresses(db) == []


def test_what_is_rehearsed_is_seen_and_taken_back(db: Database) -> None:
    with db.rehearse() as tx:
        hire(tx)
        assert len(people.agents(tx)) == 1
    assert addresses(db) == []


def test_a_reader_changes_nothing(db: Database) -> None:
    with pytest.raises(DBAPIError), db.read() as tx:
        hire(tx)
    with db.write() as tx:
        hire(tx)
    assert addresses(db) == ["ada@shop.test"]


def test_a_reader_sees_one_moment(db: Database) -> None:
    with db.read() as tx:
        assert people.agents(tx) == []
        with db.write() as writing:
            hire(writing)
        assert people.agents(tx) == []
    assert addresses(db) == ["ada@shop.test"]


def test_no_update_is_lost_between_threads_and_programs(db: Database, url: str) -> None:
    with db.write() as tx:
        customer = people.customer_for(tx, Address("0", "counter@shop.test"), NOW)

    def count(place: Database) -> None:
        for _ in range(15):
            with place.write() as tx:
                row = tx.get_one(CustomerRow, customer)
                row.name = str(int(row.name) + 1)

    with another(url) as other, ThreadPoolExecutor() as threads:
        for done in [threads.submit(count, place) for place in (db, other, db, other)]:
            done.result()
    with db.read() as tx:
        assert tx.get_one(CustomerRow, customer).name == "60"


def test_a_second_writer_waits_and_then_reads_what_the_first_wrote(db: Database) -> None:
    began, seen = threading.Event(), []

    def follow() -> None:
        began.set()
        with db.write() as tx:
            seen.extend(people.agents(tx))

    follower = threading.Thread(target=follow)
    with db.write() as tx:
        follower.start()
        began.wait()
        hire(tx)
    follower.join()
    assert [agent.address for agent in seen] == ["ada@shop.test"]


def test_who_waits_too_long_is_told_so_and_has_written_nothing(db: Database, url: str) -> None:
    hasty = Database.open(url, patience=0.1)
    with db.write() as tx:
        hire(tx)
        with (
            pytest.raises(
                DatabaseBusy,
                match=r"locked by another program for 0\.1 seconds; nothing was written",
            ) as busy,
            hasty.write() as late,
        ):
            hire(late, "late@shop.test")
    assert busy.value.exit_code == 75
    with hasty.write() as tx:
        hire(tx, "late@shop.test")
    assert addresses(db) == ["ada@shop.test", "late@shop.test"]
    hasty.close()


HOGGING = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
print("begun", flush=True)
while True:
    connection.execute("BEGIN IMMEDIATE")
    time.sleep(0.02)
    connection.execute("ROLLBACK")
    time.sleep(0.002)
"""


def test_a_writer_that_hardly_pauses_lets_others_write(sqlite_url: str) -> None:
    Database.open(sqlite_url, create=True).close()
    hog = subprocess.Popen(
        [sys.executable, "-c", HOGGING, sqlite_url], stdout=subprocess.PIPE, text=True
    )
    try:
        assert hog.stdout is not None
        hog.stdout.readline()
        with closing(Database.open(sqlite_url, patience=1)) as db:
            for number in range(30):
                with db.write() as tx:
                    hire(tx, f"agent{number}@shop.test")
            assert len(addresses(db)) == 30
    finally:
        hog.kill()
        hog.communicate()


def test_foreign_keys_hold(db: Database) -> None:
    with pytest.raises(IntegrityError), db.write() as tx:
        rows.add(tx, TicketTagRow, {"ticket_number": 4711, "tag": "lost"})


def test_the_data_version_moves_with_every_commit_and_with_nothing_else(
    db: Database, url: str
) -> None:
    with another(url) as other:
        versions = [db.data_version()]
        assert addresses(db) == []
        assert db.data_version() == versions[-1]
        for place in (db, other, db):
            with place.write() as tx:
                hire(tx, f"agent{len(versions)}@shop.test")
            versions.append(db.data_version())
        with suppress(ZeroDivisionError), other.write() as tx:
            hire_and_fail(tx)
        with other.read() as tx:
            people.agents(tx)
    assert len(set(versions)) == 4


def test_a_newer_program_ends_the_work_of_a_running_one(db: Database, url: str) -> None:
    with another(url) as newer, newer.write() as tx:
        execute(tx, "UPDATE alembic_version SET version_num = '9999' RETURNING 1")
    with (
        pytest.raises(DatabaseNewer, match="has version 9999; this program knows"),
        db.write() as tx,
    ):
        hire(tx)
    with pytest.raises(DatabaseNewer), db.read() as tx:
        people.agents(tx)
    with pytest.raises(DatabaseNewer, match="9999") as refused:
        Database.open(url)
    assert refused.value.exit_code == 78


def test_times_come_back_as_they_were_meant(db: Database) -> None:
    kathmandu = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))
    with db.write() as tx:
        first = rows.add(
            tx, CustomerRow, {"name": "", "address": "a@x.test", "created_at": kathmandu}
        )
    with db.read() as tx:
        back = tx.get_one(CustomerRow, first).created_at
    assert (back, back.utcoffset()) == (NOW, timedelta(0))


def test_a_time_without_a_zone_is_refused(db: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"), db.write() as tx:
        identity.found_desk(tx, b"k", NOW.replace(tzinfo=None))


def test_text_that_no_engine_keeps_leaves_a_mark(db: Database) -> None:
    with db.write() as tx:
        customer = people.customer_for(tx, Address("a\0b\ud800c\U0001f600", "odd@x.test"), NOW)
    with db.read() as tx:
        assert tx.get_one(CustomerRow, customer).name == "a\ufffdb\ufffdc\U0001f600"


def test_the_key_of_the_desk_is_there_once(db: Database) -> None:
    with db.write() as tx:
        identity.found_desk(tx, bytes(range(32)), NOW)
    with db.read() as tx:
        assert identity.hmac_key(tx) == bytes(range(32))
    with pytest.raises(IntegrityError), db.write() as tx:
        identity.found_desk(tx, b"another", NOW)


def test_opening_twice_makes_nothing_anew(db: Database, url: str) -> None:
    with db.write() as tx:
        hire(tx)
    Database.open(url, create=True).close()
    assert addresses(db) == ["ada@shop.test"]


def test_several_may_make_the_same_desk_at_once(url: str) -> None:
    with ThreadPoolExecutor() as threads:
        opened = [
            made.result()
            for made in [threads.submit(Database.open, url, create=True) for _ in range(4)]
        ]
    for number, db in enumerate(opened):
        with db.write() as tx:
            hire(tx, f"agent{number}@shop.test")
    assert len(addresses(opened[0])) == 4
    for db in opened:
        db.close()


@pytest.mark.usefixtures("db")
def test_a_desk_that_is_up_to_date_opens_without_alembic(url: str) -> None:
    program = "import sys; from supportcli.storage.engine.database import Database; Database.open(sys.argv[1]).close(); print('alembic' in sys.modules)"
    assert (
        subprocess.run(
            [sys.executable, "-c", program, url], check=True, capture_output=True, text=True
        ).stdout
        == "False\n"
    )


# Of SQLite alone.


def test_the_file_and_its_journals_are_for_their_owner_alone(
    sqlite_url: str, tmp_path: Path
) -> None:
    db = Database.open(sqlite_url, create=True)
    with db.write() as tx:
        hire(tx)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    db.close()
    assert modes["desk.db"] == 0o600
    assert set(modes.values()) == {0o600}


@pytest.mark.usefixtures("real_disk")
def test_every_connection_keeps_what_it_was_told(sqlite_url: str) -> None:
    db = Database.open(sqlite_url, create=True)
    pragmas = (
        "foreign_keys",
        "synchronous",
        "busy_timeout",
        "journal_size_limit",
        "trusted_schema",
        "cell_size_check",
    )
    with db.read() as first, db.read() as second:
        told = [
            [execute(tx, f"PRAGMA {pragma}")[0][0] for pragma in pragmas] for tx in (first, second)
        ]
    db.close()
    assert told == [[1, 2, 10_000, 67_108_864, 0, 1]] * 2


def hire_and_keep(tx: Session, content: bytes) -> None:
    hire(tx, "late@shop.test")
    rows.add(tx, RawMailRow, {"sha256": "0", "size": len(content), "content": content})


def test_a_full_disk_is_said_and_leaves_the_desk_as_it_was(sqlite_url: str) -> None:
    db = Database.open(sqlite_url, create=True)
    with db.write() as tx:
        hire(tx)
        pages = int(str(execute(tx, "PRAGMA page_count")[0][0]))
        execute(tx, f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(DiskFull, match="no room left on the disk") as full, db.write() as tx:
        hire_and_keep(tx, bytes(100_000))
    assert full.value.exit_code == 75
    assert addresses(db) == ["ada@shop.test"]
    with db.read() as tx:
        assert execute(tx, "PRAGMA integrity_check") == [("ok",)]
    db.close()


def test_a_ticket_number_is_never_given_twice(sqlite_url: str) -> None:
    db = Database.open(sqlite_url, create=True)
    with db.read() as tx:
        tables = {
            str(name)
            for (name,) in execute(
                tx, "SELECT name FROM sqlite_schema WHERE sql LIKE '%AUTOINCREMENT%'"
            )
        }
    db.close()
    assert tables == {"ticket", "event", "customer", "organisation"}


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("desk.db", "desk.db"),
        ("sqlite:///desk.db", "desk.db"),
        ("sqlite:///{folder}/desk.db", "desk.db"),
        ("with space %41?#.db", "with space %41?#.db"),
    ],
)
def test_a_file_is_named_by_path_or_url(
    url: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    db = Database.open(url.format(folder=tmp_path), create=True)
    assert (db.path, db.dialect, db.place) == (tmp_path / path, "sqlite", str(tmp_path / path))
    db.close()
    assert {found.name for found in tmp_path.iterdir()} == {path}


@pytest.mark.parametrize(
    "url",
    ["mysql://host/desk", "sqlite://", "sqlite:///", "http://shop.test", "sqlite://host/desk.db"],
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(DatabaseUrlUnknown, match="not a database that supportcli knows"):
        Database.open(url, create=True)
