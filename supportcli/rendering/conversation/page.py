"""A conversation as lines. Pure: a ticket, a width and the present moment in; lines of text out,
computed in a thread."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from supportcli.domain.text.web_addresses import numbered
from supportcli.domain.tickets.signature_images import signature_images
from supportcli.domain.tickets.ticket import Direction, Message, Ticket, TicketLine
from supportcli.rendering.conversation.event_lines import event_lines
from supportcli.rendering.conversation.gutters import in_gutter
from supportcli.rendering.conversation.heading import fields_text, followed, linked, of_messages
from supportcli.rendering.conversation.message import (
    USUAL_KEYS,
    MessageLook,
    PageKeys,
    message_lines,
)
from supportcli.rendering.conversation.text import FOLDED
from supportcli.rendering.hits import hit_lines
from supportcli.rendering.ink import Ink, Spans, width_of
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.domain.query.nodes import Words
    from supportcli.rendering.events import ToldRun

WIDEST = 100
"""The most cells of a line, however wide the terminal: longer lines are tiring to read."""

UNREAD = " unread "


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """A conversation laid out for a width: its lines, the line on which each message starts, and
    the line to show first. `hits` are the lines on which the `words` of a search stand; `hit` is
    the place among them of the one to show first, if there is one. `told` is what was
    done between the messages.

    `unread` is the line above the first message that its reader has not seen, whose id is
    `unread_from`; None: all of them are new, or none is."""

    lines: tuple[Spans, ...] = ()
    starts: tuple[int, ...] = ()
    opens: int = 0
    words: "tuple[Words, ...]" = ()
    hits: tuple[int, ...] = ()
    hit: int | None = None
    told: "Sequence[ToldRun]" = ()
    unread: int | None = None
    unread_from: int = 0
    stops: tuple[int, ...] = ()
    """The line behind the last one of each message."""


def page(
    ticket: Ticket,
    width: int,
    now: datetime,
    *,
    unfolded: bool = False,
    words: "tuple[Words, ...]" = (),
    told: "Sequence[ToldRun]" = (),
    unread: int = 0,
    keys: PageKeys = USUAL_KEYS,
) -> ConversationPage:
    """Lay a conversation out. Quotes, signatures and what was done between two messages are one
    line each unless `unfolded`. Hits of the `words` are marked. `told` is what was done before each
    message and after the last one (`events.runs`). `unread` is the first message (by its id) that
    its reader has not seen; 0: there is none. `keys` are those that it names."""
    width = min(width, WIDEST)
    lines = list(_above(ticket, width, words, keys))
    starts, stops = list[int](), list[int]()
    above, rule, file = len(lines), None, ticket.earlier_files
    look = MessageLook(
        width,
        now,
        of_messages(words),
        numbered(message.text for message in ticket.messages),
        unfolded,
        frozenset() if unfolded else signature_images(ticket.messages),
        keys,
    )
    before, *after = told or [()] * (len(ticket.messages) + 1)
    lines.extend(event_lines(before, width, now, unfolded=unfolded))
    for message, run in zip(ticket.messages, after, strict=True):
        if lines:
            lines.append(())
        if message.id == unread and (starts or ticket.earlier):
            rule = len(lines)
            lines.append(_unread_rule(width))
        starts.append(len(lines))
        lines.extend(message_lines(ticket.line, message, look, file))
        stops.append(len(lines))
        lines.extend(event_lines(run, width, now, unfolded=unfolded))
        file += len(message.attachments)
    if words and ticket.earlier and next(hit_lines(lines), None) is None:
        lines[above - 1] = (*lines[above - 1], (" · no hit below", Ink.WARNING))
    laid_out = ConversationPage(
        tuple(lines),
        tuple(starts),
        _opening(ticket.messages, starts),
        words,
        told=told,
        unread=rule,
        unread_from=unread,
        stops=tuple(stops),
    )
    return _at_newest_hit(laid_out) if words else laid_out


def _unread_rule(width: int) -> Spans:
    """The line between what was seen and what is new."""
    left = max(width - len(UNREAD), 0) // 2
    right = max(width - len(UNREAD) - left, 0)
    return (("─" * left, Ink.KEY), (UNREAD, Ink.KEY), ("─" * right, Ink.KEY))


def _above(
    ticket: Ticket, width: int, words: "Collection[Words]", keys: PageKeys
) -> Iterator[Spans]:
    """What stands above the messages: what the heading may have cut off, links, followers, and how
    many earlier messages there are."""
    yield from _cut_off(ticket.line, width, words)
    gutter = (" ", Ink.DIM)
    if ticket.line.dead is not None:
        said = f" · “{clean(ticket.line.dead)}”" if ticket.line.dead.strip() else ""
        comes_back = f"! mail to {clean(ticket.line.customer.address)} comes back{said}"
        yield from in_gutter(gutter, comes_back, Ink.WARNING, width)
    for link in ticket.links:
        yield from in_gutter(gutter, linked(link), Ink.DIM, width)
    if ticket.followers:
        yield from in_gutter(gutter, followed(ticket), Ink.DIM, width)
    if ticket.earlier:
        earlier = f" ▴ {ticket.earlier} earlier message{'' if ticket.earlier == 1 else 's'}  "
        yield ((earlier, Ink.DIM), (keys.older, Ink.KEY))


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
            yield from in_gutter((" ", Ink.DIM), text, ink, width, sought)


def _opening(messages: Sequence[Message], starts: Sequence[int]) -> int:
    """The first message of the customer that nobody has answered, else the last message."""
    first = None
    for message, start in zip(messages, starts, strict=True):
        if message.direction is Direction.OUT and not message.is_automatic:
            first = None
        elif first is None and message.direction is Direction.IN:
            first = start
    return first if first is not None else starts[-1] if starts else 0
