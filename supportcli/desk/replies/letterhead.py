"""What stands around a reply: the signature below it, and the HTML frame of its mailbox."""

from sqlmodel import Session

from supportcli.domain.canned.placeholders import Values
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.replies.signatures import SignedText, signed, without_blanks
from supportcli.storage.setup import letterheads


def below(words: str, agents_own: str, mailbox: Mailbox, values: Values) -> SignedText:
    """A text with the agent's signature and the mailbox's below it, filled in."""
    return signed(words, [_filled(one, values) for one in (agents_own, mailbox.signature)])


def _filled(signature: str, values: Values) -> str:
    if "{" not in signature:
        return signature
    from supportcli.domain.canned import templates  # noqa: PLC0415  # Jinja takes a while to load

    return without_blanks(templates.fill(signature, values).text)


def frame(tx: Session, mailbox: Mailbox) -> str:
    """The page in which a mailbox sends; "" if it has none."""
    return letterheads.frame(tx, mailbox.id) if mailbox.frame_size else ""
