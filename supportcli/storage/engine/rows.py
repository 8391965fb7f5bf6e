"""Inserting rows, on both engines, without the cost of mapped objects.

Building a statement costs more than running it (170 µs against 40), and a mail runs a dozen. So the
statements for each mail are built once, here and in the neighbouring modules."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, cast

from sqlalchemy import Insert, Table, TableClause, Update, insert
from sqlmodel import Session, SQLModel

from supportcli.storage.engine import many_rows
from supportcli.storage.engine.gathering import gathered_in


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model, for statements that need no objects."""
    return cast("Table", model.__table__)  # type: ignore[attr-defined]  # SQLModel sets it for each class with table=True


def dialect_of(tx: Session) -> str:
    """The name of the engine's dialect. (Asking the session for its connection takes longer than
    making a row.)"""
    gathered = gathered_in(tx)
    return gathered.dialect if gathered is not None else tx.connection().dialect.name


def add(tx: Session, model: type[SQLModel], values: Mapping[str, Any]) -> int:
    """Insert one row; returns its primary key."""
    gathered, table = gathered_in(tx), table_of(model)
    key = gathered.key_for(table) if gathered is not None else None
    if gathered is not None and key is not None:
        (column,) = table.primary_key
        gathered.insert(table, _insert(model), [{column.name: key, **values}])
        return key
    result = tx.connection().execute(_insert(model), dict(values))
    made = result.inserted_primary_key
    return int(made[0]) if made is not None else 0


def add_missing(
    tx: Session, model: type[SQLModel], rows: Sequence[Mapping[str, Any]], put: tuple[str, ...] = ()
) -> None:
    """Insert those of `rows` whose key does not exist yet; leave the others as they are, except for
    the columns `put`."""
    if not rows:
        return
    gathered, statement = gathered_in(tx), _insert_missing(model, dialect_of(tx), put)
    if gathered is not None:
        gathered.insert(table_of(model), statement, rows)
    else:
        many_rows.write(tx.connection(), statement, rows)


def change(tx: Session, statement: Update, values: Mapping[str, Any]) -> None:
    """Execute an UPDATE, built once, with its parameters. Where writes are gathered it may wait:
    then it must not matter whether another statement changes its rows before or after it."""
    gathered = gathered_in(tx)
    if gathered is not None:
        gathered.update(statement, values)
    else:
        tx.connection().execute(statement, dict(values))


def insert_into(
    tx: Session, table: TableClause, statement: Insert, values: Mapping[str, Any]
) -> None:
    """Insert one row into a table that is no model, by a statement that was built once."""
    gathered = gathered_in(tx)
    if gathered is not None:
        gathered.insert(table, statement, [values])
    else:
        tx.connection().execute(statement, dict(values))


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
