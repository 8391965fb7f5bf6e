"""F4: eight syncs of one mailbox are started together: one works, seven say that it runs and end
well, and no mail is there twice.

The one that works is held up at its server until the others have ended, so that none of them can
come too late."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.desks import BUSY, Ground, conversation_mails, make_ground
from tests.faults.figures import Figure
from tests.faults.meddler import Meddler
from tests.faults.warm import Warm
from tests.long import SOAK
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres

pytestmark = pytest.mark.acceptance

CROWD = 8
ROUNDS = 50 if SOAK else 2


@pytest.fixture(scope="module")
def meddler(dovecot: Dovecot) -> Iterator[Meddler]:
    """A proxy before Dovecot."""
    with Meddler(dovecot.port) as between:
        yield between


@pytest.fixture(scope="module")
def on_sqlite(
    warm: Warm, dovecot: Dovecot, meddler: Meddler, tmp_path_factory: pytest.TempPathFactory
) -> Ground:
    """25 mails behind the proxy, and a desk on SQLite."""
    mails, truth = conversation_mails(5, 25)
    folder = tmp_path_factory.mktemp("crowd")
    return make_ground(warm, folder, dovecot, mails, truth=truth, port=meddler.port)


@pytest.fixture(scope="module")
def on_postgres(
    warm: Warm,
    dovecot: Dovecot,
    meddler: Meddler,
    postgres: Postgres,
    tmp_path_factory: pytest.TempPathFactory,
) -> Ground:
    """25 mails behind the proxy, and a desk on PostgreSQL."""
    mails, truth = conversation_mails(5, 25)
    folder = tmp_path_factory.mktemp("crowd")
    return make_ground(
        warm, folder, dovecot, mails, truth=truth, port=meddler.port, postgres=postgres
    )


def one_round(ground: Ground, meddler: Meddler, folder: Path, figure: Figure) -> None:
    """Start eight, and look at what they did."""
    desk = ground.copy(folder)
    go = threading.Event()
    meddler.before[b"EXAMINE"] = lambda: go.wait(60)
    crowd = [desk.start("sync") for _ in range(CROWD)]
    others = ground.warm.wait_for(crowd, CROWD - 1)
    ended = [one.wait() for one in others]
    assert [(ran.code, BUSY in ran.err) for ran in ended] == [(0, True)] * (CROWD - 1)
    go.set()
    (worker,) = (one for one in crowd if one not in others)
    worked = worker.wait()
    assert (worked.code, BUSY in worked.err) == (0, False), worked
    assert figure.found(desk.violations()) == []
    assert figure.found(desk.recover()) == []
    figure.count(starts=CROWD)
    desk.drop()


@pytest.mark.parametrize("number", range(ROUNDS))
def test_one_of_eight_syncs_works(
    on_sqlite: Ground, meddler: Meddler, tmp_path: Path, figure: Figure, number: int
) -> None:
    figure.of("F4 eight syncs at once, SQLite")
    one_round(on_sqlite, meddler, tmp_path / str(number), figure)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_one_of_eight_syncs_works_on_postgres(
    on_postgres: Ground, meddler: Meddler, tmp_path: Path, figure: Figure, number: int
) -> None:
    figure.of("F4 eight syncs at once, PostgreSQL")
    one_round(on_postgres, meddler, tmp_path / str(number), figure)
