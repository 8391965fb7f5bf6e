"""A list as one parameter of a statement. However long it is, the statement is the same: neither
SQLAlchemy nor the driver has to make it again, which took longer than executing it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from supportcli.storage.tables.columns import ListParameter


class _IsAmong(FunctionElement[Any]):
    """The condition. Its type is not said: SQLAlchemy would compare a boolean one with 1, and
    SQLite would use no index then."""

    inherit_cache: bool | None = True


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The condition that the value of a column is in the list that the parameter `name` is."""
    return _IsAmong(column, bindparam(name, type_=ListParameter(column.type)))


def is_one_of(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """The same of a list that is known already."""
    return _IsAmong(
        column, bindparam(None, list(values), type_=ListParameter(column.type), unique=True)
    )


@compiles(_IsAmong)
def _of_array(element: _IsAmong, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401 - what SQLAlchemy passes on
    column, values = (compiler.process(one, **how) for one in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_IsAmong, "sqlite")
def _of_json(element: _IsAmong, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401 - see above
    column, values = (compiler.process(one, **how) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - a column and a parameter
