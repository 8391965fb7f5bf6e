"""Locks of mailboxes: one holder at a time, freed by the kernel or the server when the holder
dies."""

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import make_url

from supportcli.errors.database import DatabaseUnreachable
from supportcli.storage.engine.database import Database
from supportcli.storage.engine.locks import mailbox_lock
from supportcli.storage.engine.postgresql import PostgresBackend
from tests.servers.process import wait_until

HOLDER = """
import sys
from supportcli.storage.engine.database import Database
from supportcli.storage.engine.locks import mailbox_lock
with mailbox_lock(Database.open(sys.argv[1]), 3, "sync") as held:
    print(held, flush=True)
    sys.stdin.read()
"""


def is_free(db: Database, mailbox: int = 3) -> bool:
    with mailbox_lock(db, mailbox, "sync") as held:
        return held


def test_the_second_one_is_turned_away_at_once(db: Database) -> None:
    with mailbox_lock(db, 3, "sync") as first:
        assert first
        assert not is_free(db)
    assert is_free(db)


def test_mailboxes_and_purposes_do_not_meet(db: Database) -> None:
    with (
        mailbox_lock(db, 3, "sync") as sync,
        mailbox_lock(db, 3, "send") as send,
        mailbox_lock(db, 4, "sync") as other,
    ):
        assert (sync, send, other) == (True, True, True)


def test_an_error_frees_it(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), mailbox_lock(db, 3, "sync"):
        raise ZeroDivisionError
    assert is_free(db)


def test_who_was_turned_away_frees_nothing(db: Database) -> None:
    with mailbox_lock(db, 3, "sync"):
        assert not is_free(db)
        assert not is_free(db)


def test_threads_are_kept_apart_too(db: Database) -> None:
    with mailbox_lock(db, 3, "sync"):
        seen: list[bool] = []
        thread = threading.Thread(target=lambda: seen.append(is_free(db)))
        thread.start()
        thread.join()
    assert seen == [False]


def test_it_is_free_when_its_holder_is_killed(db: Database, url: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert not is_free(db)
        os.kill(holder.pid, signal.SIGKILL)
    wait_until(lambda: is_free(db), "the lock of a dead program to be free")


def test_the_transactions_of_the_desk_go_on_meanwhile(db: Database) -> None:
    with mailbox_lock(db, 3, "sync"), db.write() as tx:
        assert tx.connection().exec_driver_sql("SELECT 1").scalar() == 1


def test_a_file_beside_the_desk_is_locked(sqlite_url: str, tmp_path: Path) -> None:
    db = Database.open(sqlite_url, create=True)
    with mailbox_lock(db, 3, "send"):
        pass
    db.close()
    lock = tmp_path / "desk.db-send-3.lock"
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600


def test_a_lock_that_its_server_has_freed_is_no_error(postgres_url: str) -> None:
    db = Database.open(postgres_url, create=True)
    try:
        with mailbox_lock(db, 3, "sync") as held:
            assert held
            with db.engine.connect() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                )
            wait_until(lambda: is_free(db), "the lock of a session that was ended to be free")
    finally:
        db.close()


def test_a_server_that_is_gone_is_named_by_who_wants_a_lock(postgres_url: str) -> None:
    nowhere = make_url(postgres_url).set(port=1).render_as_string(hide_password=False)
    with (
        pytest.raises(DatabaseUnreachable),
        mailbox_lock(Database(PostgresBackend(nowhere, 1)), 3, "sync"),
    ):
        pass
