"""What the faults share in one worker: the loaded program, and the places that they start from."""

import shutil
from collections.abc import Iterator

import pytest

from tests.faults.desks import Ground, conversation_mails, make_ground
from tests.faults.warm import Warm
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """The program, loaded."""
    with Warm() as started:
        yield started


@pytest.fixture(scope="session")
def strace() -> None:
    """Skips where strace is missing."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace (Debian package strace)")


@pytest.fixture(scope="session")
def small(warm: Warm, dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """25 mails in two folders, and a desk on SQLite."""
    mails, truth = conversation_mails(5, 25)
    return make_ground(warm, tmp_path_factory.mktemp("small"), dovecot, mails, truth=truth)


@pytest.fixture(scope="session")
def small_on_postgres(
    warm: Warm, dovecot: Dovecot, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Ground:
    """25 mails in two folders, and a desk on PostgreSQL."""
    mails, truth = conversation_mails(5, 25)
    folder = tmp_path_factory.mktemp("small")
    return make_ground(warm, folder, dovecot, mails, truth=truth, postgres=postgres)
