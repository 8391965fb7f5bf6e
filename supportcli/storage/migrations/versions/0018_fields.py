"""For custom fields and their values."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the fields and the values of tickets."""
    op.create_table(
        "custom_field",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False, unique=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "ticket_field",
        sa.Column("ticket_number", sa.Integer(), sa.ForeignKey("ticket.number"), primary_key=True),
        sa.Column("field_id", sa.Integer(), sa.ForeignKey("custom_field.id"), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("amount", sa.Float(), nullable=True),
    )
    op.create_index("ix_ticket_field_value", "ticket_field", ["field_id", "value"])
