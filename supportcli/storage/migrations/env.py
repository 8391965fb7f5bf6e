"""Alembic runs this file for each command. The connection, and its transaction, belong to the
caller (`migrations.upgrade`)."""

from alembic import context

from supportcli.storage import tables

tables.load_all()
context.configure(
    connection=context.config.attributes["connection"], target_metadata=tables.DeskRow.metadata
)
context.run_migrations()
