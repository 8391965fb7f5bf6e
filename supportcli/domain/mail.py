"""Mail as values: what `channels.mime` makes of raw bytes and what intake decides on. Frozen,
without I/O."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from supportcli.domain.mail_domains import lowered, lowered_domain

NULL_SENDER = "Return-Path: <>"
"""What `Mail.automatic` says of a mail whose envelope had no sender."""


@dataclass(frozen=True, slots=True)
class Address:
    """A name and an address as a mail gives them.

    `address` is lower-case, for comparisons and keys, and empty if the mail names nobody. `spelled`
    is the address as written, if that differs: only its own server knows whether the case of a
    local part counts (RFC 5321, 2.4)."""

    name: str
    address: str
    spelled: str = field(default="", compare=False, repr=False)

    @classmethod
    def of(cls, name: str, spelled: str) -> "Address":
        """The address of somebody, spelled like this. The domain is always lower-cased: its case
        never counts."""
        local, at, domain = spelled.rpartition("@")
        kept = local + at + lowered_domain(domain)
        address = lowered(kept)
        return cls(name, address, kept if kept != address else "")

    @property
    def written(self) -> str:
        """The address as it was written: what mail is sent to."""
        return self.spelled or self.address

    def __str__(self) -> str:
        return f"{self.name} <{self.written}>" if self.name else self.written


class MailKind(StrEnum):
    """What sent a mail: a person (or a program that writes like one), an automatic answer, or a
    mail server's report."""

    MAIL = "mail"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"


class FoldKind(StrEnum):
    """Why a part of the text is folded away: the sender did not write it for this mail."""

    QUOTE = "quote"
    SIGNATURE = "signature"
    ANSWERED = "answered"
    """Our words right above the sender's answer to them: marked, and never folded away."""


@dataclass(frozen=True, slots=True, order=True)
class Fold:
    """A part `text[start:end]`, in characters, that is not new text. Folds are in order and never
    overlap."""

    start: int
    end: int
    kind: FoldKind


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part of a raw mail that is a file."""

    part: int
    """Its index in the walk over all parts, from 0, so that its bytes can be read again."""
    name: str
    type: str
    size: int
    """Bytes of the decoded content."""
    sha256: str
    """Of the decoded content, in hex."""
    inline: bool = False
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class BounceRecipient:
    """A recipient named in a report."""

    address: str
    status: str
    """The enhanced status code (RFC 3463)."""
    hard: bool
    """The address itself can never work (no such user, no such host, moved), even if the code says
    otherwise."""
    delayed: bool = False
    """Delivery is still being tried."""
    words: str = ""
    """The server's text, on one line."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report."""

    recipients: tuple[BounceRecipient, ...]
    """Those who did not get the mail; empty if the report only says that all did."""
    message_id: str | None
    """The id of the mail it is about, if it names it."""
    boundary: str = ""
    """The boundary in that mail's headers, which survives a relay that changes the Message-ID."""
    related: tuple[str, ...] = ()
    """The ids that the mail it is about answers, nearest first."""
    named: tuple[str, ...] = ()
    """What looks like an id of ours in its words, without the domain."""
    certain: bool = True
    """False if only the wording makes it a report, so that a person may have written it."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A parsed mail. Text is decoded as the sender meant it, and not cleaned for a terminal.

    Ids are in angle brackets, such as `<a@b>`."""

    sha256: str
    size: int
    kind: MailKind = MailKind.MAIL
    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    """Oldest first."""
    subject: str = ""
    sender: Address | None = None
    senders: tuple[Address, ...] = ()
    """All addresses in From; `sender` is the first of them."""
    original_from: tuple[Address, ...] = ()
    """From before a group or gateway changed it, as that says."""
    forwarded: Address | None = None
    """The author of the mail that it forwards, as it says."""
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    original_ids: tuple[str, ...] = ()
    """The Message-IDs before a group or gateway changed them, as that says."""
    authentication: tuple[str, ...] = ()
    """The Authentication-Results headers, topmost first. Anybody can write one: our own server's
    have to be picked out."""
    sent: datetime | None = None
    """The Date header, in UTC."""
    text: str = ""
    """Everything, with quotes and signature; `folds` mark those."""
    words: str | None = field(default=None, compare=False, repr=False)
    """The words of `text` as search sees them, with spaces between them, if the process that parsed
    it has found them too."""
    folds: tuple[Fold, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    bounce: Bounce | None = None
    automatic: str | None = None
    """The header and value that forbid an automatic answer, else None."""
    answered_subject: str = ""
    """The subject that an automatic answer names, if nothing else shows that it is one: in a
    conversation with that subject it is one, and in any other it is a person's mail."""
    thread_topic: str | None = None
    thread_index: str | None = None
    fingerprint: str = ""
    defects: tuple[str, ...] = field(default=())
    held: str | None = None
    """Why the mail cannot be understood, else None."""

    @property
    def reply(self) -> str:
        """What is new in it: the text without its folds."""
        return unfolded(self.text, self.folds)

    @property
    def quoted(self) -> str:
        """What was folded as a quote of earlier mail."""
        return folded(self.text, self.folds, FoldKind.QUOTE)

    @property
    def signature(self) -> str:
        """What was folded as the sender's signature."""
        return folded(self.text, self.folds, FoldKind.SIGNATURE)


def unfolded(text: str, folds: tuple[Fold, ...]) -> str:
    """`text` without its folds, stripped of blank lines at both ends."""
    kept, at = [], 0
    for fold in folds:
        kept.append(text[at : fold.start])
        at = fold.end
    kept.append(text[at:])
    return "".join(kept).strip()


def folded(text: str, folds: tuple[Fold, ...], kind: FoldKind) -> str:
    """The parts of `text` that were folded as `kind`, joined by a blank line."""
    return "\n\n".join(
        part
        for fold in folds
        if fold.kind is kind and (part := text[fold.start : fold.end].strip("\n"))
    )
