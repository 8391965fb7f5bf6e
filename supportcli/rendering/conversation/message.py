"""One message of a conversation as lines: who wrote it and when, what to know about it, its text
and its files."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from supportcli.domain.text.sizes import size
from supportcli.domain.tickets.ticket import Delivery, Direction, Message, TicketLine
from supportcli.rendering.conversation.asides import asides
from supportcli.rendering.conversation.gutters import BESIDE, GUTTER, GUTTERS, in_gutter
from supportcli.rendering.conversation.links import notes, shown_texts
from supportcli.rendering.conversation.text import body
from supportcli.rendering.hits import lit
from supportcli.rendering.ink import Ink, Span, Spans, ends
from supportcli.rendering.ticket_rows import called
from supportcli.rendering.times import moment
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.domain.query.nodes import Words

MOST_LINES = 500
"""The most lines of one message; a line says which key shows the whole of it."""


class PageKeys(NamedTuple):
    """The keys that a conversation names: of its files, of the whole of a message, and of earlier
    messages."""

    files: str = "A"
    whole: str = "W"
    older: str = "o"


USUAL_KEYS = PageKeys()


@dataclass(frozen=True, slots=True)
class MessageLook:
    """What all messages of a page share: the width, the moment, the words that are sought, the
    numbers of web addresses, and whether quotes are shown. `decorating` are the files that are only
    counted."""

    width: int
    now: datetime
    words: "Collection[Words]" = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    unfolded: bool = False
    decorating: Collection[tuple[int, int]] = frozenset()
    keys: PageKeys = USUAL_KEYS


def message_lines(
    line: TicketLine, message: Message, look: MessageLook, files_before: int
) -> Iterator[Spans]:
    """A message: who wrote it and when; what to know about it; its text behind a bar; where its
    links lead, and its files, of which `files_before` stand above. Only the text is behind the
    bar."""
    width = look.width
    when = [(_when(message, look.now), Ink.DIM)]
    yield ends(_who(line, message, look.words), when, width)
    for text, ink in asides(line, message):
        yield from in_gutter(BESIDE, text, ink, width)
    yield from _text(message, look)
    for text, ink in notes(shown_texts(message, unfolded=look.unfolded), look.numbers):
        yield from in_gutter(BESIDE, text, ink, width)
    yield from _files(message, files_before, look)


def _text(message: Message, look: MessageLook) -> Iterator[Spans]:
    room = max(look.width - GUTTER, 1)
    lines = body(
        message,
        GUTTERS[message.direction],
        room,
        look.words,
        unfolded=look.unfolded,
        numbers=look.numbers,
    )
    yield from islice(lines, MOST_LINES)
    if next(lines, None) is not None:
        yield (
            BESIDE,
            ("… it goes on · ", Ink.DIM),
            (look.keys.whole, Ink.KEY),
            (" shows the rest", Ink.DIM),
        )


def _files(message: Message, before: int, look: MessageLook) -> Iterator[Spans]:
    """The files of a message with their numbers; those that only decorate are counted."""
    shown = [
        (place, file)
        for place, file in enumerate(message.attachments)
        if (message.id, place) not in look.decorating
    ]
    for place, file in shown:
        named = (
            f"[{before + place + 1}] {clean(file.name) or 'unnamed'} · {clean(file.type)} · "
            f"{size(file.size)}"
        )
        yield from in_gutter(BESIDE, named, Ink.TAG, look.width, look.words)
    if left := len(message.attachments) - len(shown):
        images = f"▸ {left} image{'' if left == 1 else 's'} of the signature  (>)"
        yield from in_gutter(BESIDE, images, Ink.DIM, look.width)
    if shown:
        yield BESIDE, (look.keys.files, Ink.KEY), (" saves, reads or opens a file", Ink.DIM)


def _who(line: TicketLine, message: Message, words: "Collection[Words]") -> Spans:
    name = called(message.sender)
    if message.direction is Direction.NOTE:
        return (*lit(name, Ink.NOTE, words), (f" · {_kind_of_note(message)}", Ink.NOTE))
    if message.direction is Direction.OUT:
        what = "phone call" if message.is_spoken else "reply"
        what = "forward" if message.is_forward else what
        what = "automatic answer" if message.is_automatic else what
        who = lit(name, Ink.OURS, words)
        return (*who, (f" · {what}", Ink.OURS), *_delivery(message))
    doubt = (
        (("unverified · ", Ink.WARNING),) if message.unverified else ()
    )  # first: a long name would push it out of sight
    said: Spans = ((" · by phone", Ink.DIM),) if message.is_spoken else ()
    if message.sender.address != line.customer.address:
        address = lit(f" <{clean(message.sender.address)}>", Ink.DIM, words)
        return (*doubt, *lit(name, Ink.PERSON, words), *address, *said)
    return (*doubt, *lit(name, Ink.PERSON, words), *said)


def _kind_of_note(message: Message) -> str:
    if message.is_report:
        return "delivery report"
    return "a call that reached nobody" if message.is_spoken else "internal note"


_DELIVERY: dict[Delivery, Span] = {
    Delivery.QUEUED: (" · queued", Ink.WARNING),
    Delivery.SENDING: (" · being sent", Ink.WARNING),
    Delivery.TRANSMITTING: (" · being sent", Ink.WARNING),
    Delivery.SENT: (" · sent", Ink.GOOD),
    Delivery.DEFERRED: (" · not sent yet, tried again automatically", Ink.WARNING),
    Delivery.LATE: (" · NOT SENT for hours, tried again automatically", Ink.ERROR),
    Delivery.FAILED: (" · FAILED", Ink.ERROR),
    Delivery.UNCERTAIN: (" · UNCERTAIN", Ink.ERROR),
    Delivery.CANCELLED: (" · cancelled, never sent", Ink.DIM),
    Delivery.BOUNCED: (" · BOUNCED", Ink.ERROR),
}


def _delivery(message: Message) -> Spans:
    if message.delivery is Delivery.CANCELLED and message.answer:
        return ((" · cancelled", Ink.DIM),)  # the answer says who has it, or why
    return (_DELIVERY[message.delivery],) if message.delivery else ()


def _when(message: Message, now: datetime) -> str:
    if (
        message.delivery is Delivery.QUEUED
        and message.not_before is not None
        and message.not_before > now
    ):
        soon = message.not_before - now < _MINUTE
        at = f"{message.not_before.astimezone():%H:%M:%S}"
        return f"leaves {at if soon else moment(message.not_before, now)}"
    return moment(message.created_at, now)


_MINUTE = timedelta(minutes=1)
"""A reply that leaves so soon is shown with its second."""
