"""Writes that wait: whoever reads sees them, and after an error nothing of them is written."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, Table, func, select
from sqlmodel import Session

from supportcli.storage.engine import rows
from supportcli.storage.engine.database import Database
from supportcli.storage.engine.gathering import _place, gathering
from supportcli.storage.tables import AgentRow, CustomerRow, TeamMemberRow, TeamRow

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


def test_a_row_is_written_after_those_that_it_refers_to(db: Database) -> None:
    agent = {"name": "Ada", "address": "ada@shop.test", "role": "agent", "created_at": NOW}
    with db.write() as tx, gathering(tx, AgentRow, TeamRow):
        rows.add_missing(tx, TeamMemberRow, [{"team_id": 1, "agent_id": 1}])
        assert rows.add(tx, TeamRow, {"name": "Billing", "active": True, "created_at": NOW}) == 1
        assert rows.add(tx, AgentRow, {**agent, "active": True}) == 1
    with db.read() as tx:
        member = rows.table_of(TeamMemberRow)
        assert tx.connection().execute(select(member)).one() == (1, 1)


def test_a_table_may_be_loaded_after_those_that_refer_to_it() -> None:
    metadata = MetaData()
    message = Table("message", metadata, Column("ticket", ForeignKey("ticket.number")))
    agent = Table("agent", metadata)
    assert _place(message) != _place(agent)
    ticket = Table("ticket", metadata, Column("merged_into", ForeignKey("ticket.number")))
    assert _place(ticket) < _place(message)
