"""How lists are sorted, in SQL that both engines understand. The migrations' indexes use exactly
these expressions, so that nothing is left to sort."""

from collections.abc import Collection

from supportcli.domain.tickets.ticket import Order, Status

_RANK = (
    "CASE status WHEN 'new' THEN 0 WHEN 'open' THEN 0 WHEN 'on-hold' THEN 1 WHEN "
    "'pending' THEN 1 ELSE 2 END"
)
_RANKS = {Status.NEW: 0, Status.OPEN: 0, Status.ON_HOLD: 1, Status.PENDING: 1}

ORDERS = {
    Order.URGENCY: (
        _RANK,
        "(due_at IS NULL)",
        "due_at",
        "priority DESC",
        "(waiting_since IS NULL)",
        "waiting_since",
        "updated_at DESC",
        "number DESC",
    ),
    Order.UPDATED: ("updated_at DESC", "number DESC"),
    Order.NUMBER: ("number",),
    Order.DUE: ("(due_at IS NULL)", "due_at", "number"),
}
"""What each order sorts by. Urgency: what waits for us, then what waits for others, then what is
done; within that by due time (service levels), then by priority, then by longest wait."""


def stretch(order: Order, statuses: Collection[Status]) -> str:
    """Where in a list tickets in these statuses stand, as a condition, so that an index is read
    there only; empty if they may be anywhere."""
    ranks = {_RANKS.get(status, 2) for status in statuses}
    if order is not Order.URGENCY or len(ranks) != 1:
        return ""
    rank = ranks.pop()
    return f"{_RANK} BETWEEN {rank} AND {rank}"  # after a = SQLite sorts what is sorted already
