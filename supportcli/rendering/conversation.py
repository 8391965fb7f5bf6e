"""A conversation as lines. Pure: a ticket, a width and the present moment in; lines of text out,
computed in a thread."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from supportcli.domain.mail import FoldKind
from supportcli.domain.text.sizes import size
from supportcli.domain.tickets.presence import Colleague
from supportcli.domain.tickets.signature_images import signature_images
from supportcli.domain.tickets.snoozing import is_snoozed
from supportcli.domain.tickets.ticket import (
    Delivery,
    Direction,
    Link,
    Message,
    PartialMail,
    Priority,
    Rest,
    Ticket,
    TicketLine,
)
from supportcli.rendering.ink import Ink, Span, Spans, ends, width_of, width_of_all
from supportcli.rendering.reflow import flowing
from supportcli.rendering.sla_clock import sentence, waiting
from supportcli.rendering.ticket_rows import called
from supportcli.rendering.times import moment, snoozed
from supportcli.rendering.wrap import wrapped
from supportcli.terminal import clean

MOST_LINES = 2_000
"""The most lines of one message; a note names the rest and the command that shows it."""

WIDEST = 100
"""The most cells of a line, however wide the terminal: longer lines are tiring to read."""

_GUTTERS: dict[Direction, Span] = {
    Direction.IN: (" │ ", Ink.PERSON),
    Direction.OUT: (" ┃ ", Ink.OURS),
    Direction.NOTE: (" ┊ ", Ink.NOTE),
}
_GUTTER = 3

_ROOMY = 110
"""Cells of a heading that says everything beside the title."""


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """A conversation laid out for a width: its lines, the line on which each message starts, and
    the line to show first."""

    lines: tuple[Spans, ...] = ()
    starts: tuple[int, ...] = ()
    opens: int = 0


def heading(
    line: TicketLine, width: int, now: datetime, colleague: Colleague | None = None
) -> tuple[Spans, Spans, Spans]:
    """The heading of a conversation: the ticket and its status; the customer, the team and the
    assignee, and the `colleague` who is at it; a rule with the rest."""
    urgency = f" · {line.priority}" if line.priority is not Priority.NORMAL else ""
    went = f" into #{line.merged_into}" if line.merged_into is not None else ""
    stands = [(line.status_at(now).value + went + urgency, Ink.STRONG)]
    crowded = False
    if line.snoozed_until is not None and is_snoozed(line.snoozed_until, now):
        stands += [(f" · {snoozed(line.snoozed_until, now)}", Ink.STRONG)]
        crowded = width < _ROOMY  # the row says the clock, and the title needs the room
    if not crowded and (clock := sentence(line, now)):
        stands += [(" · ", Ink.DIM), clock]
    elif not crowded and line.waiting_since:
        stands += [(f" · {_waits(line, now)}", Ink.STRONG)]
    title = ((f"#{line.number} ", Ink.NUMBER), (clean(line.subject) or "(no subject)", Ink.TITLE))
    customer = (
        (called(line.customer), Ink.PERSON),
        (f" <{clean(line.customer.address)}> to {clean(line.mailbox)}", Ink.DIM),
    )
    has = [(called(line.assignee), Ink.TEXT) if line.assignee else ("unassigned", Ink.DIM)]
    if line.team is not None:
        has.insert(0, (f"{clean(line.team)} · ", Ink.TEXT))
    if colleague is not None:
        has.append((f" · {called(colleague.person)} {colleague.doing.told}", Ink.WARNING))
    return (
        ends(title, stands, width),
        ends(customer, has, width),
        _rule(line, width),
    )


def _waits(line: TicketLine, now: datetime) -> str:
    long = waiting(line, now)
    return "just arrived" if long == "now" else f"waits {long}"


def _rule(line: TicketLine, width: int) -> Spans:
    tags = [
        piece
        for text in (fields_text(line), clean(" ".join(line.tags)))
        if text
        for piece in ((f" {text} ", Ink.TAG), ("─", Ink.RULE))
    ]
    count = (f" {line.message_count} message{'' if line.message_count == 1 else 's'} ", Ink.DIM)
    filled = ("─" * max(width - width_of_all([count, *tags]) - 3, 0), Ink.RULE)
    return ends([("─", Ink.RULE), *tags, filled, count], [("─", Ink.RULE)], width)


def fields_text(line: TicketLine) -> str:
    """“Plan pro · Seats 12”: the values of a ticket's custom fields."""
    return " · ".join(clean(f"{value.title} {value.text}") for value in line.fields)


