"""Undo of what I changed about customers and organisations."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from supportcli.desk import Desk
from supportcli.desk.gestures import Gesture, authorize
from supportcli.desk.mail.senders.verbs import take_back
from supportcli.desk.people.finding import customer_with
from supportcli.desk.people.merging import unmerge
from supportcli.desk.people.people_gestures import PeopleGesture
from supportcli.domain.people import Action
from supportcli.domain.people.customers import Customer, differing, restored, shape
from supportcli.domain.people.history import PeopleEvent, in_words
from supportcli.domain.people.organisations import (
    Organisation,
    name_key,
    organisation_of,
    organisation_shape,
)
from supportcli.domain.senders import SenderRule
from supportcli.errors.people import PeopleNothingToUndo, PeopleUndoRefused
from supportcli.storage.mail import senders
from supportcli.storage.people import customers, organisations, people_events


def undo_people(desk: Desk) -> tuple[str, ...]:
    """Undo my last verb about customers, organisations or senders: all of it or nothing, but that
    who was added and has a ticket since stays. Returns what is as before, in words.

    PeopleNothingToUndo; PeopleUndoRefused if something of it was changed since; NotAllowed if I may
    not work on tickets."""
    with desk.db.write() as tx:
        said = undo_newer(PeopleGesture.begin(desk, tx).gesture, None)
        if not said:
            raise PeopleNothingToUndo
        return said


def undo_one(gesture: Gesture, wanted: str) -> tuple[str, ...]:
    """Within an undo: undo my verb with this gesture, if it was about customers, organisations or
    senders. Returns what is as before, in words; nothing if it was not, or is undone already.
    PeopleUndoRefused; NotAllowed if I may not work on tickets."""
    actor, tx = gesture.agent.address, gesture.tx
    if people_events.undoable(tx, actor, wanted) is not None:
        authorize(gesture.agent, Action.WORK)
        return _undo_all(PeopleGesture(gesture), people_events.of_gesture(tx, wanted))
    if senders.undoable(tx, actor, wanted):
        authorize(gesture.agent, Action.WORK)
        return _let_in(gesture, wanted)
    return ()


def undo_newer(gesture: Gesture, than: datetime | None) -> tuple[str, ...]:
    """Within an undo: undo my last verb about customers, organisations or senders, if it is newer
    `than` that (None: whenever it was). Returns what is as before, in words; nothing if there is no
    such verb. PeopleUndoRefused; NotAllowed if I may not work on tickets."""
    people = PeopleGesture(gesture)
    done, rules = _last(people), senders.undoable(gesture.tx, gesture.agent.address)
    newest = max([one.at for one in done] + [one.at for one in rules], default=None)
    if newest is None or (than is not None and newest <= than):
        return ()
    authorize(gesture.agent, Action.WORK)
    if done and done[-1].at == newest:
        return _undo_all(people, done)
    return _let_in(gesture, None)


def _let_in(gesture: Gesture, wanted: str | None) -> tuple[str, ...]:
    return tuple(f"{one.who} is {_told(one)}" for one in take_back(gesture, wanted))


def _told(rule: SenderRule) -> str:
    return f"blocked again ({rule.blocked.value})" if rule.blocked else "as before"


def _last(gesture: PeopleGesture) -> list[PeopleEvent]:
    """All that my last verb about people did."""
    wanted = people_events.undoable(gesture.tx, gesture.gesture.agent.address)
    return [] if wanted is None else people_events.of_gesture(gesture.tx, wanted)


def _undo_all(gesture: PeopleGesture, done: Sequence[PeopleEvent]) -> tuple[str, ...]:
    said = [_undo(gesture, event) for event in reversed(done)]
    return tuple(dict.fromkeys(one for one in said if one))


def _undo(gesture: PeopleGesture, event: PeopleEvent) -> str:
    if "merged_into" in event.after:
        return ""  # the event of the customer who is left says it all
    if "merged" in event.after:
        unmerge(gesture, event)
        first = event.after["merged"]["addresses"][0]
        return f"{first} is a customer of their own again"
    if event.customer is not None:
        return _undo_customer(gesture, event, event.customer)
    return _undo_organisation(gesture, event, event.organisation or 0)


def _undo_customer(gesture: PeopleGesture, event: PeopleEvent, customer: int) -> str:
    one = customer_with(gesture.tx, customer)
    who = one.name or one.address
    if event.kind == "added":
        if customers.every_ticket_of(gesture.tx, customer):
            gesture.record("undone", customer=customer, undoes=event.gesture)
            return f"{who} stays: they have a ticket now"
        customers.remove(gesture.tx, customer)
        gesture.record("undone", customer=customer, undoes=event.gesture)
        return f"{who} is not a customer any more"
    if changed := differing(shape(one), event.after):
        raise PeopleUndoRefused(who, " and ".join(in_words(changed)))
    gesture.change(one, _with_organisation(gesture, restored(one, event.before)), event.gesture)
    return f"{who} is as before"


def _with_organisation(gesture: PeopleGesture, one: Customer) -> Customer:
    """A customer without an organisation that is there no longer."""
    known = one.organisation_id
    there = known is None or organisations.organisations(gesture.tx, [known])
    return one if there else replace(one, organisation_id=None)


def _undo_organisation(gesture: PeopleGesture, event: PeopleEvent, organisation: int) -> str:
    if event.kind == "removed":
        return _put_back(gesture, event, organisation)
    found = organisations.organisations(gesture.tx, [organisation])
    name = event.after.get("name") or event.before.get("name") or "the organisation"
    if not found:
        raise PeopleUndoRefused(str(name), "everything: it was removed")
    if event.kind == "added":
        if organisations.members(gesture.tx, organisation):
            raise PeopleUndoRefused(found[0].name, "its members")
        organisations.remove(gesture.tx, organisation)
        gesture.record("undone", organisation=organisation, undoes=event.gesture)
        return f"{found[0].name} is removed"
    return _back(gesture, event, found[0])


def _back(gesture: PeopleGesture, event: PeopleEvent, one: Organisation) -> str:
    if changed := differing(organisation_shape(one), event.after):
        raise PeopleUndoRefused(one.name, " and ".join(in_words(changed)))
    gesture.change_organisation(one, organisation_of(one, event.before), event.gesture)
    return f"{one.name} is as before"


def _put_back(gesture: PeopleGesture, event: PeopleEvent, organisation: int) -> str:
    was = event.before
    there = organisations.named(gesture.tx, was["name"])
    taken = [
        one for one in was["domains"] if organisations.with_domain(gesture.tx, one) is not None
    ]
    if taken or (there is not None and name_key(there.name) == name_key(was["name"])):
        raise PeopleUndoRefused(was["name"], "who has its name or its domains")
    back = Organisation(
        id=organisation,
        name=was["name"],
        since=datetime.fromisoformat(was["since"]),
        domains=tuple(was["domains"]),
        notes=was["notes"],
        fields=was["fields"],
    )
    organisations.add(gesture.tx, back)
    free = [
        one.id
        for one in customers.customers(gesture.tx, was["members"])
        if one.organisation_id is None
    ]
    organisations.set_members(gesture.tx, free, organisation)
    gesture.record("undone", organisation=organisation, undoes=event.gesture)
    return f"{was['name']} is there again"
