"""Locks that the kernel, or PostgreSQL, frees when their holder dies: no lease to renew, nothing to
expire.

There is one sync and one sender for each mailbox (design: mail, In and Out), and one process that
watches it: who watches holds "watch" all the time, and "sync" while it reads. On SQLite a file
beside the desk is locked with flock(2). It is never removed: two programs could then hold "the"
lock on two files with the same name. On PostgreSQL it is an advisory lock of the session."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from sqlalchemy.exc import DBAPIError

from supportcli.storage.engine.database import Database
from supportcli.storage.engine.postgresql import LOCKS

Purpose = Literal["sync", "send", "watch"]

_KEYS: dict[Purpose, int] = {"sync": 1, "send": 2, "watch": 3}
_PURPOSES = 16


@contextmanager
def mailbox_lock(db: Database, mailbox_id: int, purpose: Purpose) -> Iterator[bool]:
    """Hold the lock of a mailbox. Yields False if somebody else holds it, in this process or
    another. Never waits. Use it outside a transaction."""
    lock = (
        _on_server(db, mailbox_id, purpose)
        if db.path is None
        else _on_file(db.path, mailbox_id, purpose)
    )
    with lock as held:
        yield held


def is_watched(db: Database, mailbox_id: int) -> bool:
    """Whether a process watches a mailbox."""
    if db.path is None:
        return _is_watched_on_server(db, mailbox_id)
    with _opened(db.path, mailbox_id, "watch") as descriptor:
        return not _taken(descriptor, fcntl.LOCK_SH)  # many may ask at once


def _is_watched_on_server(db: Database, mailbox_id: int) -> bool:
    key = f"{LOCKS}, {mailbox_id * _PURPOSES + _KEYS['watch']}"
    with db.connection() as connection:
        asked = f"SELECT pg_try_advisory_lock_shared({key})"
        if not connection.exec_driver_sql(asked).scalar():
            return True
        connection.exec_driver_sql(f"SELECT pg_advisory_unlock_shared({key})")
        return False


@contextmanager
def _on_file(path: Path, mailbox_id: int, purpose: Purpose) -> Iterator[bool]:
    with _opened(path, mailbox_id, purpose) as descriptor:
        yield _taken(descriptor, fcntl.LOCK_EX)


@contextmanager
def _opened(path: Path, mailbox_id: int, purpose: Purpose) -> Iterator[int]:
    descriptor = os.open(
        path.with_name(f"{path.name}-{purpose}-{mailbox_id}.lock"),
        os.O_CREAT | os.O_RDWR | os.O_CLOEXEC,
        0o600,
    )
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _taken(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _on_server(db: Database, mailbox_id: int, purpose: Purpose) -> Iterator[bool]:
    key = mailbox_id * _PURPOSES + _KEYS[purpose]
    with db.connection() as connection:
        held = bool(
            connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({LOCKS}, {key})").scalar()
        )
        try:
            yield held
        finally:
            if held:
                with suppress(DBAPIError):  # the session has ended, and the lock with it
                    connection.exec_driver_sql(f"SELECT pg_advisory_unlock({LOCKS}, {key})")
