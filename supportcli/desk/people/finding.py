"""Which customer or organisation a name means."""

import re

from sqlmodel import Session

from supportcli.desk.states import state_of
from supportcli.domain.people.customers import Customer
from supportcli.domain.people.organisations import Organisation
from supportcli.domain.text.words import nearest
from supportcli.errors.names import NameAmbiguous, NotFound, Thing
from supportcli.storage.people import customers, organisations

_OF_TICKET = re.compile(r"#([1-9]\d{0,17})")
_MOST_NAMED = 5


def customer_named(tx: Session, who: str) -> Customer:
    """The customer whom an address means, a name, or a ticket's number (`#12`).

    NotFound; NameAmbiguous if several have the name."""
    if of_ticket := _OF_TICKET.fullmatch(who.strip()):
        return customer_with(tx, state_of(tx, int(of_ticket[1])).customer_id)
    known = customers.with_address(tx, who.strip().strip("<>"))
    found = customers.customers(
        tx, [known] if known else customers.called(tx, who.strip(), _MOST_NAMED)
    )
    if not found:
        raise NotFound(Thing.CUSTOMER, who)
    if len(found) > 1:
        raise NameAmbiguous(who, [one.address for one in found], "address")
    return found[0]


def customer_with(tx: Session, customer: int) -> Customer:
    """The customer with this id; NotFound."""
    found = customers.customers(tx, [customer])
    if not found:
        raise NotFound(Thing.CUSTOMER, str(customer))
    return found[0]


def organisation_named(tx: Session, name: str) -> Organisation:
    """The organisation of this name, or with this domain; NotFound, with the nearest name."""
    found = organisations.named(tx, name)
    if found is None:
        raise NotFound(Thing.ORGANISATION, name, nearest=nearest(name, organisations.names(tx)))
    return found
