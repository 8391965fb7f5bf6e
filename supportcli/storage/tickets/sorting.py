"""How lists are sorted, in SQL that both engines understand. The migrations' indexes use exactly
these expressions, so that nothing is left to sort."""

from supportcli.domain.tickets.ticket import Order

ORDERS = {
    Order.URGENCY: (
        (
            "CASE status WHEN 'new' THEN 0 WHEN 'open' THEN 0 WHEN 'on-hold' THEN 1 WHEN "
            "'pending' THEN 1 ELSE 2 END"
        ),
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
}
"""What each order sorts by. Urgency: what waits for us, then what waits for others, then what is
done; within that by due time (service levels), then by priority, then by longest wait."""
