"""What a mail asks of an SMTP server: SMTPUTF8, 8BITMIME, SIZE. What a server does not offer is
refused here, in words of ours and for those recipients only that need it, before anything is
sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from supportcli.channels.compose.addresses import on_the_wire, with_groups
from supportcli.domain.replies.delivery import RecipientOutcome, RecipientResult
from supportcli.errors.replies import AddressRefused

if TYPE_CHECKING:
    from supportcli.channels.servers.smtp_client import BoundedSmtp

_ASCII_ONLY = (
    "this server cannot send to addresses with non-ASCII characters (it offers no SMTPUTF8)"
)
_SEVEN_BITS = "this server cannot send text of eight bits (it offers no 8BITMIME)"

Results = dict[str, RecipientResult]


@dataclass(frozen=True, slots=True)
class MailEnvelope:
    """A mail as a server is told of it: the sender and the recipients as they are written on the
    wire (the latter by how the desk writes them), the options of MAIL, and the bytes as this server
    can take them."""

    sender: str
    recipients: Mapping[str, str]
    options: tuple[str, ...]
    content: bytes


def envelope(
    smtp: "BoundedSmtp", sender: str, recipients: Sequence[str], content: bytes, results: Results
) -> MailEnvelope:
    """The envelope for those recipients to whom this server can send the mail; the others are
    refused in `results`. Recipients who need no SMTPUTF8 get a mail that needs none either, since
    the servers behind this one may not offer it. AddressRefused if the sender is no address; an
    empty one is none (RFC 5321, 4.5.5)."""
    wire = _wire(recipients, results)
    by = _from(sender)
    if "".join((by, *wire.values())).isascii() or not smtp.has_extn("smtputf8"):
        content = with_groups(content)
    header, _, body = content.partition(b"\r\n\r\n")
    hinders = _too_large(smtp, content) or (
        "" if body.isascii() or smtp.has_extn("8bitmime") else _SEVEN_BITS
    )
    if hinders:
        results |= each(list(wire), RecipientOutcome.REFUSED, hinders)
        return MailEnvelope(by, {}, (), content)
    for_all = not (by.isascii() and header.isascii())
    if not smtp.has_extn("smtputf8"):
        unable = [one for one, address in wire.items() if for_all or not address.isascii()]
        results |= each(unable, RecipientOutcome.REFUSED, _ASCII_ONLY)
        wire = {one: address for one, address in wire.items() if one not in unable}
    needs_utf8 = for_all or not "".join(wire.values()).isascii()
    options = {
        f"size={len(content)}": smtp.has_extn("size"),
        "BODY=8BITMIME": not content.isascii() and smtp.has_extn("8bitmime"),
        "SMTPUTF8": needs_utf8,
    }
    return MailEnvelope(by, wire, tuple(name for name, used in options.items() if used), content)


def _from(sender: str) -> str:
    return on_the_wire(sender) if sender else ""


def each(recipients: Sequence[str], outcome: RecipientOutcome, answer: str) -> Results:
    """The same result for each of these recipients."""
    return {recipient: RecipientResult(recipient, outcome, answer) for recipient in recipients}


def _wire(recipients: Sequence[str], results: Results) -> dict[str, str]:
    """The recipients as the envelope names them. Invalid addresses are refused here, before they
    become part of a command."""
    wire = {}
    for recipient in recipients:
        try:
            wire[recipient] = on_the_wire(recipient)
        except AddressRefused as error:
            results |= each([recipient], RecipientOutcome.REFUSED, error.sentence)
    return wire


def _too_large(smtp: "BoundedSmtp", content: bytes) -> str:
    """Why a mail is too large for a server (RFC 1870); "" if it is not."""
    most = smtp.largest
    if most is None or len(content) <= most:
        return ""
    return f"this server takes emails of at most {most:,} bytes, and this one has {len(content):,}"
