"""Redo of what I undid about customers, organisations and senders."""

from collections.abc import Sequence
from datetime import datetime

from supportcli.desk import Desk
from supportcli.desk.gestures import Gesture, authorize
from supportcli.desk.mail.senders.verbs import do_again
from supportcli.desk.people.finding import customer_with
from supportcli.desk.people.merging import merge
from supportcli.desk.people.people_gestures import PeopleGesture
from supportcli.domain.people import Action
from supportcli.domain.people.customers import differing, restored, shape
from supportcli.domain.people.history import PeopleEvent, in_words
from supportcli.domain.people.organisations import organisation_of, organisation_shape
from supportcli.errors.people import PeopleNothingToRedo, PeopleRedoRefused
from supportcli.storage.mail import senders
from supportcli.storage.mail.senders import SenderEvent
from supportcli.storage.people import organisations, people_events
from supportcli.storage.tickets import events

_NEVER_AGAIN = frozenset({"added", "removed"})
"""Kinds of events that are not done again: what an import added, and organisations that came or
went."""


def redo_people(desk: Desk) -> tuple[str, ...]:
    """Do again what I undid last about customers, organisations or senders, if I have done nothing
    else about them since. Returns what was done, in words.

    PeopleNothingToRedo; PeopleRedoRefused; NotAllowed if I may not work on tickets."""
    with desk.db.write() as tx:
        gesture = PeopleGesture.begin(desk, tx).gesture
        found = _redoable(gesture)
        said = redo_one(gesture, found.gesture) if found is not None else ()
        if not said:
            raise PeopleNothingToRedo
        return said


def redo_newer(gesture: Gesture, than: datetime | None) -> tuple[str, ...]:
    """Within a redo: as `redo_people`, if I undid that after `than` (None: whenever it was) and
    have done nothing to a ticket since; nothing if I did not."""
    found = _redoable(gesture)
    if found is None or (than is not None and found.at < than):
        return ()
    later = events.last_verb_at(gesture.tx, gesture.agent.address, found.gesture)
    return () if later is not None and later > found.at else redo_one(gesture, found.gesture)


def _redoable(gesture: Gesture) -> PeopleEvent | SenderEvent | None:
    tx, actor = gesture.tx, gesture.agent.address
    undo, decided_at = senders.redoable(tx, actor)
    both = (people_events.redoable(tx, actor), undo)
    found = max((one for one in both if one), key=lambda one: one.at, default=None)
    verbs = [at for at in (people_events.last_verb_at(tx, actor), decided_at) if at]
    return None if found is None or max(verbs, default=found.at) > found.at else found


def redo_one(gesture: Gesture, undone: str) -> tuple[str, ...]:
    """Within a redo: do again what my undo with this gesture took back about customers,
    organisations or senders; nothing if it was about something else. PeopleRedoRefused."""
    back = [one for one in people_events.of_gesture(gesture.tx, undone) if one.undoes]
    if not back:
        again = do_again(gesture, undone)
        return tuple(f"{who} is as it was decided" for who in again)
    authorize(gesture.agent, Action.WORK)
    gesture.undoes = undone
    done = people_events.of_gesture(gesture.tx, back[0].undoes or "")
    if any(one.kind in _NEVER_AGAIN for one in done):
        raise PeopleRedoRefused("what was added or removed is added or removed by its command")
    return _redo_all(PeopleGesture(gesture), done)


def _redo_all(gesture: PeopleGesture, done: Sequence[PeopleEvent]) -> tuple[str, ...]:
    said = [_redo(gesture, event) for event in done]
    return tuple(dict.fromkeys(one for one in said if one))


def _redo(gesture: PeopleGesture, event: PeopleEvent) -> str:
    if "merged_into" in event.after:
        return ""  # the event of the customer who is left does it all
    if event.customer is None:
        return _redo_organisation(gesture, event)
    one = customer_with(gesture.tx, event.customer)
    who = one.name or one.address
    if "merged" in event.after:
        gone = customer_with(gesture.tx, event.after["merged"]["id"])
        if gone.merged_into is not None or one.merged_into is not None:
            raise PeopleRedoRefused(f"{who} was merged since")
        merge(gesture, gone, one)
        return f"{gone.name or gone.address} is one with {who} again"
    if changed := differing(shape(one), event.before):
        raise PeopleRedoRefused(f"of {who}, {' and '.join(in_words(changed))} changed since")
    gesture.change(one, restored(one, event.after))
    return f"{who} is changed again"


def _redo_organisation(gesture: PeopleGesture, event: PeopleEvent) -> str:
    found = organisations.organisations(gesture.tx, [event.organisation or 0])
    if not found:
        raise PeopleRedoRefused("the organisation was removed since")
    (one,) = found
    if changed := differing(organisation_shape(one), event.before):
        raise PeopleRedoRefused(f"of {one.name}, {' and '.join(in_words(changed))} changed since")
    gesture.change_organisation(one, organisation_of(one, event.after))
    return f"{one.name} is changed again"
