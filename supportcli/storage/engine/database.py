"""The database of a desk: `Database.open`, and the two kinds of transaction. Only `desk` opens
them, one for each use case."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from supportcli.config import place_of
from supportcli.errors.database import DatabaseUrlUnknown
from supportcli.storage.engine.backend import Backend, Dialect
from supportcli.storage.engine.copying import Contents, Watch
from supportcli.storage.engine.postgresql import PostgresBackend
from supportcli.storage.engine.sqlite import SqliteBackend

PATIENCE = 10.0
"""Seconds to wait for another writer."""


class Database:
    """The open database of a desk. Threads may share it; each transaction has its own
    connection."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @classmethod
    def open(cls, url: str, *, create: bool = False, patience: float = PATIENCE) -> "Database":
        """Open the desk at `url`: a path, `sqlite:///path` or `postgresql+psycopg://…`. An older
        desk is migrated, after a back-up of the file beside it.

        `create` makes a new one if there is none (the folder, or the PostgreSQL database, has to
        exist). Raises the Database… classes of `errors`, and has then changed nothing."""
        backend = _backend(url, patience)
        try:
            with _explained(backend):
                backend.prepare(create=create)
        except BaseException:
            backend.close()
            raise
        return cls(backend)

    @property
    def dialect(self) -> Dialect:
        """Which engine it is."""
        return self._backend.dialect

    @property
    def path(self) -> Path | None:
        """The file; None on PostgreSQL."""
        return self._backend.path

    @property
    def place(self) -> str:
        """The database as sentences name it, without a password."""
        return self._backend.place

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine."""
        return self._backend.engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that sees one moment and cannot change anything. Keep it short: the
        write-ahead log cannot be truncated while it lasts."""
        with self._transaction(self._backend.reading) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that writes. Only one runs at a time, so what it has read stays true.
        Committed at the end, rolled back on any error.

        Raises DatabaseBusy, DiskFull and others of `errors`, and has then written nothing: the
        complete unit may be run again."""
        with self._transaction(self._backend.writing) as session:
            yield session

    @contextmanager
    def rehearse(self) -> Iterator[Session]:
        """A transaction that writes, and is rolled back at the end: what a verb would do is then
        said by the verb itself. Raises as `write` does."""
        with self._transaction(self._backend.writing) as session:
            yield session
            session.rollback()

    def rehearsal(self) -> "Database":
        """The same database, where each transaction that writes is rolled back at its end."""
        return _Rehearsal(self._backend)

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Session]:
        with _explained(self._backend), Session(engine) as session, session.begin():
            self._backend.check_version(session.connection())
            yield session

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection without a transaction, for `locks`. Errors while opening it are raised as in
        a transaction."""
        with _explained(self._backend):
            opened = self._backend.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        with opened:
            yield opened

    def data_version(self) -> int:
        """A number that changes with each commit, of this process too. Cheap enough to ask several
        times a second."""
        with _explained(self._backend):
            return self._backend.data_version()

    @property
    def uri(self) -> str:
        """The database's URI for other programs, without a password."""
        return self._backend.uri

    def copy(self, to: Path, watch: Watch) -> Contents:
        """Copy the desk's file as it is at one moment, even while others write (`copying.copy`)."""
        with _explained(self._backend):
            return self._backend.copy(to, watch)

    def close(self) -> None:
        """Release all connections."""
        self._backend.close()


@contextmanager
def _explained(backend: Backend) -> Iterator[None]:
    """Turn the driver's errors into SupportErrors, unless they are bugs in this program."""
    try:
        yield
    except (DBAPIError, backend.driver_error) as error:
        said = backend.said(error)
        if said is None:
            raise
        raise said from error


def _backend(url: str, patience: float) -> Backend:
    scheme, separator, rest = url.partition("://")
    if not separator:
        return SqliteBackend(_file(url), patience)
    if scheme in {"sqlite", "sqlite+pysqlite"} and rest.startswith("/") and rest != "/":
        return SqliteBackend(_file(rest[1:]), patience)
    if scheme in {"postgresql+psycopg", "postgresql", "postgres"}:
        return PostgresBackend(url, patience)
    raise DatabaseUrlUnknown(place_of(url))


def _file(path: str) -> Path:
    return Path(path).expanduser().absolute()


class _Rehearsal(Database):
    """A database in which nothing stays."""

    write = Database.rehearse
