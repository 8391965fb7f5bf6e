"""What an agent chooses for a reply besides its words and its recipients."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ReplyFile:
    """A file that goes with a reply: its name, its size in bytes, and the hash by which the desk
    keeps its bytes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A message that is passed on, by its id: in the text, or `attached` as the email it was."""

    message: int
    attached: bool = False


@dataclass(frozen=True, slots=True)
class ReplyChoice:
    """Subject, sender, files, time and signature of a reply, as far as an agent chose them."""

    subject: str = ""
    """Empty: the ticket's own."""
    sender: str = ""
    """An alias of the mailbox; empty: the mailbox's address."""
    files: tuple[ReplyFile, ...] = ()
    at: datetime | None = None
    """When it leaves, unless the customer writes first; None: after the hold."""
    then: str = ""
    """Of a reply with a time: the ticket's status once it has left."""
    forwards: Forwarded | None = None
    """It passes a message on to somebody else, instead of answering the customer."""
    unsigned: bool = False
    """Without the signatures below it."""

    def joined(self, other: "ReplyChoice") -> "ReplyChoice":
        """Both choices as one: the files of both, and of all else this one's if it has some."""
        return ReplyChoice(
            self.subject or other.subject,
            self.sender or other.sender,
            tuple(dict.fromkeys((*self.files, *other.files))),
            self.at or other.at,
            self.then or other.then,
            self.forwards or other.forwards,
            self.unsigned or other.unsigned,
        )

    @property
    def brings(self) -> tuple[object, ...]:
        """What goes with the text: its files, and the message that is passed on."""
        return (*self.files, *([self.forwards] if self.forwards else []))

    def without(self, files: tuple[str, ...]) -> "ReplyChoice":
        """The choice without the files of these names."""
        return replace(self, files=tuple(one for one in self.files if one.name not in files))


AS_USUAL = ReplyChoice()
"""Nothing chosen."""
