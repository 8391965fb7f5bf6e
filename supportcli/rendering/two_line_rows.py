"""A ticket as two lines of the list: who waits and for how long, then what it is about, with the
first words of its last message. Pure: a line, a width and the present moment in; pieces of text
out."""

from datetime import datetime

from supportcli.domain.tickets.presence import Colleague, Doing
from supportcli.domain.tickets.ticket import Direction, Status, TicketLine
from supportcli.rendering.ink import Ink, Span, Spans, ends, shortened, width_of, width_of_all
from supportcli.rendering.sla_clock import clock_cell
from supportcli.rendering.ticket_rows import RowLook, called, has, look_of, signs, vip, whole_status
from supportcli.rendering.times import span
from supportcli.terminal import clean

_NAMED = 60
"""From this width on there is room for the assignee's name."""

_NAME, _AGE = 14, 4

_WORDS = 16
"""Tags leave so many cells to the first words of the last message."""

_OURS = {Direction.OUT: "┃ ", Direction.NOTE: "┊ "}
"""Before words of ours: the mark that they have in the conversation."""


def age(line: TicketLine, now: datetime) -> str:
    """How long the customer has waited, or else how long ago anything was done, in at most three
    cells."""
    return span(now - (line.waiting_since or line.updated_at))


def two_lines(
    line: TicketLine,
    width: int,
    now: datetime,
    *,
    draft: bool = False,
    colleague: Colleague | None = None,
) -> tuple[Spans, Spans]:
    """A ticket's two lines, in exactly `width` cells each.

    The first: urgency, clock, number, customer; on the right who has it, or is at it now, and its
    age. The second: subject and the first words of the last message; on the right tags, and the
    status unless it is open."""
    look = look_of(line, now)
    left: Spans = (
        *signs(line, look, now, draft=draft, colleague=None),
        (f"#{line.number} ", Ink.NUMBER),
        *vip(line, look),
        (called(line.customer), look.text),
    )
    since = age(line, now)
    told = clock_cell(line, now)[0].strip() == since
    right: Spans = (
        _at_it(line, width, colleague),
        (f"{'' if told else since:>{_AGE}} ", Ink.DIM),
    )
    return ends(left, right, width), _about(line, look, width)


def _at_it(line: TicketLine, width: int, colleague: Colleague | None) -> Span:
    """Who has the ticket, or the colleague who is at it now: by name where there is room."""
    who = colleague.person if colleague else line.assignee
    if width < _NAMED or who is None:
        return has(line, 3, colleague)
    mark = colleague.doing.mark if colleague else " "
    writes = colleague is not None and colleague.doing is Doing.WRITES
    ink = Ink.WARNING if writes else Ink.TEXT if colleague else Ink.DIM
    return f"{mark}{shortened(called(who), _NAME)}", ink


def _about(line: TicketLine, look: RowLook, width: int) -> Spans:
    subject = clean(line.subject) or "(no subject)"
    left: Spans = ((" ", Ink.TEXT), (subject, Ink.DIM if look.quiet else Ink.TEXT))
    needed = width_of(subject) + 2
    if line.last is not None:
        words = _OURS.get(line.last.direction, "") + clean(line.last.words)
        left = (*left, (f" — {words}", Ink.DIM))
        needed += min(width_of(words) + 3, _WORDS)
    right: Spans = ((" ", Ink.TEXT),)
    if look.status is not Status.OPEN or look.sleeps:
        right = (whole_status(look), *right)
    tags = clean(" ".join([*([f"[{line.team}]"] if line.team else []), *line.tags]))
    if tags and needed + width_of(tags) + width_of_all(right) <= width:
        right = ((tags, Ink.TAG), *right)
    return ends(left, right, width)
