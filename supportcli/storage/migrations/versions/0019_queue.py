"""For tickets that agents claim."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the claims."""
    op.create_table(
        "claim",
        sa.Column("ticket_number", sa.Integer(), sa.ForeignKey("ticket.number"), nullable=False),
        sa.Column("agent_id", sa.Integer(), sa.ForeignKey("agent.id"), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket_number"),
    )
    op.create_index("ix_claim_agent_id", "claim", ["agent_id"])
