"""For teams of agents, whom tickets are assigned to."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add teams, their members and a ticket's team."""
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False, unique=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "team_member",
        sa.Column("team_id", sa.Integer(), sa.ForeignKey("team.id"), primary_key=True),
        sa.Column(
            "agent_id", sa.Integer(), sa.ForeignKey("agent.id"), primary_key=True, index=True
        ),
    )
    op.add_column(
        "ticket",
        sa.Column("team_id", sa.Integer(), sa.ForeignKey("team.id"), nullable=True),
        inline_references=True,
    )
    op.create_index("ix_ticket_team_id", "ticket", ["team_id"])
