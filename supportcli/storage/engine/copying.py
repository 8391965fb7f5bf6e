"""A copy of an SQLite file that others read and write meanwhile: the pages of one moment, with a
check that it is complete.

The copy is made inside one read transaction. Otherwise each commit by somebody else would restart
it (sqlite.org/backup.html), and a busy desk would never be copied. With a write-ahead log nobody
has to wait; without one, writers do."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import SQLModel

from supportcli.errors.database import CopyFailed
from supportcli.storage import tables

if TYPE_CHECKING:
    from sqlite3 import Connection as DriverConnection

PAGES = 512
"""The pages that are copied at once, 2 MB: after each step a person sees the progress and may stop
it."""

Watch = Callable[[int, int], None]
"""Called with how many bytes are copied, and of how many."""


class Contents(NamedTuple):
    """What a database holds: its revision, and the rows of each table."""

    revision: str
    rows: Mapping[str, int]


def copy(source: "DriverConnection", driver: ModuleType, to: Path, watch: Watch) -> Contents:
    """Copy the database of a connection, which is in no transaction, into the empty file `to`,
    which nobody else knows yet, and check it.

    CopyFailed if the copy cannot be written, is incomplete, or has other contents than the desk had
    at that moment."""
    page: int = source.execute("PRAGMA page_size").fetchone()[0]
    source.execute("BEGIN")
    try:
        held = holds(source)
        with closing(driver.connect(to, isolation_level=None)) as target:
            target.execute("PRAGMA journal_mode = OFF")
            target.execute(
                "PRAGMA synchronous = OFF"
            )  # the caller syncs the file before giving it its name
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
    """Check that a copy is complete and has these contents (CopyFailed). Creates no files beside
    it."""
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
            raise CopyFailed("its contents differ from the desk's")


def holds(connection: "DriverConnection") -> Contents:
    """The contents of a database."""
    tables.load_all()
    names = SQLModel.metadata.tables
    rows = {
        name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608 - names are ours
        for name in names
    }
    return Contents(
        str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]), rows
    )
