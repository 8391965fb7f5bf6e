"""New desks without the half second of making one: the tables are made once in each worker, by the
real migrations, and copied from then on.

What the making itself does is tried in `tests/storage`, which opens its databases without these
copies."""

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

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


@pytest.fixture(scope="session")
def blank_database(postgres: Postgres) -> str:
    """The name of the database that `postgres_desk` copies."""
    url = postgres.new_database()
    Database.open(url, create=True).close()
    return postgres.name_of(url)


@pytest.fixture
def postgres_desk(postgres: Postgres, blank_database: str) -> Iterator[str]:
    """The URL of a PostgreSQL database that is a desk in which nothing is yet, dropped behind the
    test."""
    url = postgres.new_database(blank_database)
    yield url
    postgres.drop_database(url)
