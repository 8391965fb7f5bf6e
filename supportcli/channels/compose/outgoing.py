"""A reply as bytes: headers that keep the thread together, text, the same as HTML, the history
quoted below, and attachments.

The agent's text is Markdown: unchanged in the text part, converted in the HTML part (`markdown`).
The history is a stranger's and stays literal. The bytes are made once and stored; every attempt
sends the same ones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime
from html import escape
from mimetypes import MimeTypes
from typing import Any, ClassVar, Literal

from supportcli.channels.compose import markdown
from supportcli.channels.compose.addresses import folded, in_header
from supportcli.channels.compose.history import History, answered, clean, passed_on
from supportcli.channels.compose.thread_index import reply_index
from supportcli.domain.intake.thread_ids import references, reply_subject, topic, unnumbered
from supportcli.domain.mail import Address, Mail
from supportcli.domain.replies.frames import around
from supportcli.domain.replies.signatures import SignedText
from supportcli.errors.replies import HeaderRefused

ORIGINAL = "original.eml"
"""The name of a mail that is passed on as an attachment."""

_LONGEST_LINE = 998  # RFC 5322, 2.1.1
# any character, lines of any length, and "=_", which begins the boundary, cannot occur in it
_ENCODING = "quoted-printable"
_NO_HEADER = frozenset(
    "\0\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
)  # NUL, and everything that str.splitlines treats as a line end
_MAIL = "message/rfc822"
_SINGLE = re.compile(r"(?!message/|multipart/)[a-z]+/[a-z0-9][a-z0-9.+_-]*")
_TYPES = MimeTypes(filenames=())  # what Python knows, without the machine's own list
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]+>")


@dataclass(frozen=True, slots=True)
class ReplyMail:
    """A reply to be composed."""

    ticket: int
    message_id: str
    """From `domain.intake.thread_ids.sign`."""
    sender: Address
    """The agent's name and the mailbox's address."""
    to: tuple[Address, ...]
    subject: str
    """The ticket's own."""
    text: str
    sent: datetime
    cc: tuple[Address, ...] = ()
    parent: Mail | None = None
    """The mail that is answered, parsed."""
    thread: tuple[str, ...] = ()
    """The Message-IDs of the ticket, oldest first; used if the parent has no id."""
    files: tuple[tuple[str, bytes], ...] = ()
    """Names and contents."""
    types: tuple[tuple[str, str], ...] = ()
    """The types of files that came with a mail, by their names; others have that of their name."""
    literal: tuple[str, ...] = ()
    """Words of strangers that may occur in `text` and `signature`."""
    signature: str = ""
    """What stands below the text, above the history; it begins with its separator."""
    mark: str = "Re"
    """The mark before its subject."""
    further: tuple[tuple[str, str], ...] = ()
    """Further headers, of mail that no person wrote."""
    frame: str = ""
    """The page around the text (`domain.replies.frames`)."""
    titled: str = ""
    """The subject that an agent chose instead of the ticket's."""
    forwarded: Mail | None = None
    """The mail that is passed on in the text, instead of one that is answered."""
    original: bytes = b""
    """The mail that is passed on as an attachment."""


def subject(reply: ReplyMail) -> str:
    """The subject of a mail: the ticket's as an answer to it or passed on, or as it was chosen;
    with the number."""
    if reply.titled:
        return f"{unnumbered(reply.titled, reply.ticket)} [#{reply.ticket}]"
    if reply.forwarded is not None or reply.original:
        return f"Fwd: {topic(reply.subject, reply.ticket)} [#{reply.ticket}]"
    return reply_subject(reply.subject, reply.ticket, reply.mark)


def compose(reply: ReplyMail) -> bytes:
    """The mail as it is sent: CRLF line ends, in ASCII except for addresses that are not (sending
    those needs SMTPUTF8, RFC 6531).

    Raises HeaderRefused for a line break (of any kind) or NUL in a header value, AddressRefused for
    an address that no header can hold."""
    headers = _headers(reply)
    written = SignedText(clean(reply.text).strip("\n"), clean(reply.signature).rstrip("\n"))
    below = passed_on(reply.forwarded) if reply.forwarded else answered(reply.parent)
    mail = EmailMessage(policy=_POLICY)
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(
        "\n".join([written.whole, *(["", *below.text] if below else [])]).lstrip("\n") + "\n",
        cte=_ENCODING,
    )
    mail.add_alternative(
        around(reply.frame, _html(written, reply.literal, below)),
        subtype="html",
        cte=_ENCODING,
    )
    boundary = reply.message_id.strip("<>").partition("@")[0]
    mail.set_boundary(f"=_{boundary}")
    types = dict(reply.types)
    for name, content in reply.files:
        _attach(mail, name, content, types.get(name, ""))
    if reply.original:
        _attach(mail, ORIGINAL, reply.original, _MAIL)
    if reply.files or reply.original:
        mail.set_boundary(f"=_files.{boundary}")
    return mail.as_bytes()


