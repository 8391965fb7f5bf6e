"""Tickets as values, and the table of steps between their statuses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from operator import itemgetter
from typing import Any, NamedTuple, Self, TypeVar

from supportcli.domain.custom_fields import PREFIX, FieldValue, by_name
from supportcli.domain.mail import Address, Attachment, Fold, FoldKind, folded, unfolded
from supportcli.domain.text.first_words import first_words

T = TypeVar("T")


class Status(StrEnum):
    """A ticket's status. `PENDING` waits for the customer, `ON_HOLD` for somebody else. Spam and
    deleted tickets are out of the lists, and so are those whose messages were merged into
    another."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on-hold"
    SOLVED = "solved"
    CLOSED = "closed"
    SPAM = "spam"
    DELETED = "deleted"
    MERGED = "merged"


LISTED = frozenset(Status) - {Status.SPAM, Status.DELETED, Status.MERGED}
"""What lists show and reports count unless a query asks for something else: all but spam, deleted
and merged."""

UNSOLVED = frozenset({Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD})

SETTLED = frozenset({Status.SOLVED, Status.CLOSED})
"""Where a ticket says when it was solved; what is closed was solved before."""


class Priority(IntEnum):
    """How urgent a ticket is; the numbers are the order, in the database too."""

    LOW = 0
    NORMAL = 1
    HIGH = 2
    URGENT = 3

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, name: str) -> "Priority":
        """The priority of this name, in any case; ValueError if there is none."""
        try:
            return cls[name.strip().upper()]
        except KeyError:
            raise ValueError(name) from None


_STEPS: dict[Status, frozenset[Status]] = {
    Status.NEW: frozenset(
        {Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED, Status.SPAM, Status.DELETED}
    ),
    Status.OPEN: frozenset(
        {Status.PENDING, Status.ON_HOLD, Status.SOLVED, Status.SPAM, Status.DELETED}
    ),
    Status.PENDING: frozenset(
        {Status.OPEN, Status.ON_HOLD, Status.SOLVED, Status.SPAM, Status.DELETED}
    ),
    Status.ON_HOLD: frozenset(
        {Status.OPEN, Status.PENDING, Status.SOLVED, Status.SPAM, Status.DELETED}
    ),
    Status.SOLVED: frozenset(
        {Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.CLOSED, Status.SPAM, Status.DELETED}
    ),
    Status.CLOSED: frozenset(),
    Status.SPAM: frozenset({Status.OPEN, Status.DELETED}),
    Status.DELETED: frozenset({Status.OPEN}),
    Status.MERGED: frozenset(),
}

MERGEABLE = frozenset(Status) - {Status.SPAM, Status.DELETED, Status.MERGED}
"""The statuses of tickets that can be merged into another one."""

MERGES_INTO = MERGEABLE - {Status.CLOSED}
"""The statuses of tickets that another one can be merged into."""


def status_at(status: Status, closes_at: datetime | None, now: datetime) -> Status:
    """A ticket's status as of `now`: a solved one is closed from `closes_at` on (None: never).

    Nobody closes a ticket: a closed one is a solved one that takes no further mail. Its agents can
    still reopen it. (A ticket that was imported as closed is closed for good.)"""
    aged = status is Status.SOLVED and closes_at is not None and closes_at <= now
    return Status.CLOSED if aged else status


def may_step(before: Status, after: Status) -> bool:
    """Whether a verb may take a ticket from one status to another. No verb leads back to new, or
    out of closed except by merging, or out of merged (only undo does)."""
    return (
        before is after
        or after in _STEPS[before]
        or (after is Status.MERGED and before in MERGEABLE)
    )


MAILED = (Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED)
"""The statuses a reply may set: nobody answers spam or deleted tickets."""

THROWN_AWAY = frozenset({Status.SPAM, Status.DELETED})
_ENDS_WAIT = THROWN_AWAY | {Status.SOLVED, Status.MERGED}


def comes_to(status: Status, at: datetime) -> dict[str, Any]:
    """The fields of a ticket that gets a status at `at`, by a verb or by mail. `solved_at` is known
    only while it is solved or closed; what is over is not snoozed either."""
    awake = {"snoozed_until": None} if status not in UNSOLVED else {}
    return {"status": status, "solved_at": at if status in SETTLED else None, **awake}


def after_step(status: Status, now: datetime) -> dict[str, Any]:
    """The fields of a ticket that a verb sets with this status at `now`. Solving it or throwing it
    away ends its customer's wait."""
    return comes_to(status, now) | ({"waiting_since": None} if status in _ENDS_WAIT else {})


