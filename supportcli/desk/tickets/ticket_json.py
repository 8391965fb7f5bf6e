"""What `--json` prints of tickets and their messages."""

from collections.abc import Collection, Iterable
from datetime import datetime

from supportcli.desk.json_shapes import Shape, address, time
from supportcli.domain.mail import Attachment
from supportcli.domain.tickets.signature_images import signature_images
from supportcli.domain.tickets.snoozing import UNTIL_REPLY, is_snoozed
from supportcli.domain.tickets.ticket import Message, PartialMail, SlaStatus, Ticket, TicketLine


def line(ticket: TicketLine, now: datetime) -> Shape:
    """A ticket as in `ticket list`: its fields, whether its customer is a VIP, and the state of its
    clock."""
    return {
        **fields(ticket),
        "status": ticket.status_at(now).value,
        "vip": ticket.vip,
        "snoozed_until": _snoozed(ticket, now),
        "sla": _clock(ticket.clock, now),
    }


def _snoozed(ticket: TicketLine, now: datetime) -> str | None:
    """Until when it is snoozed; “reply”: until its customer writes."""
    if not is_snoozed(ticket.snoozed_until, now):
        return None
    return "reply" if ticket.snoozed_until == UNTIL_REPLY else time(ticket.snoozed_until)


def fields(ticket: TicketLine) -> Shape:
    """A ticket's own fields, its status as verbs left it. `assignee` is the agent's address, `team`
    the team's name, or null; `fields` are the custom ones by name: numbers, truths or texts."""
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status.value,
        "priority": str(ticket.priority),
        "customer": address(ticket.customer),
        "assignee": ticket.assignee.address if ticket.assignee else None,
        "team": ticket.team,
        "mailbox": ticket.mailbox,
        "tags": list(ticket.tags),
        "fields": {value.name: value.plain for value in ticket.fields},
        "created_at": time(ticket.created_at),
        "updated_at": time(ticket.updated_at),
        "message_count": ticket.message_count,
    }


def _clock(clock: SlaStatus | None, now: datetime) -> Shape | None:
    """The first target that is due, or else one that is paused or ended last; null if no
    service-level policy applies."""
    if clock is None:
        return None
    return {
        "target": clock.kind,
        "due_at": time(clock.due_at),
        "state": clock.state(now).value,
        "breaches": clock.breaches,
    }


def ticket(whole: Ticket, now: datetime) -> Shape:
    """A ticket as in `ticket show`: its line, the addresses of who follows it, the tickets it is
    linked to and the one it was merged into, and its messages with their numbers, oldest first."""
    messages = [
        {"number": one.position, **shape, "partial": _part(one.part)}
        for shape, one in zip(_messages(whole), whole.messages, strict=True)
    ]
    followers = [one.address for one in whole.followers]
    return {
        **line(whole.line, now),
        "followers": followers,
        "links": [
            {"number": one.number, "kind": one.kind, "reason": one.reason} for one in whole.links
        ],
        "merged_into": whole.merged_into,
        "messages": messages,
    }


def _part(part: PartialMail | None) -> Shape | None:
    """How much of a mail is here, if not all of it."""
    return {"here": part.here, "size": part.size, "rest": part.rest.value} if part else None


def exported(whole: Ticket) -> Shape:
    """A ticket for export: its fields, without the clocks of this desk."""
    return {**fields(whole.line), "messages": list(_messages(whole))}


def _messages(whole: Ticket) -> Iterable[Shape]:
    place, decorating = 0, signature_images(whole.messages)
    for one in whole.messages:
        yield _message(one, whole.line.number, place, decorating)
        place += len(one.attachments)


def _message(
    message: Message, number: int, files_before: int, decorating: Collection[tuple[int, int]]
) -> Shape:
    return {
        "direction": message.direction.value,
        "channel": message.channel,
        "message_id": message.message_id,
        "from": address(message.sender),
        "to": [address(one) for one in message.to],
        "cc": [address(one) for one in message.cc],
        "bcc": [address(one) for one in message.bcc],
        "date": time(message.date or message.created_at),
        "text": message.text,
        "reply": message.reply,
        "attachments": [
            {
                **attachment(one, f"{number}:{files_before + place + 1}"),
                "of_signature": (message.id, place) in decorating,
            }
            for place, one in enumerate(message.attachments)
        ],
        "state": message.delivery.value if message.delivery else None,
        "automatic": message.is_automatic,
        "unverified": message.unverified,
        "new_participant": message.newcomer,
        "forwarded": message.is_forward,
    }


def attachment(file: Attachment, place: str) -> Shape:
    """A file of a message; `id` is what `ticket attachment` takes."""
    return {
        "id": place,
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "sha256": file.sha256,
        "inline": file.inline,
        "content_id": file.content_id,
    }
