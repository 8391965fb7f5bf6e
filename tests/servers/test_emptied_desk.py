"""A desk on PostgreSQL that was emptied is a new one to the next test."""

import psycopg
import pytest

from supportcli.storage.migrations import HEAD
from tests.blank_desks import EmptiedDesk
from tests.desk.desks import desk_at
from tests.servers.test_postgres import connect


def test_rows_numbers_and_connections_of_a_test_are_gone(emptied_desk: EmptiedDesk) -> None:
    with desk_at(emptied_desk.url), connect(emptied_desk.url) as left_open:
        assert count(left_open, "agent") == 2
        left_open.commit()
        emptied_desk.empty()
        with pytest.raises(psycopg.OperationalError):
            left_open.execute("SELECT 1")
    with connect(emptied_desk.url) as server:
        tables = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert {name for (name,) in tables if count(server, str(name))} == {"alembic_version"}
        assert server.execute("SELECT nextval('agent_id_seq')").fetchone() == (1,)
    emptied_desk.empty()


def test_a_desk_that_is_more_than_its_rows_is_seen(emptied_desk: EmptiedDesk) -> None:
    assert not emptied_desk.changed()
    for change, back in (
        ("CREATE TABLE more (number integer)", "DROP TABLE more"),
        ("CREATE INDEX more ON agent (name)", "DROP INDEX more"),
        (
            "ALTER TABLE ticket ALTER subject DROP NOT NULL",
            "ALTER TABLE ticket ALTER subject SET NOT NULL",
        ),
        (
            "UPDATE alembic_version SET version_num = '9999'",
            f"UPDATE alembic_version SET version_num = '{HEAD}'",  # noqa: S608 - our own number
        ),
    ):
        with connect(emptied_desk.url) as server:
            server.execute(change.encode())
            server.commit()
            assert emptied_desk.changed(), change
            server.execute(back.encode())
    assert not emptied_desk.changed()


def count(server: psycopg.Connection[tuple[object, ...]], table: str) -> object:
    (found,) = server.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() or (0,)  # noqa: S608 - names of our tables
    return found
