"""A conversation as lines. Pure: a ticket, a width and the present moment in; lines of text out,
computed in a thread."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

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
from supportcli.rendering.event_lines import ToldRun, event_lines
from supportcli.rendering.hits import hit_lines, lit, lit_lines
from supportcli.rendering.ink import Ink, Span, Spans, ends, width_of, width_of_all
from supportcli.rendering.message_text import FOLDED, body
from supportcli.rendering.sla_clock import sentence, waiting
from supportcli.rendering.ticket_rows import called
from supportcli.rendering.times import moment, snoozed
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.domain.query.nodes import Words

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
    the line to show first. `hits` are the lines on which the `words` of a search stand; `hit` is
    the place among them of the one to show first, if there is one. `told` is what was
    done between the messages."""

    lines: tuple[Spans, ...] = ()
    starts: tuple[int, ...] = ()
    opens: int = 0
    words: "tuple[Words, ...]" = ()
    hits: tuple[int, ...] = ()
    hit: int | None = None
    told: Sequence[ToldRun] = ()


def heading(
    line: TicketLine,
    width: int,
    now: datetime,
    colleague: Colleague | None = None,
    words: "Collection[Words]" = (),
) -> tuple[Spans, Spans, Spans]:
    """The heading of a conversation: the ticket and its status; the customer, the team and the
    assignee, and the `colleague` who is at it; a rule with the rest. The clock is beside the
    status, or beside the assignee if the subject needs the room. Hits of the `words` are marked."""
    stands, clock = _stands(line, now), _clock(line, width, now)
    subject = lit(clean(line.subject) or "(no subject)", Ink.TITLE, words)
    anywhere = of_messages(words)
    customer = (
        *((("VIP ", Ink.WARNING),) if line.vip else ()),
        *lit(called(line.customer), Ink.PERSON, anywhere),
        *lit(f" <{clean(line.customer.address)}>", Ink.DIM, anywhere),
        (f" to {clean(line.mailbox)}", Ink.DIM),
    )
    has = [(called(line.assignee), Ink.TEXT) if line.assignee else ("unassigned", Ink.DIM)]
    if line.team is not None:
        has.insert(0, (f"{clean(line.team)} · ", Ink.TEXT))
    if colleague is not None:
        has.append((f" · {called(colleague.person)} {colleague.doing.told}", Ink.WARNING))
    title = ((f"#{line.number} ", Ink.NUMBER), *subject)
    fits = width_of_all([*title, *stands, *clock]) < width
    return (
        ends(title, (*stands, *clock) if fits else stands, width),
        ends(customer, has if fits else (*has, *clock), width),
        _rule(line, width),
    )


def _stands(line: TicketLine, now: datetime) -> Spans:
    urgency = f" · {line.priority}" if line.priority is not Priority.NORMAL else ""
    went = f" into #{line.merged_into}" if line.merged_into is not None else ""
    status = (line.status_at(now).value + went + urgency, Ink.STRONG)
    if line.snoozed_until is None or not is_snoozed(line.snoozed_until, now):
        return (status,)
    return status, (f" · {snoozed(line.snoozed_until, now)}", Ink.STRONG)


def _clock(line: TicketLine, width: int, now: datetime) -> Spans:
    if is_snoozed(line.snoozed_until, now) and width < _ROOMY:
        return ()  # the row says it, and the title needs the room
    if clock := sentence(line, now):
        return (" · ", Ink.DIM), clock
    return ((f" · {_waits(line, now)}", Ink.STRONG),) if line.waiting_since else ()


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


def of_messages(words: "Collection[Words]") -> "tuple[Words, ...]":
    """Those of a query's words that it does not want in the subject alone."""
    return tuple(one for one in words if not one.in_subject)


