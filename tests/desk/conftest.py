"""Desks for the tests of the desk: a clock that stands, a desk on SQLite, and one on each engine
with the servers of its mailbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from supportcli.desk import Desk
from tests.desk.desks import StandingClock, desk_at
from tests.desk.fake_channel import FakeServers


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def servers() -> FakeServers:
    return FakeServers()


@pytest.fixture
def desk(tmp_path: Path, clock: StandingClock) -> Iterator[Desk]:
    """A desk on SQLite that must not connect to any server."""
    with desk_at(f"sqlite:///{tmp_path / 'desk.db'}", clock) as desk:
        yield desk


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a desk in which nothing is yet can be opened, on each engine."""
    server: str = (
        f"sqlite:///{tmp_path / 'desk.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_desk")
    )
    return server


@pytest.fixture
def each_desk(url: str, clock: StandingClock, servers: FakeServers) -> Iterator[Desk]:
    """A desk on each engine, where the statements are what is tried."""
    with desk_at(url, clock) as desk:
        yield servers.at(desk)
