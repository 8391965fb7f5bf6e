"""What a query can ask for, as values. Who takes them apart names each of them and closes with
`assert_never`, so that the type checker finds where a new one is missing."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from supportcli.domain.tickets.ticket import Priority, SlaState, Status

LONGEST_PHRASE = 100
"""Words of a phrase at most. (The index of PostgreSQL keeps a very long text in pieces that overlap
by as many.)"""

Part_co = TypeVar("Part_co", covariant=True)


@dataclass(frozen=True, slots=True)
class And(Generic[Part_co]):
    """All of its parts hold."""

    parts: tuple[Part_co, ...]


@dataclass(frozen=True, slots=True)
class Not(Generic[Part_co]):
    """Its part does not hold."""

    part: Part_co


@dataclass(frozen=True, slots=True)
class InStatus:
    """The ticket stands in one of these statuses as lists tell it: a solved one that has closed is
    closed. (A condition asks what verbs left.)"""

    statuses: frozenset[Status]


@dataclass(frozen=True, slots=True)
class AssignedTo:
    """The ticket belongs to one of these: `me`, `none`, an address, the part before its @, or words
    of a name. In lower case.

    `columns` tell where each stands in the query: only the database knows whether there is one."""

    who: tuple[str, ...]
    columns: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Tagged:
    """The ticket has one of these tags."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfPriority:
    """The ticket has one of these priorities."""

    priorities: frozenset[Priority]


@dataclass(frozen=True, slots=True)
class InMailbox:
    """The ticket came into one of these mailboxes: addresses, or parts before the @. In lower case.
    `columns` as AssignedTo has them."""

    mailboxes: tuple[str, ...]
    columns: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class From:
    """The customer's address is one of these, is at one of these domains (`@acme.com`), or contains
    one of these. In lower case."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """These tokens stand one behind the other in the ticket's subject or in one of its messages."""

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """The ticket has this number."""

    number: int


@dataclass(frozen=True, slots=True)
class FollowedBy:
    """One of these follows the ticket; `none`: nobody does. The names and `columns` as AssignedTo
    has them."""

    who: tuple[str, ...]
    columns: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class OnClock:
    """One of the ticket's targets was breached, even if that was excused; or its clock (the target
    that counts just now) stands so."""

    states: frozenset[SlaState]


@dataclass(frozen=True, slots=True)
class DueWithin:
    """A running target is due in less than so many seconds, or overdue."""

    seconds: int


Label = InStatus | AssignedTo | Tagged | OfPriority | InMailbox | From
"""Terms that ask about a ticket's own fields (`match.Labels`), which its history tells of any
moment."""

Term = Label | Words | Numbered | FollowedBy | OnClock | DueWithin
"""What stands in a query, but for the - before it."""

Node = Term | And["Node"] | Not["Node"]
"""What a query asks for."""

Condition = Label | And["Condition"] | Not["Condition"]
"""What the condition of a policy asks for."""
