"""What a channel is: the way to a mailbox's servers, for reading mail and for sending it. The desk
knows nothing else of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from supportcli.domain.replies.delivery import RecipientResult


class FolderRole(StrEnum):
    """What a folder on the server is for."""

    INBOX = "inbox"
    SENT = "sent"
    JUNK = "junk"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RemoteFolder:
    """A folder that can be opened."""

    name: str
    role: FolderRole


@dataclass(frozen=True, slots=True)
class FolderState:
    """What a server says about a folder when it is opened (RFC 3501, 6.3.1). `uidnext` is above
    every UID that is there."""

    uidvalidity: int
    uidnext: int
    exists: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail on the server without its bytes: the moment the server took it, where it says so, and
    its size in bytes."""

    uid: int
    internal_date: datetime | None
    size: int


@dataclass(frozen=True, slots=True)
class RemoteMail:
    """A mail on the server, byte for byte, with the folder's UID; `internal_date` is when the
    server took it, where it says so. `raw` is None where the server has the mail and will not give
    it."""

    uid: int
    internal_date: datetime | None
    raw: bytes | None


@dataclass(frozen=True, slots=True)
class TryStep:
    """One step of trying a mailbox's servers: its name, and what to call. That answers with a
    detail, or raises what went wrong."""

    name: str
    run: Callable[[], str]


class Channel(Protocol):
    """The servers of one mailbox. It connects when it is first used, and every call may raise
    MailboxTrouble: no server, no login, no TLS, or an answer that cannot be understood. Nothing on
    the server changes by reading."""

    def folders(self) -> list[RemoteFolder]:
        """The folders that can be opened."""

    def examine(self, folder: str) -> FolderState:
        """Open a folder for reading; the calls below speak about it."""

    def listing(self, after: int) -> Iterator[Listed]:
        """The mails with a UID above `after`, ascending, asked for in windows while it is read."""

    def fetch(self, uids: Sequence[int]) -> list[RemoteMail]:
        """The mails of these UIDs, ascending, all or none: a connection that breaks yields nothing.
        Those that are gone are missing. Keep the batch small: it is in memory at once."""

    def fetch_headers(self, uids: Sequence[int]) -> list[RemoteMail]:
        """As `fetch`, but only the header block of each mail."""

    def fetch_part(self, uid: int, start: int, length: int) -> RemoteMail | None:
        """A mail with those of its bytes that begin at `start`, at most `length` of them: less only
        at its end. None where it is gone; without bytes where the server will not give them."""

    def find_sent(self, message_id: str) -> bool:
        """Whether a mail with this Message-ID is in the mailbox's folder of sent mail. False is no
        proof that it was not sent."""

    def submit(
        self,
        sender: str,
        recipients: Sequence[str],
        content: bytes,
        before_final_dot: Callable[[], None],
    ) -> tuple[RecipientResult, ...]:
        """Send a mail and answer with one result for each recipient.

        `before_final_dot` is called when everything but the final dot has gone out: until then
        nothing can have been taken, from then on silence means that nobody knows. Raises
        MailboxTrouble only before the mail was begun, and whatever `before_final_dot` raises, which
        keeps the mail back."""

    def steps(self) -> tuple[TryStep, ...]:
        """What `mailbox test` tries, in order."""

    def close(self) -> None:
        """Leave the servers. Never raises."""
