"""For what each agent has seen of a ticket. Everything that is there counts as seen by all."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Add the table, and the last message that everybody counts as having seen."""
    op.create_table(
        "seen_message",
        sa.Column("agent_id", sa.Integer(), sa.ForeignKey("agent.id"), primary_key=True),
        sa.Column("ticket_number", sa.Integer(), sa.ForeignKey("ticket.number"), primary_key=True),
        sa.Column("message_id", sa.Integer(), nullable=False),
    )
    op.create_index("ix_seen_message_ticket_number", "seen_message", ["ticket_number"])
    op.add_column(
        "desk", sa.Column("all_seen_upto", sa.Integer(), nullable=False, server_default="0")
    )
    op.execute("UPDATE desk SET all_seen_upto = (SELECT coalesce(max(id), 0) FROM message)")
