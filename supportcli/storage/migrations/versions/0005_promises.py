"""For receiving and replying: who joined unverified, mail that is held or only partly here, the
recipients of a draft."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns, and the history of held mail."""
    op.add_column(
        "desk",
        sa.Column("close_after_days", sa.Integer(), nullable=True, server_default=sa.text("28")),
    )
    op.add_column("desk", sa.Column("held_told_at", _TIME, nullable=True))
    op.add_column("mailbox", sa.Column("authserv_id", sa.Text(), nullable=True))
    op.add_column("mail", sa.Column("full_size", sa.BigInteger(), nullable=True))
    op.add_column(
        "message", sa.Column("unverified", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "message", sa.Column("newcomer", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "participant",
        sa.Column("newcomer", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("customer_address", sa.Column("spelled", sa.Text(), nullable=True))
    op.add_column("draft", sa.Column("recipients", sa.JSON(), nullable=True))
    lacking = sa.text("state IN ('unreadable', 'partial', 'too large')")
    op.create_index(
        "ix_remote_mail_lacking",
        "remote_mail",
        ["state"],
        sqlite_where=lacking,
        postgresql_where=lacking,
    )
    op.create_table(
        "mail_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("gesture", sa.String(), nullable=False, index=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mail_id", sa.Integer(), sa.ForeignKey("mail.id"), nullable=False, index=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.String(), nullable=True, index=True),
    )
