"""What to know about a message before reading it: who else got it, what intake remarked, why a
reply did not leave."""

from collections.abc import Iterator

from supportcli.domain.text.sizes import size
from supportcli.domain.tickets.ticket import (
    Delivery,
    Direction,
    Message,
    PartialMail,
    Rest,
    TicketLine,
)
from supportcli.rendering.ink import Ink, Span
from supportcli.terminal import clean

_TROUBLE = {
    Delivery.LATE: "It has not left for four hours; see supportcli outbox list.",
    Delivery.FAILED: "The mail server refused it; see supportcli outbox list.",
    Delivery.UNCERTAIN: (
        "The connection broke after the last byte: it may have arrived. See supportcli outbox list."
    ),
    Delivery.BOUNCED: "A mail server took it and could not deliver it; see supportcli outbox list.",
}


def asides(line: TicketLine, message: Message) -> Iterator[Span]:
    """What to know before reading: other recipients, intake's remark, why a reply did not leave."""
    yield from _recipients(line, message)
    if message.direction is Direction.IN and _elsewhere(message):
        asked = "wants answers sent to " if message.unverified else "answers go to "
        yield asked + ", ".join(clean(str(person)) for person in message.reply_to), Ink.WARNING
    if message.remark:
        yield "! " + clean(message.remark), Ink.WARNING
    if message.part:
        yield "! " + partly(message.part), Ink.WARNING
    if message.delivery in _TROUBLE:
        yield _TROUBLE[message.delivery], Ink.ERROR
    if message.answer and message.delivery is Delivery.CANCELLED:
        yield clean(message.answer), Ink.WARNING
    if message.answer and message.delivery in {Delivery.DEFERRED, *_TROUBLE}:
        yield "“" + clean(message.answer) + "”", Ink.ERROR


def _recipients(line: TicketLine, message: Message) -> Iterator[Span]:
    """The people it went to besides the customer and this desk."""
    named = {line.mailbox, line.customer.address}
    strangers = tuple(person for person in message.to if person.address not in named)
    shown = () if message.direction is Direction.NOTE else strangers
    for how, people in (("to ", shown), ("cc ", message.cc), ("bcc ", message.bcc)):
        if people:
            yield how + ", ".join(clean(str(person)) for person in people), Ink.DIM


def _elsewhere(message: Message) -> bool:
    return bool(message.reply_to) and {person.address for person in message.reply_to} != {
        message.sender.address
    }


_RESTS = {
    Rest.COMING: "the rest comes with a later sync",
    Rest.ON_SERVER: "the rest stays on the server",
    Rest.GONE: "the rest is gone from the server",
    Rest.ELSEWHERE: "the complete email came another way too",
}


def partly(part: PartialMail) -> str:
    """What to know about an incomplete message: “the first 1.0 MB of 70 MB; the rest stays on the
    server”."""
    return f"the first {size(part.here)} of {size(part.size)}; {_RESTS[part.rest]}"
