"""Look a customer up in another system, and keep the answer with its age. It may take seconds: no
transaction is open meanwhile, and no key waits for it."""

from dataclasses import replace

from supportcli.desk import Desk
from supportcli.desk.gestures import authorize
from supportcli.desk.people.finding import customer_named
from supportcli.domain.people import Action
from supportcli.domain.people.lookup import CustomerLookup, lookup_values
from supportcli.errors.people import LookupFailed, LookupMissing
from supportcli.storage.people import lookups


def look_up(desk: Desk, who: str) -> CustomerLookup:
    """What the system that config.toml names says about a customer: the last answer while it is
    fresh. One that fails is noted beside the last answer.

    LookupMissing if config.toml names none; what `customer_named` raises; NotAllowed if I may not
    read here."""
    from supportcli.credentials import lookups as systems  # noqa: PLC0415  # brings TLS, for few

    source = desk.settings.customer_lookup
    if not source:
        raise LookupMissing(str(desk.settings.path))
    with desk.db.read() as tx:
        authorize(desk.me(tx), Action.READ)
        customer = customer_named(tx, who)
        known = lookups.of_customer(tx, customer.id)
    if known is not None and known.is_fresh(desk.now(), source.minutes):
        return known
    try:
        answer = systems.asked(source, customer.person.address, desk.settings.path)
        found = CustomerLookup(desk.now(), lookup_values(answer))
    except LookupFailed as error:
        last = known or CustomerLookup(desk.now(), {})
        found = replace(last, at=desk.now(), failure=error.why)
    with desk.db.write() as tx:
        lookups.put(tx, customer.id, found, found.at)
    return found
