"""The module that opens SQLite files, and whether it may be trusted with a write-ahead log."""

from importlib import import_module
from types import ModuleType


def load_driver() -> ModuleType:
    """The module to open files with: pysqlite3, which includes a fixed SQLite, else the standard
    library's."""
    try:
        return import_module("pysqlite3")
    except ImportError:
        return import_module("sqlite3")


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether the WAL-reset bug (sqlite.org/wal.html) is fixed in this version of SQLite: since
    3.51.3, and in 3.50.7 and 3.44.6."""
    return (
        version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    )
