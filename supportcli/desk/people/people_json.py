"""What `--json` prints of customers and organisations."""

from datetime import datetime
from typing import TYPE_CHECKING

from supportcli.desk.json_shapes import Shape, time
from supportcli.desk.people.reading import CustomerLine, CustomerShown, OrganisationShown
from supportcli.domain.people.customers import Customer
from supportcli.domain.people.organisations import Organisation
from supportcli.domain.tickets.ticket import TicketLine

if TYPE_CHECKING:
    from supportcli.desk.people.importing import SheetResult
    from supportcli.domain.people.history import PeopleEvent
    from supportcli.domain.people.lookup import CustomerLookup


def customer(one: Customer, now: datetime) -> Shape:
    """What the team knows about a customer; `local_time` is null if their zone is unknown."""
    local = one.local_time(now)
    return {
        "address": one.address,
        "name": one.name,
        "addresses": list(one.addresses),
        "organisation": one.organisation or None,
        "vip": one.vip,
        "language": one.language or None,
        "time_zone": one.zone or None,
        "local_time": local.isoformat() if local else None,
        "notes": one.notes,
        "fields": dict(one.fields),
        "since": time(one.since),
    }


def customer_line(one: CustomerLine, now: datetime) -> Shape:
    """A customer as in `customer list`: `tickets` counts."""
    return {**customer(one.customer, now), "tickets": one.tickets, "blocked": one.is_blocked}


def customer_shown(one: CustomerShown, now: datetime) -> Shape:
    """A customer as in `customer show`, with their newest tickets and what was changed about
    them."""
    return {
        **customer(one.customer, now),
        "blocked": {address: how.value for address, how in one.blocked.items()},
        "lookup": _lookup(one.lookup),
        "ticket_count": one.count,
        "tickets": [_ticket(line, now) for line in one.tickets],
        "history": [_event(event) for event in one.history],
    }


def organisation(one: Organisation) -> Shape:
    """An organisation as in `organisation list`; `members` counts."""
    return {
        "name": one.name,
        "domains": list(one.domains),
        "notes": one.notes,
        "fields": dict(one.fields),
        "since": time(one.since),
        "members": one.members,
    }


def organisation_shown(one: OrganisationShown) -> Shape:
    """An organisation as in `organisation show`, with its first members and what was changed about
    it."""
    people = [{"address": member.address, "name": member.name} for member in one.members]
    return {
        **organisation(one.organisation),
        "people": people,
        "history": [_event(event) for event in one.history],
    }


def sheet(result: "SheetResult") -> Shape:
    """What an import of customers did."""
    return {
        "file": result.file,
        "added": result.added,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "refused": [{"line": line, "reason": reason} for line, reason in result.refused],
        "fields": list(result.fields),
        "dry_run": result.dry_run,
    }


def _lookup(one: "CustomerLookup | None") -> Shape | None:
    """What another system said, and when it was asked; null if it never was."""
    if one is None:
        return None
    return {"at": time(one.at), "values": dict(one.values), "failure": one.failure or None}


def _ticket(line: TicketLine, now: datetime) -> Shape:
    return {
        "number": line.number,
        "subject": line.subject,
        "status": line.status_at(now).value,
        "created_at": time(line.created_at),
        "updated_at": time(line.updated_at),
        "assignee": line.assignee.address if line.assignee else None,
    }


def _event(event: "PeopleEvent") -> Shape:
    return {
        "at": time(event.at),
        "actor": event.actor,
        "kind": event.kind,
        "before": dict(event.before),
        "after": dict(event.after),
    }
