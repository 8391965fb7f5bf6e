"""What a query can ask for, as values. Who takes them apart names each of them and closes with
`assert_never`, so that the type checker finds where a new one is missing."""

from dataclasses import dataclass, field
from enum import StrEnum
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
class Or(Generic[Part_co]):
    """One of its parts holds."""

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
class OfTeam:
    """The ticket belongs to one of these teams, or to none if it is `none`. In lower case.
    `columns` as AssignedTo has them."""

    teams: tuple[str, ...]
    columns: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class HasField:
    """The custom field of this name has a value; with `values`, one that stands so to one of them
    (`field_values`). `sign` is one of = < <= > >=. Only the database knows which fields there are,
    and what their values look like: `column` is where the term stands."""

    name: str
    sign: str = "="
    values: tuple[str, ...] = ()
    column: int = field(default=1, compare=False)


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
    """These tokens stand one behind the other in the ticket's subject or in one of its messages;
    in the subject alone if it is asked for. `begins`: the last of them is the beginning of a
    word."""

    tokens: tuple[str, ...]
    begins: bool = False
    in_subject: bool = False


@dataclass(frozen=True, slots=True)
class Numbered:
    """The ticket has this number. It is found in every status, since it was named."""

    number: int


@dataclass(frozen=True, slots=True)
class NumberedFrom:
    """The ticket's number is one of these, both ends included; None: there is no end."""

    first: int
    last: int | None


class Moment(StrEnum):
    """The moments of a ticket that a query asks for. Due is when its first running target is."""

    CREATED = "created"
    UPDATED = "updated"
    SOLVED = "solved"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a span begins or ends: at the beginning or (`at_end`) the end of the period of this
    name, or, if it has none, so many seconds after now."""

    name: str = ""
    at_end: bool = False
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """From one edge until just before the other; None: without end."""

    since: Edge | None
    until: Edge | None


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment of the ticket lies in one of these spans (`spans.ends_of`); one that it does not
    have lies in none."""

    moment: Moment
    spans: tuple[Span, ...]


class Trait(StrEnum):
    """What is so of a ticket, or in it, that no other term asks for (`traits`). A new one is named
    by the type checker wherever it is missing."""

    UNANSWERED = "unanswered"
    """Its customer waits for our answer."""
    SNOOZED = "snoozed"
    ATTACHMENT = "attachment"
    NOTE = "note"
    REPLY = "reply"
    """Somebody answered: an agent, not the desk by itself."""
    LINK = "link"
    TAG = "tag"
    DRAFT = "draft"
    VIP = "vip"
    """The team made its customer a VIP."""
    UNREAD = "unread"
    """Somebody else wrote in it since the agent who asks looked."""


@dataclass(frozen=True, slots=True)
class Shows:
    """The ticket has this trait."""

    trait: Trait


@dataclass(frozen=True, slots=True)
class Came:
    """One of its messages came, or went, one of these ways (`Message.channel`)."""

    channels: frozenset[str]


@dataclass(frozen=True, slots=True)
class FollowedBy:
    """One of these follows the ticket; `none`: nobody does. The names and `columns` as AssignedTo
    has them."""

    who: tuple[str, ...]
    columns: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class AnsweredBy:
    """One of these sent a reply or a forward from the ticket; `none`: no agent replied, for a
    forward is no answer to the customer. The names and `columns` as AssignedTo has them."""

    who: tuple[str, ...]
    columns: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Mentioning:
    """One of these is mentioned in a note of the ticket; `none`: nobody is. The names and `columns`
    as AssignedTo has them."""

    who: tuple[str, ...]
    columns: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class OfCustomer:
    """The customer is one of these: an address or a part of one, `@` and its domain, beginnings of
    words of a name, or the customer of a ticket (`#12`). In lower case. `columns` as AssignedTo has
    them."""

    who: tuple[str, ...]
    columns: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class InOrganisation:
    """The customer is a member of one of these organisations, or of `none`: beginnings of words of
    a name, or a domain. In lower case. `columns` as AssignedTo has them."""

    names: tuple[str, ...]
    columns: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The last answer of another system about the customer has this name in it; with `values`, with
    a text that stands so to one of them. `sign` and `column` as HasField has them."""

    name: str
    sign: str = "="
    values: tuple[str, ...] = ()
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class OnClock:
    """One of the ticket's targets was breached, even if that was excused; or its clock (the target
    that counts just now) stands so."""

    states: frozenset[SlaState]


@dataclass(frozen=True, slots=True)
class DueWithin:
    """A running target is due in less than so many seconds, or overdue."""

    seconds: int


Label = InStatus | AssignedTo | OfTeam | Tagged | OfPriority | InMailbox | From
"""Terms that ask about a ticket's own fields (`match.Labels`), which its history tells of any
moment."""

Timed = OnClock | DueWithin | Dated
"""Terms that ask about a ticket's moments and clocks."""

Inside = Words | Shows | Came | FollowedBy | AnsweredBy | Mentioning | HasField
"""Terms that ask about what belongs to a ticket: its messages, links, followers, fields."""

AboutCustomer = OfCustomer | InOrganisation | LookedUp
"""Terms that ask about a ticket's customer."""

Term = Label | Numbered | NumberedFrom | Timed | Inside | AboutCustomer
"""What stands in a query between its operators."""

Node = Term | And["Node"] | Or["Node"] | Not["Node"]
"""What a query asks for."""

Condition = Label | And["Condition"] | Or["Condition"] | Not["Condition"]
"""What the condition of a policy asks for."""
