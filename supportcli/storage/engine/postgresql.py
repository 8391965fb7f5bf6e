"""PostgreSQL: one writer at a time as on SQLite, snapshots for readers, and what its errors mean to
a person."""

import re
import threading
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError

from supportcli.config import place_of
from supportcli.errors import SupportError
from supportcli.errors.database import (
    CopiedByServer,
    DatabaseBusy,
    DatabaseDriverMissing,
    DatabaseForeign,
    DatabaseLoginRefused,
    DatabaseMissing,
    DatabaseNewer,
    DatabaseReadOnly,
    DatabaseUnreachable,
    DatabaseUrlUnknown,
    DiskFull,
)
from supportcli.storage.engine.backend import WRITES, Backend, Dialect
from supportcli.storage.engine.copying import Contents, Watch
from supportcli.storage.migrations import HEAD, is_ours, upgrade, version_of

LOCKS = int.from_bytes(b"SCLI")
"""The first key of all our advisory locks (each database has its own); `WRITER` is the second key
of the writer's lock."""
WRITER = 0

_CONNECT_SECONDS = 10


class PostgresBackend(Backend):
    """A desk in a PostgreSQL database."""

    dialect: Dialect = "postgresql"

    def __init__(self, url: str, patience: float) -> None:
        try:
            import psycopg  # noqa: PLC0415  # an extra, not needed for SQLite
        except ImportError as error:
            raise DatabaseDriverMissing from error
        self.driver_error = psycopg.Error
        self._watching: Connection | None = None
        self._watching_lock = threading.Lock()
        parsed = _parsed(url)
        options = f"-c lock_timeout={int(patience * 1000)} -c timezone=UTC"
        self._password = parsed.password or ""
        engine = create_engine(
            parsed,
            pool_pre_ping=True,
            max_overflow=-1,  # a process that watches many mailboxes holds a lock for each
            connect_args={"options": options, "connect_timeout": _CONNECT_SECONDS},
        )
        super().__init__(engine, _place(parsed), None, patience)
        self.reading = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )

    def begin(self, connection: Connection) -> None:
        """Begin a transaction; a writer waits for the one before.

        Then nothing that it reads is outdated when it writes. Events are also committed in the
        order of their numbers, so that a reader of "all since the last one" misses none."""
        if connection.get_execution_options().get(WRITES, False):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCKS}, {WRITER})")

    def prepare(self, *, create: bool) -> None:
        """Make, migrate or refuse the desk, in one transaction that waits for all writers."""
        with self.reading.connect() as connection:
            found = self._version(connection)
        if not found and not create:
            raise DatabaseMissing(self.place)
        if found == HEAD:
            return
        with self.writing.connect() as connection, connection.begin():
            if self._version(connection) != HEAD:
                upgrade(connection)

    def _version(self, connection: Connection) -> str:
        """The revision of the database; "" if it has no tables yet."""
        tables = inspect(connection).get_table_names()
        if not tables:
            return ""
        found = version_of(connection) if "alembic_version" in tables else ""
        if not is_ours(found) or "desk" not in tables:
            raise DatabaseForeign(self.place, "somebody else's database")
        if found > HEAD:
            raise DatabaseNewer(self.place, found, HEAD)
        return found

    def data_version(self) -> int:
        """A number made from the server's running transactions (pg_current_snapshot), which change
        with each write."""
        with self._watching_lock:
            if self._watching is None:
                self._watching = self.engine.connect().execution_options(
                    isolation_level="AUTOCOMMIT"
                )
            try:
                snapshot = self._watching.exec_driver_sql(
                    "SELECT hashtextextended(pg_current_snapshot()::text, 0)"
                )
            except DBAPIError:  # a connection that broke is never whole again: take another one
                self._watching.close()
                self._watching = None
                raise
            return int(snapshot.scalar_one())

    def close(self) -> None:
        """Release all connections."""
        with self._watching_lock:
            if self._watching is not None:
                self._watching.close()
                self._watching = None
        super().close()

    @property
    def uri(self) -> str:
        """The database's libpq URI (postgresql.org/docs/current/libpq-connect.html, 32.1.1.2)."""
        plain = self.engine.url._replace(
            drivername="postgresql", password=None
        ).difference_update_query(["password"])
        return plain.render_as_string(hide_password=False)

    def copy(self, to: Path, watch: Watch) -> Contents:  # noqa: ARG002  # the server's own tool has its own ways
        """Refuse: the database is on a server, whose own tool copies it."""
        raise CopiedByServer(self.uri, str(to))

    def said(self, error: BaseException) -> SupportError | None:
        """What an error of the server means, by its SQLSTATE, or by its text if the connection
        failed; None for bugs in this program."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        state: str | None = getattr(cause, "sqlstate", None)
        if state is None:
            return self._said_of_driver(type(cause).__name__, str(cause))
        what = str(cause).partition("\n")[0]
        match state[:2], state:
            case (
                _,
                "55P03" | "57014" | "40P01" | "40001",
            ):  # lock not available, cancelled, deadlock, serialization
                return DatabaseBusy(self.place, self.patience)
            case _, "53100":
                return DiskFull(self.place)
            case _, "25006":  # a read-only transaction: ours when we read, theirs on a stand-by
                return DatabaseReadOnly(self.place, what) if "recovery" in what else None
            case _, "42501":
                return DatabaseLoginRefused(self.place, what)
            case (
                "08" | "57" | "53",
                _,
            ):  # the connection broke, the server stops or has no room for us
                return DatabaseUnreachable(self.place, what)
            case _:
                return None

    def _said_of_driver(self, kind: str, text: str) -> SupportError | None:
        """What errors of the driver itself mean, before a server is reached: no connection, or
        unknown options in the URL."""
        if kind == "ProgrammingError" and "connection option" in text:
            return DatabaseUrlUnknown(self.place)
        said = text.replace(self._password, "…") if self._password else text
        return self._said_of_connection(said) if kind == "OperationalError" else None

    def _said_of_connection(self, text: str) -> SupportError:
        """What a refused connection means, by its text: only libpq knows the SQLSTATE. FATAL comes
        from a server, so it is there but refuses us."""
        what = text.rpartition("FATAL:")[2].rpartition("failed: ")[2].strip().partition("\n")[0]
        if "FATAL:" not in text and "no password supplied" not in text:
            return DatabaseUnreachable(self.place, what)
        if "database" in what and "does not exist" in what:
            return DatabaseMissing(self.place)
        if any(
            busy in what
            for busy in (
                "starting up",
                "shutting down",
                "recovery",
                "too many",
                "remaining connection slots",
            )
        ):
            return DatabaseUnreachable(self.place, what)
        return DatabaseLoginRefused(self.place, what)


def _parsed(url: str) -> URL:
    """The URL, parsed. DatabaseUrlUnknown if it is invalid. A password with an unencoded @ ends up
    in the host."""
    try:
        parsed = make_url(url).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):  # their messages contain the URL
        raise DatabaseUrlUnknown(place_of(url)) from None
    unclear = url.count("@") > (
        parsed.username is not None
    )  # an @ too many, or a / or ? that ended the host before it
    if unclear or not re.fullmatch(r"[\w.:,%-]*", parsed.host or ""):
        raise DatabaseUrlUnknown(place_of(url))
    return parsed


def _place(url: URL) -> str:
    """The database's name in sentences: without password and options."""
    host = url.host or str(url.query.get("host", "localhost"))
    return f"postgresql://{host}{f':{url.port}' if url.port else ''}/{url.database or ''}"