def status_after_customer_message(status: Status) -> Status:
    """A customer's message takes pending, on-hold and solved to open; a new ticket stays new."""
    return Status.OPEN if status in {Status.PENDING, Status.ON_HOLD, Status.SOLVED} else status


def after_answer(status: Status, assignee: int | None, agent: int, now: datetime) -> dict[str, Any]:
    """The fields of a ticket whose customer an agent has answered and that comes to a status:
    nobody waits, and somebody has it."""
    return {**comes_to(status, now), "waiting_since": None, "assignee_id": assignee or agent}


def after_customer_message(
    status: Status, waiting_since: datetime | None, at: datetime
) -> dict[str, Any]:
    """The fields of a ticket with this status whose customer wrote or called at `at`: it is awake,
    and waits for an answer, since then or since before."""
    after = status_after_customer_message(status)
    return {
        **(comes_to(after, at) if after is not status else {}),
        "snoozed_until": None,
        "waiting_since": min(waiting_since or at, at),
    }


def status_after_touch(status: Status) -> Status:
    """The status after an agent takes or assigns a ticket: a new one opens, since new means that
    nobody has looked."""
    return Status.OPEN if status is Status.NEW else status


def after_assigning(status: Status, agent: int | None) -> dict[str, Any]:
    """The fields of a ticket in a status that an agent is given (None: nobody). What somebody has
    is not new; what is taken from everybody stays as it is."""
    opened = status_after_touch(status) if agent is not None else status
    return {"assignee_id": agent, "status": opened}


def after_handing(
    assignee: T | None, team: str | None, *, belongs: bool
) -> tuple[str | None, T | None]:
    """The team and the assignee of a ticket that a team is given (None: no team). An agent who
    `belongs` to the team keeps it. From any other it is taken, so that the team sees that nobody
    has it."""
    return team, assignee if belongs or team is None else None


@dataclass(frozen=True, slots=True)
class TicketState:
    """The fields of a ticket that verbs and intake decide on. `tags` are sorted."""

    number: int
    subject: str
    status: Status
    priority: Priority
    customer_id: int
    mailbox_id: int
    assignee_id: int | None
    tags: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    solved_at: datetime | None
    waiting_since: datetime | None
    message_count: int
    version: int
    merged_into: int | None = None
    """The ticket that has its messages, if it was merged."""
    snoozed_until: datetime | None = None
    """Until when it is out of the views of open tickets (`domain.tickets.snoozing`)."""
    team: str | None = None
    """The name of the team that it is assigned to."""
    fields: tuple[FieldValue, ...] = ()
    """The values of its custom fields."""

    def value(self, name: str) -> Any:  # noqa: ANN401  # each field has its own type
        """A field by the name that events give it: `status`, or `field:plan` of a custom one."""
        if not name.startswith(PREFIX):
            return getattr(self, name)
        return by_name(self.fields).get(name.removeprefix(PREFIX))


class Order(StrEnum):
    """How a list is sorted. Urgency puts first what waits for us."""

    URGENCY = "urgency"
    UPDATED = "updated"
    NUMBER = "number"
    DUE = "due"
    """By service levels alone; what has no running target is last."""


class Direction(StrEnum):
    """Which way a message went: from a customer, to one, or nowhere (an internal note)."""

    IN = "in"
    OUT = "out"
    NOTE = "note"


AUTOMATIC = "automatic"
"""The channel of what the desk answers by itself."""

REPORT = "report"
"""The channel of a mail server's report about our mail; other channels are mail, phone, import and
note."""

FORWARD = "forward"
"""The channel of a message that an agent passed on to somebody else."""

PHONE = "phone"
"""The channel of what was said on the phone, or to somebody's face."""

NO_REPLIES = (AUTOMATIC, FORWARD)
"""The channels of what goes out and is no agent's answer to the customer."""

CHANNELS = ("mail", PHONE, "note", "import", FORWARD, AUTOMATIC, REPORT)
"""All ways in which a message comes or goes."""


class Delivery(StrEnum):
    """How far a reply has come (`design: mail, Out`)."""

    QUEUED = "queued"
    SENDING = "sending"
    TRANSMITTING = "transmitting"
    SENT = "sent"
    DEFERRED = "deferred"
    LATE = "late"
    """As deferred, for four hours and more."""
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"
    BOUNCED = "bounced"


