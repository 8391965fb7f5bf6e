"""What the two engines have in common: a named place, connections that begin to read or to write,
and errors explained to people."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, event

from supportcli.errors import SupportError
from supportcli.errors.database import DatabaseMissing, DatabaseNewer
from supportcli.storage.engine.copying import Contents, Watch
from supportcli.storage.migrations import HEAD, version_of

Dialect = Literal["sqlite", "postgresql"]

WRITES = "supportcli_writes"
"""The execution option of a connection whose transactions write; `begin` reads it."""


class Backend(ABC):
    """One engine of a desk. `place` names the database in sentences, without a password. `path` is
    the file, or None on a server. `patience` is how many seconds to wait for another writer."""

    dialect: Dialect
    driver_error: type[Exception]
    """What the driver raises."""

    def __init__(self, engine: Engine, place: str, path: Path | None, patience: float) -> None:
        event.listen(engine, "begin", self.begin)
        self.engine = engine
        self.reading = engine
        self.writing = engine.execution_options(**{WRITES: True})
        self.place = place
        self.path = path
        self.patience = patience

    @abstractmethod
    def begin(self, connection: Connection) -> None:
        """Begin a transaction of the kind in `WRITES`: a writer first waits for other writers, a
        reader cannot change anything."""

    @abstractmethod
    def prepare(self, *, create: bool) -> None:
        """Ensure that there is a desk of this program's version: make it (`create`), migrate an
        older one, or refuse it and leave it unchanged."""

    @abstractmethod
    def data_version(self) -> int:
        """A number that changes with each commit, read on its own connection."""

    @property
    @abstractmethod
    def uri(self) -> str:
        """The database's URI for other programs, without a password."""

    @abstractmethod
    def copy(self, to: Path, watch: Watch) -> Contents:
        """Copy the desk's file as it is at one moment; CopiedByServer if it has no file."""

    @abstractmethod
    def said(self, error: BaseException) -> SupportError | None:
        """What an error of the driver means to a person; None if it is a bug in this program."""

    def close(self) -> None:
        """Release all connections."""
        self.engine.dispose()

    def check_version(self, connection: Connection) -> None:
        """Refuse to go on if a newer program has migrated the desk meanwhile."""
        found = version_of(connection)
        if found != HEAD:
            raise DatabaseNewer(self.place, found, HEAD) if found else DatabaseMissing(self.place)
