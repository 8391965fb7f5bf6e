"""Write what is decided about a mail: a ticket, a message, an event, and the decision itself, all
in the caller's transaction."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from supportcli.desk import running_targets
from supportcli.desk.gestures import described
from supportcli.desk.mail import bounces
from supportcli.desk.mail.archive_status import ArchivedMessage, standing, status_changes
from supportcli.desk.replies.sending import By
from supportcli.domain.intake.decisions import (
    BounceReport,
    Decision,
    FollowUp,
    Hold,
    Ignore,
    Joined,
    OpenTicket,
)
from supportcli.domain.mail import Address, Mail
from supportcli.domain.people import DESK, Actor, ActorKind, Agent
from supportcli.domain.tickets.ticket import (
    REPORT,
    Direction,
    Status,
    TicketState,
    comes_to,
    status_after_customer_message,
)
from supportcli.errors.names import NotFound, Thing
from supportcli.storage.mail import mails
from supportcli.storage.mail.mails import Pending, Settlement
from supportcli.storage.tables import mail_states
from supportcli.storage.tickets import events, messages, people, tickets

MAX_REFERENCES = 100
"""How many Message-IDs of a mail are kept to find its thread: the first, and the last ones. No
person's mail has more."""


@dataclass(frozen=True, slots=True)
class Received:
    """A mail to decide: where it is stored, what it says, and the agent who wrote it, if one did.
    `gesture` is that of an agent who has it decided again, so that undo finds the result."""

    mailbox_id: int
    kept: Pending
    mail: Mail
    agent: Agent | None = None
    gesture: str = ""


def named_ids(mail: Mail) -> tuple[str, ...]:
    """The ids that a mail names, nearest first: In-Reply-To, then References from right to left."""
    ids = tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))))
    return ids if len(ids) <= MAX_REFERENCES else (*ids[: MAX_REFERENCES - 1], ids[-1])


class DecidedMeanwhile(Exception):
    """Another process has decided the mail: this transaction must be rolled back."""


def apply_decision(
    tx: Session, received: Received, rule: str, decision: Decision, now: datetime
) -> Settlement:
    """Do what was decided, and keep the decision with its rule and reason. Raises
    DecidedMeanwhile."""
    state, ticket = _do(tx, received, decision, now)
    mail = received.mail
    reason = decision.told if isinstance(decision, Joined) else decision.reason
    done = Settlement(state, rule, reason, mail.message_id, mail.fingerprint or None, ticket)
    if not mails.settle(tx, received.kept.id, done, now):
        raise DecidedMeanwhile
    return done


def _do(
    tx: Session, received: Received, decision: Decision, now: datetime
) -> tuple[str, int | None]:
    """The new state of the mail, and its ticket."""
    match decision:
        case OpenTicket():
            return mail_states.ACCEPTED, _new_ticket(tx, received, decision, now)
        case FollowUp():
            return mail_states.ACCEPTED, _follow_up(tx, received, decision, now)
        case BounceReport():
            return mail_states.ACCEPTED, _report(tx, received, decision, now)
        case Hold():
            return mail_states.DISCARDED if decision.away else mail_states.HELD, None
        case Ignore():
            return (
                (mail_states.DUPLICATE, decision.copy_of.ticket)
                if decision.copy_of
                else (mail_states.IGNORED, None)
            )


def _new_ticket(tx: Session, received: Received, decision: OpenTicket, now: datetime) -> int:
    """A ticket of the mail's author, as old as the mail. One from before the desk's time comes in
    silently: nobody waits for an answer."""
    since, filed = received.kept.received_at, received.kept.filed
    waits = since if decision.clock and not received.kept.historic else None
    number = tickets.create(
        tx,
        tickets.NewTicket(
            subject=received.mail.subject,
            customer_id=people.customer_for(tx, decision.customer, now),
            mailbox_id=received.mailbox_id,
            created_at=since,
            status=standing(filed, since, sent=decision.sent) if filed else Status.NEW,
            assignee_id=received.agent.id if received.agent and decision.sent else None,
            waiting_since=waits,
        ),
        now,
    )
    message = _message(tx, received, number, decision)
    if decision.newcomer:
        messages.join_as_new(tx, number, decision.customer.address)
    if decision.link is not None:
        tickets.link(tx, number, decision.link.ticket, decision.link.kind, decision.link.reason)
    created = _event(received, "created", number, message, now, by=_actor(received, decision))
    if waits is not None:
        created = replace(
            created,
            before={"waiting_since": None},
            after={"waiting_since": described("waiting_since", waits, {})},
        )
    running_targets.record(tx, created, now)
    return number


