"""Service levels: calendars and policies in versions, targets, and when a ticket is due, which
comes first in the order of urgency."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# The order of `lists`, exactly as its ORDER BY; the status after it lets a query filter without a
# look at the ticket.
_URGENCY = (
    (
        "(CASE status WHEN 'new' THEN 0 WHEN 'open' THEN 0 WHEN 'on-hold' THEN 1 WHEN 'pending' "
        "THEN 1 ELSE 2 END)"
    ),
    "(due_at IS NULL)",
    "due_at",
    "priority DESC",
    "(waiting_since IS NULL)",
    "waiting_since",
    "updated_at DESC",
    "number DESC",
)

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and remake the index of urgency."""
    op.drop_index("ix_ticket_urgency", "ticket")
    op.add_column("ticket", sa.Column("due_at", _TIME, nullable=True))
    op.execute(f"CREATE INDEX ix_ticket_urgency ON ticket ({', '.join(_URGENCY)}, status)")
    _versioned("calendar")
    _versioned(
        "policy",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("valid_from", _TIME, nullable=False),
        sa.Column("valid_to", _TIME, nullable=True),
    )
    _targets()


def _versioned(name: str, *columns: sa.Column[object]) -> None:
    """A table of named entries, and one of their versions."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False, unique=True),
        *columns,
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_table(
        f"{name}_version",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            f"{name}_id", sa.Integer(), sa.ForeignKey(f"{name}.id"), nullable=False, index=True
        ),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("agent_id", sa.Integer(), sa.ForeignKey("agent.id"), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
    )


def _targets() -> None:
    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("ticket_number", sa.Integer(), sa.ForeignKey("ticket.number"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column(
            "policy_version_id",
            sa.Integer(),
            sa.ForeignKey("policy_version.id"),
            nullable=False,
            index=True,
        ),
        sa.Column(
            "calendar_version_id", sa.Integer(), sa.ForeignKey("calendar_version.id"), nullable=True
        ),
        sa.Column("started_event", sa.Integer(), sa.ForeignKey("event.id"), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("goal_s", sa.Integer(), nullable=False),
        sa.Column("spent_s", sa.Integer(), nullable=False),
        sa.Column("due_at", _TIME, nullable=True),
        sa.Column("pauses", sa.JSON(), nullable=False),
        sa.Column("warned", sa.JSON(), nullable=False),
        sa.Column("next_at", _TIME, nullable=True, index=True),
        sa.Column("met_at", _TIME, nullable=True),
        sa.Column("breached_at", _TIME, nullable=True, index=True),
        sa.Column("cancelled_at", _TIME, nullable=True),
        sa.Column("cancelled_because", sa.Text(), nullable=True),
        sa.Column("ended_event", sa.Integer(), sa.ForeignKey("event.id"), nullable=True),
        sa.Column("excused_at", _TIME, nullable=True),
        sa.Column("excused_by", sa.Text(), nullable=True),
        sa.Column("excused_because", sa.Text(), nullable=True),
        sa.UniqueConstraint("ticket_number", "kind", "ordinal"),
    )
