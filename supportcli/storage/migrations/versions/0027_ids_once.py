"""SQLite gives the id of a removed customer or organisation to nobody else: their history and undo
name them by it."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Make both tables again. (PostgreSQL's sequences never go back.)"""
    if op.get_bind().dialect.name == "sqlite":
        _give_once("customer", "SELECT max(customer_id) FROM people_event")
        _give_once("organisation", "SELECT max(organisation_id) FROM people_event")


def _give_once(table: str, last_known: str) -> None:
    """Let a table give each id once, and none that its history knows."""
    with op.batch_alter_table(
        table, recreate="always", table_kwargs={"sqlite_autoincrement": True}
    ):
        pass
    connection = op.get_bind()
    last = connection.execute(sa.text(last_known)).scalar() or 0
    sequences = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
    of_table = sequences.c.name == table
    given = connection.execute(sa.select(sequences.c.seq).where(of_table)).scalar()
    if given is None:
        op.execute(sa.insert(sequences).values(name=table, seq=last))
    elif given < last:
        op.execute(sa.update(sequences).where(of_table).values(seq=last))