def _attach(mail: EmailMessage, name: str, content: bytes, came_as: str) -> None:
    """Attach a file with the type that it came with, or else that of its name."""
    if came_as == _MAIL and _passes_unchanged(content):
        _attach_mail(mail, name, content)
        return
    main, _, sub = (came_as if _SINGLE.fullmatch(came_as) else media_type(name)).partition("/")
    mail.add_attachment(content, maintype=main, subtype=sub, filename=name, cte="base64")


def _passes_unchanged(original: bytes) -> bool:
    """Whether a mail passes every server as it is, so that it can be sent as message/rfc822, for
    which base64 is not allowed (RFC 2046, 5.2.1)."""
    lines = original.replace(b"\r\n", b"\n").split(b"\n")
    plain = original.isascii() and b"\0" not in original and b"\r" not in b"".join(lines)
    return plain and max(map(len, lines)) <= _LONGEST_LINE


def _attach_mail(mail: EmailMessage, name: str, original: bytes) -> None:
    """Attach a mail as it came, as message/rfc822."""
    part = EmailMessage(policy=mail.policy)
    part["Content-Type"] = _MAIL
    part["Content-Transfer-Encoding"] = "7bit"
    part.add_header("Content-Disposition", "attachment", filename=name)
    part.set_payload(original.decode("ascii").replace("\r\n", "\n").replace("\n", "\r\n"))
    if mail.get_content_subtype() != "mixed":
        mail.make_mixed()
    mail.attach(part)


def media_type(name: str) -> str:
    """The type of a file by its name, the same on every machine. A message, or a part of one, is
    sent as bytes so that nobody unpacks it on the way."""
    found, coding = _TYPES.guess_type(name)
    return (
        found
        if found and not coding and not found.startswith(("message/", "multipart/"))
        else "application/octet-stream"
    )


def _headers(reply: ReplyMail) -> dict[str, str]:
    """All headers by name. Subjects and names are a customer's text; a line break in them would
    start a header of their choice."""
    thread = tuple(name for name in _thread(reply) if _MESSAGE_ID.fullmatch(name))
    index = (
        reply_index(reply.parent.thread_index, reply.sent)
        if reply.parent and reply.parent.thread_index
        else None
    )
    headers = {
        "Date": format_datetime(reply.sent),
        "From": in_header(reply.sender),
        "To": ", ".join(map(in_header, reply.to)),
        "Cc": ", ".join(map(in_header, reply.cc)),
        "Subject": subject(reply),
        "Message-ID": reply.message_id,
        "In-Reply-To": thread[-1] if thread else "",
        "References": " ".join(references(thread)),
        "Thread-Topic": reply.parent.thread_topic or topic(reply.subject, reply.ticket)
        if reply.parent
        else "",
        "Thread-Index": index or "",
        **dict(reply.further),
    }
    for name, value in headers.items():
        if _NO_HEADER & set(value):
            raise HeaderRefused(name)
    return {name: value for name, value in headers.items() if value}


def _thread(reply: ReplyMail) -> tuple[str, ...]:
    """The ids that the reply refers to, its parent's last."""
    parent = reply.parent
    if parent is None or parent.message_id is None:
        return reply.thread
    return (*(parent.references or parent.in_reply_to[:1]), parent.message_id)


def _html(written: SignedText, literal: tuple[str, ...], below: History | None) -> str:
    """What the text part says, as HTML: the text, its signature, and the history."""
    parts = [markdown.html(written.words, literal)]
    if written.signature:
        parts.append(markdown.html(written.signature, literal, blocks=False))
    if below is not None:
        parts.append(f"<p>{_breaks(below.above)}</p>")
        parts.append(f"<blockquote>{_breaks(below.lines)}</blockquote>")
    return "\n".join(parts) + "\n"


def _breaks(lines: Sequence[str]) -> str:
    return "<br>\n".join(escape(line, quote=False) for line in lines)


class _Folded(BaseHeader):
    """A header whose value is ready to send and folds only at its spaces. The standard library
    turns a Message-ID longer than a line (Exchange) into encoded words, and refuses addresses with
    two dots in a row (Japan's mobile operators)."""

    max_count: ClassVar[Literal[1] | None] = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Take the value as it is (the protocol of email.headerregistry)."""
        kwds["parse_tree"], kwds["decoded"] = None, value

    def fold(self, *, policy: Policy) -> str:
        """The header in lines."""
        return policy.linesep.join(folded(self.name, str(self))) + policy.linesep


class _SevenBits(EmailPolicy):
    """SMTP's policy in seven bits, so that servers without 8BITMIME can take the bytes; only an
    address may have letters beyond ASCII. `utf8` of the standard library would also leave subjects
    and names of files unencoded."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header as bytes."""
        found: str = self.fold(name, value)
        return found.encode()


def _policy() -> _SevenBits:
    registry = HeaderRegistry(base_class=BaseHeader)
    for name in ("from", "to", "cc", "message-id", "in-reply-to", "references", "thread-index"):
        registry.map_to_type(name, _Folded)
    return _SevenBits(header_factory=registry, cte_type="7bit", linesep="\r\n")


_POLICY = _policy()
