"""The files that came with a ticket: which there are, and their bytes."""

from dataclasses import dataclass
from datetime import datetime

from supportcli.desk import Desk
from supportcli.desk.states import unmerged
from supportcli.domain.mail import Address, Attachment
from supportcli.domain.tickets.signature_images import signature_images
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.tickets import AttachmentAbsent
from supportcli.storage.tickets import messages


@dataclass(frozen=True, slots=True)
class TicketFile:
    """A file of a ticket: its place, counted from 1 over all messages, and the message that brought
    it. Images that only decorate come with each mail of their sender."""

    place: int
    file: Attachment
    sender: Address
    came_at: datetime
    decorates: bool = False


def files(desk: Desk, number: int) -> tuple[TicketFile, ...]:
    """All files of a ticket, in the order of its messages. NotFound; TicketMerged."""
    with desk.db.read() as tx:
        unmerged(tx, number)
        there = list(messages.of_ticket(tx, number))
    decorating = signature_images(there)
    found = [
        (message, within, file)
        for message in there
        for within, file in enumerate(message.attachments)
    ]
    return tuple(
        TicketFile(
            place,
            file,
            message.sender,
            message.created_at,
            decorates=(message.id, within) in decorating,
        )
        for place, (message, within, file) in enumerate(found, 1)
    )


def content(desk: Desk, number: int, place: int) -> tuple[Attachment, bytes]:
    """The `place`-th file of a ticket, and its bytes. NotFound if there is none; TicketMerged;
    AttachmentAbsent if it came without its mail."""
    from supportcli.channels import mime  # noqa: PLC0415  # the list of files needs no parser

    with desk.db.read() as tx:
        unmerged(tx, number)
        there = [
            (message.id, file)
            for message in messages.of_ticket(tx, number)
            for file in message.attachments
        ]
        if not 1 <= place <= len(there):
            count = f"{len(there) or 'no'} attachment{'' if len(there) == 1 else 's'}"
            raise NotFound(
                Thing.ATTACHMENT,
                f"{number}:{place}",
                hint=f"#{number} has {count}; see it with: supportcli ticket show {number}",
            )
        message, file = there[place - 1]
        raw = messages.raw(tx, message)
        if raw is None:
            raise AttachmentAbsent(number, file.name)
    return file, mime.attachment(raw, file.part)
