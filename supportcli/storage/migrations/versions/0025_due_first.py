"""For lists that are sorted by when tickets are due."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add an index of that order: exactly the expressions of `storage.tickets.sorting`."""
    op.execute("CREATE INDEX ix_ticket_due_first ON ticket ((due_at IS NULL), due_at, number)")
