"""The lines of the list of tickets: a ticket with the two cells before it, and the heading above a
group. Pure."""

from datetime import datetime
from typing import NamedTuple

from supportcli.domain.tickets.presence import Colleague
from supportcli.domain.tickets.ticket import TicketLine
from supportcli.domain.tickets.urgency_groups import UrgencyGroup
from supportcli.rendering.ink import Ink, Span, Spans
from supportcli.rendering.ticket_rows import Columns, look_of, row
from supportcli.rendering.two_line_rows import two_lines

EDGE = 2
"""The cells before a ticket."""

MARK, UNREAD = "✓", "●"
"""Before a ticket: verbs act on this one too; somebody wrote in it since I looked."""


class RowState(NamedTuple):
    """What the list knows of a ticket beside its line: whether the cursor is on it, whether it is
    marked, whether it has a draft of mine, and which colleague is at it."""

    chosen: bool
    marked: bool
    draft: bool = False
    colleague: Colleague | None = None


class RowShape(NamedTuple):
    """How tickets are drawn: in `width` cells, on one line or two, in a list whose highest number
    is `highest`."""

    width: int
    height: int
    highest: int


def list_row(line: TicketLine, part: int, shape: RowShape, now: datetime, state: RowState) -> Spans:
    """One of the lines of a ticket, with the cells before it."""
    edge = edge_of(part, state, unread=look_of(line, now).unread)
    draft, colleague = state.draft, state.colleague
    if shape.height > 1:
        lines = two_lines(line, shape.width - EDGE, now, draft=draft, colleague=colleague)
        return (edge, *lines[part])
    columns = Columns.of(shape.width, shape.highest)
    return (edge, *row(line, columns, now, draft=draft, colleague=colleague))


def edge_of(part: int, state: RowState, *, unread: bool = False) -> Span:
    """The two cells before a ticket: whether the cursor is on it, or else whether it is marked; and
    whether it is unread, or under the cursor marked."""
    if part:
        return "  ", Ink.KEY
    mark, dot = MARK if state.marked else " ", UNREAD if unread else " "
    ink = Ink.KEY if state.chosen or state.marked else Ink.NUMBER
    if state.chosen:
        return "▸" + (mark if state.marked else dot), ink
    return mark + dot, ink


def group_heading(group: UrgencyGroup, size: int | None, width: int) -> Spans:
    """The heading above a group, with how many tickets it has if that is known."""
    title = f"  {group.title} {f'{size:,} ' if size is not None else ''}"
    return ((title, Ink.DIM), ("─" * max(width - len(title) - 1, 0), Ink.RULE))
