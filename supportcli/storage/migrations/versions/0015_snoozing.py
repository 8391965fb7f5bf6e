"""For tickets that are snoozed."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add until when, and an index of those that are."""
    op.add_column("ticket", sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
    snoozed = sa.text("snoozed_until IS NOT NULL")
    op.create_index(
        "ix_ticket_snoozed",
        "ticket",
        ["snoozed_until"],
        sqlite_where=snoozed,
        postgresql_where=snoozed,
    )
