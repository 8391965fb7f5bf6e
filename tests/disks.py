"""Nobody pulls the plug on a test: SQLite need not wait for the disk at each commit, as a desk has it
do. That was the longest wait of many tests.

It is only told to desks that a test opens in its own process, when a connection is made. Programs
that tests start, those of `tests/faults` among them, wait for the disk as everywhere, and so does a
test that takes `real_disk`."""

from typing import Any

import pytest
from sqlalchemy import Engine, event

WAITS = False


@event.listens_for(Engine, "connect")
def do_not_wait(connection: Any, _record: object) -> None:
    """Leave it to the kernel when a file is on the disk."""
    if not WAITS and type(connection).__module__.startswith(("sqlite3", "pysqlite3")):
        connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture
def real_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections are as the desk makes them."""
    monkeypatch.setattr("tests.disks.WAITS", True)