_WORST = (
    Delivery.FAILED,
    Delivery.UNCERTAIN,
    Delivery.BOUNCED,
    Delivery.LATE,
    Delivery.DEFERRED,
    Delivery.TRANSMITTING,
    Delivery.SENDING,
    Delivery.QUEUED,
)


def worst(states: Iterable[Delivery]) -> Delivery | None:
    """The delivery state that a list shows for a ticket, from its replies' states, oldest first:
    the worst one. None if all were sent or cancelled; a bounced reply does not count once there is
    a later one (that was not cancelled)."""
    told: list[Delivery] = []
    for state in (one for one in states if one is not Delivery.CANCELLED):
        told = [one for one in told if one is not Delivery.BOUNCED] + [state] * (state in _WORST)
    return min(told, key=_WORST.index, default=None)


class Rest(StrEnum):
    """What happens to the rest of a mail that is only partly here. `ELSEWHERE`: the complete mail
    came another way."""

    COMING = "coming"
    ON_SERVER = "on server"
    GONE = "gone"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class PartialMail:
    """How much is here of a message whose mail is incomplete: bytes here, bytes on the server, and
    what happens to the rest."""

    here: int
    size: int
    rest: Rest


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a ticket."""

    id: int
    position: int
    """Counts from 1 in the ticket."""
    direction: Direction
    created_at: datetime
    """When our server took it, or the agent wrote it."""
    sender: Address
    text: str
    message_id: str | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    """Of a reply of ours: who got it without being named in it."""
    subject: str = ""
    date: datetime | None = None
    """What the mail itself says."""
    folds: tuple[Fold, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    remark: str | None = None
    """Intake's note for agents ("new participant: …")."""
    delivery: Delivery | None = None
    """Of a reply, from its outbox row, like `answer` (the mail server's text) and `not_before`."""
    answer: str | None = None
    not_before: datetime | None = None
    unverified: bool = False
    """It joined the ticket, and nothing proves who wrote it."""
    newcomer: bool = False
    """Its author was new in the ticket, and nobody had answered them yet."""
    channel: str = "mail"
    """The way it came."""
    part: PartialMail | None = None
    """How much of it is here, if the mail is incomplete."""

    @property
    def is_report(self) -> bool:
        """Whether it is a mail server's report about our mail."""
        return self.channel == REPORT

    @property
    def is_forward(self) -> bool:
        """Whether an agent passed a message on with it, to somebody else."""
        return self.channel == FORWARD

    @property
    def is_spoken(self) -> bool:
        """Whether it was said on the phone, not written."""
        return self.channel == PHONE

    @property
    def is_automatic(self) -> bool:
        """Whether the desk wrote it by itself: it answers nobody's question."""
        return self.channel == AUTOMATIC

    @property
    def reply(self) -> str:
        """What is new in it: the text without quotes and signature."""
        return unfolded(self.text, self.folds)

    @property
    def quoted(self) -> str:
        """What was folded as a quote."""
        return folded(self.text, self.folds, FoldKind.QUOTE)


class SlaState(StrEnum):
    """The state of a ticket's SLA. An overdue target keeps running. Not needed: it ended without a
    reply or a solution."""

    BREACHED = "breached"
    OVERDUE = "overdue"
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    NOT_NEEDED = "not-needed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SlaStatus:
    """A ticket's service-level targets in short."""

    kind: str
    """Of the first running target, else of one that is paused or ended last."""
    due_at: datetime | None
    """When the first running target is due; None if none is running."""
    is_open: bool
    """A target is running or paused."""
    breaches: int
    """The number of breached targets."""
    is_met: bool = False
    """A target was met."""

    def state(self, now: datetime) -> SlaState:
        """The state now; if all targets ended, whether one was breached on the way."""
        if self.due_at is not None:
            return SlaState.OVERDUE if self.due_at <= now else SlaState.RUNNING
        if self.is_open:
            return SlaState.PAUSED
        if self.breaches:
            return SlaState.BREACHED
        return SlaState.MET if self.is_met else SlaState.NOT_NEEDED


