"""For who is at which ticket."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add who is present."""
    op.create_table(
        "presence",
        sa.Column("inbox", sa.String(), nullable=False),
        sa.Column("agent_id", sa.Integer(), sa.ForeignKey("agent.id"), nullable=False),
        sa.Column("ticket_number", sa.Integer(), sa.ForeignKey("ticket.number"), nullable=False),
        sa.Column("writes", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("inbox"),
    )
    op.create_index("ix_presence_agent_id", "presence", ["agent_id"])
