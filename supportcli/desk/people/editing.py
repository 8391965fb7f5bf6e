"""Change what the team knows about customers and organisations."""

from dataclasses import replace

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.people.finding import customer_named, customer_with, organisation_named
from supportcli.desk.people.people_gestures import CustomerDone, PeopleGesture
from supportcli.desk.team import Team, team_of
from supportcli.domain.mail_domains import lowered
from supportcli.domain.people import address_of
from supportcli.domain.people.customers import (
    LONGEST_NOTE,
    Customer,
    CustomerChanges,
    edited,
    language_code,
    with_fields,
)
from supportcli.domain.people.organisations import (
    Organisation,
    OrganisationChanges,
    domain_of_organisation,
    name_key,
    name_of,
    organisation_shape,
)
from supportcli.domain.sla.calendar_text import zone_of
from supportcli.errors.names import NameTaken, NotFound, Thing
from supportcli.errors.people import AddressIsTaken, LastAddress
from supportcli.errors.setup import AddedAndRemoved
from supportcli.storage.people import customers, organisations


def checked(changes: CustomerChanges) -> CustomerChanges:
    """Changes as they are stored: a zone by its full name, a language by its code, addresses
    without names.

    CalendarInvalid for a zone that there is not, LanguageInvalid, AddressInvalid,
    AddedAndRemoved."""
    gone = tuple(lowered(one.strip()) for one in changes.no_addresses)
    added = tuple(address_of(one).written for one in changes.addresses)
    both = next((one for one in added if lowered(one) in gone), None)
    if both is not None:
        raise AddedAndRemoved(both, ("--address", "--no-address"))
    return replace(
        changes,
        name=None if changes.name is None else " ".join(changes.name.split()),
        zone=zone_of(changes.zone) if changes.zone else changes.zone,
        language=language_code(changes.language) if changes.language else changes.language,
        notes=None if changes.notes is None else changes.notes.strip()[:LONGEST_NOTE],
        addresses=added,
        no_addresses=gone,
    )


def edit_customer(desk: Desk, who: str, changes: CustomerChanges) -> CustomerDone:
    """Change a customer; undone by `undo`.

    What `checked` and `customer_named` raise; AddressIsTaken for an address of somebody else,
    LastAddress, NotFound for an address that they do not have or an organisation that there is not;
    NotAllowed if I may not work on tickets."""
    wanted = checked(changes)
    with desk.db.write() as tx:
        gesture = PeopleGesture.begin(desk, tx)
        before = customer_named(tx, who)
        has_changed = gesture.change(before, after_edit(tx, team_of(tx), before, wanted))
        done = gesture.gesture.id if has_changed else ""
        return CustomerDone(customer_with(tx, before.id), done)


def after_edit(tx: Session, us: Team, before: Customer, wanted: CustomerChanges) -> Customer:
    """A customer as changes that were checked leave them. Raises what `edit_customer` does, before
    anything is written."""
    organisation = organisation_named(tx, wanted.organisation).id if wanted.organisation else None
    _refuse_addresses(tx, us, before, wanted)
    return edited(before, wanted, organisation)


def _refuse_addresses(tx: Session, us: Team, before: Customer, wanted: CustomerChanges) -> None:
    for address in wanted.addresses:
        holder = customers.with_address(tx, address)
        if holder is not None and holder != before.id:
            other = customer_with(tx, holder)
            raise AddressIsTaken(
                address,
                other.name or other.address,
                f"If they are one: supportcli customer merge {other.address} --into "
                f"{before.address}",
            )
        if us.is_team(address):
            raise AddressIsTaken(address, "this desk")
    for address in wanted.no_addresses:
        if address not in before.addresses:
            hint = f"They have: {', '.join(before.addresses)}"
            raise NotFound(Thing.ADDRESS, address, hint=hint)
    left = {*before.addresses, *map(lowered, wanted.addresses)} - set(wanted.no_addresses)
    if not left:
        raise LastAddress(before.address)


def add_organisation(
    desk: Desk, name: str, changes: OrganisationChanges
) -> tuple[Organisation, int]:
    """Add an organisation. Customers at its domains who are in none become members; returns how
    many as well.

    NameTaken; what `edit_organisation` raises."""
    wanted = _checked_organisation(changes)
    with desk.db.write() as tx:
        gesture = PeopleGesture.begin(desk, tx)
        _refuse_name(tx, 0, name)
        _refuse_domains(tx, 0, wanted)
        new = Organisation(id=0, name=name_of(name), since=gesture.gesture.now)
        planned = _edited(new, wanted)
        made = replace(planned, id=organisations.add(tx, planned))
        gesture.record("added", organisation=made.id, after=organisation_shape(made))
        return _with_members(gesture, made, made.domains)


