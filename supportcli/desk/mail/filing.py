"""Write what is decided about a mail: a ticket, a message, an event, and the decision itself, all
in the transaction of its batch."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from supportcli.desk.gestures import described
from supportcli.desk.mail import bounces
from supportcli.desk.mail.archive_status import (
    ArchivedMessage,
    answered_elsewhere,
    standing,
    status_changes,
)
from supportcli.desk.mail.batch import Batch, Received, named_ids
from supportcli.desk.mail.occasions import arrived
from supportcli.desk.replies.delivering.steps import By
from supportcli.domain.authors import kind_of
from supportcli.domain.intake.decisions import (
    BounceReport,
    Decision,
    FollowUp,
    Hold,
    Ignore,
    Joined,
    OpenTicket,
)
from supportcli.domain.intake.ledger import JUNK
from supportcli.domain.mail import Address, MailKind
from supportcli.domain.mail_domains import lowered
from supportcli.domain.people import DESK, Actor, ActorKind
from supportcli.domain.tickets.ticket import (
    REPORT,
    UNSOLVED,
    Direction,
    Status,
    after_customer_message,
    comes_to,
    status_after_customer_message,
)
from supportcli.errors.names import NotFound, Thing
from supportcli.storage.mail import mails
from supportcli.storage.mail.circles import Circle
from supportcli.storage.mail.mails import Settlement
from supportcli.storage.mail.surroundings import Alike
from supportcli.storage.tables import mail_states
from supportcli.storage.tickets import events, messages, tickets

_MOVED = ("status", "solved_at", "waiting_since", "assignee_id", "snoozed_until")
"""The fields of a ticket that a mail can change. All are written each time, so that the changes of
many mails are one statement."""


def apply_decision(batch: Batch, received: Received, rule: str, decision: Decision) -> Settlement:
    """Do what was decided, and keep the decision with its rule and reason."""
    state, ticket = _do(batch, received, decision)
    mail, mail_id = received.mail, received.kept.id
    reason = decision.told if isinstance(decision, Joined) else decision.reason
    done = Settlement(state, rule, reason, mail.message_id, mail.fingerprint or None, ticket)
    mails.settle(batch.tx, mail_id, done, batch.now)
    is_junk = state == mail_states.HELD and rule == JUNK
    alike = Alike(mail_id, done.fingerprint, ticket)
    counts = state not in {mail_states.DUPLICATE, mail_states.DISCARDED} and not is_junk
    batch.around.decided(mail.message_id, alike, counts=counts)
    arrived(batch, received, decision, ticket)
    return done


def _do(batch: Batch, received: Received, decision: Decision) -> tuple[str, int | None]:
    """The new state of the mail, and its ticket."""
    match decision:
        case OpenTicket():
            return mail_states.ACCEPTED, _new_ticket(batch, received, decision)
        case FollowUp():
            return mail_states.ACCEPTED, _follow_up(batch, received, decision)
        case BounceReport():
            return mail_states.ACCEPTED, _report(batch, received, decision)
        case Hold():
            return mail_states.DISCARDED if decision.away else mail_states.HELD, None
        case Ignore():
            return (
                (mail_states.DUPLICATE, decision.copy_of.ticket)
                if decision.copy_of
                else (mail_states.IGNORED, None)
            )


def _new_ticket(batch: Batch, received: Received, decision: OpenTicket) -> int:
    """A ticket of the mail's author, as old as the mail. One from before the desk's time comes in
    silently: nobody waits for an answer."""
    tx, now, kept = batch.tx, batch.now, received.kept
    since, filed = kept.received_at, kept.filed
    waits = since if decision.clock and not kept.historic else None
    new = tickets.NewTicket(
        subject=received.mail.subject,
        customer_id=batch.around.customer_for(decision.customer, now),
        mailbox_id=received.mailbox_id,
        created_at=since,
        status=standing(filed, since, sent=decision.sent) if filed else Status.NEW,
        assignee_id=received.agent.id if received.agent and decision.sent else None,
        waiting_since=waits,
    )
    number = tickets.create(tx, new, now)
    if decision.link is not None:
        tickets.link(tx, number, decision.link.ticket, decision.link.kind, decision.link.reason)
    batch.around.opened(_circle(number, new, decision, now), received.mailbox_id)
    message = _message(batch, received, number, decision)
    if decision.newcomer:
        messages.join_as_new(tx, number, decision.customer.address)
        batch.around.met(number, decision.customer.address)
    created = _event(received, "created", number, message, now, by=_actor(received, decision))
    if waits is not None:
        created = replace(
            created,
            before={"waiting_since": None},
            after={"waiting_since": described("waiting_since", waits, {})},
        )
    _record(batch, received, created)
    return number


def _circle(number: int, new: tickets.NewTicket, decision: OpenTicket, now: datetime) -> Circle:
    """A new ticket as the next mails see it."""
    link = decision.link
    return Circle(
        number,
        new.status,
        new.solved_at,
        new.waiting_since,
        new.created_at,
        new.updated_at(now),
        new.assignee_id,
        new.customer_id,
        lowered(decision.customer.address),
        follows=link.ticket if link is not None and link.kind == "follow-up" else None,
    )


def _follow_up(batch: Batch, received: Received, decision: FollowUp) -> int:
    """A message in a ticket. If somebody waits for an answer, it reopens the ticket, and the clock
    runs from the oldest such mail."""
    ticket = _ticket(batch, decision.ticket)
    wanted = _without_who_left(ticket, _changes(ticket, received, decision))
    message = _message(batch, received, ticket.number, decision)
    changed = {name: value for name, value in wanted.items() if getattr(ticket, name) != value}
    addresses = {received.agent.id: received.agent.address} if received.agent else {}
    if ticket.left and ticket.assignee_id is not None:
        addresses[ticket.assignee_id] = ticket.left
    before = {name: described(name, getattr(ticket, name), addresses) for name in changed}
    after = {name: described(name, value, addresses) for name, value in changed.items()}
    _change(batch, received, ticket, changed)
    is_said = decision.clock and not received.kept.historic and not decision.sent
    if is_said and not _is_consulted(ticket, received, decision):
        batch.written_in[ticket.number] = None
    kind = "replied" if decision.sent else "received"
    by = _actor(received, decision)
    event = _event(received, kind, ticket.number, message, batch.now, by=by)
    _record(batch, received, replace(event, before=before, after=after))
    if decision.outdone:
        _outdo(batch, decision)
    return ticket.number


def _ticket(batch: Batch, number: int) -> Circle:
    circle = batch.around.circle(number)
    if circle is None:
        raise NotFound(Thing.TICKET, str(number))
    return circle


def _changes(ticket: Circle, received: Received, decision: FollowUp) -> dict[str, Any]:
    """The fields of a ticket that a mail in it sets."""
    kept = received.kept
    if kept.filed is not None and (decision.sent or decision.clock):
        word = ArchivedMessage(kept.received_at, received.agent, sent=decision.sent)
        return status_changes(ticket, kept.filed, word)
    if decision.sent and not kept.historic:
        return answered_elsewhere(ticket, kept.received_at, received.agent)
    if decision.clock and not kept.historic:
        if _is_consulted(ticket, received, decision):  # the customer waits for nothing more
            status = status_after_customer_message(ticket.status)
            opened = comes_to(status, kept.received_at) if status is not ticket.status else {}
            return opened | _woken(ticket)
        return after_customer_message(ticket.status, ticket.waiting_since, kept.received_at)
    return {}


def _without_who_left(ticket: Circle, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What a mail sets in a ticket, which goes to everybody if it is open and its agent has left,
    or its team was removed: nobody would see it there."""
    fields = dict(wanted)
    if fields.get("status", ticket.status) in UNSOLVED:
        fields |= {"assignee_id": None} if ticket.left and not fields.get("assignee_id") else {}
        fields |= {"team": None} if ticket.team else {}
    return fields


