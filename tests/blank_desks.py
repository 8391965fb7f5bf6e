"""New desks without the half second of making one: the tables are made once in each worker, by the
real migrations, and copied from then on, or emptied behind each test.

What the making itself does is tried in `tests/storage`, which opens its databases without these
copies."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from supportcli.storage.engine.database import PATIENCE, Database
from tests.servers.postgres import Postgres


def open_blank(url: str, patience: float = PATIENCE) -> Database:
    """The database at `url` as a desk in which nothing is yet: a path, the URL of a file that is
    not there, or what `postgres_desk` gave."""
    if not url.startswith("postgresql"):
        Path(url.removeprefix("sqlite:///")).write_bytes(_blank_file())
    return Database.open(url, create=True, patience=patience)


@cache
def _blank_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "desk.db"
        Database.open(str(file), create=True).close()
        return file.read_bytes()


class EmptiedDesk:
    """A desk on PostgreSQL that one test after the other gets: copying its 550 files takes much
    longer than emptying it.

    It is emptied over one connection, which knows the tables by then: a new one takes most of the
    time."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._make()

    def _make(self) -> None:
        self.url = self._postgres.new_database()
        Database.open(self.url, create=True).close()
        self._connect()
        names = self._server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        self._delete = SQL("; ").join(
            SQL("DELETE FROM {}").format(Identifier(name))
            for (name,) in names
            if name != "alembic_version"
        )
        self._shape = self._seen()

    def _connect(self) -> None:
        self._server = psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True)
        self._server.execute("SET session_replication_role = replica")  # no trigger, no foreign key

    def empty(self) -> None:
        """Make it what it was, whatever a test did to its rows; a new one if the test did more than
        that."""
        try:
            self._server.execute(ALONE)
        except psycopg.OperationalError:  # the test has ended every connection
            self.close()
            self._connect()
            self._server.execute(ALONE)
        with suppress(psycopg.errors.UndefinedTable):
            self._server.execute(self._delete)
            self._server.execute(FIRST_NUMBERS)
        if self.changed():
            self.close()
            self._postgres.drop_database(self.url)
            self._make()

    def changed(self) -> bool:
        """Whether more than its rows has changed."""
        return self._seen() != self._shape

    def close(self) -> None:
        """Hang up."""
        self._server.close()

    def _seen(self) -> list[Any]:
        try:
            return self._server.execute(SHAPE).fetchall()
        except psycopg.errors.UndefinedTable:  # not even a version
            return []


ALONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
FIRST_NUMBERS = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences
"""
SHAPE = """
SELECT 'column', attrelid::regclass::text, attname, format_type(atttypid, atttypmod) || attnotnull
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, tgenabled::text
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname, prosrc, '' FROM pg_proc
WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'schema', nspname, '', '' FROM pg_namespace WHERE nspname !~ '^pg_'
UNION ALL SELECT 'setting', setconfig::text, '', '' FROM pg_db_role_setting
UNION ALL SELECT 'version', version_num, '', '' FROM alembic_version
ORDER BY 1, 2, 3, 4
"""
"""What a database is, but for the rows of its desk."""


@pytest.fixture(scope="session")
def blank_database(postgres: Postgres) -> str:
    """The name of a database that is a desk in which nothing is yet, to be copied."""
    url = postgres.new_database()
    Database.open(url, create=True).close()
    return postgres.name_of(url)


@pytest.fixture(scope="session")
def emptied_desk(postgres: Postgres) -> Iterator[EmptiedDesk]:
    """What `postgres_desk` gives to each test."""
    with closing(EmptiedDesk(postgres)) as desk:
        yield desk


@pytest.fixture
def postgres_desk(emptied_desk: EmptiedDesk) -> Iterator[str]:
    """The URL of a PostgreSQL database that is a desk in which nothing is yet; what it becomes is
    gone behind the test."""
    yield emptied_desk.url
    emptied_desk.empty()
