"""Merge of two customers who are one, and its exact undo."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.people.finding import customer_named, customer_with
from supportcli.desk.people.people_gestures import CustomerDone, PeopleGesture
from supportcli.domain.mail_domains import lowered
from supportcli.domain.people.customers import Customer, differing, merged, restored, shape
from supportcli.domain.people.history import PeopleEvent, in_words
from supportcli.errors.people import PeopleUndoRefused, SameCustomer
from supportcli.storage.people import customers
from supportcli.storage.tickets import events


def merge_customers(desk: Desk, gone: str, into: str, *, dry_run: bool = False) -> CustomerDone:
    """Merge a customer into another one, who gets their addresses, their tickets, and what is known
    of them and not of the other. Returns the one who is left; with `dry_run` nothing is written.

    What `customer_named` raises; SameCustomer; NotAllowed if I may not work on tickets."""
    with desk.db.rehearse() if dry_run else desk.db.write() as tx:
        gesture = PeopleGesture.begin(desk, tx)
        one, kept = customer_named(tx, gone), customer_named(tx, into)
        if one.id == kept.id:
            raise SameCustomer(gone, into)
        merge(gesture, one, kept)
        return CustomerDone(customer_with(tx, kept.id), gesture.gesture.id)


def merge(gesture: PeopleGesture, gone: Customer, kept: Customer) -> None:
    """Within a verb: merge a customer into another one."""
    tx, after = gesture.tx, merged(kept, gone)
    moved = customers.every_ticket_of(tx, gone.id)
    customers.move_addresses(tx, gone.addresses, kept.id)
    customers.move_tickets(tx, moved, kept.id)
    customers.put_profile(tx, replace(gone, merged_into=kept.id))
    customers.put(tx, replace(kept, addresses=after.addresses), after)
    was, now_is = shape(kept), shape(after)
    names = differing(was, now_is)
    journal = {"id": gone.id, "tickets": moved, "addresses": list(gone.addresses)}
    gesture.record(
        "merged",
        customer=kept.id,
        before={name: was[name] for name in names} | {"address": lowered(kept.address)},
        after={name: now_is[name] for name in names} | {"merged": journal},
    )
    gesture.record("merged", customer=gone.id, after={"merged_into": kept.id})
    _note_down(gesture, "customer-merged", moved, gone, kept)


def unmerge(gesture: PeopleGesture, event: PeopleEvent) -> None:
    """Undo what `merge_customers` did: addresses and tickets go back, with the tickets that the
    other one has opened since.

    PeopleUndoRefused if what it joined was changed since."""
    journal: dict[str, Any] = event.after["merged"]
    kept, gone = _two(gesture.tx, event, journal)
    _refuse_changed(kept, gone, event, journal)
    tx, addresses = gesture.tx, journal["addresses"]
    theirs = set(customers.every_ticket_of(tx, kept.id))
    known = theirs & set(journal["tickets"])
    back = sorted(known | _opened_since(tx, theirs - known, event, addresses))
    separated = restored(kept, event.before)
    customers.move_addresses(tx, addresses, gone.id)
    customers.move_tickets(tx, back, gone.id)
    customers.put_profile(tx, replace(gone, merged_into=None))
    last = lowered(kept.address)
    used = last if last not in addresses else event.before["address"]
    customers.put(
        tx, replace(kept, addresses=separated.addresses), replace(separated, address=used)
    )
    gesture.record("undone", customer=kept.id, after=dict(event.before), undoes=event.gesture)
    gesture.record("undone", customer=gone.id, after={"merged_into": None}, undoes=event.gesture)
    _note_down(gesture, "customer-separated", back, kept, gone)


def _two(tx: Session, event: PeopleEvent, journal: dict[str, Any]) -> tuple[Customer, Customer]:
    return customer_with(tx, event.customer or 0), customer_with(tx, journal["id"])


def _refuse_changed(
    kept: Customer, gone: Customer, event: PeopleEvent, journal: dict[str, Any]
) -> None:
    known = {
        name: event.after[name] for name in sorted(event.after.keys() - {"merged", "addresses"})
    }
    changed = differing(shape(kept), known)
    if not set(journal["addresses"]) <= set(kept.addresses):
        changed.append("addresses")
    if gone.merged_into != kept.id or kept.merged_into is not None:
        changed.append("whom they are merged with")
    if changed:
        raise PeopleUndoRefused(kept.name or kept.address, " and ".join(in_words(changed)))


def _opened_since(
    tx: Session, tickets: Collection[int], event: PeopleEvent, addresses: Collection[str]
) -> set[int]:
    """Those of these tickets that one of the addresses opened after a merge."""
    authors = customers.opened_by(tx, tickets, event.at)
    return {number for number, author in authors.items() if lowered(author) in addresses}


def _note_down(
    gesture: PeopleGesture, kind: str, tickets: Collection[int], was: Customer, now_is: Customer
) -> None:
    """An event in each ticket that has another customer now."""
    for number in tickets:
        one = events.NewEvent(
            gesture.gesture.now,
            gesture.gesture.actor,
            gesture.gesture.id,
            kind,
            number,
            {"customer": was.address},
            {"customer": now_is.address},
        )
        events.record(gesture.tx, one)
