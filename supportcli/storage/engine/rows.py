"""Inserting rows, on both engines, without the cost of mapped objects.

Building a statement costs more than running it (170 µs against 40), and a mail runs a dozen. So the
statements for each mail are built once, here and in the neighbouring modules."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, cast

from sqlalchemy import Insert, Table, insert
from sqlmodel import Session, SQLModel


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model, for statements that need no objects."""
    return cast("Table", model.__table__)  # type: ignore[attr-defined]  # SQLModel sets it for each class with table=True


def add(tx: Session, model: type[SQLModel], values: Mapping[str, Any]) -> int:
    """Insert one row; returns its primary key."""
    result = tx.connection().execute(_insert(model), dict(values))
    key = result.inserted_primary_key
    return int(key[0]) if key is not None else 0


def add_missing(
    tx: Session, model: type[SQLModel], rows: Sequence[Mapping[str, Any]], put: tuple[str, ...] = ()
) -> None:
    """Insert those of `rows` whose key does not exist yet; leave the others as they are, except for
    the columns `put`."""
    if not rows:
        return
    connection = tx.connection()
    connection.execute(
        _insert_missing(model, connection.dialect.name, put), [dict(row) for row in rows]
    )


@cache
def _insert(model: type[SQLModel]) -> Insert:
    return insert(table_of(model))


@cache
def _insert_missing(model: type[SQLModel], dialect: str, put: tuple[str, ...]) -> Insert:
    engine = import_module(
        f"sqlalchemy.dialects.{dialect}"
    )  # one is enough: PostgreSQL's takes 20 ms
    table = table_of(model)
    wanted = engine.insert(table)
    if not put:
        return cast("Insert", wanted.on_conflict_do_nothing())
    return cast(
        "Insert",
        wanted.on_conflict_do_update(
            index_elements=list(table.primary_key),
            set_={name: wanted.excluded[name] for name in put},
        ),
    )
