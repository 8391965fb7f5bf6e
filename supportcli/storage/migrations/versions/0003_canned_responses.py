"""Canned responses: in versions, with the bytes of their files and each time one was used."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "canned",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("shortcut", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("removed_at", _TIME, nullable=True),
        sa.UniqueConstraint("shortcut", "scope", "scope_id"),
    )
    op.create_table(
        "canned_version",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("canned_id", sa.Integer(), sa.ForeignKey("canned.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("agent_id", sa.Integer(), sa.ForeignKey("agent.id"), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.UniqueConstraint("canned_id", "number"),
    )
    op.create_table(
        "canned_file",
        sa.Column("sha256", sa.String(), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "canned_use",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "canned_id", sa.Integer(), sa.ForeignKey("canned.id"), nullable=False, index=True
        ),
        sa.Column("agent_id", sa.Integer(), sa.ForeignKey("agent.id"), nullable=False),
        sa.Column("ticket_number", sa.Integer(), sa.ForeignKey("ticket.number"), nullable=False),
        sa.Column("gesture", sa.String(), nullable=False, index=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
    )
