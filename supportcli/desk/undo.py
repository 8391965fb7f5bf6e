"""Undo: what a verb changed is put back, if it is still as the verb left it."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from sqlmodel import Session

from supportcli.desk import Desk, running_targets
from supportcli.desk.gestures import (
    FACTS,
    Done,
    Gesture,
    authorize,
    described,
    restored,
    said_since,
    sentence,
)
from supportcli.desk.mail.held.undoing import held_again
from supportcli.desk.people.undoing import undo_newer, undo_one
from supportcli.desk.replies.drafts import draft_again
from supportcli.desk.states import state_of, unmerged
from supportcli.desk.tickets import unsent_answers
from supportcli.desk.tickets.related import linking, regrouping
from supportcli.desk.tickets.written import mentioning
from supportcli.domain.custom_fields import PREFIX
from supportcli.domain.people import Action
from supportcli.domain.replies.delivery import Outgoing, RecipientState
from supportcli.domain.sla import history
from supportcli.domain.tickets.news import SAID
from supportcli.domain.tickets.standing import taken_back
from supportcli.domain.tickets.ticket import (
    Delivery,
    Event,
    Status,
    TicketState,
    comes_to,
    status_after_touch,
)
from supportcli.domain.tickets.verbs import ANSWERS, FORGOTTEN, NEEDS, REGROUPED, VERBS
from supportcli.errors.mail import NoMailToUndo
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.replies import ReplyHasLeft
from supportcli.errors.tickets import NothingToUndo, StaysMoved, UndoRefused
from supportcli.storage.mail import decisions, mail_events
from supportcli.storage.people import customers
from supportcli.storage.replies import outbox
from supportcli.storage.sla import targets
from supportcli.storage.tickets import events, followers, messages, tickets
from supportcli.storage.tickets.regrouping import MovedMessages, around

UNDOABLE = tuple({verb.kind: None for verb in VERBS if verb.kind and verb.undoable})
FOLLOWS = frozenset({"waiting_since", "solved_at"})
"""Fields that follow from others: never a reason to refuse."""

_BROUGHT = frozenset({"took-in", "created"})
"""Kinds of events that brought messages from another ticket, or may have."""

_APART = _BROUGHT | REGROUPED | FORGOTTEN | {"excused"}
"""Kinds of events that clocks have to know of one by one."""

WRITTEN = frozenset({"replied", "scheduled", "forwarded"})
"""Kinds of events by which an agent wrote a mail."""

FOLLOWING = frozenset({"followed", "unfollowed"})

_AGAIN = {verb.kind: verb.again for verb in VERBS if verb.again}
"""What to say when a macro's change to a ticket is undone, by the kind of its event."""


def undo(
    desk: Desk,
    number: int | None = None,
    *,
    gesture_id: str | None = None,
    dry_run: bool = False,
) -> Done:
    """Undo my last verb, my last one in ticket `number`, or the one that a `Done` named: all its
    tickets or none. My last verb may be about customers, organisations or senders instead.

    A reply that has left, or may have, stays; what was done with it (the solve, and what a macro
    changed) is undone, as verbs of their own.

    With `dry_run` nothing is changed, and the sentence names what would be.

    NothingToUndo if there is none, NotFound if there is no such ticket; UndoRefused if a
    field was changed since (it says by whom); ReplyHasLeft if a reply has left and nothing was done
    with it, or if others of the same verb have not left."""
    with desk.db.rehearse() if dry_run else desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, Action.NOTE)
        wanted = events.undoable_gesture(tx, gesture.agent.address, UNDOABLE, number, gesture_id)
        found = events.of_gesture(tx, wanted) if wanted is not None else []
        verb = "Would undo" if dry_run else "Undone"
        if number is None and (said := _about_people(gesture, found, gesture_id)):
            return gesture.done(f"{verb}: {'; '.join(said)}.")
        if wanted is None:
            if number is not None:
                state_of(tx, number)
            raise NothingToUndo(f" in #{number}" if number is not None else "")
        for kind in {event.kind for event in found}:
            authorize(gesture.agent, NEEDS.get(kind, Action.WORK))
        if left := [event for event in found if _has_left(tx, event)]:
            return _undo_the_rest(gesture, found, left, dry_run=dry_run)
        kind = _undo_gesture(gesture, wanted)
        told = sentence(f"{verb} ({kind}):", list(dict.fromkeys(gesture.numbers)), "")
        return gesture.done(
            " ".join([told, *(f"{one}." for one in gesture.left)]), partly=bool(gesture.left)
        )