def page(
    ticket: Ticket,
    width: int,
    now: datetime,
    *,
    unfolded: bool = False,
    words: "tuple[Words, ...]" = (),
    told: Sequence[ToldRun] = (),
) -> ConversationPage:
    """Lay a conversation out. Quotes, signatures and what was done between two messages are one
    line each unless `unfolded`. Hits of the `words` are marked. `told` is what was done before each
    message and after the last one (`events.runs`)."""
    width = min(width, WIDEST)
    anywhere = of_messages(words)
    lines = list(_above(ticket, width, words))
    starts: list[int] = []
    above = len(lines)
    file, folded = ticket.earlier_files, frozenset[tuple[int, int]]()
    if not unfolded:
        folded = signature_images(ticket.messages)
    before, *after = told or [()] * (len(ticket.messages) + 1)
    lines.extend(event_lines(before, width, now, unfolded=unfolded))
    for message, run in zip(ticket.messages, after, strict=True):
        if lines:
            lines.append(())
        starts.append(len(lines))
        lines.extend(_message(ticket.line, message, width, now, anywhere, unfolded=unfolded))
        lines.extend(_files(message, file, folded, width, words=anywhere))
        lines.extend(event_lines(run, width, now, unfolded=unfolded))
        file += len(message.attachments)
    if words and ticket.earlier and next(hit_lines(lines), None) is None:
        lines[above - 1] = (*lines[above - 1], (" · no hit below", Ink.WARNING))
    opens = _opening(ticket.messages, starts)
    laid_out = ConversationPage(tuple(lines), tuple(starts), opens, words, told=told)
    return _at_newest_hit(laid_out) if words else laid_out


def _above(ticket: Ticket, width: int, words: "Collection[Words]") -> Iterator[Spans]:
    """What stands above the messages: what the heading may have cut off, links, followers, and how
    many earlier messages there are."""
    yield from _cut_off(ticket.line, width, words)
    gutter = (" ", Ink.DIM)
    for link in ticket.links:
        yield from _in_gutter(gutter, linked(link), Ink.DIM, width)
    if ticket.followers:
        yield from _in_gutter(gutter, followed(ticket), Ink.DIM, width)
    if ticket.earlier:
        earlier = f" ▴ {ticket.earlier} earlier message{'' if ticket.earlier == 1 else 's'}  "
        yield ((earlier, Ink.DIM), ("o", Ink.KEY))


def _at_newest_hit(laid_out: ConversationPage) -> ConversationPage:
    """The page opened at its newest message with a hit, at the first in it; one in a folded text
    comes last."""
    lines, starts, hits = laid_out.lines, laid_out.starts, tuple(hit_lines(laid_out.lines))
    if not hits:
        return laid_out
    seen = [hit for hit in hits if not any(text.startswith(FOLDED) for text, _ in lines[hit])]
    message = bisect_right(starts, (seen or hits)[-1]) - 1
    start = starts[message] if message >= 0 else 0
    first = next(hit for hit in seen or hits if hit >= start)
    return replace(laid_out, opens=start, hits=hits, hit=hits.index(first))


def _cut_off(line: TicketLine, width: int, words: "Collection[Words]") -> Iterator[Spans]:
    """What the heading may have cut off: a long subject, and many custom fields."""
    for text, ink, sought in (
        (clean(line.subject), Ink.TITLE, words),
        (fields_text(line), Ink.TAG, ()),
    ):
        if width_of(text) > width // 2:
            yield from _in_gutter((" ", Ink.DIM), text, ink, width, sought)


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
    line: TicketLine,
    message: Message,
    width: int,
    now: datetime,
    words: "Collection[Words]",
    *,
    unfolded: bool,
) -> Iterator[Spans]:
    yield ends(_who(line, message, words), [(_when(message, now), Ink.DIM)], width)
    gutter = _GUTTERS[message.direction]
    for text, ink in _asides(line, message):
        yield from _in_gutter(gutter, text, ink, width)
    text_lines = body(message, gutter, max(width - _GUTTER, 1), words, unfolded=unfolded)
    yield from islice(text_lines, MOST_LINES)
    if next(text_lines, None) is not None:
        yield from _in_gutter(
            gutter, f"… the whole message: supportcli ticket show {line.number}", Ink.DIM, width
        )


def _files(
    message: Message,
    before: int,
    folded: Collection[tuple[int, int]],
    width: int,
    *,
    words: "Collection[Words]",
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
        yield from _in_gutter(gutter, named, Ink.TAG, width, words)
    if left := len(message.attachments) - len(shown):
        images = f"▸ {left} image{'' if left == 1 else 's'} of the signature  (>)"
        yield from _in_gutter(gutter, images, Ink.DIM, width)
    if shown:
        yield gutter, ("A", Ink.KEY), (" saves, reads or opens a file", Ink.DIM)


def _in_gutter(
    gutter: Span, text: str, ink: Ink, width: int, words: "Collection[Words]" = ()
) -> Iterator[Spans]:
    """A text after its gutter, broken to the width."""
    lines = lit_lines(text, ink, max(width - len(gutter[0]), 1), words)
    return ((gutter, *spans) for spans in lines)


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