def _is_consulted(ticket: Circle, received: Received, decision: FollowUp) -> bool:
    """Whether somebody writes to whom a message of the ticket was passed on."""
    return lowered(_writer(received, decision).written) in ticket.consulted


def _woken(ticket: Circle) -> dict[str, Any]:
    """A snoozed ticket wakes when somebody writes."""
    return {"snoozed_until": None} if ticket.snoozed_until is not None else {}


def _change(batch: Batch, received: Received, ticket: Circle, changed: Mapping[str, Any]) -> None:
    """Write what a mail changes in a ticket; one from before the desk's time changes it at its own
    date."""
    kept = received.kept
    for name, value in changed.items():
        setattr(ticket, name, value)
    ticket.updated_at = max(ticket.updated_at, kept.received_at) if kept.historic else batch.now
    fields = {name: getattr(ticket, name) for name in _MOVED}
    fields |= {"team": None} if "team" in changed else {}
    tickets.change(batch.tx, ticket.number, fields, ticket.updated_at)


def _outdo(batch: Batch, decision: FollowUp) -> None:
    """Another form of this mail in the ticket names more people and is no better proven."""
    for one in decision.outdone:
        messages.outdo(batch.tx, decision.ticket, one.mail_id, one.alone, unverified=one.outproved)
    batch.around.forget(decision.ticket)


