"""What is known around a mail, and the decisions on it: the values that the rules of
`domain.intake.rules` take and give."""

from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta

from supportcli.domain.authentication import AuthenticationVerdict
from supportcli.domain.authors import Us
from supportcli.domain.intake.bounces import Returned
from supportcli.domain.intake.copies import Twin
from supportcli.domain.intake.joining import Named
from supportcli.domain.mail import Address, BounceRecipient, Mail
from supportcli.domain.tickets.ticket import Status, status_at

CLOSED_AFTER = timedelta(days=28)
"""How long after solving a ticket an answer still opens it again, unless the desk says otherwise;
later ones become a follow-up."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that a mail may belong to. `named` says how the mail names it, `by` with which id or
    number, and `author` is who wrote the mail that has this id.

    `customer` is one of the customer's addresses, `people` are those of its messages, `newcomers`
    those of them whom nobody has answered yet, and `authors` wrote a trusted message there.
    `lived`: not all that happened to it came out of files; `answered`: a reply of ours has left.
    `before` is the ticket that the mail names where this one goes on for that: who may join it goes
    on here."""

    ticket: int
    named: Named
    by: str
    status: Status
    solved_at: datetime | None
    customer: str
    people: frozenset[str]
    newcomers: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    lived: bool = True
    author: str = ""
    answered: bool = False
    before: "Candidate | None" = None

    def closed(self, at: datetime, close_after: timedelta | None) -> bool:
        """Whether it is too late to go on in this ticket. A deleted one is shown nowhere: an answer
        in it would be lost."""
        closes_at = (
            self.solved_at + close_after
            if self.solved_at is not None and close_after is not None
            else None
        )
        return status_at(self.status, closes_at, at) in {Status.CLOSED, Status.DELETED}


@dataclass(frozen=True, slots=True)
class Copy:
    """A mail that is here already and says the same: same Message-ID, Date, sender, subject and
    body."""

    mail_id: int
    ticket: int | None


@dataclass(frozen=True, slots=True)
class Known(Us):
    """What is known around a mail, and who we are. `candidates` stand in the order in which they
    count (design: mail, Thread). `verdict` is what our own mail server says of its From. `twins`
    are other forms of it, `ours` the replies of this desk whose ids it bears. `same_id` are tickets
    with another mail of this Message-ID. `archived`: the mail comes from a file, out of a time that
    is over; then `agents` has those who left as well. `returned` is what a mail server's report is
    about. `close_after`: how long after it was solved a ticket closes (None: never)."""

    candidates: tuple[Candidate, ...] = ()
    copy: Copy | None = None
    twins: tuple[Twin, ...] = ()
    verdict: AuthenticationVerdict = AuthenticationVerdict.NONE
    ours: tuple[Mail, ...] = ()
    same_id: tuple[int, ...] = ()
    archived: bool = False
    returned: Returned | None = None
    close_after: timedelta | None = CLOSED_AFTER

    def doubles_ours(self, mail: Mail) -> bool:
        """Whether a mail bears the Message-ID of a reply of ours."""
        return mail.message_id is not None and any(
            one.message_id == mail.message_id for one in self.ours
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """Another ticket that a new one is linked to. `kind` is follow-up (it is closed, or belongs to
    another mailbox) or claims (the mail names it, its sender is unknown there)."""

    ticket: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Joined:
    """A mail that becomes a message. `clock`: somebody waits for an answer; `remark` is for the
    agent; `sent`: one of us wrote it; `doubt` says why nothing proves who did, and `newcomer` that
    they are new where they write, and nobody has answered them yet."""

    reason: str
    _: KW_ONLY
    clock: bool
    remark: str | None = None
    sent: bool = False
    doubt: str = ""
    newcomer: bool = False

    @property
    def unverified(self) -> bool:
        """Whether nothing proves who wrote it."""
        return bool(self.doubt)

    @property
    def told(self) -> str:
        """The reason with all that is doubtful."""
        unverified = f"unverified: {self.doubt}" if self.doubt else ""
        return "; ".join(
            filter(None, (self.reason, "new participant" if self.newcomer else "", unverified))
        )


@dataclass(frozen=True, slots=True)
class OpenTicket(Joined):
    """The mail opens a ticket of `customer`; `link` is the other ticket that it names."""

    customer: Address
    link: Claim | None = None


@dataclass(frozen=True, slots=True)
class FollowUp(Joined):
    """The mail goes on in a ticket, which its `clock` reopens. `author` is the person who wrote it,
    as `domain.authors` finds them. `outdone` are other forms of it there that name somebody whom it
    does not name, though they are no better proven."""

    ticket: int
    author: Address | None = None
    outdone: tuple[Twin, ...] = ()


@dataclass(frozen=True, slots=True)
class BounceReport:
    """A mail server reports about a mail in a ticket: it stands there for the agents, moves
    nothing, and nobody joins by it. `reply` is the outbox's id of the mail where we sent it,
    `failed` those of its recipients whom it did not reach; `unverified`: anybody may have written
    it who knows a mail of the ticket."""

    reason: str
    ticket: int
    remark: str
    reply: int | None = None
    failed: tuple[BounceRecipient, ...] = ()
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """A person has to look at the mail first."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ignore:
    """The mail is put aside: it is ours, or a copy (`copy_of`) of one that is here."""

    reason: str
    copy_of: Copy | None = None


Decision = OpenTicket | FollowUp | BounceReport | Hold | Ignore
