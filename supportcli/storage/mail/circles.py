"""Tickets as intake sees them: their fields, and who is known in them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, case, false, func, literal, select
from sqlmodel import Session

from supportcli.domain.mail_domains import lowered
from supportcli.domain.replies.delivery import RecipientState
from supportcli.domain.tickets.ticket import AUTOMATIC, FORWARD, Direction, Status
from supportcli.storage import tables
from supportcli.storage.engine import rows
from supportcli.storage.engine.among import among
from supportcli.storage.tickets.events import IMPORTED
from supportcli.storage.tickets.messages import NewMessage, joining

_TICKET = rows.table_of(tables.TicketRow)
_AGENT = rows.table_of(tables.AgentRow)
_TEAM = rows.table_of(tables.TeamRow)
_CUSTOMER = rows.table_of(tables.CustomerRow)
_PARTICIPANT = rows.table_of(tables.ParticipantRow)
_MESSAGE = rows.table_of(tables.MessageRow)
_OUTBOX = rows.table_of(tables.OutboxRow)
_RECIPIENT = rows.table_of(tables.OutboxRecipientRow)
_LINK = rows.table_of(tables.TicketLinkRow)
_EVENT = rows.table_of(tables.EventRow)

_CHOSEN = (
    select(
        _MESSAGE.c.ticket_number,
        _RECIPIENT.c.address,
        false(),
        case((_MESSAGE.c.channel == FORWARD, "consulted"), else_="answered"),
    )
    .join(_OUTBOX, _OUTBOX.c.id == _RECIPIENT.c.outbox_id)
    .join(_MESSAGE, _MESSAGE.c.id == _OUTBOX.c.message_id)
    .where(
        among(_MESSAGE.c.ticket_number, "tickets"), _RECIPIENT.c.state == RecipientState.SENT.value
    )
    .where(_MESSAGE.c.channel != AUTOMATIC)
)
_WROTE = (
    select(
        _MESSAGE.c.ticket_number, _MESSAGE.c.sender_address, _MESSAGE.c.newcomer, literal("wrote")
    )
    .where(
        among(_MESSAGE.c.ticket_number, "tickets"),
        _MESSAGE.c.direction == Direction.IN.value,
        _MESSAGE.c.retracted_at.is_(None),
    )
    .where(_MESSAGE.c.unverified.is_(False), _MESSAGE.c.newcomer.is_(False))
)
_PEOPLE_OF = (
    select(
        _PARTICIPANT.c.ticket_number,
        _PARTICIPANT.c.address,
        _PARTICIPANT.c.newcomer,
        literal("named"),
    )
    .where(among(_PARTICIPANT.c.ticket_number, "tickets"))
    .union_all(_CHOSEN, _WROTE)
)
_LIVED = (
    select(_EVENT.c.id)
    .where(_EVENT.c.ticket_number == _TICKET.c.number, _EVENT.c.gesture != IMPORTED)
    .exists()
)
_OF_TICKET = _MESSAGE.c.ticket_number == _TICKET.c.number
_BETWEEN_US = and_(_OF_TICKET, _MESSAGE.c.direction != Direction.NOTE.value)
_CIRCLES = (
    select(
        _TICKET.c.number,
        _TICKET.c.status,
        _TICKET.c.solved_at,
        _TICKET.c.waiting_since,
        _TICKET.c.snoozed_until,
        _TICKET.c.created_at,
        _TICKET.c.updated_at,
        _TICKET.c.assignee_id,
        _TICKET.c.customer_id,
        _CUSTOMER.c.address.label("customer"),
        _LINK.c.other_number.label("follows"),
        _LIVED.label("lived"),
        _AGENT.c.address.label("left"),
        _TEAM.c.name.label("team"),
        select(func.max(_MESSAGE.c.position)).where(_OF_TICKET).scalar_subquery().label("position"),
        select(func.max(_MESSAGE.c.created_at)).where(_OF_TICKET).scalar_subquery().label("newest"),
        select(func.max(_MESSAGE.c.created_at)).where(_BETWEEN_US).scalar_subquery().label("said"),
    )
    .join(_CUSTOMER, _CUSTOMER.c.id == _TICKET.c.customer_id)
    .outerjoin(_LINK, and_(_LINK.c.ticket_number == _TICKET.c.number, _LINK.c.kind == "follow-up"))
    .outerjoin(_AGENT, and_(_AGENT.c.id == _TICKET.c.assignee_id, _AGENT.c.active.is_(False)))
    .outerjoin(_TEAM, and_(_TEAM.c.id == _TICKET.c.team_id, _TEAM.c.active.is_(False)))
    .where(among(_TICKET.c.number, "tickets"))
)


@dataclass(frozen=True, slots=True)
class JoinFacts:
    """What of a ticket decides who may join it."""

    status: Status
    solved_at: datetime | None
    customer: str
    people: frozenset[str]
    """The addresses in its messages and replies."""
    newcomers: frozenset[str] = frozenset()
    """Those whom nobody has answered, and only a new participant has named."""
    authors: frozenset[str] = frozenset()
    """Those who wrote a trusted message."""
    follows: int | None = None
    """The closed ticket that this one continues."""
    lived: bool = True
    """Something has happened to it besides an import."""
    answered: bool = False
    """A reply of ours has left."""

    @property
    def approved(self) -> frozenset[str]:
        """The people who are not newcomers."""
        return (self.people | {self.customer}) - self.newcomers


@dataclass(slots=True)
class Circle:
    """A ticket, and who is known in it. It is read once, and changes with each mail that a
    transaction adds."""

    number: int
    status: Status
    solved_at: datetime | None
    waiting_since: datetime | None
    created_at: datetime
    updated_at: datetime
    assignee_id: int | None
    customer_id: int
    customer: str
    """The customer's address."""
    follows: int | None = None
    lived: bool = False
    position: int = 0
    """The place of its last message."""
    snoozed_until: datetime | None = None
    newest: datetime | None = None
    """When its newest message was written or received."""
    said: datetime | None = None
    """The same without notes."""
    left: str | None = None
    """The address of its agent, if they have left."""
    team: str | None = None
    """Its team, if that was removed."""
    named: dict[str, bool] = field(default_factory=dict)
    """Its participants, each with whether they are new."""
    reached: set[str] = field(default_factory=set)
    """Whom a reply of ours has left for."""
    authors: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    """To whom a message was passed on."""

    @property
    def consulted(self) -> set[str]:
        """The people to whom a message was passed on, and who are in no reply of ours to the
        customer."""
        return self.asked - self.reached - {self.customer}

    def facts(self) -> JoinFacts:
        """What decides who may join."""
        known = self.reached | self.asked
        people = frozenset(self.named) | known
        approved = {address for address, is_new in self.named.items() if not is_new}
        return JoinFacts(
            self.status,
            self.solved_at,
            self.customer,
            people,
            people - approved - known,
            frozenset(self.authors),
            self.follows,
            self.lived,
            bool(self.reached),
        )

    def add(self, new: NewMessage) -> None:
        """Take in a message that `messages.add` writes, as the last one."""
        self.position += 1
        self.newest = max(self.newest or new.created_at, new.created_at)
        if new.direction is not Direction.NOTE:
            self.said = max(self.said or new.created_at, new.created_at)
        for address, is_new in joining(new):
            self.meet(address, is_new=is_new)
        if new.direction is Direction.IN and not (new.unverified or new.newcomer):
            self.authors.add(lowered(new.sender.written))

    def meet(self, address: str, *, is_new: bool) -> None:
        """Take in a participant; somebody who is known already is never new again."""
        known = lowered(address)
        self.named[known] = self.named.get(known, True) and is_new


