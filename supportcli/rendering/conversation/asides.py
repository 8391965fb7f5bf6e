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
    Delivery.LATE: "it has not left for four hours",
    Delivery.FAILED: "the mail server refused it",
    Delivery.UNCERTAIN: "the connection broke after the last byte: it may have arrived",
    Delivery.BOUNCED: "a mail server took it and could not deliver it",
}
_OUTBOX = "supportcli outbox list"


def asides(line: TicketLine, message: Message) -> Iterator[Span]:
    """What to know before reading, at most a line each: other recipients; warnings about who wrote
    it; why a reply did not leave, in the mail server's words."""
    yield from _recipients(line, message)
    if warnings := list(_warnings(message)):
        yield "! " + " · ".join(warnings), Ink.WARNING
    if message.delivery is Delivery.CANCELLED and message.answer:
        yield clean(message.answer), Ink.WARNING
    elif message.delivery in {Delivery.DEFERRED, *_TROUBLE}:
        yield " · ".join(_trouble(message)), Ink.ERROR


def _warnings(message: Message) -> Iterator[str]:
    """What is odd about a message: where answers go, what intake remarked, what is missing."""
    if message.direction is Direction.IN and _elsewhere(message):
        asked = "wants answers sent to " if message.unverified else "answers go to "
        yield asked + ", ".join(clean(str(person)) for person in message.reply_to)
    if message.remark:
        yield clean(message.remark)
    if message.part:
        yield partly(message.part)


def _trouble(message: Message) -> Iterator[str]:
    """“the mail server refused it · “550 no such user” · supportcli outbox list”"""
    if message.delivery in _TROUBLE:
        yield _TROUBLE[message.delivery]
    if message.answer:
        yield f"“{clean(message.answer)}”"
    if message.delivery in _TROUBLE:
        yield _OUTBOX


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
