"""For sending: how fast a mailbox may send and how large its mails may be, and copies of replies
for its folder of sent mail."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and the table."""
    for column in (
        sa.Column("largest_mail", sa.BigInteger(), nullable=True),
        sa.Column("a_minute", sa.Integer(), nullable=True),
        sa.Column("an_hour", sa.Integer(), nullable=True),
        sa.Column("sends_again_at", _TIME, nullable=True),
        sa.Column("sent_copies", sa.String(), nullable=False, server_default="auto"),
    ):
        op.add_column("mailbox", column)
    op.add_column("outbox", sa.Column("tried_at", _TIME, nullable=True))
    op.create_index("ix_outbox_tried", "outbox", ["mailbox_id", "tried_at"])
    op.create_table(
        "sent_copy",
        sa.Column("outbox_id", sa.Integer(), sa.ForeignKey("outbox.id"), primary_key=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("not_before", _TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owed_since", _TIME, nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
    )
    op.create_index("ix_sent_copy_due", "sent_copy", ["state", "not_before"])
