"""The texts that search looks into."""

from collections.abc import Sequence

from supportcli.domain.mail import Address, Attachment
from supportcli.domain.text.words import tokens


def message_text(
    subject: str, sender: Address, text: str, attachments: Sequence[Attachment]
) -> str:
    """What search looks into of a message or a note: its subject, sender, text and the names of its
    files."""
    return "\n".join(
        [subject, sender.name, sender.address, text, *(file.name for file in attachments)]
    )


def message_words(
    subject: str,
    sender: Address,
    text: str,
    attachments: Sequence[Attachment],
    known: str | None = None,
) -> str:
    """The words of `message_text`, with spaces between them. `known` are those of the text, if
    somebody has found them already."""
    above = tokens(f"{subject}\n{sender.name}\n{sender.address}")
    of_text = " ".join(tokens(text)) if known is None else known
    below = tokens("\n".join([file.name for file in attachments]))
    return " ".join(filter(None, (*above, of_text, *below)))
