"""A list as one parameter: it finds what `IN` finds, by an index."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import ColumnElement, select, text
from sqlalchemy.dialects import sqlite

from supportcli.storage.engine import rows
from supportcli.storage.engine.among import among
from supportcli.storage.engine.database import Database
from supportcli.storage.tables import CustomerRow

NOW = datetime(2026, 3, 2, tzinfo=UTC)
NAMES = ("ann", "b'o\"b\\", "ç,{}", "東京", "NULL", "a\nb", "\U0001f600")
_CUSTOMER = rows.table_of(CustomerRow)


@pytest.mark.parametrize(
    ("column", "wanted"),
    [
        (_CUSTOMER.c.name, [*NAMES]),
        (_CUSTOMER.c.name, ["ann", "ann", "nobody", "a\0b", "\ud800"]),
        (_CUSTOMER.c.name, []),
        (_CUSTOMER.c.id, [3, 1, 99, 2**31 - 1]),
        (_CUSTOMER.c.id, []),
    ],
)
def test_it_finds_what_is_in_the_list(
    db: Database, column: ColumnElement[Any], wanted: list[Any]
) -> None:
    with db.write() as tx:
        for name in NAMES:
            values = {"name": name, "address": f"{len(name)}{name}@acme.test", "created_at": NOW}
            rows.add(tx, CustomerRow, values)
    with db.read() as tx:
        everybody = tx.connection().execute(select(column)).scalars().all()
        statement = select(column).where(among(column, "wanted"), _CUSTOMER.c.id > 0)
        found = tx.connection().execute(statement, {"wanted": wanted}).scalars().all()
    assert sorted(found) == sorted(set(everybody) & set(wanted))


def test_sqlite_uses_an_index(sqlite_url: str) -> None:
    db = Database.open(sqlite_url, create=True)
    statement = select(_CUSTOMER.c.id).where(among(_CUSTOMER.c.id, "wanted"), _CUSTOMER.c.id > 0)
    said = str(statement.params(wanted=[1]).compile(dialect=sqlite.dialect(paramstyle="named")))
    with db.read() as tx:
        plan = tx.connection().execute(
            text(f"EXPLAIN QUERY PLAN {said}"), {"wanted": "[1]", "id_1": 0}
        )
        assert plan.all()[0][3].startswith("SEARCH customer")
    db.close()