def edit_organisation(
    desk: Desk, name: str, changes: OrganisationChanges
) -> tuple[Organisation, int]:
    """Change an organisation; customers at a new domain who are in none become members, and their
    number is returned. Who is a member stays one, if a domain is removed.

    NotFound; NameTaken; DomainInvalid; AddressIsTaken for a domain of another one; NotAllowed if I
    may not work on tickets."""
    wanted = _checked_organisation(changes)
    with desk.db.write() as tx:
        gesture = PeopleGesture.begin(desk, tx)
        before = organisation_named(tx, name)
        if wanted.name is not None:
            _refuse_name(tx, before.id, wanted.name)
        _refuse_domains(tx, before.id, wanted)
        absent = next((one for one in wanted.no_domains if one not in before.domains), None)
        if absent is not None:
            hint = f"It has: {', '.join(before.domains) or 'none'}"
            raise NotFound(Thing.DOMAIN, absent, hint=hint)
        after = _edited(before, wanted)
        gesture.change_organisation(before, after)
        news = [one for one in after.domains if one not in before.domains]
        return _with_members(gesture, after, news)


def remove_organisation(desk: Desk, name: str) -> Organisation:
    """Remove an organisation; its members stay customers. NotFound; NotAllowed if I may not work on
    tickets."""
    with desk.db.write() as tx:
        gesture = PeopleGesture.begin(desk, tx)
        gone = organisation_named(tx, name)
        members = organisations.members(tx, gone.id)
        organisations.set_members(tx, members, None)
        organisations.remove(tx, gone.id)
        was = {**organisation_shape(gone), "members": members, "since": gone.since.isoformat()}
        gesture.record("removed", organisation=gone.id, before=was)
        return gone


def _with_members(
    gesture: PeopleGesture, organisation: Organisation, domains: list[str] | tuple[str, ...]
) -> tuple[Organisation, int]:
    joined: list[int] = []
    for domain in domains:
        joined += organisations.strangers_at(gesture.tx, domain)
    joined = sorted(set(joined))
    organisations.set_members(gesture.tx, joined, organisation.id)
    for one in joined:
        after = {"organisation_id": organisation.id}
        gesture.record(
            "joined",
            customer=one,
            organisation=organisation.id,
            before={"organisation_id": None},
            after=after,
        )
    return organisations.organisations(gesture.tx, [organisation.id])[0], len(joined)


def _checked_organisation(changes: OrganisationChanges) -> OrganisationChanges:
    gone = tuple(map(domain_of_organisation, changes.no_domains))
    added = tuple(map(domain_of_organisation, changes.domains))
    both = next((one for one in added if one in gone), None)
    if both is not None:
        raise AddedAndRemoved(both, ("--domain", "--no-domain"))
    return replace(
        changes,
        name=None if changes.name is None else name_of(changes.name),
        notes=None if changes.notes is None else changes.notes.strip()[:LONGEST_NOTE],
        domains=added,
        no_domains=gone,
    )


def _refuse_name(tx: Session, own: int, name: str) -> None:
    there = organisations.named(tx, name)
    if there is not None and there.id != own and name_key(there.name) == name_key(name):
        raise NameTaken(Thing.ORGANISATION, there.name)


def _refuse_domains(tx: Session, own: int, wanted: OrganisationChanges) -> None:
    for domain in wanted.domains:
        holder = organisations.with_domain(tx, domain)
        if holder not in (None, own):
            other = organisations.organisations(tx, [holder or 0])[0]
            raise AddressIsTaken(
                domain, other.name, f"See it with: supportcli organisation show {domain}"
            )


def _edited(before: Organisation, wanted: OrganisationChanges) -> Organisation:
    domains = {*before.domains, *wanted.domains} - set(wanted.no_domains)
    return replace(
        before,
        name=before.name if wanted.name is None else wanted.name,
        notes=before.notes if wanted.notes is None else wanted.notes,
        fields=with_fields(before.fields, wanted.fields),
        domains=tuple(sorted(domains)),
    )