def followed(ticket: Ticket) -> str:
    """“followed by Ada Byron, Bob Lee”."""
    return f"followed by {clean(', '.join(one.name or one.address for one in ticket.followers))}"


def linked(link: Link, of: str = "") -> str:
    """“follow-up #7: it was closed”, “related #7”; with a word before the number, if it is
    given."""
    return clean(f"{link.kind}{of} #{link.number}" + (f": {link.reason}" if link.reason else ""))


def page(ticket: Ticket, width: int, now: datetime, *, unfolded: bool = False) -> ConversationPage:
    """Lay a conversation out. Quotes and signatures are one line each unless `unfolded`."""
    width = min(width, WIDEST)
    lines = list(_cut_off(ticket.line, width))
    for link in ticket.links:
        lines.extend(
            _in_gutter(
                (" ", Ink.DIM),
                linked(link),
                Ink.DIM,
                width,
            )
        )
    if ticket.followers:
        lines.extend(_in_gutter((" ", Ink.DIM), followed(ticket), Ink.DIM, width))
    starts: list[int] = []
    if ticket.earlier:
        lines.append(
            (
                (
                    f" ▴ {ticket.earlier} earlier message{'' if ticket.earlier == 1 else 's'}  ",
                    Ink.DIM,
                ),
                ("o", Ink.KEY),
            )
        )
    file, folded = ticket.earlier_files, frozenset[tuple[int, int]]()
    if not unfolded:
        folded = signature_images(ticket.messages)
    for message in ticket.messages:
        if lines:
            lines.append(())
        starts.append(len(lines))
        lines.extend(_message(ticket.line, message, width, now, unfolded=unfolded))
        lines.extend(_files(ticket.line.number, message, file, folded, width))
        file += len(message.attachments)
    return ConversationPage(tuple(lines), tuple(starts), _opening(ticket.messages, starts))


def _cut_off(line: TicketLine, width: int) -> Iterator[Spans]:
    """What the heading may have cut off: a long subject, and many custom fields."""
    for text, ink in ((clean(line.subject), Ink.TITLE), (fields_text(line), Ink.TAG)):
        if width_of(text) > width // 2:
            yield from _in_gutter((" ", Ink.DIM), text, ink, width)


def _opening(messages: Sequence[Message], starts: Sequence[int]) -> int:
    """The first message of the customer that nobody has answered, else the last message."""
    first = None
    for message, start in zip(messages, starts, strict=True):
        if message.direction is Direction.OUT and not message.is_automatic:
            first = None
        elif first is None and message.direction is Direction.IN:
            first = start
    return first if first is not None else starts[-1] if starts else 0


def _message(
    line: TicketLine, message: Message, width: int, now: datetime, *, unfolded: bool
) -> Iterator[Spans]:
    yield ends(_who(line, message), [(_when(message, now), Ink.DIM)], width)
    gutter = _GUTTERS[message.direction]
    for text, ink in _asides(line, message):
        yield from _in_gutter(gutter, text, ink, width)
    body = _body(message, gutter, max(width - _GUTTER, 1), unfolded=unfolded)
    yield from islice(body, MOST_LINES)
    if next(body, None) is not None:
        yield from _in_gutter(
            gutter, f"… the whole message: supportcli ticket show {line.number}", Ink.DIM, width
        )


