"""For what the team decides about senders: relays, machines, people, blocked ones, floods; and the
words with which a mail server called an address dead."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns, and the tables of senders."""
    op.add_column(
        "desk", sa.Column("most_opened", sa.Integer(), nullable=True, server_default=sa.text("5"))
    )
    op.add_column("mailbox", sa.Column("relays", sa.JSON(), nullable=True))
    op.add_column("customer_address", sa.Column("dead_words", sa.Text(), nullable=True))
    op.create_table(
        "sender",
        sa.Column("who", sa.Text(), primary_key=True),
        sa.Column("judged", sa.String(), nullable=True),
        sa.Column("blocked", sa.String(), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
    )
    op.create_table(
        "sender_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("gesture", sa.String(), nullable=False, index=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.String(), nullable=True, index=True),
    )
