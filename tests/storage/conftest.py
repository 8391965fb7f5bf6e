"""Databases for the storage's tests: each test that takes `url` or `db` runs on SQLite and on
PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from supportcli.storage.engine.database import Database
from tests.blank_desks import open_blank


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new desk can be made; where a test takes `db` too, that one."""
    if request.param == "sqlite":
        return str(tmp_path / "desk.db")
    server: str = request.getfixturevalue(
        "postgres_desk" if "db" in request.fixturenames else "postgres_url"
    )
    return server


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    """A new desk."""
    db = open_blank(url, patience=5)
    yield db
    db.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Where a new desk can be made, on SQLite."""
    return str(tmp_path / "desk.db")
