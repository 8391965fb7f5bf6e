"""Mail that came in, as the ledger has it: where it is on the server, and what was decided about
it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from supportcli.domain.mail import Address, Mail

STRAY_BOUNCE = "bounce"
"""The rule that holds delivery reports about mail which this desk never sent. They are counted,
never listed one by one unless somebody asks."""


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """Where a mail is on a server."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class DecidedMail:
    """A mail with what was decided about it, and its places; `rule` is None while it waits.
    `imported_from` is where it stood in a file, if it came from one; `full_size` how many bytes it
    has on the server, where only the first `size` of them are here."""

    id: int
    mailbox_id: int
    received_at: datetime
    state: str
    rule: str | None
    reason: str | None
    message_id: str | None
    sha256: str
    size: int
    historic: bool
    decided_at: datetime | None
    ticket: int | None
    places: tuple[ServerPlace, ...]
    imported_from: str | None = None
    full_size: int | None = None
    history: tuple["MailEvent", ...] = ()


@dataclass(frozen=True, slots=True)
class MailEvent:
    """What an agent did to a mail that was in no ticket. `kind` is accepted, discarded, retried or
    undone; `before` and `after` have the columns of the decision (state, rule, reason …) as they
    were and as they became."""

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
    """A mail that waits for a person, as a list shows it: who wrote it as far as its headers say,
    and the rule and cause that hold it. `size` counts its bytes."""

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
    """Delivery reports about mail that this desk never sent: one row, however many there are.
    `newest_at` is when the last one came."""

    count: int
    newest_at: datetime


@dataclass(frozen=True, slots=True)
class NotHere:
    """A mail on a server whose bytes are not here, or not all of them (`here` of `size`). `state`
    says why: unreadable, too large or partial. `mail` and `ticket` are those of the part that is
    here."""

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
    """All that is in no ticket and waits for somebody, oldest first."""

    held: tuple[HeldMail, ...]
    bounces: HeldBounces | None
    not_here: tuple[NotHere, ...]


@dataclass(frozen=True, slots=True)
class LetterShown:
    """A mail whole: what was decided about it, the mailbox that received it, and what it says."""

    decided: DecidedMail
    mailbox: str
    mail: Mail


@dataclass(frozen=True, slots=True)
class Counts:
    """Where the mails of a mailbox are. All but `old` and `gone` are in a ticket, wait, or have a
    reason not to.

    `tickets`: they are messages; `held`: they wait for a person; `bounces`: reports about mail that
    is not ours, held in one row; `copies` and `ignored`: a rule says why; `discarded`: an agent put
    them away; `undecided`: the next sync decides; `unreadable` and `too_large`: the server has them
    and they are not here; `partial`: not all of them is here; `gone`: they left the server before
    they could be read; `old`: from before the history that was asked for."""

    tickets: int = 0
    held: int = 0
    bounces: int = 0
    copies: int = 0
    ignored: int = 0
    discarded: int = 0
    undecided: int = 0
    unreadable: int = 0
    too_large: int = 0
    partial: int = 0
    gone: int = 0
    old: int = 0