class TargetSummary(NamedTuple):
    """What a ticket's SLA status needs of one target."""

    kind: str
    due_at: datetime | None
    met_at: datetime | None
    cancelled_at: datetime | None
    breached_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it is neither met nor ended."""
        return self.met_at is None and self.cancelled_at is None


def clock_of(targets: Sequence[TargetSummary]) -> SlaStatus | None:
    """The SLA status of a ticket with these targets, in the order in which they started; None if
    there are none."""
    if not targets:
        return None
    going = [target for target in targets if target.is_open]
    running = [(target.due_at, target.kind) for target in going if target.due_at is not None]
    due_at, kind = min(running, key=itemgetter(0), default=(None, (going or targets)[-1].kind))
    breaches = sum(target.breached_at is not None for target in targets)
    return SlaStatus(
        kind, due_at, bool(going), breaches, any(target.met_at is not None for target in targets)
    )


class Beginning(NamedTuple):
    """The first words of a message, on one line, and which way it went."""

    words: str
    direction: Direction

    @classmethod
    def of(cls, stored: str | None) -> "Self | None":
        """From its direction, a colon, and the first `READ` characters of its text; None if there
        is no message, or no word in it."""
        direction, _, text = (stored or "").partition(":")
        words = first_words(text)
        return cls(words, Direction(direction)) if words else None


class Unread(NamedTuple):
    """What somebody else wrote in a ticket since its reader looked: the first such message and the
    newest one, by their ids, which grow as messages come."""

    first: int
    newest: int

    @classmethod
    def of(cls, stored: str | None) -> "Self | None":
        """From both ids with a colon between them; None if there is nothing unread."""
        first, _, newest = (stored or "").partition(":")
        return cls(int(first), int(newest)) if newest else None


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket as a list shows it."""

    number: int
    subject: str
    status: Status
    priority: Priority
    customer: Address
    assignee: Address | None
    mailbox: str
    tags: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    waiting_since: datetime | None
    """The oldest customer message that nobody has answered."""
    message_count: int
    version: int
    """Grows with each change."""
    delivery: Delivery | None = None
    """The worst state of its replies (`worst`)."""
    clock: SlaStatus | None = None
    """None if no service-level policy applies."""
    closes_at: datetime | None = None
    """When a solved ticket closes."""
    merged_into: int | None = None
    """The ticket that has its messages, at the end of a chain of merges."""
    snoozed_until: datetime | None = None
    """Until when it is out of the views of open tickets."""
    team: str | None = None
    """The name of the team that it is assigned to, beside or instead of an agent."""
    solved_at: datetime | None = None
    """When it was solved, if it is solved or closed."""
    fields: tuple[FieldValue, ...] = ()
    """The values of its custom fields, in the order of those."""
    last: Beginning | None = None
    """How its last message begins."""
    vip: bool = False
    """Whether its customer is marked as VIP."""
    unread: Unread | None = None
    """What its reader has not seen yet; None: nothing, or nobody in particular reads it."""
    dead: str | None = None
    """With which words a mail server called the customer's address dead, as its reader is told;
    None: none did."""

    def status_at(self, now: datetime) -> Status:
        """Its status as of `now`."""
        return status_at(self.status, self.closes_at, now)


RELATED = "related"
"""The kind of a link that an agent made."""


@dataclass(frozen=True, slots=True)
class Link:
    """Another ticket that this one is linked to, and why; an agent need not say why."""

    number: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the append-only history. `actor_kind` is agent, customer or desk. `gesture` is
    shared by everything that one verb did. `before` and `after` hold the fields that changed.
    `undoes` is the gesture that this event took back; of one that does again what was undone, the
    gesture that had undone it."""

    id: int
    at: datetime
    actor_kind: str
    actor: str
    gesture: str
    kind: str
    ticket: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    message_id: int | None = None
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A complete ticket: its line, its messages, oldest first, its history and links."""

    line: TicketLine
    messages: tuple[Message, ...]
    events: tuple[Event, ...] = ()
    links: tuple[Link, ...] = ()
    last_event: int = 0
    """The last event its reader has seen; a reply is refused if there are later ones."""
    earlier: int = 0
    """The number of messages that were not loaded."""
    earlier_files: int = 0
    """The number of their attachments: files are numbered over all messages."""
    followers: tuple[Address, ...] = ()
    """The agents who follow it, by name."""
    merged_into: int | None = None
    """The ticket that its messages were merged into."""
    mentions: tuple[Address, ...] = ()
    """The agents whom its notes mention, by name."""


def first_unread(ticket: Ticket, seen: int) -> int:
    """The id of the first message that its reader has not seen, who has seen all up to the message
    `seen` (by its id), and what the desk knows; 0 if there is none."""
    unread = ticket.line.unread
    if unread is None or unread.newest <= seen:
        return 0
    if unread.first > seen:
        return unread.first
    later = (
        one.id for one in ticket.messages if one.id > seen and one.direction is not Direction.OUT
    )
    return min(later, default=0)
