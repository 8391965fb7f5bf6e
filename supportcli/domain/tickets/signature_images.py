"""Images that only decorate: logos, icons and photos in signatures, which come again with each mail
of their sender. They are files of a message like others, but nobody looks for them."""

from collections.abc import Sequence

from supportcli.domain.mail import Attachment, FoldKind, folded, unfolded
from supportcli.domain.tickets.ticket import Message

_TINY = 4 * 1024
"""The bytes below which an image in a text is an icon."""


def signature_images(messages: Sequence[Message]) -> frozenset[tuple[int, int]]:
    """The images in the messages of a ticket that only decorate: the id of the message, and their
    place among its files, from 0.

    They came inside the text, and are tiny, were there in an earlier message, or stand in the
    signature or the quote and nowhere else."""
    found: set[tuple[int, int]] = set()
    seen: set[str] = set()
    for message in messages:
        for place, file in enumerate(message.attachments):
            if not (file.inline and file.type.startswith("image/")):
                continue
            if file.size < _TINY or file.sha256 in seen or _is_folded(message, file):
                found.add((message.id, place))
        seen |= {file.sha256 for file in message.attachments}
    return frozenset(found)


def _is_folded(message: Message, file: Attachment) -> bool:
    """Whether the place of an image in the text is folded away."""
    mark = f"[image: {file.name}]"
    if not file.name or mark in unfolded(message.text, message.folds):
        return False
    return any(mark in folded(message.text, message.folds, kind) for kind in FoldKind)
