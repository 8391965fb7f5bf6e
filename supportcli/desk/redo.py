"""Redo: what an undo took back is done again, if everything is still as the undo left it. Each
event of the verb is written once more, by a gesture that undoes the undo: in the history
it is a verb that was done again."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from supportcli.desk import Desk, running_targets
from supportcli.desk.gestures import (
    FACTS,
    Done,
    Gesture,
    Reply,
    authorize,
    restored,
    said_since,
    sentence,
)
from supportcli.desk.people.redoing import redo_newer, redo_one
from supportcli.desk.replies.drafts import holder_of_text, undraft
from supportcli.desk.replies.queueing import refuse_to_mail
from supportcli.desk.replies.recipients import recipients_of
from supportcli.desk.states import state_of
from supportcli.desk.tickets import merging, splitting, unsent_answers
from supportcli.desk.tickets.related import linking
from supportcli.desk.tickets.written import mentioning
from supportcli.desk.undo import FOLLOWING, FOLLOWS, WRITTEN, is_plain, since_changed, touched
from supportcli.domain.people import Action
from supportcli.domain.replies.delivery import leaves_at
from supportcli.domain.replies.recipients import Addressing
from supportcli.domain.tickets.news import SAID
from supportcli.domain.tickets.ticket import Delivery, Event, Status
from supportcli.errors.tickets import NothingToRedo, RedoRefused
from supportcli.storage import canned
from supportcli.storage.replies import outbox
from supportcli.storage.sla import targets
from supportcli.storage.sla.targets import Excuse
from supportcli.storage.tickets import events, followers, messages
from supportcli.storage.tickets.regrouping import around

_OF_NOTES = FOLLOWING | {"noted"}
"""Kinds of events that whoever may write notes may cause."""

_CALLS = frozenset({"called", "phoned"})

_AGAIN = WRITTEN | _CALLS | {"noted"}
"""Kinds of events whose message the undo has retracted."""


def redo(desk: Desk, number: int | None = None, *, gesture_id: str | None = None) -> Done:
    """Do again what my last undo took back, my last one in ticket `number`, or the undo that a
    `Done` named: all its tickets or none. A reply waits its ten seconds again.

    My last undo may have been about customers, organisations or senders instead.

    NothingToRedo if there is none, or I have done something else since; NotFound if there is no
    such ticket; RedoRefused if something was changed since (it says by whom), or if a reply was not
    taken back before its first attempt; NotMergeable and NotSplittable as for those verbs."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, Action.NOTE)
        wanted = events.redoable_gesture(tx, gesture.agent.address, number, gesture_id)
        if number is None and (said := _about_people(gesture, wanted, gesture_id)):
            return gesture.done(f"Redone: {'; '.join(said)}.")
        if wanted is None:
            if number is not None:
                state_of(tx, number)
            raise NothingToRedo(f" in #{number}" if number is not None else "")
        pairs = list(_pairs(tx, wanted))
        whole = [done for done, _ in pairs]
        if not {done.kind for done in whole} <= _OF_NOTES:
            authorize(gesture.agent, Action.WORK)
        gesture.undoes = wanted
        with gesture.together() if is_plain(whole) else nullcontext():
            for done, undone in pairs:
                _redo_event(gesture, done, undone, whole)
        _use_again(gesture, pairs[0][0].gesture)
        last = pairs[-1][0].kind
        return gesture.done(sentence(f"Redone ({last}):", list(dict.fromkeys(gesture.numbers)), ""))


def _about_people(gesture: Gesture, wanted: str | None, gesture_id: str | None) -> tuple[str, ...]:
    """Do again what my last undo took back if that was about customers, organisations or senders,
    or what the undo of a gesture did; `wanted` is my last undo on tickets."""
    if gesture_id is None:
        found = events.of_gesture(gesture.tx, wanted) if wanted is not None else []
        return redo_newer(gesture, found[-1].at if found else None)
    return redo_one(gesture, gesture_id) if wanted is None else ()


def _pairs(tx: Session, wanted: str) -> Iterator[tuple[Event, Event]]:
    """The events of a verb in their order, each with the one by which the undo took it back, which
    wrote them in the opposite order."""
    undone = [one for one in events.of_gesture(tx, wanted) if one.kind == "undone"]
    done = events.of_gesture(tx, undone[0].undoes or "")
    if any(one.kind == "accepted" for one in done):
        raise RedoRefused(done[0].ticket, "the mail is held again, and can be accepted from there")
    yield from zip(done, reversed(undone), strict=True)


