"""Phone calls: what was said is a message of the ticket, and answers its customer or does not."""

from collections.abc import Mapping
from typing import Any

from supportcli.desk import Desk
from supportcli.desk.gestures import Done, Gesture
from supportcli.desk.tickets import unseen
from supportcli.domain.mail import Address
from supportcli.domain.tickets.calls import PhoneCall
from supportcli.domain.tickets.news import Sight
from supportcli.domain.tickets.ticket import (
    MAILED,
    PHONE,
    Direction,
    Status,
    TicketState,
    after_answer,
    after_customer_message,
)
from supportcli.errors import UsageError
from supportcli.errors.replies import EmptyText
from supportcli.errors.tickets import StepNotAllowed
from supportcli.storage.tickets import messages, people
from supportcli.storage.tickets.messages import NewMessage

_BOX = {
    PhoneCall.ANSWERED: (Direction.OUT, "called", "Logged a call on #{}."),
    PhoneCall.WAITING: (Direction.IN, "phoned", "Logged a call on #{}: its customer waits."),
    PhoneCall.MISSED: (Direction.NOTE, "noted", "Logged a call that reached nobody on #{}."),
}
"""The direction of a call's message, the kind of its event, and what is said of it."""


def log_call(
    desk: Desk,
    number: int,
    text: str,
    call: PhoneCall = PhoneCall.ANSWERED,
    *,
    status: Status | None = None,
    sight: Sight | None = None,
) -> Done:
    """Log a phone call in a ticket, with what was said.

    One in which the customer was answered does what a reply does: it meets the targets of service
    levels, the ticket becomes pending unless a `status` says otherwise, and mine if nobody has it.
    One after which the customer `WAITING` is as a message of theirs, and one that reached nobody
    changes nothing. `sight` as in `verbs.solve`.

    NotFound, TicketMerged; EmptyText if it is blank; StepNotAllowed for a ticket that nobody
    answers; UsageError for a status that no answer brings, or with a call that is no answer."""
    if not text.strip():
        raise EmptyText("call")
    _refuse_status(call, status)
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        unseen.refuse(gesture, number, sight)
        state = gesture.state(number)
        fields = _fields(gesture, state, call, status or Status.PENDING)
        direction, kind, said = _BOX[call]
        agent = Address(gesture.agent.name, gesture.agent.address)
        wrote = people.customer_of(tx, number) if direction is Direction.IN else agent
        written = NewMessage(
            direction,
            gesture.now,
            wrote,
            text,
            state.subject if direction is Direction.IN else "",
            agent_id=None if direction is Direction.IN else gesture.agent.id,
            channel=PHONE,
        )
        message = messages.add(tx, number, state.mailbox_id, written)
        gesture.change(state, kind, fields, message)
        return gesture.done(said.format(number))


def _refuse_status(call: PhoneCall, status: Status | None) -> None:
    if status is not None and (call is not PhoneCall.ANSWERED or status not in MAILED):
        known = ", ".join(one.value for one in MAILED)
        raise UsageError(
            f"This call cannot make a ticket {status.value}.",
            f"Only a call that answered the customer has a status, one of: {known}.",
        )


def _fields(
    gesture: Gesture, state: TicketState, call: PhoneCall, status: Status
) -> Mapping[str, Any]:
    """The fields of a ticket after a call. StepNotAllowed."""
    if call is PhoneCall.MISSED:
        return {}
    after = Status.OPEN if call is PhoneCall.WAITING else status
    if state.status in {Status.SPAM, Status.DELETED, Status.CLOSED}:
        raise StepNotAllowed(state.number, state.status.value, after.value)
    if call is PhoneCall.WAITING:
        return after_customer_message(state.status, state.waiting_since, gesture.now)
    return after_answer(status, state.assignee_id, gesture.agent.id, gesture.now)
