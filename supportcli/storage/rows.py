"""Insert statements that both engines understand, without the cost of mapped objects: a mail writes a dozen rows, each 20 µs instead of 80."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model, for statements that need no objects."""
    return cast("Table", model.__table__)  # type: ignore[attr-defined]  # SQLModel sets it for each class with table=True


def add(tx: Session, model: type[SQLModel], values: Mapping[str, Any]) -> int:
    """Insert one row and answer with its primary key."""
    result = tx.connection().execute(insert(table_of(model)), dict(values))
    key = result.inserted_primary_key
    return int(key[0]) if key is not None else 0


def add_missing(tx: Session, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert those of `rows` whose key is not there yet; leave the others as they are."""
    if not rows:
        return
    connection = tx.connection()
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(table_of(model)).on_conflict_do_nothing(), [dict(row) for row in rows])
