"""SQLite: a driver that may be trusted with the file, connections that mean what they say, and what
its errors mean to a person."""

import os
import threading
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
"""Stands in the header of our files (sqlite.org/fileformat2.html, 1.3.14)."""

_PRAGMAS = (
    "foreign_keys = ON",
    # with NORMAL a power cut may take back a commit that a server was already told about
    "synchronous = FULL",
    "journal_size_limit = 67108864",
    "trusted_schema = OFF",
    "cell_size_check = ON",
)
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
                "sqlite://", module=self.driver, creator=self.connect, poolclass=QueuePool
            ),
            str(path),
            path,
            patience,
        )

    def connect(self) -> "DriverConnection":
        """A connection of the driver, shared by no other thread at a time, that begins no
        transaction by itself."""
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
        writes; BEGIN to read, and nothing but that."""
        writes = connection.get_execution_options().get(WRITES, False)
        driver = cast("DriverConnection", connection.connection.dbapi_connection)
        driver.execute(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    def data_version(self) -> int:
        """SQLite's own counter: another number after any commit of another connection, of this
        process or of another one."""
        with self._watching_lock:
            if self._watching is None:
                self._watching = self.connect()
            return int(self._watching.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Give back all connections."""
        with self._watching_lock:
            if self._watching is not None:
                self._watching.close()
                self._watching = None
        super().close()

    def prepare(self, *, create: bool) -> None:
        """Make, migrate or refuse the file; a refused one keeps every byte."""
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
        """An empty file for its owner alone; SQLite gives its journals the same mode. Never open
        one that is there: closing it would drop SQLite's locks of this process
        (sqlite.org/howtocorrupt.html, 2.2)."""
        with suppress(FileExistsError):  # somebody else was faster
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
        """Why the file cannot be written; SQLite needs its folder too, for the journal."""
        if self.file.exists() and not _may_write(self.file):
            return "the file is read-only"
        return (
            None if _may_write(self.file.parent) else f"the folder {self.file.parent} is read-only"
        )

    def _refuse_foreign(self) -> None:
        """Look at the header of the file without a lock and without its journal: not even a
        left-over WAL of somebody else's is touched.

        While a WAL is written back, or where a kill ended that, the header says how long the file
        will be: SQLite takes it for damaged unless writable_schema is on, which can write nothing
        here."""
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
                raise DatabaseForeign(self.place, "no SQLite file") from error
            raise
        if ours != APPLICATION_ID and (ours or schema):
            raise DatabaseForeign(self.place, "somebody else's SQLite file")

    def _refuse_unsafe_driver(self) -> None:
        """Without its locks SQLite cannot open a file that is in WAL mode: so one is recognised
        before its WAL is touched."""
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
        """A write-ahead log where the driver can be trusted with one. The mode stays with the file,
        so it is set once; it cannot be while somebody else is at work, who has then set it, or
        whoever comes next will."""
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
        """The revision of the file, empty where it is new."""
        if not connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar():
            return ""
        if connection.exec_driver_sql("PRAGMA application_id").scalar() != APPLICATION_ID:
            raise DatabaseForeign(self.place, "somebody else's SQLite file")
        found = version_of(connection)
        if not is_ours(found) or found > HEAD:
            raise DatabaseNewer(self.place, found, HEAD)
        return found

    def _migrate(self) -> None:
        """Bring the file to HEAD on a connection of its own, in one transaction. With foreign keys
        on, a table made anew would delete its children; so they are off, which SQLite allows only
        outside a transaction, and checked before the commit."""
        engine = self._engine_to_migrate()
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            found = self._version(connection)
            if found == HEAD:  # somebody else was faster
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
        """A copy beside the file, named after the revision it is of. The migrating transaction has
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
        """What an error of SQLite means, by its result code; None for mistakes of this program."""
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
    """The primary result code of SQLite; 0 where the error is none of its."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _sync(path: Path) -> None:
    """Have the disk keep a file or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
