"""Mail that came in, as the ledger has it: where it is on the server, and what was decided about it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail is on a server."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class DecidedMail:
    """A mail with what was decided about it, and its places; `rule` is None while it waits. `imported_from` is where it stood in a file, if
    it came from one; `full_size` how many bytes it has on the server, where only the first `size` of them are here."""

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
    places: tuple[Place, ...]
    imported_from: str | None = None
    full_size: int | None = None
