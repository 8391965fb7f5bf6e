"""Mail as values: what `channels.mime` makes of raw bytes and what intake decides upon. Frozen,
without I/O."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from supportcli.domain.mail_domains import lowered, lowered_domain


@dataclass(frozen=True, slots=True)
class Address:
    """A name and an address as a mail gave them. `address` is lower-case, for every comparison and
    every key; it is empty where the mail named nobody. `spelled` is the address as it was written,
    where that differs: only its own server knows whether the case of a local part counts (RFC 5321,
    2.4)."""

    name: str
    address: str
    spelled: str = field(default="", compare=False, repr=False)

    @classmethod
    def of(cls, name: str, spelled: str) -> "Address":
        """Somebody whose address is spelled like this. The domain is lower-case in every spelling:
        its case never counts."""
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
    """Why a stretch of text is folded away: the sender did not write it anew."""

    QUOTE = "quote"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True, order=True)
class Fold:
    """A stretch `text[start:end]`, in characters, that is no new text. Folds never overlap and
    stand in order."""

    start: int
    end: int
    kind: FoldKind


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part of a raw mail that is a file. `part` is its place in the walk over all parts, counted
    from 0, so that the bytes can be read from the raw mail again; `size` (bytes) and `sha256` (hex)
    are those of the decoded content."""

    part: int
    name: str
    type: str
    size: int
    sha256: str
    inline: bool = False
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class BounceRecipient:
    """A recipient that a report speaks of. `status` is the enhanced code (RFC 3463); `hard` only
    where the address itself can never work (no such user, no such host, has moved), whatever the
    code says otherwise. `delayed`: it is still tried. `words` are the server's own, on one line."""

    address: str
    status: str
    hard: bool
    delayed: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report: who did not get the mail (nobody, where it only says that all did), and
    the Message-ID of the mail that it is about, where it names it. `boundary` is the one that the
    mail's headers declare, which survives where a relay gives a mail a new Message-ID; `related`
    are the ids that the mail itself answers, nearest first. Where it is not `certain`, only its
    words make it a report, and a person may have written it."""

    recipients: tuple[BounceRecipient, ...]
    message_id: str | None
    boundary: str = ""
    related: tuple[str, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail, parsed. Text is what the sender meant, decoded, and not cleaned for a terminal.

    `message_id`, `in_reply_to` and `references` hold angle-bracketed ids as in `<a@b>`;
    `references` oldest first. `text` is everything, `folds` say which stretches of it are quotes or
    a signature. `sent` is the Date header in UTC. `automatic` names the sign (a header and its
    value) by which no automatic answer may be sent to it, else None. `held` is the cause for which
    it cannot be understood, else None.

    `senders` are all addresses in From, of which `sender` is the first; `original_from` and
    `original_ids` are what a group or a gateway says that From and Message-ID were before it
    changed them; `authentication` are the values of Authentication-Results, topmost first:
    anybody's words, until our own server's are picked out."""

    sha256: str
    size: int
    kind: MailKind = MailKind.MAIL
    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    sender: Address | None = None
    senders: tuple[Address, ...] = ()
    original_from: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    original_ids: tuple[str, ...] = ()
    authentication: tuple[str, ...] = ()
    sent: datetime | None = None
    text: str = ""
    folds: tuple[Fold, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    bounce: Bounce | None = None
    automatic: str | None = None
    thread_topic: str | None = None
    thread_index: str | None = None
    fingerprint: str = ""
    defects: tuple[str, ...] = field(default=())
    held: str | None = None

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
    """The stretches of `text` that were folded as `kind`, joined by a blank line."""
    return "\n\n".join(
        part
        for fold in folds
        if fold.kind is kind and (part := text[fold.start : fold.end].strip("\n"))
    )
