"""The texts that search looks into."""

from collections.abc import Sequence

from supportcli.domain.mail import Address, Attachment


def message_text(
    subject: str, sender: Address, text: str, attachments: Sequence[Attachment]
) -> str:
    """What search looks into of a message or a note: its subject, sender, text and the names of its
    files."""
    return "\n".join(
        [subject, sender.name, sender.address, text, *(file.name for file in attachments)]
    )
