"""For agents who follow tickets, whoever has them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add who follows which ticket."""
    op.create_table(
        "ticket_follower",
        sa.Column("ticket_number", sa.Integer(), sa.ForeignKey("ticket.number"), primary_key=True),
        sa.Column(
            "agent_id", sa.Integer(), sa.ForeignKey("agent.id"), primary_key=True, index=True
        ),
    )
