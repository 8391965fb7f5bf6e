"""What is shown of customers and organisations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from supportcli.desk import Desk
from supportcli.desk.people.finding import customer_named, organisation_named
from supportcli.domain.mail import Address
from supportcli.domain.people.customers import Customer
from supportcli.domain.people.history import PeopleEvent
from supportcli.domain.people.lookup import CustomerLookup
from supportcli.domain.people.organisations import Organisation
from supportcli.domain.senders import Block, Senders
from supportcli.domain.tickets.ticket import TicketLine
from supportcli.storage.mail import senders
from supportcli.storage.people import customers, lookups, organisations, people_events
from supportcli.storage.people.customers import TicketsOf
from supportcli.storage.tickets import lists, people

LATEST = 20
"""So many tickets of a customer are shown, the newest first."""

OFFERED = 500
"""So many customers are offered to choose one from."""

_WINDOW = 200


@dataclass(frozen=True, slots=True)
class CustomerShown:
    """A customer with their newest tickets and how many there are, what was changed about them, and
    which of their addresses are blocked, and how."""

    customer: Customer
    tickets: tuple[TicketLine, ...]
    count: int
    history: tuple[PeopleEvent, ...]
    blocked: Mapping[str, Block]
    lookup: CustomerLookup | None = None
    """What another system said about them last."""


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """A customer as a list shows them: how many tickets they have, and whether all their addresses
    are blocked."""

    customer: Customer
    tickets: int
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class OrganisationShown:
    """An organisation with its members (the first so many), and what was changed about it."""

    organisation: Organisation
    members: tuple[Customer, ...]
    history: tuple[PeopleEvent, ...]


def customer(desk: Desk, who: str, most: int = LATEST) -> CustomerShown:
    """A customer, by an address, a name, or a ticket's number. NotFound; NameAmbiguous."""
    with desk.db.read() as tx:
        found = customer_named(tx, who)
        theirs = customers.count_tickets(tx, [found.id]).get(found.id)
        return CustomerShown(
            _since(found, theirs),
            tuple(lists.lines(tx, customers.tickets_of(tx, [found.id], most))),
            theirs.tickets if theirs is not None else 0,
            tuple(people_events.of_customer(tx, found.id)),
            _blocked(found, senders.every(tx)),
            lookups.of_customer(tx, found.id),
        )


def each_customer(
    desk: Desk,
    words: str = "",
    *,
    organisation: str | None = None,
    vip: bool = False,
    most: int | None = None,
) -> Iterator[CustomerLine]:
    """The customers whose name or addresses contain all the words, by name, read in windows.
    NotFound if there is no such organisation."""
    with desk.db.read() as tx:
        of = organisation_named(tx, organisation).id if organisation is not None else None
        ids = customers.numbers(tx, words.split(), organisation=of, vip=vip, most=most)
        rules = senders.every(tx)
    for start in range(0, len(ids), _WINDOW):
        window = ids[start : start + _WINDOW]
        with desk.db.read() as tx:
            counts = customers.count_tickets(tx, window)
            found = customers.customers(tx, window)
        for one in found:
            is_blocked = len(_blocked(one, rules)) == len(one.addresses)
            theirs = counts.get(one.id)
            count = theirs.tickets if theirs is not None else 0
            yield CustomerLine(_since(one, theirs), count, is_blocked)


def some(desk: Desk, words: str = "") -> list[Address]:
    """The customers who wrote for the first time last; or those whose name or addresses contain
    all the words, by name. At most `OFFERED`."""
    if words.strip():
        found = each_customer(desk, words, most=OFFERED)
        return [one.customer.person for one in found]
    with desk.db.read() as tx:
        return people.newest_customers(tx, OFFERED)


def organisation(desk: Desk, name: str, most: int = LATEST) -> OrganisationShown:
    """An organisation, by its name or a domain of it. NotFound."""
    with desk.db.read() as tx:
        found = organisation_named(tx, name)
        ids = customers.numbers(tx, organisation=found.id, most=most)
        return OrganisationShown(
            found,
            tuple(customers.customers(tx, ids)),
            tuple(people_events.of_organisation(tx, found.id)),
        )


def each_organisation(desk: Desk) -> list[Organisation]:
    """All organisations, by name."""
    with desk.db.read() as tx:
        return organisations.organisations(tx)


def _since(one: Customer, theirs: TicketsOf | None) -> Customer:
    """A customer as known since their first ticket, whose mail may be older than the desk."""
    return one if theirs is None else replace(one, since=min(one.since, theirs.first))


def _blocked(one: Customer, rules: Senders) -> dict[str, Block]:
    found = ((address, rules.blocked(address)) for address in one.addresses)
    return {address: rule.blocked for address, rule in found if rule and rule.blocked}
