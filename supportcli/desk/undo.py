"""Undo: what a verb changed is put back, as far as it is still as the verb left it."""

from typing import Any

from sqlmodel import Session

from supportcli.desk import Desk, clocks
from supportcli.desk.gestures import SAID, Done, Gesture, described, restored, said_since, sentence
from supportcli.domain import sla_facts
from supportcli.domain.delivery import Outgoing, RecipientState
from supportcli.domain.people import Action
from supportcli.domain.ticket import VERBS, Delivery, Event, Status, TicketState
from supportcli.errors import NothingToUndo, ReplyHasLeft, UndoRefused
from supportcli.storage import canned, drafts, events, messages, outbox, people, targets, tickets
from supportcli.storage.drafts import DraftKey

UNDOABLE = ("created", "replied", "noted", "assigned", "tagged", "prioritised", *VERBS.values(), "excused")
_FOLLOWS = frozenset({"waiting_since", "solved_at"})
"""Fields that follow from others: never a reason to refuse."""


def undo(desk: Desk, number: int | None = None, *, gesture_id: str | None = None) -> Done:
    """Undo my last verb, my last one in ticket `number`, or the one that a `Done` named, as one: all its tickets or none.

    NothingToUndo where there is none, TicketNotFound where there is no such ticket; UndoRefused where a field was changed since (it names by
    whom), ReplyHasLeft where a reply has left, or may have."""
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, Action.NOTE)
        wanted = events.undoable_gesture(tx, gesture.agent.address, UNDOABLE, number, gesture_id)
        if wanted is None:
            if number is not None:
                gesture.state(number)
            raise NothingToUndo(f" in #{number}" if number is not None else "")
        kinds = []
        for event in reversed(events.of_gesture(tx, wanted)):
            _undo_event(gesture, event)
            kinds.append(event.kind)
        return gesture.done(sentence(f"Undone ({kinds[0]}):", gesture.numbers, ""))


def _undo_event(gesture: Gesture, event: Event) -> None:
    if event.kind == "excused":
        _take_excuse_back(gesture, event)
        return
    state = gesture.state(event.ticket)
    fields = _fields_back(gesture.tx, state, event)
    if event.message_id is not None:
        fields |= _take_back(gesture, event, event.message_id)
    addresses = people.agent_addresses(gesture.tx)
    before = {name: described(name, getattr(state, name), addresses) for name in fields}
    after = {name: described(name, value, addresses) for name, value in fields.items()}
    tickets.change(gesture.tx, event.ticket, fields, gesture.now)
    undone = events.NewEvent(gesture.now, gesture.actor, gesture.id, "undone", event.ticket, before, after, event.message_id, event.gesture)
    clocks.record(gesture.tx, undone, gesture.now)
    gesture.touch(event.ticket)


def _take_excuse_back(gesture: Gesture, event: Event) -> None:
    """Have a breach stand as it stood. (Nobody else can have excused it since: what is excused is left alone.)"""
    targets.take_excuse_back(gesture.tx, event.ticket, event.at, event.actor)
    undone = events.NewEvent(gesture.now, gesture.actor, gesture.id, "undone", event.ticket, event.after, undoes=event.gesture)
    clocks.record(gesture.tx, undone, gesture.now)
    gesture.touch(event.ticket)


def _fields_back(tx: Session, state: TicketState, event: Event) -> dict[str, Any]:
    """The fields that go back to what they were; UndoRefused for one that somebody changed since, unless the event took a message with it."""
    addresses = people.agent_addresses(tx)
    changed = _changed_since(tx, event)
    touched = [name for name in event.after if name in changed or described(name, getattr(state, name), addresses) != event.after[name]]
    firm = [name for name in touched if name not in _FOLLOWS]
    if firm and event.message_id is None:
        later = events.last_change_of(tx, event.ticket, firm, event.id)
        who = (later.actor or "the desk itself") if later else "somebody"
        raise UndoRefused(event.ticket, "the " + " and ".join(name.removesuffix("_id") for name in firm), who)
    ids = {address: agent for agent, address in addresses.items()}
    back = {name: restored(name, value, ids) for name, value in event.before.items() if name not in {*touched, "waiting_since"}}
    return back | _waiting_back(tx, state, event)


