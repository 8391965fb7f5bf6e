"""The tickets of customers who are marked as VIP."""

from collections.abc import Collection

from sqlalchemy import or_, select, text
from sqlmodel import Session

from supportcli.domain.tickets.ticket import Order, Status
from supportcli.storage.engine import rows
from supportcli.storage.tables import CustomerProfileRow, TicketRow
from supportcli.storage.tickets.sorting import ORDERS

_TICKET, _PROFILE = rows.table_of(TicketRow), rows.table_of(CustomerProfileRow)
_OF_VIPS = (
    select(_TICKET.c.number)
    .join(_PROFILE, _PROFILE.c.customer_id == _TICKET.c.customer_id)
    .where(_PROFILE.c.vip)
)
_OPEN = (Status.NEW.value, Status.OPEN.value)


def first_open(tx: Session, agents: Collection[int], most: int) -> list[int]:
    """Their open tickets that nobody has, or one of these agents, in the order of urgency; at most
    so many."""
    free = or_(_TICKET.c.assignee_id.is_(None), _TICKET.c.assignee_id.in_(list(agents)))
    asked = _OF_VIPS.where(_TICKET.c.status.in_(_OPEN), free)
    found = asked.order_by(*map(text, ORDERS[Order.URGENCY])).limit(most)
    return list(tx.connection().execute(found).scalars())