def _redo_event(gesture: Gesture, done: Event, undone: Event, whole: Sequence[Event]) -> None:
    if done.kind in _OF_NO_FIELD:
        _OF_NO_FIELD[done.kind](gesture, done)
        return
    match done.kind:
        case "took-in":
            merging.merge_again(gesture, done.after["from_ticket"], done.ticket)
        case "merged":
            pass  # both are one
        case _:
            fields = _fields_again(gesture, undone)
            if done.kind in _AGAIN and done.message_id is not None:
                _say_again(gesture, done, undone, done.message_id)
            if done.kind == "created" and "from_ticket" in done.after:
                _split_again(gesture, done, whole)
            gesture.write_back(done, done.kind, fields)
            status = Status(done.after.get("status", Status.OPEN))
            unsent_answers.cancel(gesture, [done.ticket], status)
            if done.kind == "created" and "from_ticket" in done.after:
                written = events.of_gesture(gesture.tx, gesture.id)[-1]
                running_targets.excuse_likewise(gesture.tx, done.ticket, written)


def _fields_again(gesture: Gesture, undone: Event) -> dict[str, Any]:
    """The fields as they were before an undo. RedoRefused for one that somebody changed since;
    FieldsLacking if the ticket could not be solved now."""
    tx, number = gesture.tx, undone.ticket
    state = state_of(tx, number)
    stale = touched(gesture, state, undone)
    if firm := [name for name in stale if name not in FOLLOWS]:
        changed, who = since_changed(tx, undone, firm)
        raise RedoRefused(number, f"{changed} by {who}")
    ids = gesture.agent_ids
    again = {
        name: restored(name, value, ids)
        for name, value in undone.before.items()
        if name not in {*stale, *FACTS}
    }
    if again.get("status") is Status.SOLVED:
        gesture.refuse_lacking(state)
    return again


def _say_again(gesture: Gesture, done: Event, undone: Event, message: int) -> None:
    """Show a note or a call again, or queue a reply again: it leaves after as long as a new one, or
    at its time, and the draft that the undo made of it goes."""
    tx = gesture.tx
    messages.restore(tx, message)
    if done.kind in _CALLS:
        return
    if done.kind == "noted":
        mentioning.follow_as(gesture, done, follows=True)
        undraft(tx, gesture.agent.id, done, message, gesture.now)
        return
    said = said_since(tx, done.ticket, undone.id)
    if later := [one for one in said if one.actor != done.actor]:
        raise RedoRefused(done.ticket, f"{SAID[later[-1].kind]} has since been added")
    refuse_to_mail(state_of(tx, done.ticket), Status.PENDING)
    one = outbox.of_message(tx, message)
    if one is None or one.state is not Delivery.CANCELLED or one.attempts:
        raise RedoRefused(done.ticket, "it was tried before, so only its draft can be sent again")
    if (holder := holder_of_text(tx, gesture.agent.id, done, message)) is not None:
        raise RedoRefused(done.ticket, f"its text is a draft of {holder.name or holder.address}")
    undraft(tx, gesture.agent.id, done, message, gesture.now)
    not_before = max(one.chosen.at or gesture.now, leaves_at(gesture.now, send_now=False))
    outbox.change(tx, one.id, Delivery.QUEUED, gesture.now, not_before=not_before)
    to = Addressing(recipients_of(tx, done.ticket, message))
    gesture.replies.append(
        Reply(one.id, done.ticket, to, not_before, one.chosen, len(one.chosen.files))
    )


def _split_again(gesture: Gesture, done: Event, whole: Sequence[Event]) -> None:
    moved = next((one.after.get("moved") for one in whole if one.kind == "split"), None)
    source = done.after["from_ticket"]
    if moved is None:
        raise RedoRefused(source, "it was split by an earlier version of this program")
    splitting.move_again(gesture, source, done.ticket, moved, done.gesture)


def _excuse(gesture: Gesture, done: Event) -> None:
    """Excuse a breach again, for the same reason."""
    told = Excuse(gesture.now, gesture.agent.address, done.after["reason"])
    there = around(gesture.tx, done.ticket)  # a merge may have moved it
    for one in (it for number in there for it in targets.of_ticket(gesture.tx, number)):
        same = one.target.kind.value == done.after["target"]
        if same and one.target.breached_at is not None and one.excuse is None:
            targets.excuse(gesture.tx, one.id, told)
            break
    gesture.note_down(done.kind, done.ticket, after=done.after)


def _follow_again(gesture: Gesture, done: Event) -> None:
    follows = done.kind == "followed"
    followers.put(gesture.tx, done.ticket, gesture.agent.id, follows=follows)
    gesture.note_down(done.kind, done.ticket)


_OF_NO_FIELD = {
    "excused": _excuse,
    "followed": _follow_again,
    "unfollowed": _follow_again,
    "linked": linking.do_again,
    "unlinked": linking.do_again,
}
"""How what is no field of the ticket is done again, by the kind of the event."""


def _use_again(gesture: Gesture, verb: str) -> None:
    """What was used of canned responses is used again."""
    for number in dict.fromkeys(gesture.numbers):
        for use in canned.uses_of(gesture.tx, verb, number):
            canned.add_use(
                gesture.tx, replace(use, gesture=gesture.id), gesture.agent.id, gesture.now
            )
