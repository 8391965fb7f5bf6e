"""What a query means for a ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Literal, Protocol, assert_never

from supportcli.domain.mail import Address
from supportcli.domain.query.about_customer import Beside, is_about, is_address
from supportcli.domain.query.field_values import is_filled
from supportcli.domain.query.name_lookup import is_called, is_mailbox, is_team
from supportcli.domain.query.nodes import (
    And,
    AnsweredBy,
    AssignedTo,
    Came,
    Condition,
    Dated,
    DueWithin,
    FollowedBy,
    From,
    HasField,
    InMailbox,
    InOrganisation,
    Inside,
    InStatus,
    Label,
    LookedUp,
    Mentioning,
    Moment,
    Node,
    Not,
    Numbered,
    NumberedFrom,
    OfCustomer,
    OfPriority,
    OfTeam,
    OnClock,
    Or,
    Shows,
    Tagged,
    Term,
    Timed,
    Trait,
    Words,
)
from supportcli.domain.query.searchable_text import message_text
from supportcli.domain.query.spans import ends_of, lies_in
from supportcli.domain.text.words import tokens
from supportcli.domain.tickets.snoozing import is_snoozed
from supportcli.domain.tickets.ticket import (
    NO_REPLIES,
    Direction,
    Message,
    Priority,
    SlaState,
    SlaStatus,
    Status,
    Ticket,
    TicketLine,
)

_NOTHING_BESIDE = Beside()


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
    def team(self) -> str | None:
        """The name of its team."""

    @property
    def mailbox(self) -> str:
        """The address of the mailbox."""

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""


def matches(
    node: Node,
    ticket: Ticket,
    me: str | None,
    now: datetime,
    zone: tzinfo = UTC,
    *,
    beside: Beside = _NOTHING_BESIDE,
) -> bool:
    """Whether a query, asked at `now` in `zone` by the agent with the address `me`, finds a ticket
    that was loaded whole, with what is kept `beside` it."""
    return _holds(node, _Subject(ticket, me, now, zone, beside))


def fits(condition: Condition, labels: Labels) -> bool:
    """Whether a ticket with these fields fits the condition of a policy."""
    match condition:
        case And(parts):
            return all(fits(part, labels) for part in parts)
        case Or(parts):
            return any(fits(part, labels) for part in parts)
        case Not(part):
            return not fits(part, labels)
        case _:
            return _labelled(condition, labels, None)


@dataclass(frozen=True)
class _Subject:
    ticket: Ticket
    me: str | None
    now: datetime
    zone: tzinfo
    beside: Beside

    @cached_property
    def documents(self) -> list[str]:
        """The tokens of each text that search looks into, between spaces, the subject first."""
        texts = [
            self.ticket.line.subject,
            *(
                message_text(m.subject, m.sender, m.text, m.attachments)
                for m in self.ticket.messages
            ),
        ]
        return [f" {' '.join(tokens(text))} " for text in texts]


def _holds(node: Node, subject: _Subject) -> bool:
    match node:
        case And(parts):
            return all(_holds(part, subject) for part in parts)
        case Or(parts):
            return any(_holds(part, subject) for part in parts)
        case Not(part):
            return not _holds(part, subject)
        case _:
            return _is_so(node, subject)


def _is_so(term: Term, subject: _Subject) -> bool:
    line = subject.ticket.line
    match term:
        case InStatus(statuses):
            return line.status_at(subject.now) in statuses
        case Numbered(number):
            return line.number == number
        case NumberedFrom(first, last):
            return first <= line.number and (last is None or line.number <= last)
        case OnClock() | DueWithin() | Dated():
            return _timed(term, subject)
        case Words() | Shows() | Came() | FollowedBy() | AnsweredBy() | Mentioning() | HasField():
            return _inside(term, subject)
        case OfCustomer() | InOrganisation() | LookedUp():
            return is_about(term, subject.beside)
        case AssignedTo() | OfTeam() | Tagged() | OfPriority() | InMailbox() | From():
            return _labelled(term, line, subject.me)
    assert_never(term)


def _timed(term: Timed, subject: _Subject) -> bool:
    line, now = subject.ticket.line, subject.now
    match term:
        case OnClock(states):
            return any(_stands(state, line.clock, now) for state in states)
        case DueWithin(seconds):
            return lies_in(_due(line), (None, now + timedelta(seconds=seconds)))
        case Dated(moment, spans):
            at = _moment(moment, line)
            return any(lies_in(at, ends_of(span, now, subject.zone)) for span in spans)
    assert_never(term)


def _inside(term: Inside, subject: _Subject) -> bool:
    ticket = subject.ticket
    match term:
        case Words():
            return _says(term, subject.documents)
        case Shows(trait):
            return _shows(trait, subject)
        case Came(channels):
            return any(message.channel in channels for message in ticket.messages)
        case FollowedBy(who, _):
            return _is_among(who, ticket.followers, subject.me)
        case AnsweredBy(who, _):
            return _has_sent(who, subject.beside, subject.me)
        case Mentioning(who, _):
            return _is_among(who, ticket.mentions, subject.me)
        case HasField():
            return is_filled(term, ticket.line.fields)
    assert_never(term)


def _is_among(who: Sequence[str], there: Sequence[Address], me: str | None) -> bool:
    """Whether one of these names means one of the agents there; “none”, that there are none."""
    return any(is_called(name, agent, me) for name in who for agent in there or (None,))


def _has_sent(who: Sequence[str], beside: Beside, me: str | None) -> bool:
    """Whether one of these names means an agent who replied or forwarded; “none”, that nobody
    replied."""
    there = (*(beside.answered_by or (None,)), *beside.forwarded_by)
    return any(is_called(name, agent, me) for name in who for agent in there)


def _says(words: Words, documents: Sequence[str]) -> bool:
    """Whether one of the texts has the words one behind the other."""
    sought = f" {' '.join(words.tokens)}{'' if words.begins else ' '}"
    return any(sought in one for one in (documents[:1] if words.in_subject else documents))


def _moment(moment: Moment, line: TicketLine) -> datetime | None:
    match moment:
        case Moment.CREATED:
            return line.created_at
        case Moment.UPDATED:
            return line.updated_at
        case Moment.SOLVED:
            return line.solved_at
        case Moment.DUE:
            return _due(line)


def _due(line: TicketLine) -> datetime | None:
    return line.clock.due_at if line.clock else None


def _shows(trait: Trait, subject: _Subject) -> bool:
    ticket = subject.ticket
    match trait:
        case Trait.UNANSWERED:
            return ticket.line.waiting_since is not None
        case Trait.SNOOZED:
            return is_snoozed(ticket.line.snoozed_until, subject.now)
        case Trait.ATTACHMENT | Trait.NOTE | Trait.REPLY:
            return any(_is_one(trait, message) for message in ticket.messages)
        case Trait.LINK:
            return bool(ticket.links)
        case Trait.TAG:
            return bool(ticket.line.tags)
        case Trait.DRAFT | Trait.UNREAD | Trait.VIP:
            return _shows_beside(trait, subject.beside)


def _shows_beside(trait: Literal[Trait.DRAFT, Trait.UNREAD, Trait.VIP], beside: Beside) -> bool:
    match trait:
        case Trait.DRAFT:
            return beside.has_draft
        case Trait.UNREAD:
            return beside.is_unread
        case Trait.VIP:
            return beside.customer is not None and beside.customer.vip


def _is_one(trait: Literal[Trait.ATTACHMENT, Trait.NOTE, Trait.REPLY], message: Message) -> bool:
    """Whether a message has a file, or is a note or a reply."""
    match trait:
        case Trait.ATTACHMENT:
            return bool(message.attachments)
        case Trait.NOTE:
            return message.direction is Direction.NOTE
        case Trait.REPLY:
            return message.direction is Direction.OUT and message.channel not in NO_REPLIES


def _labelled(term: Label, labels: Labels, me: str | None) -> bool:
    """Whether a ticket's own fields are as one term asks."""
    match term:
        case InStatus(statuses):
            return labels.status in statuses
        case AssignedTo(who, _):
            return any(is_called(name, labels.assignee, me) for name in who)
        case OfTeam(teams):
            return any(is_team(name, labels.team) for name in teams)
        case Tagged(tags):
            return not set(tags).isdisjoint(labels.tags)
        case OfPriority(priorities):
            return labels.priority in priorities
        case InMailbox(names):
            return any(is_mailbox(name, labels.mailbox) for name in names)
        case From(parts):
            return any(is_address(part, labels.customer.address) for part in parts)
    assert_never(term)


def _stands(state: SlaState, clock: SlaStatus | None, now: datetime) -> bool:
    """Whether a ticket's clock stands as `sla:` asks."""
    if clock is None:
        return state is SlaState.NONE
    if state is SlaState.BREACHED:
        return clock.breaches > 0
    stands = clock.state(now)
    return state is stands or (state is SlaState.RUNNING and stands is SlaState.OVERDUE)
