"""Import from files: runs, the mails that they kept, and what rows and lines became."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("mailbox_id", sa.Integer(), sa.ForeignKey("mailbox.id"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("open_since", _TIME, nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_table(
        "imported_mail",
        sa.Column("mail_id", sa.Integer(), sa.ForeignKey("mail.id"), primary_key=True),
        sa.Column(
            "run_id", sa.Integer(), sa.ForeignKey("import_run.id"), nullable=False, index=True
        ),
        sa.Column("place", sa.Text(), nullable=False),
    )
    op.create_table(
        "imported_item",
        sa.Column("source", sa.Text(), primary_key=True),
        sa.Column("source_id", sa.Text(), primary_key=True),
        sa.Column(
            "ticket_number",
            sa.Integer(),
            sa.ForeignKey("ticket.number"),
            nullable=False,
            index=True,
        ),
    )
