"""Automatic answers that nobody should get any more: too late, or of a ticket that was thrown
away."""

from datetime import datetime

from sqlmodel import Session

from supportcli.desk.replies.delivering.steps import By, move
from supportcli.domain.replies.automatic import outlived
from supportcli.domain.replies.delivery import Outgoing
from supportcli.domain.tickets.ticket import Delivery
from supportcli.storage.tickets import tickets


def give_up(tx: Session, one: Outgoing, now: datetime) -> bool:
    """Cancel an automatic answer if it has outlived its reason; False if it may leave."""
    state = tickets.state(tx, one.ticket)
    why = outlived(state.status if state else None, one.first_try_at or one.not_before, now)
    if why:
        move(tx, one, Delivery.CANCELLED, By(now), answer=why)
    return bool(why)
