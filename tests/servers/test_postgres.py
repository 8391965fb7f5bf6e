"""The PostgreSQL of the tests gives each test a database of its own."""

import psycopg
import pytest

from tests.servers.postgres import Postgres


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("+psycopg", ""))


def test_databases_are_new_and_apart(postgres: Postgres) -> None:
    one, other = postgres.new_database(), postgres.new_database()
    with connect(one) as connection:
        connection.execute("CREATE TABLE ticket (number integer)")
    with connect(other) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT * FROM ticket")
    postgres.drop_database(one)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        connect(one)


def test_a_database_is_dropped_although_somebody_is_connected(postgres: Postgres) -> None:
    url = postgres.new_database()
    with connect(url) as connection:
        connection.execute("SELECT 1")
        postgres.drop_database(url)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_text_is_unicode_and_sorted_alike_everywhere(postgres_url: str) -> None:
    with connect(postgres_url) as connection:
        (encoding, collation) = connection.execute(
            "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()"
        ).fetchone() or ("", "")
    assert (encoding, collation) == ("UTF8", "C.UTF-8")
