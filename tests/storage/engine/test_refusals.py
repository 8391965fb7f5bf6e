"""A database that cannot be worked with: the sentence names it and says what to do, the exit code
tells scripts, and nothing has changed."""

import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from types import ModuleType

import psycopg
import pytest
from sqlmodel import Session

from supportcli.errors import SupportError
from supportcli.errors.database import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseDriverMissing,
    DatabaseForeign,
    DatabaseLoginRefused,
    DatabaseMissing,
    DatabaseNewer,
    DatabaseOnNetwork,
    DatabaseReadOnly,
    DatabaseUnreachable,
    DriverUnsafe,
    FolderMissing,
)
from supportcli.storage import migrations
from supportcli.storage.engine.database import Database
from supportcli.storage.engine.driver import load_driver, wal_is_safe
from supportcli.storage.engine.sqlite import SqliteBackend
from tests.servers.postgres import Postgres
from tests.servers.process import free_port, wait_until

NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may enter, so that a test that root runs can become somebody else."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        yield path
        path.chmod(0o755)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Without the rights of root, whom no mode keeps out."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


def contents(folder: Path) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def make_desk(path: Path) -> Path:
    Database.open(str(path), create=True).close()
    return path


def execute(path: Path, *statements: str) -> Path:
    with closing(load_driver().connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


def newer(folder: Path) -> Path:
    return execute(make_desk(folder / "desk.db"), "UPDATE alembic_version SET version_num = '9999'")


def text(folder: Path) -> Path:
    path = folder / "letters.txt"
    path.write_text("Dear Sir or Madam,\n" * 100, encoding="ascii")
    return path


def somebody_elses(folder: Path) -> Path:
    return execute(folder / "places.sqlite", "CREATE TABLE places (url TEXT)")


def somebody_elses_id(folder: Path) -> Path:
    return execute(folder / "tiles.mbtiles", "PRAGMA application_id = 1297105496")


def read_only(folder: Path) -> Path:
    path = make_desk(folder / "desk.db")
    path.chmod(0o444)
    return path


def in_a_read_only_folder(folder: Path) -> Path:
    path = make_desk(folder / "desk.db")
    path.chmod(0o666)
    folder.chmod(0o555)
    return path


def damaged(folder: Path) -> Path:
    path = make_desk(folder / "desk.db")
    pages = bytearray(path.read_bytes())
    pages[100:4096] = b"\xff" * 3996  # the schema's own page
    path.write_bytes(pages)
    return path


REFUSED: list[tuple[str, Callable[[Path], Path], type[SupportError], int, str]] = [
    (
        "no file",
        lambda folder: folder / "desk.db",
        DatabaseMissing,
        78,
        "There is no desk at {path}.",
    ),
    (
        "an empty file",
        lambda folder: execute(folder / "desk.db"),
        DatabaseMissing,
        78,
        "There is no desk at {path}.",
    ),
    (
        "no folder",
        lambda folder: folder / "gone" / "desk.db",
        DatabaseMissing,
        78,
        "There is no desk at {path}.",
    ),
    (
        "a folder",
        lambda folder: folder,
        DatabaseForeign,
        78,
        "{path} is a folder, not a supportcli desk.",
    ),
    (
        "no database",
        text,
        DatabaseForeign,
        78,
        "{path} is another kind of file, not a supportcli desk.",
    ),
    (
        "tables of others",
        somebody_elses,
        DatabaseForeign,
        78,
        "{path} is somebody else's SQLite file, not a supportcli desk.",
    ),
    (
        "the mark of others",
        somebody_elses_id,
        DatabaseForeign,
        78,
        "{path} is somebody else's SQLite file, not a supportcli desk.",
    ),
    (
        "newer",
        newer,
        DatabaseNewer,
        78,
        "The desk at {path} has version 9999; this program knows {head}.",
    ),
    (
        "read-only",
        read_only,
        DatabaseReadOnly,
        77,
        "The desk at {path} cannot be opened: the file is read-only.",
    ),
    (
        "read-only folder",
        in_a_read_only_folder,
        DatabaseReadOnly,
        77,
        "The desk at {path} cannot be opened: the folder {path.parent} is read-only.",
    ),
    ("damaged", damaged, DatabaseDamaged, 1, "The desk at {path} is damaged: "),
]


@pytest.mark.parametrize(
    ("arrange", "error", "code", "sentence"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_a_file_that_is_refused(
    folder: Path,
    arrange: Callable[[Path], Path],
    error: type[SupportError],
    code: int,
    sentence: str,
) -> None:
    path = arrange(folder)
    before = contents(folder)
    rights = unprivileged() if error is DatabaseReadOnly else nullcontext()
    with rights, pytest.raises(error) as refused:
        Database.open(str(path), patience=0.1)
    assert refused.value.sentence.startswith(sentence.format(path=path, head=migrations.HEAD))
    assert refused.value.exit_code == code
    assert refused.value.hint
    assert contents(folder) == before


def test_a_new_desk_in_no_folder(tmp_path: Path) -> None:
    with pytest.raises(
        FolderMissing, match=f"The folder {tmp_path}/gone does not exist"
    ) as refused:
        Database.open(str(tmp_path / "gone" / "desk.db"), create=True)
    assert refused.value.exit_code == 78
    assert contents(tmp_path) == {}


def test_a_new_desk_is_not_made_over_something_else(tmp_path: Path) -> None:
    for arrange in (text, somebody_elses, somebody_elses_id, newer, damaged):
        folder = tmp_path / arrange.__name__
        folder.mkdir()
        path = arrange(folder)
        before = contents(folder)
        with pytest.raises(SupportError):
            Database.open(str(path), create=True)
        assert contents(folder) == before


def test_a_new_desk_needs_its_folder(tmp_path: Path) -> None:
    with pytest.raises(FolderMissing, match=f"The folder {tmp_path}/gone does not exist"):
        Database.open(str(tmp_path / "gone" / "desk.db"), create=True)


def test_a_left_over_log_of_somebody_else_is_not_touched(tmp_path: Path) -> None:
    """Whoever opens a file in WAL mode writes its log back, and takes it away."""
    path = tmp_path / "theirs.db"
    with closing(load_driver().connect(tmp_path / "running.db")) as running:
        running.execute("PRAGMA journal_mode = WAL")
        running.execute("CREATE TABLE places (url TEXT)")
        running.execute("PRAGMA wal_checkpoint")
        running.execute("INSERT INTO places VALUES ('kept in the log alone')")
        running.commit()
        path.write_bytes((tmp_path / "running.db").read_bytes())
        Path(f"{path}-wal").write_bytes((tmp_path / "running.db-wal").read_bytes())
    before = contents(tmp_path)
    with pytest.raises(DatabaseForeign):
        Database.open(str(path))
    assert contents(tmp_path) == before


def test_a_file_that_another_program_keeps_for_itself(tmp_path: Path) -> None:
    path = make_desk(tmp_path / "desk.db")
    with closing(load_driver().connect(path)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy, match="has been locked by another program") as refused:
            Database.open(str(path), patience=0.1)
    assert refused.value.exit_code == 75
    Database.open(str(path)).close()


def test_a_network_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_desk(tmp_path / "desk.db")
    before = contents(tmp_path)
    table = tmp_path.with_name(f"{tmp_path.name}-mounts")
    table.write_text(
        f"22 1 0:21 / / rw - ext4 /dev/vda rw\n36 22 0:33 / {tmp_path} rw shared:7 - nfs4 server:/desks rw,vers=4.2\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("supportcli.storage.engine.mounts._MOUNTS", table)
    with pytest.raises(DatabaseOnNetwork, match=r"is on a network file system \(nfs4\)") as refused:
        Database.open(str(path))
    assert refused.value.exit_code == 78
    assert contents(tmp_path) == before


def test_a_file_that_vanishes_while_it_is_open(tmp_path: Path) -> None:
    path = make_desk(tmp_path / "desk.db")
    db = Database.open(str(path))
    with db.read() as tx:
        path.unlink()
        with (
            pytest.raises(DatabaseMissing),
            db.write() as second,
        ):  # the one pooled connection is taken: this is a new one
            second.connection()
        tx.connection()
    db.close()


# What a driver may be trusted with.


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 7, 17), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_a_log_is_written_only_where_the_bug_is_fixed(
    version: tuple[int, ...], safe: bool, tmp_path: Path
) -> None:
    assert wal_is_safe(version) is safe
    backend = SqliteBackend(tmp_path / "desk.db", 1, driver_of(version))
    backend.prepare(create=True)
    with closing(backend.connect()) as connection:
        mode = connection.execute("PRAGMA journal_mode").fetchone()
    backend.close()
    assert mode == ("wal" if safe else "delete",)


def driver_of(version: tuple[int, ...]) -> ModuleType:
    """The standard driver, which says that its SQLite has this version."""
    driver = ModuleType("sqlite3_of_a_version")
    vars(driver).update(vars(sqlite3))
    driver.sqlite_version_info = version  # type: ignore[attr-defined]
    driver.sqlite_version = ".".join(map(str, version))  # type: ignore[attr-defined]
    return driver


def test_a_file_with_a_log_is_not_opened_where_it_would_be_destroyed(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    good = SqliteBackend(path, 1, driver_of((3, 51, 3)))
    good.prepare(create=True)
    good.close()
    before = contents(tmp_path)
    bad = SqliteBackend(path, 1, driver_of((3, 51, 2)))
    with pytest.raises(
        DriverUnsafe, match=r"needs SQLite 3\.51\.3 or newer; this Python has 3\.51\.2"
    ) as refused:
        bad.prepare(create=False)
    bad.close()
    assert refused.value.exit_code == 78
    assert "pip install pysqlite3" in refused.value.hint
    assert contents(tmp_path) == before


def test_a_file_without_a_log_gets_one_from_a_better_driver(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    modes = []
    for version in ((3, 51, 2), (3, 51, 2), (3, 51, 3)):
        backend = SqliteBackend(path, 1, driver_of(version))
        backend.prepare(create=True)
        with closing(backend.connect()) as connection:
            modes += connection.execute("PRAGMA journal_mode").fetchone()
        backend.close()
    assert modes == ["delete", "delete", "wal"]


# PostgreSQL.


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(
        DatabaseUnreachable,
        match=r"^The database postgresql://127\.0\.0\.1:\d+/desk does not answer: ",
    ) as refused:
        Database.open(f"postgresql+psycopg://ada:secret@127.0.0.1:{free_port()}/desk")
    assert refused.value.exit_code == 69
    assert "secret" not in refused.value.sentence


def test_a_host_that_nobody_knows() -> None:
    with pytest.raises(DatabaseUnreachable, match=r"nowhere\.invalid"):
        Database.open("postgresql://nowhere.invalid/desk")


def test_a_server_that_hangs_up(postgres_url: str) -> None:
    db = Database.open(postgres_url, create=True)
    with pytest.raises(DatabaseUnreachable) as refused, db.write() as tx:
        end_all_connections(postgres_url, tx)
    assert refused.value.exit_code == 69
    with db.read() as tx:  # the next one is a new connection
        assert tx.connection().exec_driver_sql("SELECT 1").scalar() == 1
    db.close()


def end_all_connections(url: str, tx: Session) -> None:
    """As a server does that is stopped; then go on as if nothing had happened."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    tx.connection().exec_driver_sql("SELECT 1")


def test_a_database_that_does_not_exist(postgres: Postgres) -> None:
    with pytest.raises(DatabaseMissing) as refused:
        Database.open(
            f"postgresql+psycopg://supportcli@/nothing?host={postgres.socket_folder}", create=True
        )
    assert refused.value.exit_code == 78


def test_a_password_that_is_wrong(postgres: Postgres) -> None:
    url = f"postgresql+psycopg://carla:wrong@/postgres?host={postgres.socket_folder}"
    with psycopg.connect(
        host=str(postgres.socket_folder), user="supportcli", dbname="postgres", autocommit=True
    ) as connection:
        connection.execute("CREATE ROLE carla LOGIN PASSWORD 'right'")
        rules = postgres.folder / "data" / "pg_hba.conf"
        rules.write_text(
            f"local all carla scram-sha-256\n{rules.read_text(encoding='utf-8')}", encoding="utf-8"
        )
        connection.execute("SELECT pg_reload_conf()")
    wait_until(lambda: not can_connect(url), "the server to read its rules")
    with pytest.raises(
        DatabaseLoginRefused,
        match='refused the connection: password authentication failed for user "carla"',
    ) as refused:
        Database.open(url)
    assert refused.value.exit_code == 77
    assert "wrong" not in refused.value.sentence


def can_connect(url: str) -> bool:
    try:
        psycopg.connect(url.replace("+psycopg", "")).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.parametrize(
    "table",
    [
        "CREATE TABLE invoices (id int)",
        "CREATE TABLE alembic_version AS SELECT 'ae1027a6acf' AS version_num; CREATE TABLE desk (id int)",
    ],
)
def test_a_database_of_somebody_else(table: str, postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(table.encode())
        with pytest.raises(
            DatabaseForeign, match="is somebody else's database, not a supportcli desk"
        ) as refused:
            Database.open(postgres_url, create=True)
        tables = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone()
    assert refused.value.exit_code == 78
    assert tables == (table.count("TABLE"),)


def test_an_empty_database_is_no_desk(postgres_url: str) -> None:
    with pytest.raises(DatabaseMissing):
        Database.open(postgres_url)


def test_what_a_role_may_not_do(postgres: Postgres, postgres_url: str) -> None:
    Database.open(postgres_url, create=True).close()
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE ROLE guest LOGIN")
    with pytest.raises(DatabaseLoginRefused, match="permission denied") as refused:
        Database.open(postgres_url.replace("supportcli@", "guest@"))
    assert refused.value.exit_code == 77
    assert postgres.socket_folder.exists()


def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DatabaseDriverMissing, match="needs a driver") as refused:
        Database.open("postgresql+psycopg://localhost/desk")
    assert refused.value.exit_code == 78
    assert refused.value.hint == "Install it with: pip install 'supportcli[postgres]'"
