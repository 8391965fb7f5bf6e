"""For what agents choose for a reply: its files, its subject, its sender and its time."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what was chosen for drafts and replies, and the files of drafts."""
    op.add_column("draft", sa.Column("chosen", sa.JSON(), nullable=True))
    op.add_column("outbox", sa.Column("chosen", sa.JSON(), nullable=True))
    op.add_column("outbox", sa.Column("scheduled_for", _TIME, nullable=True))
    op.create_table(
        "draft_file",
        sa.Column("sha256", sa.String(), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", _TIME, nullable=False),
    )
