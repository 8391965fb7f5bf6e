"""Many rows by one statement, without what SQLAlchemy does for each row: that cost more than what
the database did with it, and a mail writes sixteen."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]


class _Parameter(NamedTuple):
    """A parameter of a statement: its `name` in each row, or the `value` that it always has;
    `convert` makes of it what the driver takes."""

    name: str
    is_of_row: bool
    value: object
    convert: Callable[[Any], object] | None

    def of(self, rows: Sequence[Values]) -> list[object]:
        """Its value for each row."""
        found = [row[self.name] for row in rows] if self.is_of_row else [self.value] * len(rows)
        return found if self.convert is None else list(map(self.convert, found))


class _Prepared(NamedTuple):
    """A statement as the driver takes it; `is_positional`: it counts its parameters, else it names
    them."""

    text: str
    parameters: tuple[_Parameter, ...]
    is_positional: bool


def write(connection: Connection, statement: Executable, rows: Sequence[Values]) -> None:
    """Execute a statement for each of `rows`, at least one, which have the same columns. It has no
    list among its parameters, and the database gives nothing back."""
    prepared = _prepared(statement, connection.dialect, tuple(rows[0]))
    values = zip(*(one.of(rows) for one in prepared.parameters), strict=True)
    if prepared.is_positional:
        connection.exec_driver_sql(prepared.text, list(values))
    else:
        names = [one.name for one in prepared.parameters]
        connection.exec_driver_sql(
            prepared.text, [dict(zip(names, row, strict=True)) for row in values]
        )


@lru_cache(maxsize=256)
def _prepared(statement: Executable, dialect: Dialect, columns: tuple[str, ...]) -> _Prepared:
    compiled = statement.compile(  # type: ignore[attr-defined]  # each statement that can be executed can be compiled
        dialect=dialect, column_keys=list(columns)
    )
    names = compiled.positiontup if compiled.positional else compiled.params
    parameters = (_parameter(compiled, name, columns) for name in names)
    return _Prepared(str(compiled), tuple(parameters), compiled.positional)


def _parameter(compiled: SQLCompiler, name: str, columns: Sequence[str]) -> _Parameter:
    kind = compiled.binds[name].type.dialect_impl(compiled.dialect)
    return _Parameter(
        name, name in columns, compiled.params[name], kind.bind_processor(compiled.dialect)
    )
