"""For signatures of agents and mailboxes, and for the HTML frames of mailboxes."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("agent", sa.Column("signature", sa.Text(), nullable=True))
    op.add_column("mailbox", sa.Column("signature", sa.Text(), nullable=True))
    op.add_column("mailbox", sa.Column("frame", sa.Text(), nullable=True))
