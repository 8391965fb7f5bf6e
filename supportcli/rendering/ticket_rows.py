"""A ticket as one line of the list. Pure: a line, a width and the present moment in; pieces of text
out."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from supportcli.domain.mail import Address
from supportcli.domain.people import Agent
from supportcli.domain.tickets.presence import Colleague, Doing
from supportcli.domain.tickets.snoozing import is_snoozed
from supportcli.domain.tickets.ticket import Delivery, Priority, Status, TicketLine
from supportcli.rendering.ink import Ink, Span, Spans, fit, width_of, width_of_all
from supportcli.rendering.sla_clock import WIDTH, clock_cell
from supportcli.terminal import clean

PRIORITY_MARKS = {
    Priority.URGENT: "▲▲",
    Priority.HIGH: "▲ ",
    Priority.NORMAL: "  ",
    Priority.LOW: "▽ ",
}
DRAFT_MARK = "+"
VIP_MARK = "★ "
DELIVERY_MARKS = {
    Delivery.FAILED: "✗",
    Delivery.UNCERTAIN: "?",
    Delivery.BOUNCED: "✗",
    Delivery.LATE: "…",
    Delivery.DEFERRED: "…",
    Delivery.TRANSMITTING: "›",
    Delivery.SENDING: "›",
    Delivery.QUEUED: "›",
}
SHORT_STATUS = {
    Status.PENDING: "pend",
    Status.ON_HOLD: "hold",
    Status.SOLVED: "solv",
    Status.CLOSED: "clsd",
    Status.DELETED: "del",
    Status.MERGED: "mrgd",
}
_DONE = frozenset({Status.SOLVED, Status.CLOSED, Status.SPAM, Status.DELETED, Status.MERGED})
_WAITING = frozenset({Status.PENDING, Status.ON_HOLD})

_TAG_ROOM = 4
"""The fewest free cells after a subject in which a tag is shown."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The width of each column of a list, in cells; 0 leaves a column out. `subject` takes what is
    left, including tags."""

    number: int
    customer: int
    subject: int
    assignee: int
    status: int

    @classmethod
    def of(cls, width: int, highest: int) -> "Columns":
        """The columns of a list with this width, whose highest ticket number is `highest`."""
        number = len(str(highest)) + 1
        _, customer, assignee, status = next(widths for widths in _WIDTHS if width >= widths[0])
        return cls(
            number,
            customer,
            max(width - (_FIXED + number + customer + assignee + status), 4),
            assignee,
            status,
        )


_WIDTHS = ((110, 24, 3, 8), (80, 17, 3, 8), (70, 17, 3, 5), (64, 12, 3, 5), (0, 12, 0, 5))
"""The cells of customer, assignee and status, from each width of the list on. States are those of
headings and commands wherever there is room for their letters."""

_FIXED = 2 + 2 + 1 + 1 + WIDTH + 1 + 1 + 1
"""The cells of cursor, priority, draft or delivery and clock, with a space before and after the
clock, after the number and after the customer."""


def row(
    line: TicketLine,
    columns: Columns,
    now: datetime,
    *,
    draft: bool = False,
    colleague: Colleague | None = None,
) -> Spans:
    """The pieces of a ticket's row, without the cursor's two cells, in exactly the width that the
    columns were made for. Where a `colleague` is at it, they stand in the place of its assignee,
    or only their mark before the clock if there is no room for that."""
    look = look_of(line, now)
    text = look.text
    spans: list[Span] = [
        *signs(line, look, now, draft=draft, colleague=None if columns.assignee else colleague),
        (f"#{line.number}".rjust(columns.number) + " ", Ink.NUMBER),
        *_customer(line, columns.customer, look),
        *_subject(line, columns.subject, text),
    ]
    if columns.assignee:
        spans.append(has(line, columns.assignee, colleague))
    if columns.status:
        spans.append(status_cell(look, columns.status))
    return tuple(spans)


class RowLook(NamedTuple):
    """What decides the inks of a row: the status now, whether the ticket sleeps, whether nothing is
    to be done with it, and if something is, whether its reader has not seen all of it."""

    status: Status
    sleeps: bool
    quiet: bool
    unread: bool

    @property
    def text(self) -> Ink:
        """The ink of its words."""
        return Ink.DIM if self.quiet else Ink.STRONG if self.unread else Ink.TEXT


def look_of(line: TicketLine, now: datetime) -> RowLook:
    """How a ticket's row looks now."""
    status = line.status_at(now)
    sleeps = is_snoozed(line.snoozed_until, now)
    quiet = sleeps or status in _DONE or status in _WAITING
    return RowLook(status, sleeps, quiet, line.unread is not None and not quiet)


