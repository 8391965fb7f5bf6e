"""SQLite: a driver that can be trusted with the file, connections with explicit transactions, and
what its errors mean to a person."""

import os
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError

from supportcli.errors import SupportError
from supportcli.errors.database import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseForeign,
    DatabaseMissing,
    DatabaseNewer,
    DatabaseOnNetwork,
    DatabaseReadOnly,
    DiskFailed,
    DiskFull,
    DriverUnsafe,
    FolderMissing,
)
from supportcli.storage.engine import copying
from supportcli.storage.engine.backend import WRITES, Backend, Dialect
from supportcli.storage.engine.driver import load_driver, wal_is_safe
from supportcli.storage.engine.mounts import network_file_system
from supportcli.storage.migrations import HEAD, is_ours, upgrade, version_of

if TYPE_CHECKING:
    from sqlite3 import Connection as DriverConnection  # pysqlite3's is the same, untyped

APPLICATION_ID = int.from_bytes(b"SCLI")
"""The application id in the header of our files (sqlite.org/fileformat2.html, 1.3.14)."""

_PRAGMAS = (
    "foreign_keys = ON",
    # with NORMAL a power cut may undo a commit that a server has already been told about
    "synchronous = FULL",
    "journal_size_limit = 67108864",
    # 16 MB: a page that many transactions change is written back once
    "wal_autocheckpoint = 4000",
    "trusted_schema = OFF",
    "cell_size_check = ON",
)
_LOOKS_FOR = 3
"""Milliseconds after which SQLite is to begin its waiting for another writer again: it looks after
1 and 2 more."""

_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _PROTOCOL, _NOTADB = (
    5,
    6,
    8,
    10,
    11,
    13,
    14,
    15,
    26,
)  # sqlite.org/rescode.html


