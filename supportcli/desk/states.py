"""A ticket's fields now, for who reads it and for who changes it."""

from sqlmodel import Session

from supportcli.domain.tickets.ticket import TicketState
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.tickets import TicketMerged
from supportcli.storage.tickets import tickets


def state_of(tx: Session, number: int) -> TicketState:
    """A ticket's fields now; NotFound if there is none."""
    found = tickets.state(tx, number)
    if found is None:
        raise NotFound(Thing.TICKET, str(number))
    return found


def unmerged(tx: Session, number: int) -> TicketState:
    """A ticket's fields now; NotFound if there is none, TicketMerged if its messages are in another
    one."""
    state = state_of(tx, number)
    if state.merged_into is not None:
        raise TicketMerged(number, tickets.ends_of_merges(tx, [number])[number])
    return state