def _report(batch: Batch, received: Received, decision: BounceReport) -> int:
    """A mail server's report, as a note in the ticket that it is about: no status and no clock
    moves, and its sender is no participant."""
    ticket = _ticket(batch, decision.ticket)
    mail, kept = received.mail, received.kept
    note = messages.NewMessage(
        direction=Direction.NOTE,
        created_at=kept.received_at,
        sender=mail.sender or Address("Mail server", ""),
        text=mail.text,
        words=mail.words,
        subject=mail.subject,
        message_id=mail.message_id,
        date=mail.sent,
        folds=mail.folds,
        attachments=mail.attachments,
        remark=decision.remark,
        mail_id=kept.id,
        channel=REPORT,
        unverified=decision.unverified,
    )
    message = _add(batch, received, ticket, note)
    _change(batch, received, ticket, {})
    event = _event(received, "bounced", ticket.number, message, batch.now, by=DESK)
    _note_down(batch, event)
    by = By(event.at, gesture=event.gesture)
    batch.around.died(bounces.mark(batch.tx, decision, by, kept.received_at), kept.received_at)
    return ticket.number


def _message(batch: Batch, received: Received, ticket: int, decision: OpenTicket | FollowUp) -> int:
    mail = received.mail
    new = messages.NewMessage(
        direction=Direction.OUT if decision.sent else Direction.IN,
        created_at=received.kept.received_at,
        sender=_writer(received, decision),
        text=mail.text,
        words=mail.words,
        subject=mail.subject,
        message_id=mail.message_id,
        to=mail.to,
        cc=mail.cc,
        reply_to=_asked_for(received, decision),
        date=mail.sent,
        folds=mail.folds,
        attachments=mail.attachments,
        references=named_ids(mail),
        remark=decision.remark,
        mail_id=received.kept.id,
        agent_id=received.agent.id if received.agent and decision.sent else None,
        unverified=decision.unverified,
        newcomer=decision.newcomer,
        answers_elsewhere=isinstance(decision, OpenTicket) and decision.link is None,
    )
    subjects = batch.around.subjects([ticket]) if mail.answered_subject else ()
    is_persons = kind_of(mail, batch.us, subjects) is MailKind.MAIL
    if is_persons and not (decision.sent or decision.unverified):
        batch.around.wrote(new.sender.address, new.created_at)
    return _add(batch, received, _ticket(batch, ticket), new)


def _add(batch: Batch, received: Received, ticket: Circle, new: messages.NewMessage) -> int:
    """Add a message as the last one of its ticket; one from an archive stands where its date puts
    it."""
    newest, at = ticket.newest, new.created_at
    position = ticket.position + 1
    message = messages.add(batch.tx, ticket.number, received.mailbox_id, new, position)
    batch.around.joined(ticket.number, received.mailbox_id, new)
    if received.kept.filed is not None and newest is not None and newest > at:
        messages.place_by_date(batch.tx, ticket.number, message, at)
    return message


def _record(batch: Batch, received: Received, event: events.NewEvent) -> None:
    """Append an event. At the end of the transaction the ticket's clocks follow; mail from before
    the desk's time moves none."""
    _note_down(batch, event)
    if not received.kept.historic:
        batch.tickets[event.ticket] = None


def _note_down(batch: Batch, event: events.NewEvent) -> None:
    events.record(batch.tx, event)
    ticket = _ticket(batch, event.ticket)
    ticket.lived = ticket.lived or event.gesture != events.IMPORTED


def _asked_for(received: Received, decision: OpenTicket | FollowUp) -> tuple[Address, ...]:
    """The Reply-To of a mail; of one that a colleague forwarded it is the colleague's own."""
    mail = received.mail
    is_passed_on = mail.forwarded is not None and _writer(received, decision) == mail.forwarded
    return () if is_passed_on else mail.reply_to


def _writer(received: Received, decision: OpenTicket | FollowUp) -> Address:
    """The author: the sender, or the person for whom a machine of ours posted the mail."""
    sender = received.mail.sender or Address("", "")
    if decision.sent:
        return sender
    return decision.customer if isinstance(decision, OpenTicket) else decision.author or sender


def _actor(received: Received, decision: OpenTicket | FollowUp) -> Actor:
    address = _writer(received, decision).address
    if decision.sent:
        return Actor(ActorKind.AGENT, received.agent.address if received.agent else address)
    return Actor(ActorKind.CUSTOMER, address)


def _event(
    received: Received, kind: str, ticket: int, message: int, now: datetime, *, by: Actor
) -> events.NewEvent:
    """Write the event of a mail: by its sender, now; for mail from before the desk's time, and for
    answers from another mail program, at its own date."""
    is_earlier = received.kept.historic or kind == "replied"
    at = received.kept.received_at if is_earlier else now
    gesture = received.gesture or (
        uuid.uuid4().hex if received.kept.filed is None else events.IMPORTED
    )
    return events.NewEvent(at, by, gesture, kind, ticket, message_id=message)
