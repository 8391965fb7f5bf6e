"""Writes that wait: whoever reads sees them, and after an error nothing of them is written."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlmodel import Session

from supportcli.storage.engine import rows
from supportcli.storage.engine.database import Database
from supportcli.storage.engine.gathering import gathering
from supportcli.storage.tables import CustomerRow

NOW = datetime(2026, 3, 2, tzinfo=UTC)
_COUNT = select(func.count()).select_from(rows.table_of(CustomerRow))


def customer(name: str) -> dict[str, object]:
    return {"name": name, "address": f"{name}@acme.test", "created_at": NOW}


def test_a_read_sees_what_waits_and_keys_go_on(db: Database) -> None:
    with db.write() as tx:
        first = rows.add(tx, CustomerRow, customer("ann"))
        with gathering(tx, CustomerRow):
            keys = [rows.add(tx, CustomerRow, customer(name)) for name in ("bob", "cid")]
            assert tx.connection().execute(_COUNT).scalar() == 3
            keys.append(rows.add(tx, CustomerRow, customer("dan")))
        last = rows.add(tx, CustomerRow, customer("eve"))
    assert [first, *keys, last] == list(range(first, first + 5))
    with db.read() as tx:
        assert tx.connection().execute(_COUNT).scalar() == 5


def test_after_an_error_nothing_that_waited_is_written(db: Database) -> None:
    def fail(tx: Session) -> None:
        with gathering(tx, CustomerRow):
            rows.add(tx, CustomerRow, customer("ann"))
            raise ZeroDivisionError

    with db.write() as tx:
        with pytest.raises(ZeroDivisionError):
            fail(tx)
        assert tx.connection().execute(_COUNT).scalar() == 0