def signs(
    line: TicketLine,
    look: RowLook,
    now: datetime,
    *,
    draft: bool,
    colleague: Colleague | None,
) -> Spans:
    """The signs before a ticket's number: priority, draft or delivery, clock."""
    clock, ink = clock_cell(line, now)
    return (
        (
            PRIORITY_MARKS[line.priority],
            Ink.WARNING if line.priority > Priority.NORMAL else Ink.DIM,
        ),
        _flag(line, draft=draft, colleague=colleague),
        (f" {clock} ", Ink.DIM if look.quiet and ink is Ink.TEXT else ink),
    )


def has(line: TicketLine, width: int, colleague: Colleague | None) -> Span:
    """Who has the ticket, by initials; or the colleague who is at it, behind a mark."""
    if colleague is None:
        return " " + fit(initials(line.assignee), width - 1), Ink.DIM
    who = colleague.doing.mark + fit(initials(colleague.person), width - 1)
    return who, Ink.WARNING if colleague.doing is Doing.WRITES else Ink.TEXT


_LIVE = frozenset({Status.NEW, Status.OPEN})


def status_cell(look: RowLook, width: int) -> Span:
    """A space and the status in `width` cells together. A snoozed ticket says that instead."""
    room = width - 1
    if look.sleeps:
        word = "snoozed" if room >= len("snoozed") else "snzd"
        return f" {fit(word, room)}", Ink.DIM
    return (
        f" {fit(status_word(look.status, room), room)}",
        Ink.TEXT if look.status in _LIVE else Ink.DIM,
    )


def whole_status(look: RowLook) -> Span:
    """A space and the status in as many cells as it needs."""
    return status_cell(look, 1 + len("snoozed" if look.sleeps else look.status.value))


def vip(line: TicketLine, look: RowLook) -> Spans:
    """The mark of a customer who is a VIP, before the name."""
    return ((VIP_MARK, Ink.DIM if look.quiet else Ink.WARNING),) if line.vip else ()


def _customer(line: TicketLine, width: int, look: RowLook) -> Spans:
    mark = vip(line, look)
    return *mark, (fit(called(line.customer), width - width_of_all(mark)) + " ", look.text)


_ALARMING = {Delivery.FAILED, Delivery.UNCERTAIN, Delivery.BOUNCED, Delivery.LATE}


def _flag(line: TicketLine, *, draft: bool, colleague: Colleague | None) -> Span:
    if line.delivery in _ALARMING:
        return DELIVERY_MARKS[line.delivery], Ink.ERROR
    if colleague is not None:
        return colleague.doing.mark, Ink.WARNING
    if draft:
        return DRAFT_MARK, Ink.WARNING
    return DELIVERY_MARKS.get(line.delivery, " ") if line.delivery else " ", Ink.DIM


def _subject(line: TicketLine, width: int, ink: Ink) -> list[Span]:
    """The subject, and as much of the team and the tags as fits after it."""
    subject = clean(line.subject) or "(no subject)"
    room = width - width_of(subject)
    labels = ([f"[{line.team}]"] if line.team else []) + list(line.tags)
    if not labels or room < _TAG_ROOM:
        return [(fit(subject, width), ink)]
    return [(subject + "  ", ink), (fit(clean(" ".join(labels)), room - 2), Ink.TAG)]


def called(person: Address) -> str:
    """A person's name, else their address, clean."""
    return clean(person.name.strip() or person.address)


def initials(person: Address | None) -> str:
    """Two letters for the agent who has a ticket; a dash if nobody does."""
    return clean(Agent(0, person.name.strip(), person.address).initials) if person else "—"


def status_word(status: Status, width: int) -> str:
    """A status in at most `width` cells, at least four."""
    return (
        status.value
        if len(status.value) <= width
        else SHORT_STATUS.get(status, status.value[:width])
    )