def _files(
    number: int, message: Message, before: int, folded: Collection[tuple[int, int]], width: int
) -> Iterator[Spans]:
    """The files of a message with their numbers; those that only decorate are counted."""
    gutter = _GUTTERS[message.direction]
    shown = [
        (place, file)
        for place, file in enumerate(message.attachments)
        if (message.id, place) not in folded
    ]
    for place, file in shown:
        named = (
            f"[{before + place + 1}] {clean(file.name) or 'unnamed'} · {clean(file.type)} · "
            f"{size(file.size)}"
        )
        yield from _in_gutter(gutter, named, Ink.TAG, width)
    if left := len(message.attachments) - len(shown):
        images = f"▸ {left} image{'' if left == 1 else 's'} of the signature  (>)"
        yield from _in_gutter(gutter, images, Ink.DIM, width)
    if shown:
        save = f"save one: supportcli ticket attachment {number}:{before + shown[0][0] + 1}"
        yield from _in_gutter(gutter, save, Ink.DIM, width)


def _in_gutter(gutter: Span, text: str, ink: Ink, width: int) -> Iterator[Spans]:
    """A text after its gutter, broken to the width."""
    return ((gutter, (piece, ink)) for piece in wrapped(text, max(width - len(gutter[0]), 1)))


def _who(line: TicketLine, message: Message) -> Spans:
    name = called(message.sender)
    if message.direction is Direction.NOTE:
        return ((f"{name} · {_kind_of_note(message)}", Ink.NOTE),)
    if message.direction is Direction.OUT:
        what = "phone call" if message.is_spoken else "reply"
        what = "forward" if message.is_forward else what
        what = "automatic answer" if message.is_automatic else what
        return ((f"{name} · {what}", Ink.OURS), *_delivery(message))
    doubt = (
        (("unverified · ", Ink.WARNING),) if message.unverified else ()
    )  # first: a long name would push it out of sight
    said: Spans = ((" · by phone", Ink.DIM),) if message.is_spoken else ()
    if message.sender.address != line.customer.address:
        address = (f" <{clean(message.sender.address)}>", Ink.DIM)
        return (*doubt, (name, Ink.PERSON), address, *said)
    return (*doubt, (name, Ink.PERSON), *said)


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

_TROUBLE = {
    Delivery.LATE: "It has not left for four hours; see supportcli outbox list.",
    Delivery.FAILED: "The mail server refused it; see supportcli outbox list.",
    Delivery.UNCERTAIN: (
        "The connection broke after the last byte: it may have arrived. See supportcli outbox list."
    ),
    Delivery.BOUNCED: "A mail server took it and could not deliver it; see supportcli outbox list.",
}


def _asides(line: TicketLine, message: Message) -> Iterator[Span]:
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


def _body(message: Message, gutter: Span, room: int, *, unfolded: bool) -> Iterator[Spans]:
    """The text with its folds, without blank lines at both ends, and with single blank lines
    inside."""
    blank = False
    begun = False
    for text, ink in _pieces(message, unfolded=unfolded):
        for piece in flowing(text, room) if text else ():
            if not piece.strip():
                blank = begun
                continue
            if blank:
                yield (gutter,)
            yield (gutter, (piece, ink))
            blank, begun = False, True


def _pieces(message: Message, *, unfolded: bool) -> Iterator[Span]:
    at = 0
    for fold in message.folds:
        yield clean(message.text[at : fold.start], lines=True), Ink.TEXT
        at = fold.end
        folded = clean(message.text[fold.start : fold.end].strip("\n"), lines=True)
        if fold.kind is FoldKind.ANSWERED:
            yield "\n".join(quoted_lines(folded)), Ink.DIM
            continue
        what = "quoted" if fold.kind is FoldKind.QUOTE else "signature"
        if unfolded:
            yield folded, Ink.DIM
        elif folded.strip():
            count = folded.count("\n") + 1
            yield f"▸ {what}, {count} line{'' if count == 1 else 's'}  (>)", Ink.DIM
    yield clean(message.text[at:], lines=True), Ink.TEXT


def quoted_lines(text: str) -> Iterator[str]:
    """The lines of a text, each with a quote mark, which only some have already."""
    return (
        line if line.lstrip().startswith(">") or not line else f"> {line}"
        for line in text.split("\n")
    )


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