def _about_people(
    gesture: Gesture, found: Sequence[Event], gesture_id: str | None
) -> tuple[str, ...]:
    """Undo my last verb if it was about customers, organisations or senders, or that verb of a
    gesture; `found` is what my last verb on tickets did."""
    if gesture_id is None:
        return undo_newer(gesture, found[-1].at if found else None)
    return undo_one(gesture, gesture_id) if not found else ()


def undo_mail(
    desk: Desk, mail_id: int | None = None, *, gesture_id: str | None = None
) -> tuple[int, ...]:
    """Undo my last verb on held mail, my last one on one mail, or that of a gesture, completely:
    tickets it made are deleted, messages it brought leave their tickets, and the mails are held
    again. Returns their ids.

    NoMailToUndo if there is none, NotFound if there is no such mail; MailUndoRefused if
    somebody has decided about it since, UndoRefused if somebody answered in its ticket."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        if mail_id is not None and not decisions.with_id(tx, mail_id):
            raise NotFound(Thing.MAIL, str(mail_id))
        wanted = gesture_id or mail_events.undoable_gesture(tx, gesture.agent.address, mail_id)
        if wanted is None or not mail_events.undoable_gesture(
            tx, gesture.agent.address, gesture=wanted
        ):
            raise NoMailToUndo(mail_id)
        _undo_gesture(gesture, wanted)
        return tuple(dict.fromkeys(event.mail for event in mail_events.of_gesture(tx, wanted)))


def _undo_gesture(gesture: Gesture, wanted: str) -> str:
    """Undo all that a gesture did, its last event first; returns the kind of that event."""
    done = events.of_gesture(gesture.tx, wanted)
    with gesture.together() if is_plain(done) else nullcontext():
        for event in reversed(done):
            if event.kind != "accepted":  # it says who let a mail in; its effects are other events
                _undo_event(gesture, event)
    held_again(gesture, wanted)
    return done[-1].kind if done else ""


def is_plain(done: Sequence[Event]) -> bool:
    """Whether clocks can move once, after all of these events are undone or done again."""
    return all(one.message_id is None and one.kind not in _APART for one in done)


def _undo_event(gesture: Gesture, event: Event) -> None:
    if event.kind in _OF_NO_FIELD:
        _OF_NO_FIELD[event.kind](gesture, event)
        return
    if event.kind in _BROUGHT and "from_ticket" in event.after:
        running_targets.excuse_likewise(gesture.tx, event.ticket, event, back=True)
    moved = regrouping.moved_by(gesture.tx, event) if event.kind in _BROUGHT else None
    came = regrouping.put_back(gesture, moved) if moved is not None else []
    state = (state_of if event.kind in REGROUPED else unmerged)(gesture.tx, event.ticket)
    fields = _fields_back(gesture, state, event)
    if event.message_id is not None:
        fields |= _take_back(gesture, event, event.message_id, moved)
    elif event.kind == "created":  # for a mail that was not written yet, or was just taken back
        _refuse_said_since(gesture, event, None)
        fields |= comes_to(Status.DELETED, gesture.now)
    moving = event.id if event.kind in FORGOTTEN else None
    gesture.write_back(event, "undone", fields, moving=moving)
    unsent_answers.give_back(gesture, event)
    if came:
        regrouping.keep_waiting(gesture, event.ticket, came)


def _undo_the_rest(
    gesture: Gesture, found: Sequence[Event], left: Sequence[Event], *, dry_run: bool
) -> Done:
    """Undo what a verb did besides replies that have left. No event says that it undoes the verb:
    the replies stay, and count."""
    if len(left) < sum(event.kind in WRITTEN for event in found):
        raise _left_for_good(left[0])
    said = []
    for event in reversed(found):
        state = gesture.state(event.ticket)
        fields = _beside_the_reply(gesture, state, event)
        if gesture.change(state, "reopened" if event.kind in WRITTEN else event.kind, fields):
            back = (
                f"is {Status(fields['status']).value} again"
                if "status" in fields
                else _AGAIN[event.kind]
            )
            said.append(f"#{event.ticket} {back}")
    if not said:
        raise _left_for_good(left[0])
    is_undone = "would be undone" if dry_run else "is undone"
    return gesture.done(f"Already sent · the rest {is_undone}: {', '.join(said)}.", partly=True)


def _left_for_good(event: Event) -> ReplyHasLeft:
    what = "forward of" if event.kind == "forwarded" else "reply to"
    return ReplyHasLeft(event.ticket, what)


def _beside_the_reply(gesture: Gesture, state: TicketState, event: Event) -> dict[str, Any]:
    """The fields to restore although the reply has left, if nobody changed them since. Of the reply
    itself that is only the solve: that I have the ticket, and that it waits for the customer,
    follow from the reply."""
    stale = touched(gesture, state, event)
    ids = gesture.agent_ids
    fields: dict[str, Any] = {
        name: restored(name, value, ids)
        for name, value in event.before.items()
        if name not in {*stale, *FACTS, *FOLLOWS}
    }
    status = fields.pop("status", None)
    if event.kind not in WRITTEN:
        return fields
    solved = status is not None and event.after["status"] == Status.SOLVED
    return comes_to(status_after_touch(status), gesture.now) if solved else {}


def _follow_as_before(gesture: Gesture, event: Event) -> None:
    follows = event.kind == "unfollowed"
    followers.put(gesture.tx, event.ticket, gesture.agent.id, follows=follows)
    gesture.note_down("undone", event.ticket, event.gesture)


def _take_excuse_back(gesture: Gesture, event: Event) -> None:
    """Restore a breach. (Nobody else can have excused it since: an excused breach is left
    alone.)"""
    there = around(gesture.tx, event.ticket)  # a merge may have moved it since
    targets.take_excuse_back(gesture.tx, there, event.at, event.actor)
    undone = events.NewEvent(
        gesture.now,
        gesture.actor,
        gesture.id,
        "undone",
        event.ticket,
        event.after,
        undoes=event.gesture,
    )
    running_targets.record(gesture.tx, undone, gesture.now)
    gesture.touch(event.ticket)


_OF_NO_FIELD = {
    "excused": _take_excuse_back,
    "followed": _follow_as_before,
    "unfollowed": _follow_as_before,
    "linked": linking.take_back,
    "unlinked": linking.take_back,
}
"""How what is no field of the ticket is undone, by the kind of the event."""


def _fields_back(gesture: Gesture, state: TicketState, event: Event) -> dict[str, Any]:
    """The fields to restore; UndoRefused for one that somebody changed since, unless the event
    removed or moved messages."""
    stale = touched(gesture, state, event)
    firm = [name for name in stale if name not in FOLLOWS]
    if firm and event.message_id is None and event.kind not in REGROUPED:
        raise UndoRefused(event.ticket, *since_changed(gesture.tx, event, firm))
    ids = gesture.agent_ids
    back = {
        name: restored(name, value, ids)
        for name, value in event.before.items()
        if name not in {*stale, *FACTS, "waiting_since"}
    }
    if event.kind in REGROUPED and "tags" in stale:
        brought = set(event.after["tags"]) - set(event.before["tags"])
        back["tags"] = tuple(tag for tag in state.tags if tag not in brought)
    return back | _waiting_back(gesture.tx, state, event)


def since_changed(tx: Session, event: Event, firm: Sequence[str]) -> tuple[str, str]:
    """“the status and team have since been changed”, and by whom, of fields that are not as an
    event left them."""
    later = events.last_change_of(tx, event.ticket, firm, event.id)
    who = (later.actor or "the desk itself") if later else "somebody"
    named = " and ".join(name.removesuffix("_id").removeprefix(PREFIX) for name in firm)
    have = "has" if len(firm) == 1 and firm != ["tags"] else "have"
    return f"the {named} {have} since been changed", who


def touched(gesture: Gesture, state: TicketState, event: Event) -> list[str]:
    """The fields of an event that are not as it left them, or were changed since."""
    changed = _changed_since(gesture.tx, event)
    return [
        name
        for name in event.after
        if name not in FACTS
        if name in changed
        or described(name, state.value(name), gesture.addresses)
        != _now(gesture, name, event.after[name])
    ]


def _now(gesture: Gesture, name: str, value: object) -> object:
    """A value that an event left, in the words of today: an agent by the address they have now, a
    customer who was merged as the one whom that left."""
    if name == "customer_id" and isinstance(value, int):
        return customers.merged_into(gesture.tx, value)
    if name != "assignee_id" or value is None:
        return value
    known = gesture.agent_ids.get(str(value))
    return gesture.addresses.get(known, value) if known is not None else value


def _changed_since(tx: Session, event: Event) -> set[str]:
    """The fields of the ticket set by later changes that stand. One may have the value that the
    event left, and yet mean something else."""
    later = [
        one for one in events.after(tx, event.ticket, event.id) if one.gesture != event.gesture
    ]
    gone, again = taken_back(later), {event.gesture, *(one.gesture for one in later)}
    return {
        name
        for one in later
        if one.kind != "undone" and one.gesture not in gone and one.undoes not in again
        for name in one.after
    }


def _waiting_back(tx: Session, state: TicketState, event: Event) -> dict[str, Any]:
    """Since when a customer would wait without the event: a later reply by somebody else stands,
    and so does a later end of the ticket. (Nothing happens to a ticket while it is merged.)"""
    if event.kind == "merged":
        return {"waiting_since": restored("waiting_since", event.before.get("waiting_since"), {})}
    if event.kind not in ANSWERS and not {"status", "waiting_since"} & event.before.keys():
        return {}
    lived = [one for one in events.of_ticket(tx, event.ticket) if one.gesture != events.IMPORTED]
    since = history.waits_since(lived, event.gesture)
    return {"waiting_since": since} if since != state.waiting_since else {}


def _take_back(
    gesture: Gesture, event: Event, message: int, moved: MovedMessages | None = None
) -> dict[str, Any]:
    """Take back a note, a reply or a new ticket; a reply becomes a draft again, above what its
    writer has begun since. `moved`: the messages were put back into the ticket that they came
    from."""
    if event.kind == "created":
        _refuse_said_since(gesture, event, moved)
        if moved:
            tickets.unlink(gesture.tx, event.ticket)
        return comes_to(Status.DELETED, gesture.now)
    if event.kind == "received":
        _refuse_answered(gesture, event)
    if event.kind == "noted":
        mentioning.follow_as(gesture, event, follows=False)
    if event.kind in WRITTEN:
        if one := outbox.of_message(gesture.tx, message):
            outbox.change(gesture.tx, one.id, Delivery.CANCELLED, gesture.now)
        if draft_again(gesture.tx, gesture.agent.id, event, message, gesture.now):
            where = f"Its text is a note in #{event.ticket}"
            gesture.left.append(f"{where}: your draft there is for other people")
    messages.retract(gesture.tx, message, gesture.now)
    return {}


def _refuse_said_since(gesture: Gesture, event: Event, moved: MovedMessages | None) -> None:
    """A new ticket stays if something was added to it since."""
    later = said_since(gesture.tx, event.ticket, event.id)
    if not later:
        return
    added, who = f"{SAID[later[-1].kind]} has since been added", later[-1].actor
    if moved is None:
        raise UndoRefused(event.ticket, added, who)
    hint = f"Merge it instead: supportcli ticket merge {moved.target} --into {moved.source}"
    what = regrouping.moving(gesture.tx, moved)
    raise StaysMoved(what, f"{added} to #{moved.target}", who, hint)


def _refuse_answered(gesture: Gesture, event: Event) -> None:
    """A mail that somebody let in stays if it was answered since."""
    answers = [one for one in said_since(gesture.tx, event.ticket, event.id) if one.kind in ANSWERS]
    if answers:
        raise UndoRefused(
            event.ticket, f"{SAID['replied']} has since been added", answers[-1].actor
        )


def _has_left(tx: Session, event: Event) -> bool:
    """Whether an event is a reply that is on its way, or that anybody has or may have."""
    if event.kind not in WRITTEN or event.message_id is None:
        return False
    one = outbox.of_message(tx, event.message_id)
    return one is None or _is_on_its_way(one) or _may_have_arrived(tx, event, one)


def _is_on_its_way(one: Outgoing) -> bool:
    """Whether a reply is neither held (and never tried), nor refused, nor cancelled."""
    waits = one.state is Delivery.QUEUED or (one.at_its_time and one.state in outbox.WAITING)
    held = waits and one.attempts == 0
    return not held and one.state not in {Delivery.FAILED, Delivery.CANCELLED}


def _may_have_arrived(tx: Session, event: Event, one: Outgoing) -> bool:
    """Whether anybody has a reply, or an attempt left that open: a later failed attempt, or
    cancelling it, does not settle it."""
    had = {RecipientState.SENT, RecipientState.UNCERTAIN, RecipientState.BOUNCED} & {
        recipient.state for recipient in one.recipients
    }
    later = (
        news
        for news in events.after(tx, event.ticket, event.id)
        if news.message_id == one.message_id
    )
    return bool(had) or any(news.after.get("delivery") == Delivery.UNCERTAIN for news in later)
