"""Mail that came in, as recorded: where it is on the server, and what was decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from supportcli.domain.mail import Address, Mail
from supportcli.domain.replies.automatic import DecidedAnswer
from supportcli.domain.sender_authentication import AuthenticationVerdict

STRAY_BOUNCE = "bounce"
"""The rule that holds delivery reports about mail that this desk never sent, or that do not say
which. They are counted, and listed one by one only on request."""


JUNK = "junk"
"""The rule that holds what the provider has put into its junk. It is counted too, and nobody is
reminded of it."""

BLOCKED = "blocked"
"""The rule that holds or puts away the mail of a blocked sender."""

BY_HAND = "by hand"
"""The rule of a mail that an agent let in."""


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """Where a mail is on a server."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class DecidedMail:
    """A mail with its decision and its places."""

    id: int
    mailbox_id: int
    received_at: datetime
    state: str
    rule: str | None
    """None while it waits."""
    reason: str | None
    message_id: str | None
    sha256: str
    size: int
    historic: bool
    decided_at: datetime | None
    ticket: int | None
    places: tuple[ServerPlace, ...]
    imported_from: str | None = None
    """Its place in a file, if it came from one."""
    full_size: int | None = None
    """Its bytes on the server, if only the first `size` of them are here."""
    history: tuple["MailEvent", ...] = ()
    decided_into: int | None = None
    """The ticket it was in before agents merged or split tickets."""
    answer: DecidedAnswer | None = None
    """Whether it was answered automatically, and why; None if its mailbox did not do that."""


@dataclass(frozen=True, slots=True)
class MailEvent:
    """What an agent did to a mail. `kind` is accepted, discarded, retried or undone, of one that
    was in no ticket; merged or split, if it came from another ticket. `before` and `after` hold the
    columns of the decision (state, rule, reason …)."""

    at: datetime
    actor: str
    gesture: str
    kind: str
    mail: int
    before: Mapping[str, object]
    after: Mapping[str, object]
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class HeldMail:
    """A mail that waits for a person, as a list shows it: its author according to its headers, and
    the rule and cause that hold it. `size` is in bytes."""

    id: int
    mailbox: str
    received_at: datetime
    state: str
    sender: Address | None
    subject: str
    rule: str
    cause: str
    size: int


@dataclass(frozen=True, slots=True)
class HeldBounces:
    """Delivery reports about mail that this desk does not know: one row for all of them.
    `newest_at` is when the last one came."""

    count: int
    newest_at: datetime


@dataclass(frozen=True, slots=True)
class NotHere:
    """A mail on a server whose bytes are missing here, wholly or in part (`here` of `size`).
    `state` says why: unreadable, too large or partial. `mail` and `ticket` are those of the part
    that is here."""

    mailbox: str
    folder: str
    uid: int
    received_at: datetime
    size: int
    state: str
    here: int = 0
    mail: int | None = None
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """Everything that is in no ticket and waits for somebody, oldest first. `junk` is how many
    mails are held as the provider's junk and not among them."""

    held: tuple[HeldMail, ...]
    bounces: HeldBounces | None
    not_here: tuple[NotHere, ...]
    junk: int = 0


@dataclass(frozen=True, slots=True)
class LetterShown:
    """A complete mail: what was decided about it, the mailbox that received it, and its content.

    `checked_by` is our own mail server, if its word counts here, and `verdict` what that says about
    From; `doubts` is what is odd about the sender."""

    decided: DecidedMail
    mailbox: str
    mail: Mail
    verdict: AuthenticationVerdict = AuthenticationVerdict.NONE
    checked_by: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def check(self) -> str:
        """Whether the sender is proven, as words. Without a word of our own server: not checked."""
        if not self.checked_by:
            return "not checked (no mail server is trusted with that: mailbox edit --authserv-id)"
        return {
            AuthenticationVerdict.PASS: f"{self.checked_by} says that it is genuine",
            AuthenticationVerdict.FAIL: f"FORGED, says {self.checked_by}",
            AuthenticationVerdict.NONE: f"not checked ({self.checked_by} says nothing about it)",
        }[self.verdict]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many mails of a mailbox ended up in which place. All but `old` and `gone` are in a
    ticket, wait, or have a reason not to."""

    tickets: int = 0
    """They are messages."""
    held: int = 0
    """They wait for a person."""
    bounces: int = 0
    """Reports about mail that is not ours, held in one row."""
    junk: int = 0
    """In the provider's junk, held without reminders."""
    copies: int = 0
    """Put aside by a rule, as copies; `ignored` for another reason."""
    ignored: int = 0
    discarded: int = 0
    """An agent put them away."""
    undecided: int = 0
    """The next sync decides."""
    unreadable: int = 0
    """On the server but not here, as are those `too_large`."""
    too_large: int = 0
    partial: int = 0
    """Partly here."""
    gone: int = 0
    """They left the server before they could be read."""
    old: int = 0
    """Older than the history that was asked for."""
