"""What a query (`domain.query`) means in SQL: its operators, and the terms that read the desk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from typing import assert_never
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, not_, or_, select, true
from sqlmodel import Session

from supportcli.clock import system_zone
from supportcli.domain.mail import Address
from supportcli.domain.query.name_lookup import (
    is_called,
    is_mailbox,
    is_team,
    no_agent,
    no_mailbox,
    no_team,
)
from supportcli.domain.query.nodes import (
    And,
    AnsweredBy,
    AssignedTo,
    Came,
    Dated,
    DueWithin,
    FollowedBy,
    From,
    HasField,
    InMailbox,
    InOrganisation,
    Inside,
    InStatus,
    LookedUp,
    Mentioning,
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
    Words,
)
from supportcli.domain.tickets.ticket import Status
from supportcli.storage import tables
from supportcli.storage.engine import rows
from supportcli.storage.engine.among import is_one_of
from supportcli.storage.people import mentions
from supportcli.storage.setup import identity, mailboxes, teams
from supportcli.storage.setup.field_search import filled
from supportcli.storage.tables import TicketRow
from supportcli.storage.tickets import people, search_index, search_terms
from supportcli.storage.tickets.search_terms import never_null

_TICKET = rows.table_of(TicketRow)

RARE = 2_000
"""The most documents with words that are rare."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, when and where: `me` is the id of the agent, for assignee:me, `now` what `sla:<1h`
    counts from, `zone` whose days `created:today` means (None: this machine's)."""

    me: int | None
    now: datetime
    zone: tzinfo | None = None

    @property
    def days(self) -> tzinfo:
        """The zone whose days are meant."""
        return self.zone or _here()


@cache
def _here() -> tzinfo:
    return ZoneInfo(system_zone())


def condition(
    tx: Session, node: Node, asker: Asker, *, probing: bool = False
) -> ColumnElement[bool]:
    """What a query means, as a condition on the ticket table. `probing` asks each ticket for its
    words, messages, moments and tags, instead of those for their tickets: quicker where few are
    asked.

    Raises QueryError where it names an agent, a team, a mailbox or a field that there is not."""
    match node:
        case And(parts):
            return and_(true(), *(condition(tx, part, asker, probing=probing) for part in parts))
        case Or(parts):
            others = [part for part in parts if not isinstance(part, Numbered)]
            each = (condition(tx, part, asker, probing=probing) for part in others)
            return or_(false(), *_numbered(parts), *each)
        case Not(part):
            return not_(condition(tx, part, asker, probing=probing))
        case _:
            return _asked(tx, node, asker, probing=probing)


def _numbered(parts: Sequence[Node]) -> Iterator[ColumnElement[bool]]:
    """Whether a ticket has one of these numbers: several as one condition, since SQLite refuses an
    expression that is a thousand deep."""
    numbers = [part.number for part in parts if isinstance(part, Numbered)]
    if len(numbers) > 1:
        yield is_one_of(_TICKET.c.number, numbers)
    elif numbers:
        yield _TICKET.c.number == numbers[0]


def are_rare(tx: Session, node: Node) -> bool:
    """Whether a query asks for words that few documents have: their tickets are found at once."""
    match node:
        case And(parts):
            return any(are_rare(tx, part) for part in parts)
        case Or(parts):
            return all(are_rare(tx, part) for part in parts)
        case Words():
            return search_index.are_in_at_most(tx, node, RARE)
        case _:
            return isinstance(node, Numbered)


def _inside(tx: Session, term: Inside, asker: Asker, *, probing: bool) -> ColumnElement[bool]:
    """What a term means that asks about what belongs to a ticket."""
    match term:
        case Words():
            return (search_index.each_has if probing else search_index.have)(tx, term)
        case Shows() | Came():
            inside = search_terms.each_inside if probing else search_terms.inside
            return inside(term, asker.now, asker.me)
        case FollowedBy(who, columns):
            each = zip(who, columns, strict=True)
            return or_(false(), *(_followed(tx, name, at, asker.me) for name, at in each))
        case AnsweredBy(who, columns):
            each = zip(who, columns, strict=True)
            return or_(false(), *(_answered(tx, name, at, asker.me) for name, at in each))
        case Mentioning(who, columns):
            each = zip(who, columns, strict=True)
            return or_(false(), *(_mentioned(tx, name, at, asker.me) for name, at in each))
        case HasField():
            return filled(tx, term, probing=probing)
    assert_never(term)


def _asked(tx: Session, term: Term, asker: Asker, *, probing: bool) -> ColumnElement[bool]:
    """What one term means."""
    match term:
        case AssignedTo() | OfTeam() | InMailbox():
            return _belongs(tx, term, asker.me)
        case InStatus(statuses):
            return _in_status(tx, statuses, asker.now)
        case OnClock() | DueWithin() | Dated():
            return search_terms.timed(term, asker.now, asker.days, probing=probing)
        case Numbered() | NumberedFrom() | Tagged() | OfPriority() | From():
            return search_terms.labelled(term, probing=probing)
        case Words() | Shows() | Came() | FollowedBy() | AnsweredBy() | Mentioning() | HasField():
            return _inside(tx, term, asker, probing=probing)
        case OfCustomer() | InOrganisation() | LookedUp():
            from supportcli.storage.people import customer_search  # noqa: PLC0415  # few queries ask for them

            return customer_search.about(tx, term)
    assert_never(term)


def _belongs(
    tx: Session, term: AssignedTo | OfTeam | InMailbox, me: int | None
) -> ColumnElement[bool]:
    """Whether a ticket is theirs: an agent's, a team's, or a mailbox's."""
    match term:
        case AssignedTo(who, columns):
            each = zip(who, columns, strict=True)
            return or_(false(), *(_assigned(tx, name, at, me) for name, at in each))
        case OfTeam(names, columns):
            each = zip(names, columns, strict=True)
            return or_(false(), *(_of_team(tx, name, at) for name, at in each))
        case InMailbox(names, columns):
            return _TICKET.c.mailbox_id.in_(sorted(_mailboxes(tx, names, columns)))
    assert_never(term)


def _in_status(tx: Session, statuses: frozenset[Status], now: datetime) -> ColumnElement[bool]:
    """Whether a ticket stands so at `now` (`domain.tickets.ticket.status_at`). Who asks for solved
    and closed alike need not know when tickets close."""
    if len(statuses) == len(Status):
        return true()
    stored = _TICKET.c.status.in_(sorted(statuses))
    after = (
        identity.close_after(tx)
        if (Status.SOLVED in statuses) != (Status.CLOSED in statuses)
        else None
    )
    if after is None:
        return stored
    aged = and_(
        _TICKET.c.status == Status.SOLVED.value, never_null(_TICKET.c.solved_at <= now - after)
    )
    return or_(stored, aged) if Status.CLOSED in statuses else and_(stored, not_(aged))


def _assigned(tx: Session, name: str, column: int, me: int | None) -> ColumnElement[bool]:
    """Whether a ticket is theirs. Never NULL, so that NOT turns it round."""
    if name == "none":
        return _TICKET.c.assignee_id.is_(None)
    meant = _agents(tx, name, column, me)
    return and_(_TICKET.c.assignee_id.is_not(None), _TICKET.c.assignee_id.in_(meant))


def _of_team(tx: Session, name: str, column: int) -> ColumnElement[bool]:
    """Whether a ticket is a team's. Teams that were removed are found too: settled tickets have
    them."""
    if name == "none":
        return _TICKET.c.team_id.is_(None)
    there = teams.names(tx)
    meant = [key for key, called in there.items() if is_team(name, called)]
    if not meant:
        raise no_team(name, column, there.values())
    return and_(_TICKET.c.team_id.is_not(None), _TICKET.c.team_id.in_(meant))


def _followed(tx: Session, name: str, column: int, me: int | None) -> ColumnElement[bool]:
    follower = rows.table_of(tables.TicketFollowerRow)
    found = select(follower.c.ticket_number)
    if name == "none":
        return _TICKET.c.number.not_in(found)
    meant = _agents(tx, name, column, me)
    return _TICKET.c.number.in_(found.where(follower.c.agent_id.in_(meant)))


def _answered(tx: Session, name: str, column: int, me: int | None) -> ColumnElement[bool]:
    if name == "none":
        return _TICKET.c.number.not_in(search_terms.answered())
    return _TICKET.c.number.in_(search_terms.sent_from(_agents(tx, name, column, me)))


def _mentioned(tx: Session, name: str, column: int, me: int | None) -> ColumnElement[bool]:
    if name == "none":
        return _TICKET.c.number.not_in(mentions.tickets())
    return _TICKET.c.number.in_(mentions.tickets(_agents(tx, name, column, me)))


def _agents(tx: Session, name: str, column: int, me: int | None) -> list[int]:
    """The ids of the agents who are meant. A desk has few agents: that is decided as `matches`
    decides it."""
    agents = {agent.id: Address(agent.name, agent.address) for agent in people.agents(tx)}
    mine = agents[me].address if me is not None else None
    meant = [key for key, agent in agents.items() if is_called(name, agent, mine)]
    if not meant and name != "me":
        raise no_agent(name, column, list(agents.values()))
    return meant


def _mailboxes(tx: Session, names: tuple[str, ...], columns: tuple[int, ...]) -> set[int]:
    """The mailboxes that are meant, decided as `matches` decides it."""
    there, meant = mailboxes.addresses(tx), set[int]()
    for name, at in zip(names, columns, strict=True):
        of_name = {key for key, address in there.items() if is_mailbox(name, address)}
        if not of_name:
            raise no_mailbox(name, at, there.values())
        meant |= of_name
    return meant