def _changed_since(tx: Session, event: Event) -> set[str]:
    """The fields of the ticket that later changes have set which stand; one may be again as the event left it, and yet mean something else."""
    later = [one for one in events.after(tx, event.ticket, event.id) if one.gesture != event.gesture]
    undone = {one.undoes for one in later if one.undoes}
    return {name for one in later if one.kind != "undone" and one.gesture not in undone for name in one.after}


def _waiting_back(tx: Session, state: TicketState, event: Event) -> dict[str, Any]:
    """Since when a customer waits, had the event not been: a later reply of somebody else stands, and so does a later end of the ticket."""
    if event.kind != "replied" and not {"status", "waiting_since"} & event.before.keys():
        return {}
    lived = [one for one in events.of_ticket(tx, event.ticket) if one.gesture != events.IMPORTED]
    since = sla_facts.waits_since(lived, event.gesture)
    return {"waiting_since": since} if since != state.waiting_since else {}


def _take_back(gesture: Gesture, event: Event, message: int) -> dict[str, Any]:
    """Take a note, a reply or a new ticket back; a reply becomes a draft again, above what its writer has begun since."""
    if event.kind == "created":
        if later := said_since(gesture.tx, event.ticket, event.id):
            raise UndoRefused(event.ticket, f"{SAID[later[-1].kind]} came into it; it", later[-1].actor)
        return {"status": Status.DELETED}
    if event.kind == "replied":
        _withdraw(gesture, event, message)
        _draft_again(gesture, event, message)
    messages.retract(gesture.tx, message, gesture.now)
    return {}


def _draft_again(gesture: Gesture, event: Event, message: int) -> None:
    """Make a draft of a reply, with the marks of what went with it; none of a canned response that was sent as it stands: no word of it is lost."""
    uses = canned.uses_of(gesture.tx, event.gesture, event.ticket)
    if any(use.applied for use in uses):
        return
    key = DraftKey(event.ticket, gesture.agent.id, "reply")
    begun, _ = drafts.find(gesture.tx, key) or ("", 0)
    marks = "\n".join(mark for use in uses for mark in use.marks)
    text = "\n\n".join(filter(None, (messages.text_of(gesture.tx, message), marks, begun)))
    drafts.save(gesture.tx, key, text, events.last_id(gesture.tx, event.ticket), gesture.now)


def _withdraw(gesture: Gesture, event: Event, message: int) -> None:
    """Send a reply never (again); ReplyHasLeft where it is on its way, or anybody has it or may have it."""
    one = outbox.of_message(gesture.tx, message)
    if one is None or _is_on_its_way(one) or _may_have_arrived(gesture.tx, event, one):
        raise ReplyHasLeft(event.ticket)
    outbox.change(gesture.tx, one.id, Delivery.CANCELLED, gesture.now)


def _is_on_its_way(one: Outgoing) -> bool:
    """Whether a reply is neither held (and never tried), nor refused, nor given up."""
    held = one.state is Delivery.QUEUED and one.attempts == 0
    return not held and one.state not in {Delivery.FAILED, Delivery.CANCELLED}


def _may_have_arrived(tx: Session, event: Event, one: Outgoing) -> bool:
    """Whether anybody has a reply, or an attempt left that open: a later one that failed, or giving it up, does not settle it."""
    had = {RecipientState.SENT, RecipientState.UNCERTAIN} & {recipient.state for recipient in one.recipients}
    later = (news for news in events.after(tx, event.ticket, event.id) if news.message_id == one.message_id)
    return bool(had) or any(news.after.get("delivery") == Delivery.UNCERTAIN for news in later)