class SqliteBackend(Backend):
    """A desk in one file."""

    dialect: Dialect = "sqlite"

    def __init__(self, path: Path, patience: float, driver: ModuleType | None = None) -> None:
        self.file = path
        self.driver = driver or load_driver()
        self.driver_error = self.driver.Error
        self._watching: DriverConnection | None = None
        self._watching_lock = threading.Lock()
        super().__init__(
            create_engine(
                "sqlite://",
                module=self.driver,
                creator=self.connect,
                poolclass=QueuePool,
                max_overflow=-1,
                pool_use_lifo=True,  # the one used last has its pages in memory
            ),
            str(path),
            path,
            patience,
        )

    def connect(self) -> "DriverConnection":
        """A connection of the driver that begins no transactions by itself; only one thread uses it
        at a time."""
        where = f"{self.file.as_uri()}?mode=rw"
        connection: DriverConnection = self.driver.connect(
            where, uri=True, timeout=self.patience, isolation_level=None, check_same_thread=False
        )
        try:
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except self.driver.Error:
            connection.close()
            raise
        return connection

    def begin(self, connection: Connection) -> None:
        """BEGIN IMMEDIATE to write, so that what a writer has read cannot be outdated when it
        writes. BEGIN, read-only, to read."""
        writes = connection.get_execution_options().get(WRITES, False)
        driver = cast("DriverConnection", connection.connection.dbapi_connection)
        driver.execute(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        if writes:
            self._begin_to_write(driver)
        else:
            driver.execute("BEGIN")

    def _begin_to_write(self, driver: "DriverConnection") -> None:
        """BEGIN IMMEDIATE, as soon as no other process writes.

        SQLite looks for that ten times a second if it waits long (sqliteDefaultBusyCallback), and
        a process that hardly pauses between two writes is then always there. So let it look every
        other millisecond, as it does at first, until the time is up."""
        end = time.monotonic() + self.patience
        driver.execute(f"PRAGMA busy_timeout = {_LOOKS_FOR}")
        try:
            while True:
                try:
                    driver.execute("BEGIN IMMEDIATE")
                except self.driver.OperationalError as error:
                    if _code(error) != _BUSY or time.monotonic() >= end:
                        raise
                else:
                    break
        finally:
            driver.execute(f"PRAGMA busy_timeout = {int(self.patience * 1000)}")

    def data_version(self) -> int:
        """SQLite's own counter: it changes with each commit of another connection, of this process
        or another."""
        with self._watching_lock:
            if self._watching is None:
                self._watching = self.connect()
            return int(self._watching.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Release all connections."""
        with self._watching_lock:
            if self._watching is not None:
                self._watching.close()
                self._watching = None
        super().close()

    def prepare(self, *, create: bool) -> None:
        """Make, migrate or refuse the file; a refused one is left unchanged to the byte."""
        if not create and not self.file.exists():
            raise DatabaseMissing(self.place)
        self._refuse_place()
        if not self.file.exists():
            self._make_file()
        self._refuse_foreign()
        self._refuse_unsafe_driver()
        with self.reading.connect() as connection:
            found = self._version(connection)
        if not found and not create:
            raise DatabaseMissing(self.place)
        self._choose_journal()
        if found != HEAD:
            self._migrate()

    def _make_file(self) -> None:
        """Make an empty file that only its owner can read; SQLite gives its journals the same mode.
        Never open an existing one: closing it would drop this process's SQLite locks
        (sqlite.org/howtocorrupt.html, 2.2)."""
        with suppress(FileExistsError):  # another process was faster
            os.close(os.open(self.file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    def _refuse_place(self) -> None:
        if not self.file.parent.is_dir():
            raise FolderMissing(str(self.file.parent))
        if self.file.is_dir():
            raise DatabaseForeign(self.place, "a folder")
        if kind := network_file_system(self.file):
            raise DatabaseOnNetwork(self.place, kind)
        if reason := self._unwritable():
            raise DatabaseReadOnly(self.place, reason)

    def _unwritable(self) -> str | None:
        """Why the file cannot be written, else None; SQLite also needs its folder, for the
        journal."""
        if self.file.exists() and not _may_write(self.file):
            return "the file is read-only"
        return (
            None if _may_write(self.file.parent) else f"the folder {self.file.parent} is read-only"
        )

    def _refuse_foreign(self) -> None:
        """Refuse a file that is not ours, by its header, without locking it or touching its
        journal: not even a foreign leftover WAL is changed.

        While a WAL is written back, or after a kill during that, the header gives the future length
        of the file. SQLite calls this damaged unless writable_schema is on, which cannot write
        anything here."""
        try:
            looking = self.driver.connect(f"{self.file.as_uri()}?mode=ro&immutable=1", uri=True)
            try:
                looking.execute("PRAGMA writable_schema = ON")
                ours, schema = (
                    int(looking.execute(f"PRAGMA {name}").fetchone()[0])
                    for name in ("application_id", "schema_version")
                )
            finally:
                looking.close()
        except self.driver.DatabaseError as error:
            if _code(error) == _NOTADB:
                raise DatabaseForeign(self.place, "another kind of file") from error
            raise
        if ours != APPLICATION_ID and (ours or schema):
            raise DatabaseForeign(self.place, "somebody else's SQLite file")

    def _refuse_unsafe_driver(self) -> None:
        """Refuse a file in WAL mode if the driver is unsafe. Without locks SQLite cannot open such
        a file, so it is recognised before its WAL is touched."""
        if wal_is_safe(self.driver.sqlite_version_info):
            return
        looking = self.driver.connect(f"{self.file.as_uri()}?mode=ro&nolock=1", uri=True)
        try:
            looking.execute("PRAGMA schema_version").fetchone()
        except self.driver.OperationalError as error:
            if _code(error) == _CANTOPEN:
                raise DriverUnsafe(self.place, self.driver.sqlite_version) from error
            # That is a rollback journal, of a writer or left by a dead one: so the file has no WAL.
            if _code(error) != _READONLY:
                raise
        finally:
            looking.close()

    def _choose_journal(self) -> None:
        """Use a write-ahead log if the driver can be trusted with one.

        The mode stays with the file, so it is set once. If others are using the file it cannot be
        set; they have set it, or the next process will."""
        if not wal_is_safe(self.driver.sqlite_version_info):
            return
        connection = self.connect()
        try:
            connection.execute("PRAGMA busy_timeout = 0")
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
        except self.driver.OperationalError as error:
            if _code(error) != _BUSY:
                raise
        finally:
            connection.close()

    def _version(self, connection: Connection) -> str:
        """The revision of the file; "" if it is new."""
        if not connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar():
            return ""
        if connection.exec_driver_sql("PRAGMA application_id").scalar() != APPLICATION_ID:
            raise DatabaseForeign(self.place, "somebody else's SQLite file")
        found = version_of(connection)
        if not is_ours(found) or found > HEAD:
            raise DatabaseNewer(self.place, found, HEAD)
        return found

    def _migrate(self) -> None:
        """Bring the file to HEAD on its own connection, in one transaction. With foreign keys on,
        rebuilding a table would delete its children; so they are off, which SQLite allows only
        outside a transaction, and checked before the commit."""
        engine = self._engine_to_migrate()
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            found = self._version(connection)
            if found == HEAD:  # another process was faster
                return
            if found:
                self._back_up(found)
            upgrade(connection)
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise DatabaseDamaged(
                    self.place, f"row {broken[1]} of {broken[0]} points to nothing"
                )

    def _engine_to_migrate(self) -> Engine:
        def connect() -> "DriverConnection":
            connection = self.connect()
            connection.execute("PRAGMA foreign_keys = OFF")
            return connection

        engine = create_engine("sqlite://", module=self.driver, creator=connect, poolclass=NullPool)
        event.listen(engine, "begin", self.begin)
        return engine

    def _back_up(self, version: str) -> None:
        """Copy the file, to one beside it named after the revision. The migrating transaction has
        begun, so nobody writes meanwhile."""
        copy = self.file.with_name(f"{self.file.name}.{version}.backup")
        part = copy.with_name(f"{copy.name}.part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        os.close(descriptor)
        source, target = self.connect(), self.driver.connect(part)
        try:
            source.backup(target)
        finally:
            target.close()
            source.close()
        _sync(part)
        part.replace(copy)
        _sync(copy.parent)

    @property
    def uri(self) -> str:
        """The file as a URI."""
        return self.file.as_uri()

    def copy(self, to: Path, watch: copying.Watch) -> copying.Contents:
        """Copy the file as it is at one moment."""
        with closing(self.connect()) as source:
            return copying.copy(source, self.driver, to, watch)

    def said(self, error: BaseException) -> SupportError | None:
        """What an error of SQLite means, by its result code; None for bugs in this program."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        match _code(cause):
            case code if code in {_BUSY, _LOCKED, _PROTOCOL}:
                return DatabaseBusy(self.place, self.patience)
            case code if code == _FULL:
                return DiskFull(self.place)
            case code if code == _READONLY:
                reason = self._unwritable()
                return DatabaseReadOnly(self.place, reason) if reason else None
            case code if code in {_CORRUPT, _NOTADB}:
                return DatabaseDamaged(self.place, str(cause))
            case code if code in {_IOERR, _CANTOPEN}:
                return (
                    DiskFailed(self.place, str(cause))
                    if self.file.exists()
                    else DatabaseMissing(self.place)
                )
        return None


def _code(error: BaseException | None) -> int:
    """The primary result code of SQLite; 0 if it is another error."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _sync(path: Path) -> None:
    """Sync a file, or the names in a folder, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
