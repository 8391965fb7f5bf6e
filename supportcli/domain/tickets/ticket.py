"""Tickets as values, and the table of steps between their states."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from operator import itemgetter
from typing import Any, NamedTuple

from supportcli.domain.mail import Address, Attachment, Fold, FoldKind, folded, unfolded


class Status(StrEnum):
    """Where a ticket stands. `PENDING` waits for the customer, `ON_HOLD` for somebody else; spam
    and deleted are places of their own."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on-hold"
    SOLVED = "solved"
    CLOSED = "closed"
    SPAM = "spam"
    DELETED = "deleted"


LISTED = frozenset(Status) - {Status.SPAM, Status.DELETED}
"""What lists show and reports count unless a query asks for something else: all but spam and
deleted."""

UNSOLVED = frozenset({Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD})


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
        """The priority of this name, in any case; ValueError where there is none."""
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
}


def status_at(status: Status, closes_at: datetime | None, now: datetime) -> Status:
    """Where a ticket stands for whoever looks at `now`: a solved one is closed from `closes_at` on
    (None: it never is).

    Closing is no step of anybody's: a closed ticket is a solved one that takes no more mail. Its
    agents can still reopen it. (What came into the desk as closed, out of a file, is closed for
    good.)"""
    aged = status is Status.SOLVED and closes_at is not None and closes_at <= now
    return Status.CLOSED if aged else status


def may_step(before: Status, after: Status) -> bool:
    """Whether a verb may take a ticket from one status to another. New never comes back, and closed
    is left by no verb (only undo goes back)."""
    return before is after or after in _STEPS[before]


MAILED = (Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED)
"""What a ticket may become with a reply: nobody writes to who sent spam, or into what is thrown
away."""

_ENDS_WAIT = frozenset({Status.SOLVED, Status.SPAM, Status.DELETED})


def after_step(status: Status, now: datetime) -> Mapping[str, Any]:
    """The fields of a ticket that a verb brings to a status at `now`: who solves it or throws it
    away ends what its customer waits for."""
    solved = (
        {"solved_at": now if status is Status.SOLVED else None}
        if status not in {Status.SPAM, Status.DELETED}
        else {}
    )
    return {"status": status, **solved, **({"waiting_since": None} if status in _ENDS_WAIT else {})}


def status_after_customer_message(status: Status) -> Status:
    """A customer's message takes pending, on-hold and solved to open; a new ticket stays new."""
    return Status.OPEN if status in {Status.PENDING, Status.ON_HOLD, Status.SOLVED} else status


def status_after_touch(status: Status) -> Status:
    """An agent who takes or assigns a new ticket opens it: new means that nobody has looked."""
    return Status.OPEN if status is Status.NEW else status


_LONGEST_TAG = 60
"""Characters of a tag: it has to fit a row of the list, and an index of PostgreSQL."""


def tag_of(typed: str) -> str:
    """A tag as it is kept: one word in lower case. ValueError where it is none."""
    word = typed.strip().lower().lstrip("#")
    if not 0 < len(word) <= _LONGEST_TAG or any(
        letter.isspace() or letter in ',:"()' for letter in word
    ):
        raise ValueError(typed)
    return word


@dataclass(frozen=True, slots=True)
class TicketState:
    """What verbs and intake decide upon: a ticket's fields now. `tags` are sorted."""

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


class Order(StrEnum):
    """How a list is sorted; urgency is what waits for us first."""

    URGENCY = "urgency"
    UPDATED = "updated"
    NUMBER = "number"


class Direction(StrEnum):
    """Which way a message went: from a customer, to one, or nowhere (an internal note)."""

    IN = "in"
    OUT = "out"
    NOTE = "note"


REPORT = "report"
"""The channel of a mail server's report about a mail of ours; other channels are mail, phone,
import and note."""


class Delivery(StrEnum):
    """How far a reply has come (`design: mail, Out`)."""

    QUEUED = "queued"
    SENDING = "sending"
    TRANSMITTING = "transmitting"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"
    BOUNCED = "bounced"


_WORST = (
    Delivery.FAILED,
    Delivery.UNCERTAIN,
    Delivery.BOUNCED,
    Delivery.DEFERRED,
    Delivery.TRANSMITTING,
    Delivery.SENDING,
    Delivery.QUEUED,
)


def worst(states: Iterable[Delivery]) -> Delivery | None:
    """What a list tells of a ticket's replies, oldest first: the worst state; None where all are
    sent or cancelled, which needs no word. A reply that came back needs none either once there is a
    later one."""
    told: list[Delivery] = []
    for state in states:
        told = [one for one in told if one is not Delivery.BOUNCED] + [state] * (state in _WORST)
    return min(told, key=_WORST.index, default=None)


