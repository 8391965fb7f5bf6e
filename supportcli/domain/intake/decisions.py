"""The values that the rules of `domain.intake.rules` take and return: what is known about a mail,
and the decisions."""

from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta

from supportcli.domain.authors import Us
from supportcli.domain.intake.bounces import Returned
from supportcli.domain.intake.duplicates import Twin
from supportcli.domain.intake.joining import Named
from supportcli.domain.mail import Address, BounceRecipient, Mail
from supportcli.domain.sender_authentication import AuthenticationVerdict
from supportcli.domain.tickets.ticket import Status, status_at

CLOSED_AFTER = timedelta(days=28)
"""The default for how long after solving an answer reopens a ticket; a later one opens a
follow-up."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that a mail may belong to."""

    ticket: int
    named: Named
    """How the mail names it."""
    by: str
    """The id or number with which the mail names it."""
    status: Status
    solved_at: datetime | None
    customer: str
    """One of the customer's addresses."""
    people: frozenset[str]
    """The addresses of its messages."""
    newcomers: frozenset[str] = frozenset()
    """Those of `people` whom nobody has answered yet."""
    authors: frozenset[str] = frozenset()
    """Those who wrote a trusted message in it."""
    lived: bool = True
    """Something has happened to it besides an import."""
    author: str = ""
    """The author of the mail with the id `by`."""
    answered: bool = False
    """A reply of ours has left."""
    was: int | None = None
    """The ticket that the mail names, if its messages are in this one now."""
    before: "Candidate | None" = None
    """The ticket that the mail names, if this one continues it: who may join that one may join this
    one."""

    def closed(self, at: datetime, close_after: timedelta | None) -> bool:
        """Whether the ticket takes no further mail. A deleted one is not shown anywhere, so an
        answer in it would be lost."""
        closes_at = (
            self.solved_at + close_after
            if self.solved_at is not None and close_after is not None
            else None
        )
        return status_at(self.status, closes_at, at) in {
            Status.CLOSED,
            Status.DELETED,
            Status.MERGED,
        }


@dataclass(frozen=True, slots=True)
class Copy:
    """A mail that is already here and is the same: same Message-ID, Date, sender, subject and
    body."""

    mail_id: int
    ticket: int | None


@dataclass(frozen=True, slots=True)
class Known(Us):
    """What is known about a mail, and who we are."""

    candidates: tuple[Candidate, ...] = ()
    """In order of preference (design: mail, Thread)."""
    subjects: frozenset[str] = frozenset()
    """The subjects in these tickets, if the mail seems to be an automatic answer to one of them."""
    copy: Copy | None = None
    twins: tuple[Twin, ...] = ()
    """Other forms of the mail."""
    verdict: AuthenticationVerdict = AuthenticationVerdict.NONE
    """What our own mail server says about its From."""
    ours: tuple[Mail, ...] = ()
    """The replies of this desk with the same Message-ID."""
    came_back: bool = False
    """It says what a reply of ours in a ticket that it names says, and nothing else."""
    same_id: tuple[int, ...] = ()
    """The tickets with another mail of the same Message-ID."""
    archived: bool = False
    """The mail comes from a file of the past; then `agents` includes those who have left."""
    in_sent: bool = False
    """The mail is in the mailbox's folder of sent mail: one of us has written it."""
    in_junk: bool = False
    """The provider has put the mail into its junk, and nowhere else."""
    is_customer: bool = False
    """The author is a customer of the desk, by more than spam."""
    returned: Returned | None = None
    """What the mail is about, if it is a mail server's report."""
    close_after: timedelta | None = CLOSED_AFTER
    """How long after solving a ticket closes; None: never."""
    opened_lately: int = 0
    """How many tickets its author opened in the hour before. 0 for mail from before the desk's
    time."""
    most_opened: int | None = None
    """How many they may open in an hour; None: any number."""

    def doubles_ours(self, mail: Mail) -> bool:
        """Whether a mail has the Message-ID of a reply of ours."""
        return mail.message_id is not None and any(
            one.message_id == mail.message_id for one in self.ours
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """Another ticket that a new one is linked to. `kind` is follow-up (that one is closed, or
    belongs to another mailbox) or claims (the mail names it, but its sender is unknown there)."""

    ticket: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Joined:
    """A mail that becomes a message."""

    reason: str
    _: KW_ONLY
    clock: bool
    """Somebody waits for an answer."""
    remark: str | None = None
    """A note for the agent."""
    sent: bool = False
    """One of us wrote it."""
    doubt: str = ""
    """Why nothing proves who wrote it."""
    newcomer: bool = False
    """The author is new in the ticket, and nobody has answered them yet."""

    @property
    def unverified(self) -> bool:
        """Whether nothing proves who wrote it."""
        return bool(self.doubt)

    @property
    def told(self) -> str:
        """The reason together with all doubts."""
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
    """The mail continues a ticket; with `clock` it reopens it. `author` is the person who wrote it,
    as `domain.authors` found. `outdone` are other forms of it in the ticket that name more people
    but are no better proven."""

    ticket: int
    author: Address | None = None
    outdone: tuple[Twin, ...] = ()


@dataclass(frozen=True, slots=True)
class BounceReport:
    """A mail server's report about a mail in a ticket. It is shown there to agents; it changes no
    status, and nobody joins by it."""

    reason: str
    ticket: int
    remark: str
    reply: int | None = None
    """The outbox id of the mail, if we sent it."""
    failed: tuple[BounceRecipient, ...] = ()
    """The recipients it did not reach."""
    unverified: bool = False
    """Anybody who knows a mail of the ticket may have written it."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A person has to look at the mail first. `away`: it is put away at once, where nobody looks
    unless they search for it."""

    reason: str
    away: bool = False


@dataclass(frozen=True, slots=True)
class Ignore:
    """The mail is put aside: it is our own, or a copy of one that is here (`copy_of`)."""

    reason: str
    copy_of: Copy | None = None


Decision = OpenTicket | FollowUp | BounceReport | Hold | Ignore
