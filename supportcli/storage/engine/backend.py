"""What the two engines have in common: a place with a name, connections that begin to read or to
write, and errors that can be said."""

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
    """One engine behind a desk. `place` names the database in sentences, without a password; `path`
    is the file, or None on a server; `patience` is how many seconds to wait for another writer."""

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
        """Begin a transaction as `WRITES` says: a writer waits for the others first, a reader can
        change nothing."""

    @abstractmethod
    def prepare(self, *, create: bool) -> None:
        """See that a desk of this program's version is there: make it (`create`), migrate an older
        one, refuse everything else unchanged."""

    @abstractmethod
    def data_version(self) -> int:
        """A number that is another one after any commit, asked on a connection of its own."""

    @property
    @abstractmethod
    def uri(self) -> str:
        """The database as other programs name it, without a password."""

    @abstractmethod
    def copy(self, to: Path, watch: Watch) -> Contents:
        """Copy the desk's file as it is at one moment; CopiedByServer where it has none."""

    @abstractmethod
    def said(self, error: BaseException) -> SupportError | None:
        """What an error of the driver means to a person; None where it is a mistake of this
        program."""

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()

    def check_version(self, connection: Connection) -> None:
        """Refuse to go on after a newer program has migrated the desk under a running one."""
        found = version_of(connection)
        if found != HEAD:
            raise DatabaseNewer(self.place, found, HEAD) if found else DatabaseMissing(self.place)
