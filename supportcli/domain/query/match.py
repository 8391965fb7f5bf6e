"""What a query means for a ticket."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Protocol, assert_never

from supportcli.domain.mail import Address
from supportcli.domain.query.name_lookup import is_called, is_mailbox
from supportcli.domain.query.nodes import (
    And,
    AssignedTo,
    Condition,
    DueWithin,
    FollowedBy,
    From,
    InMailbox,
    InStatus,
    Label,
    Node,
    Not,
    Numbered,
    OfPriority,
    OnClock,
    Tagged,
    Term,
    Words,
)
from supportcli.domain.query.searchable_text import message_text
from supportcli.domain.text.words import tokens
from supportcli.domain.tickets.ticket import Priority, SlaState, SlaStatus, Status, Ticket


class Labels(Protocol):
    """A ticket's own fields, as far as conditions ask for them; a TicketLine has them too."""

    @property
    def status(self) -> Status:
        """Where it stands."""

    @property
    def priority(self) -> Priority:
        """How urgent it is."""

    @property
    def customer(self) -> Address:
        """Who wrote."""

    @property
    def assignee(self) -> Address | None:
        """Whose it is."""

    @property
    def mailbox(self) -> str:
        """The address of the mailbox."""

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""


def matches(node: Node, ticket: Ticket, me: str | None, now: datetime) -> bool:
    """Whether a query, asked at `now` by the agent with the address `me`, finds a ticket that was
    loaded whole."""
    return _holds(node, _Subject(ticket, me, now))


def fits(condition: Condition, labels: Labels) -> bool:
    """Whether a ticket with these fields fits the condition of a policy."""
    if isinstance(condition, And):
        return all(fits(part, labels) for part in condition.parts)
    if isinstance(condition, Not):
        return not fits(condition.part, labels)
    return _labelled(condition, labels, None)


@dataclass(frozen=True)
class _Subject:
    ticket: Ticket
    me: str | None
    now: datetime

    @cached_property
    def documents(self) -> list[str]:
        """The tokens of each text that search looks into, between spaces."""
        texts = [
            self.ticket.line.subject,
            *(
                message_text(m.subject, m.sender, m.text, m.attachments)
                for m in self.ticket.messages
            ),
        ]
        return [f" {' '.join(tokens(text))} " for text in texts]


def _holds(node: Node, subject: _Subject) -> bool:
    if isinstance(node, And):
        return all(_holds(part, subject) for part in node.parts)
    if isinstance(node, Not):
        return not _holds(node.part, subject)
    return _is_so(node, subject)


def _is_so(term: Term, subject: _Subject) -> bool:
    match term:
        case InStatus(statuses):
            return subject.ticket.line.status_at(subject.now) in statuses
        case Words(words):
            return any(f" {' '.join(words)} " in document for document in subject.documents)
        case Numbered(number):
            return subject.ticket.line.number == number
        case FollowedBy(who, _):
            there = subject.ticket.followers or (None,)
            return any(is_called(name, agent, subject.me) for name in who for agent in there)
        case OnClock(states):
            return any(_stands(state, subject.ticket.line.clock, subject.now) for state in states)
        case DueWithin(seconds):
            clock = subject.ticket.line.clock
            return (
                clock is not None
                and clock.due_at is not None
                and clock.due_at < subject.now + timedelta(seconds=seconds)
            )
        case AssignedTo() | Tagged() | OfPriority() | InMailbox() | From():
            return _labelled(term, subject.ticket.line, subject.me)
    assert_never(term)


def _labelled(term: Label, labels: Labels, me: str | None) -> bool:
    """Whether a ticket's own fields are as one term asks."""
    match term:
        case InStatus(statuses):
            return labels.status in statuses
        case AssignedTo(who, _):
            return any(is_called(name, labels.assignee, me) for name in who)
        case Tagged(tags):
            return not set(tags).isdisjoint(labels.tags)
        case OfPriority(priorities):
            return labels.priority in priorities
        case InMailbox(names):
            return any(is_mailbox(name, labels.mailbox) for name in names)
        case From(parts):
            return any(_is_from(part, labels.customer.address) for part in parts)
    assert_never(term)


def _is_from(part: str, address: str) -> bool:
    """Whether a customer's address is at a domain (`@acme.com`), or contains the part."""
    return address.endswith(part) if part.startswith("@") else part in address


def _stands(state: SlaState, clock: SlaStatus | None, now: datetime) -> bool:
    """Whether a ticket's clock stands as `sla:` asks."""
    if clock is None:
        return state is SlaState.NONE
    if state is SlaState.BREACHED:
        return clock.breaches > 0
    stands = clock.state(now)
    return state is stands or (state is SlaState.RUNNING and stands is SlaState.OVERDUE)
