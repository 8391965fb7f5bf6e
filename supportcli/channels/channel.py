"""What a channel is: access to a mailbox's servers, for reading and sending mail. The desk knows
nothing else about them."""

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
    """A server's state of a folder that was opened (RFC 3501, 6.3.1). `uidnext` is above every
    existing UID."""

    uidvalidity: int
    uidnext: int
    exists: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail on the server without its bytes: when the server took it, if it says so, and its size
    in bytes."""

    uid: int
    internal_date: datetime | None
    size: int


@dataclass(frozen=True, slots=True)
class RemoteMail:
    """A mail on the server, unchanged, with the folder's UID. `internal_date` is when the server
    took it, if it says so. `raw` is None if the server has the mail but will not give it."""

    uid: int
    internal_date: datetime | None
    raw: bytes | None


@dataclass(frozen=True, slots=True)
class TryStep:
    """One step of testing a mailbox's servers: its name, and a function that returns a detail or
    raises what went wrong."""

    name: str
    run: Callable[[], str]


class Channel(Protocol):
    """The servers of one mailbox. It connects when it is first used. Every call may raise
    MailServerError: no server, no login, no TLS, or an answer that cannot be understood. Reading
    changes nothing on the server."""

    def folders(self) -> list[RemoteFolder]:
        """The folders that can be opened."""

    def examine(self, folder: str) -> FolderState:
        """Open a folder for reading; the methods below work on it."""

    def idle(self, seconds: float, wake: int) -> bool | None:
        """Wait in the open folder until mail comes, for at most `seconds`, or until the file
        descriptor `wake` can be read. True if mail came (perhaps before the wait); None, at once,
        if the server cannot tell."""

    def listing(self, after: int) -> Iterator[Listed]:
        """The mails with a UID above `after`, ascending, requested in windows as the result is
        read."""

    def uids(self) -> Iterator[int]:
        """The UIDs of all mails, ascending, requested in windows as the result is read."""

    def fetch(self, uids: Sequence[int]) -> list[RemoteMail]:
        """The mails with these UIDs, ascending, all or none: if the connection breaks nothing is
        returned. Mails that are gone are missing. Keep the batch small: it is held in memory."""

    def fetch_headers(self, uids: Sequence[int]) -> list[RemoteMail]:
        """As `fetch`, but only the header block of each mail."""

    def fetch_part(self, uid: int, start: int, length: int) -> RemoteMail | None:
        """A mail with at most `length` of its bytes from `start` on; fewer only at its end. None if
        it is gone; without bytes if the server will not give them."""

    def open_to_change(self, folder: str) -> FolderState:
        """Open a folder so that the two methods below can change it. Whoever calls them has
        compared its UIDVALIDITY."""

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Mark mails of the open folder as read; those that are gone are no error."""

    def move(self, uid: int, message_id: str | None, target: str) -> bool:
        """Move a mail of the open folder to another folder, once, even if an earlier try was cut
        off. False, and nothing changed, if it is gone or has another Message-ID."""

    def find_sent(self, message_id: str) -> bool:
        """Whether a mail with this Message-ID is in the mailbox's folder of sent mail. False is no
        proof that it was not sent."""

    def file_sent(self, message_id: str, content: bytes, sent_at: datetime) -> bool:
        """Put a copy of a mail into the folder of sent mail, marked as read, unless that holds a
        mail with this Message-ID. False if the server has no such folder."""

    @property
    def largest_mail(self) -> int | None:
        """The most bytes of a mail that can be submitted, as the server said when it was last
        connected by this channel; 0 if it named no limit, None if it was not connected."""

    def submit(
        self,
        sender: str,
        recipients: Sequence[str],
        content: bytes,
        before_final_dot: Callable[[Sequence[str]], None],
    ) -> tuple[RecipientResult, ...]:
        """Send a mail; returns one result for each recipient. Those for whom the server had no room
        beside the ones it accepted have none: submit the mail to them next.

        `before_final_dot` is called, with the recipients that the server accepts, once everything
        except the final dot has been sent. Before that
        the server cannot have taken the mail; after it, silence leaves this unknown. Raises
        MailServerError only before the mail was begun; also anything that `before_final_dot`
        raises, and then the mail is not sent."""

    def steps(self) -> tuple[TryStep, ...]:
        """The steps of `mailbox test`, in order."""

    def close(self) -> None:
        """Disconnect from the servers. Never raises."""
