"""A copy of an SQLite file that others read and write meanwhile: the pages of one moment, and the
proof that all of them are there.

The copy is made inside one read transaction. Without it each commit of somebody else would begin it
again (sqlite.org/backup.html), and a busy desk would never be copied. With a write-ahead log nobody
waits for it; without one writers do."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import SQLModel

import supportcli.storage.tables  # noqa: F401  # fills the metadata
from supportcli.errors.database import CopyFailed

if TYPE_CHECKING:
    from sqlite3 import Connection as DriverConnection

PAGES = 512
"""Pages that are copied at once, 2 MB: between two of them a person sees how far it is, and may
stop it."""

Watch = Callable[[int, int], None]
"""What is told how many bytes are copied, and of how many."""


class Contents(NamedTuple):
    """What a database holds: its revision, and the rows of each table."""

    revision: str
    rows: Mapping[str, int]


def copy(source: "DriverConnection", driver: ModuleType, to: Path, watch: Watch) -> Contents:
    """Copy the database of a connection, which is in no transaction, into the empty file `to`, of
    which nobody knows yet, and check it.

    CopyFailed where the copy cannot be written, is not whole, or holds something else than the desk
    did at that moment."""
    page: int = source.execute("PRAGMA page_size").fetchone()[0]
    source.execute("BEGIN")
    try:
        held = holds(source)
        with closing(driver.connect(to, isolation_level=None)) as target:
            target.execute("PRAGMA journal_mode = OFF")
            target.execute(
                "PRAGMA synchronous = OFF"
            )  # whoever gives the file its name has the disk keep it first
            source.backup(
                target,
                pages=PAGES,
                progress=lambda _, left, total: watch((total - left) * page, total * page),
            )
        check(driver, to, held)
    except driver.Error as error:
        raise CopyFailed(str(error)) from error
    finally:
        source.rollback()
    return held


def check(driver: ModuleType, copied: Path, held: Contents) -> None:
    """See that a copy is whole and holds this (CopyFailed). Nothing is written beside it."""
    with closing(
        driver.connect(f"{copied.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    ) as looking:
        found = looking.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise CopyFailed(f"it is damaged, as the desk may be: {found}")
        if broken := looking.execute("PRAGMA foreign_key_check").fetchone():
            raise CopyFailed(
                f"row {broken[1]} of {broken[0]} points to nothing, perhaps in the desk too"
            )
        if holds(looking) != held:
            raise CopyFailed("it holds something else than the desk did")


def holds(connection: "DriverConnection") -> Contents:
    """What a database holds."""
    names = SQLModel.metadata.tables
    rows = {
        name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608 - names are ours
        for name in names
    }
    return Contents(
        str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]), rows
    )
