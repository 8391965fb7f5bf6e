"""For agents who change or leave: the addresses that they had, and who is away until when."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "former_agent_address",
        sa.Column("address", sa.Text(), primary_key=True),
        sa.Column("agent_id", sa.Integer(), sa.ForeignKey("agent.id"), nullable=False, index=True),
    )
    op.create_table(
        "agent_absence",
        sa.Column("agent_id", sa.Integer(), sa.ForeignKey("agent.id"), primary_key=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stand_in_id", sa.Integer(), sa.ForeignKey("agent.id"), nullable=True),
        sa.Column("gesture", sa.String(), nullable=False),
    )
