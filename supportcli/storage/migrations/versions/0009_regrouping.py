"""For tickets that are merged or split."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add where a merged ticket went, and what merges and splits moved."""
    op.add_column(
        "ticket",
        sa.Column("merged_into", sa.Integer(), sa.ForeignKey("ticket.number"), nullable=True),
        inline_references=True,
    )
    op.create_index("ix_ticket_merged_into", "ticket", ["merged_into"])
    op.create_table(
        "regrouping",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("gesture", sa.String(), nullable=False, index=True),
        sa.Column(
            "ticket_number",
            sa.Integer(),
            sa.ForeignKey("ticket.number"),
            nullable=False,
            index=True,
        ),
        sa.Column(
            "other_number", sa.Integer(), sa.ForeignKey("ticket.number"), nullable=False, index=True
        ),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
