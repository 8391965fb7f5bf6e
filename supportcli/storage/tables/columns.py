"""Column types that behave the same on both engines, and the names of constraints and indexes."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ARRAY, DateTime, Dialect, Index, Integer, Text, TypeDecorator, text
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel
from typing_extensions import override

from supportcli.domain.tickets.ticket import Priority

NAMES = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
"""The names of constraints and indexes on both engines, so that a later migration can name what it
changes."""

SQLModel.metadata.naming_convention = NAMES
SQLModel.model_config["defer_build"] = True
"""Rows are written and read as values, so no row's validator is built unless it is used: 35 of them
took 15 ms of each command."""


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of the rows for which this holds. (On PostgreSQL it is partial too, as its migration
    says: naming that engine here would load its dialect with each command, 20 ms.)"""
    return Index(name, *columns, sqlite_where=text(where))


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite has no zones, so UTC is put back on reading; a naive
    one is refused (ValueError)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a datetime without a zone: {value!r}")
        return value if value.tzinfo is UTC else value.astimezone(UTC)

    @override
    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """What SQLite keeps is read in one step: a large desk's figures read a million of them."""
        return _of_text if dialect.name == "sqlite" else _of_moment


def _of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


def _of_moment(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class ForeignText(TypeDecorator[str]):
    """Text of any origin. PostgreSQL refuses NUL, and both engines refuse lone surrogates, so each
    becomes U+FFFD on both."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None or _is_storable(value) else _UNSTORABLE.sub("\ufffd", value)


class ListParameter(TypeDecorator[Sequence[Any]]):
    """The values of a list, as a parameter (`engine.among`): an array on PostgreSQL, JSON on
    SQLite, which has no arrays."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(self.item))

    @override
    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        return json.dumps(value) if dialect.name == "sqlite" else value


def _is_storable(said: str) -> bool:
    """Whether a text can be stored as it is; nearly each can, and this takes a tenth of the time of
    an expression."""
    try:
        return "\0" not in said and (said.isascii() or bool(said.encode()))
    except UnicodeEncodeError:  # a lone surrogate
        return False


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class PriorityRank(TypeDecorator[Priority]):
    """A priority as its rank, so that the database sorts and compares as people do."""

    impl = Integer
    cache_ok = True

    @override
    def process_bind_param(self, value: Priority | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    @override
    def process_result_value(self, value: int | None, dialect: Dialect) -> Priority | None:
        return None if value is None else Priority(value)
