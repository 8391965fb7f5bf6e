"""For people: organisations with their domains, what the team knows about customers, and the
history of both."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_table(
        "organisation_domain",
        sa.Column("domain", sa.Text(), primary_key=True),
        _id("organisation_id", "organisation.id", nullable=False),
    )
    op.create_table(
        "customer_profile",
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customer.id"), primary_key=True),
        _id("organisation_id", "organisation.id"),
        sa.Column("vip", sa.Boolean(), nullable=False, server_default=sa.false(), index=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=True),
        _id("merged_into", "customer.id"),
    )
    op.create_table(
        "people_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("gesture", sa.String(), nullable=False, index=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True, index=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True, index=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.String(), nullable=True, index=True),
    )


def _id(name: str, of: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(of), nullable=nullable, index=True)