def _follow_up(tx: Session, received: Received, decision: FollowUp, now: datetime) -> int:
    """A message in a ticket. If somebody waits for an answer, it reopens the ticket, and the clock
    runs from the oldest such mail."""
    ticket = tickets.state(tx, decision.ticket)
    if ticket is None:
        raise NotFound(Thing.TICKET, str(decision.ticket))
    silent, since = received.kept.historic, received.kept.received_at
    wanted: dict[str, Any] = {}
    if received.kept.filed is not None and (decision.sent or decision.clock):
        wanted = status_changes(
            tx,
            ticket,
            received.kept.filed,
            ArchivedMessage(since, received.agent, sent=decision.sent),
        )
    elif decision.clock and not silent:
        wanted = _reopened(ticket, since)
    message = _message(tx, received, ticket.number, decision)
    for one in decision.outdone:
        messages.outdo(tx, ticket.number, one.mail_id, one.alone, unverified=one.outproved)
    if received.kept.filed is not None:
        messages.place_by_date(tx, ticket.number, message, since)
    changed = {name: value for name, value in wanted.items() if getattr(ticket, name) != value}
    tickets.change(tx, ticket.number, changed, max(ticket.updated_at, since) if silent else now)
    addresses = {received.agent.id: received.agent.address} if received.agent else {}
    before = {name: described(name, getattr(ticket, name), addresses) for name in changed}
    after = {name: described(name, value, addresses) for name, value in changed.items()}
    kind = "replied" if decision.sent else "received"
    event = _event(received, kind, ticket.number, message, now, by=_actor(received, decision))
    running_targets.record(tx, replace(event, before=before, after=after), now)
    return ticket.number


def _report(tx: Session, received: Received, decision: BounceReport, now: datetime) -> int:
    """A mail server's report, as a note in the ticket that it is about: no status and no clock
    moves, and its sender is no participant."""
    ticket = tickets.state(tx, decision.ticket)
    if ticket is None:
        raise NotFound(Thing.TICKET, str(decision.ticket))
    mail, kept = received.mail, received.kept
    note = messages.NewMessage(
        direction=Direction.NOTE,
        created_at=kept.received_at,
        sender=mail.sender or Address("Mail server", ""),
        text=mail.text,
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
    message = messages.add(tx, ticket.number, received.mailbox_id, note)
    if kept.filed is not None:
        messages.place_by_date(tx, ticket.number, message, kept.received_at)
    tickets.change(
        tx, ticket.number, {}, max(ticket.updated_at, kept.received_at) if kept.historic else now
    )
    event = _event(received, "bounced", ticket.number, message, now, by=DESK)
    events.record(tx, event)
    bounces.mark(tx, decision, By(event.at, gesture=event.gesture))
    return ticket.number


def _reopened(ticket: TicketState, received_at: datetime) -> dict[str, Any]:
    status = status_after_customer_message(ticket.status)
    return {
        **(comes_to(status, received_at) if status is not ticket.status else {}),
        "waiting_since": min(ticket.waiting_since or received_at, received_at),
    }


def _message(tx: Session, received: Received, ticket: int, decision: OpenTicket | FollowUp) -> int:
    mail = received.mail
    return messages.add(
        tx,
        ticket,
        received.mailbox_id,
        messages.NewMessage(
            direction=Direction.OUT if decision.sent else Direction.IN,
            created_at=received.kept.received_at,
            sender=_writer(received, decision),
            text=mail.text,
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
        ),
    )


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
    """Write the event of a mail: by its sender, now; for mail from before the desk's time, at its
    own date."""
    at = received.kept.received_at if received.kept.historic else now
    gesture = received.gesture or (
        uuid.uuid4().hex if received.kept.filed is None else events.IMPORTED
    )
    return events.NewEvent(at, by, gesture, kind, ticket, message_id=message)
