"""For fetching: how long a mailbox is left alone, folders that came later, further addresses of a
mailbox, and what is to be done to mail on its server."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and the table."""
    for column in (
        sa.Column("refused_logins", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("paused_until", _TIME, nullable=True),
        sa.Column("after_import", sa.Text(), nullable=False, server_default="nothing"),
        sa.Column("acts_since", _TIME, nullable=True),
        sa.Column("failure_told", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("mailbox", column)
    op.execute("UPDATE mailbox SET failure_told = true WHERE failing_since IS NOT NULL")
    op.add_column("folder", sa.Column("news_since", _TIME, nullable=True))
    # it only said that headers of sent mail had been looked at; its mails are read from now on
    op.execute("DELETE FROM folder WHERE role = 'sent' AND uidvalidity = 0")
    op.create_table(
        "server_action",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("folder_id", sa.Integer(), sa.ForeignKey("folder.id"), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("mail_id", sa.Integer(), sa.ForeignKey("mail.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("state", sa.String(), nullable=False, index=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("done_at", _TIME, nullable=True),
        sa.UniqueConstraint("mail_id", "kind"),
    )
    op.create_table(
        "mailbox_alias",
        sa.Column("address", sa.Text(), primary_key=True),
        sa.Column(
            "mailbox_id", sa.Integer(), sa.ForeignKey("mailbox.id"), nullable=False, index=True
        ),
    )