def read(tx: Session, tickets: Collection[int]) -> dict[int, Circle]:
    """These tickets, by number; one that does not exist is missing."""
    wanted = {"tickets": list(tickets)}
    found = {}
    for row in tx.connection().execute(_CIRCLES, wanted):
        values = row._asdict() | {"status": Status(row.status), "lived": bool(row.lived)}
        found[row.number] = Circle(**values | {"position": row.position or 0})
    for number, spelled, newcomer, way in tx.connection().execute(_PEOPLE_OF, wanted):
        circle, address = found.get(number), lowered(spelled)
        if circle is None:
            continue
        if way == "wrote":
            circle.authors.add(address)
        elif way == "answered":
            circle.reached.add(address)
        elif way == "consulted":
            circle.asked.add(address)
        else:
            circle.meet(address, is_new=bool(newcomer))
    return found


def facts(tx: Session, tickets: Collection[int]) -> dict[int, JoinFacts]:
    """Who is known in these tickets, by number; a ticket that does not exist is missing."""
    return {number: circle.facts() for number, circle in read(tx, tickets).items()}


def newcomers(tx: Session, ticket: int) -> frozenset[str]:
    """The new participants of a ticket: nobody has answered them, and only a new participant has
    named them."""
    found = facts(tx, [ticket]).get(ticket)
    return found.newcomers if found is not None else frozenset()
