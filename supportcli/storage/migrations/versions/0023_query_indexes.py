"""For queries that ask for moments, notes, and the ways in which messages came."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_THERE = "retracted_at IS NULL"


def upgrade() -> None:
    """Add an index for each."""
    op.create_index("ix_ticket_created", "ticket", ["created_at"])
    _partial("ix_ticket_solved", "ticket", ["solved_at"], "solved_at IS NOT NULL")
    _partial("ix_ticket_due", "ticket", ["due_at"], "due_at IS NOT NULL")
    _partial("ix_message_channel", "message", ["channel", "ticket_number", "direction"], _THERE)
    _partial("ix_message_note", "message", ["ticket_number"], f"direction = 'note' AND {_THERE}")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    """An index of the rows for which this holds, on both engines."""
    asked = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=asked, postgresql_where=asked)
