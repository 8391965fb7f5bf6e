"""The heading of a conversation: three lines that are there at once."""

from datetime import datetime
from typing import TYPE_CHECKING

from supportcli.domain.tickets.presence import Colleague
from supportcli.domain.tickets.snoozing import is_snoozed
from supportcli.domain.tickets.ticket import Link, Priority, Ticket, TicketLine
from supportcli.rendering.hits import lit
from supportcli.rendering.ink import Ink, Spans, ends, width_of_all
from supportcli.rendering.sla_clock import sentence, waiting
from supportcli.rendering.ticket_rows import called
from supportcli.rendering.times import snoozed
from supportcli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Collection

    from supportcli.domain.query.nodes import Words

_ROOMY = 110
"""Cells of a heading that says everything beside the title."""


def heading(
    line: TicketLine,
    width: int,
    now: datetime,
    colleague: Colleague | None = None,
    *,
    words: "Collection[Words]" = (),
    position: str = "",
) -> tuple[Spans, Spans, Spans]:
    """The heading of a conversation: the ticket and its status; the customer, the team and the
    assignee, and the `colleague` who is at it; a rule with the rest. The clock is beside the
    status, or beside the assignee if the subject needs the room. Hits of the `words` are marked.
    `position` is where it is being read, instead of how many messages there are."""
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
        _rule(line, width, position),
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


def _rule(line: TicketLine, width: int, position: str) -> Spans:
    tags = [
        piece
        for text in (fields_text(line), clean(" ".join(line.tags)))
        if text
        for piece in ((f" {text} ", Ink.TAG), ("─", Ink.RULE))
    ]
    messages = f"{line.message_count} message{'' if line.message_count == 1 else 's'}"
    count = (f" {position or messages} ", Ink.DIM)
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
