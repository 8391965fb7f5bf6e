"""Writes that wait to be written together: one INSERT of fifty rows costs a fraction of fifty
INSERTs.

What waits is written before the next other statement of the transaction, so that whoever reads sees
it. Which writes wait is therefore a matter of speed, never of correctness."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from graphlib import TopologicalSorter

from sqlalchemy import Connection, Executable, MetaData, Table, TableClause, event, text
from sqlmodel import Session, SQLModel

from supportcli.storage.engine import many_rows
from supportcli.storage.engine.many_rows import Values

_GATHERED = "supportcli_gathered"


class Gathered:
    """The writes of a transaction that wait, and the keys that it gives to new rows.

    Only one transaction writes at a time, so no other one can take these keys."""

    def __init__(self, connection: Connection, keyed: Sequence[Table]) -> None:
        self._connection = connection
        self.dialect = connection.dialect.name
        self._keyed = keyed
        self._next: dict[Table, int] = {}
        self._inserts: dict[Executable, tuple[TableClause, list[Values]]] = {}
        self._updates: dict[Executable, list[Values]] = {}
        self._is_writing = False
        event.listen(connection, "before_cursor_execute", self._before)

    def key_for(self, table: Table) -> int | None:
        """The key of a new row; None if the database has to choose it."""
        if not self._next:
            self._read_keys()
        key = self._next.get(table)
        if key is not None:
            self._next[table] = key + 1
        return key

    def insert(self, table: TableClause, statement: Executable, rows: Sequence[Values]) -> None:
        """Let rows wait. They are written in the order of their tables, so that a row never comes
        before the one that it refers to."""
        waiting = self._inserts.get(statement)
        if waiting is None:
            waiting = self._inserts[statement] = (table, [])
        waiting[1].extend(rows)

    def update(self, statement: Executable, values: Values) -> None:
        """Let a change wait; changes of one statement keep their order."""
        self._updates.setdefault(statement, []).append(values)

    def write(self) -> None:
        """Write everything that waits: new rows first, then changes."""
        if self._is_writing or not (self._inserts or self._updates):
            return
        inserts = sorted(self._inserts.items(), key=lambda one: _place(one[1][0]))
        updates, self._inserts, self._updates = self._updates, {}, {}
        self._is_writing = True
        try:
            for statement, (_, rows) in inserts:
                many_rows.write(self._connection, statement, rows)
            for statement, changes in updates.items():
                many_rows.write(self._connection, statement, changes)
        finally:
            self._is_writing = False

    def _before(self, *_said: object) -> None:
        self.write()

    def _read_keys(self) -> None:
        """Read which keys come next, of all tables in one statement."""
        asked = ", ".join(map(self._next_key, self._keyed))
        self._is_writing = True
        try:
            found = self._connection.execute(text(f"SELECT {asked}")).one()
        finally:
            self._is_writing = False
        self._next = dict(zip(self._keyed, found, strict=True))

    def _next_key(self, table: Table) -> str:
        (column,) = table.primary_key
        if self.dialect != "sqlite":
            return f"nextval({_sequence(table)})"
        if table.dialect_options["sqlite"]["autoincrement"]:
            known = f"SELECT max(seq) FROM sqlite_sequence WHERE name = '{table.name}'"  # noqa: S608
        else:
            known = f"SELECT max({column.name}) FROM {table.name}"  # noqa: S608
        return f"coalesce(({known}), 0) + 1"

    def forget(self) -> None:
        """Write nothing of what waits."""
        self._inserts, self._updates = {}, {}

    def leave(self) -> None:
        """Listen to the connection no longer."""
        event.remove(self._connection, "before_cursor_execute", self._before)

    def end(self) -> None:
        """Write the last of it, and tell PostgreSQL's sequences which keys were given; SQLite sees
        it by itself."""
        self.write()
        if self._next and self.dialect != "sqlite":
            told = ", ".join(
                f"setval({_sequence(table)}, {key}, false)" for table, key in self._next.items()
            )
            self._connection.execute(text(f"SELECT {told}"))


def _sequence(table: Table) -> str:
    (column,) = table.primary_key
    return f"pg_get_serial_sequence('{table.name}', '{column.name}')"


def _place(table: TableClause) -> int:
    """The place of a table among all: after those that it refers to; an index of words is last."""
    if not isinstance(table, Table):
        return sys.maxsize
    return _places(table.metadata, len(table.metadata.tables))[table.name]


@cache
def _places(metadata: MetaData, _loaded: int) -> dict[str, int]:
    """The places of the tables, by name, as long as no other is `loaded`. One of which only the
    name is known, from a table that refers to it, has no rows that wait."""
    refers = {
        table.name: {key.target_fullname.partition(".")[0] for key in table.foreign_keys}
        - {table.name}
        for table in metadata.tables.values()
    }
    return {name: place for place, name in enumerate(TopologicalSorter(refers).static_order())}


@contextmanager
def gathering(tx: Session, *keyed: type[SQLModel]) -> Iterator[None]:
    """Let the writes of `rows` and other modules of this floor wait, and write them at the end; on
    an error they are forgotten, as the transaction will be.

    `keyed` are the models whose new rows get their keys here, so that other rows can refer to them
    before they are written."""
    if _GATHERED in tx.info:
        yield
        return
    tables = [one.__table__ for one in keyed]  # type: ignore[attr-defined]
    gathered = tx.info[_GATHERED] = Gathered(tx.connection(), tables)
    try:
        yield
        gathered.end()
    except BaseException:
        gathered.forget()
        raise
    finally:
        del tx.info[_GATHERED]
        gathered.leave()


def gathered_in(tx: Session) -> Gathered | None:
    """What waits in a transaction; None if nothing does there."""
    found: Gathered | None = tx.info.get(_GATHERED)
    return found