class Rest(StrEnum):
    """What becomes of the rest of a mail of which only the first part is here: `ELSEWHERE`, where
    the whole mail came another way."""

    COMING = "coming"
    ON_SERVER = "on server"
    GONE = "gone"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class PartialMail:
    """How much is here of a message whose mail is not whole: bytes here, bytes on the server, and
    what becomes of the rest."""

    here: int
    size: int
    rest: Rest


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a ticket. `position` counts from 1 in the ticket; `created_at` is when our
    server took it or the agent wrote it, `date` what the mail itself says; `remark` is what intake
    wants an agent to know ("new participant: …"); `unverified`: it joined the ticket, and nothing
    proves who wrote it; `newcomer`: its author was new there, and nobody had answered them yet;
    `delivery`, `answer` (the mail server's words) and `not_before` are those of its outbox row, for
    replies; `channel` is the way by which it came; `part` says how much is here where the mail is
    not whole."""

    id: int
    position: int
    direction: Direction
    created_at: datetime
    sender: Address
    text: str
    message_id: str | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None
    folds: tuple[Fold, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    remark: str | None = None
    delivery: Delivery | None = None
    answer: str | None = None
    not_before: datetime | None = None
    unverified: bool = False
    newcomer: bool = False
    channel: str = "mail"
    part: PartialMail | None = None

    @property
    def is_report(self) -> bool:
        """Whether a mail server reports about a mail of ours."""
        return self.channel == REPORT

    @property
    def reply(self) -> str:
        """What is new in it: the text without quotes and signature."""
        return unfolded(self.text, self.folds)

    @property
    def quoted(self) -> str:
        """What was folded as a quote."""
        return folded(self.text, self.folds, FoldKind.QUOTE)


class SlaState(StrEnum):
    """How a ticket's clock stands: one that is overdue runs on. What is not needed ended without a
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
    """How a ticket's service-level targets stand. `due_at` is when the first running one is due
    (None: none is running), `kind` which one that is, or else one that stands still (`is_open`) or
    ended last; `breaches` counts the targets that were breached; `is_met`: one was met."""

    kind: str
    due_at: datetime | None
    is_open: bool
    breaches: int
    is_met: bool = False

    def state(self, now: datetime) -> SlaState:
        """How it stands now; of one that ended, whether a target was breached on the way."""
        if self.due_at is not None:
            return SlaState.OVERDUE if self.due_at <= now else SlaState.RUNNING
        if self.is_open:
            return SlaState.PAUSED
        if self.breaches:
            return SlaState.BREACHED
        return SlaState.MET if self.is_met else SlaState.NOT_NEEDED


class TargetSummary(NamedTuple):
    """How one target stands: what of it decides upon the clock."""

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
    """The clock of a ticket with these targets, in the order in which they started; None where it
    has none."""
    if not targets:
        return None
    going = [target for target in targets if target.is_open]
    running = [(target.due_at, target.kind) for target in going if target.due_at is not None]
    due_at, kind = min(running, key=itemgetter(0), default=(None, (going or targets)[-1].kind))
    breaches = sum(target.breached_at is not None for target in targets)
    return SlaStatus(
        kind, due_at, bool(going), breaches, any(target.met_at is not None for target in targets)
    )


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket as a list shows it. `waiting_since` is the oldest customer message nobody has
    answered; `delivery` the worst state among its replies that are not simply sent; `version` grows
    with each change; `clock` is None where no service-level policy applies; `closes_at` is when a
    solved ticket closes."""

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
    message_count: int
    version: int
    delivery: Delivery | None = None
    clock: SlaStatus | None = None
    closes_at: datetime | None = None

    def status_at(self, now: datetime) -> Status:
        """Where it stands for whoever looks at `now`."""
        return status_at(self.status, self.closes_at, now)


@dataclass(frozen=True, slots=True)
class Link:
    """Another ticket that this one is linked to, and why."""

    number: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the append-only history. `actor_kind` is agent, customer or desk; `gesture` is
    shared by all that one verb did; `before` and `after` hold the fields that changed; `undoes`
    names the gesture that this event took back."""

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
    """A ticket whole: its line, messages oldest first, history, links. `last_event` is what a
    writer has seen, for refusing a send. `earlier` counts messages that were not loaded,
    `earlier_files` their attachments: files are numbered over all messages. `followers` are agents,
    by name."""

    line: TicketLine
    messages: tuple[Message, ...]
    events: tuple[Event, ...] = ()
    links: tuple[Link, ...] = ()
    last_event: int = 0
    earlier: int = 0
    earlier_files: int = 0
    followers: tuple[Address, ...] = ()
