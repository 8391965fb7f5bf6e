"""For automatic answers: which a mailbox sends, and what was decided about each mail."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("mailbox", sa.Column("automatic", sa.JSON(), nullable=True))
    op.create_table(
        "automatic_answer",
        sa.Column("mail_id", sa.Integer(), sa.ForeignKey("mail.id"), primary_key=True),
        sa.Column("mailbox_id", sa.Integer(), sa.ForeignKey("mailbox.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("message.id"), nullable=True),
        sa.Index("ix_automatic_answer_domain", "domain", "at"),
    )
