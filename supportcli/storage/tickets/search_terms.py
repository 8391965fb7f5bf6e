"""What the terms of a query mean in SQL for which nothing of the desk has to be read: a ticket's
fields, its moments and clocks, and what belongs to it."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Literal, assert_never

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    text,
    true,
)

from supportcli.domain.query.nodes import (
    Came,
    Dated,
    DueWithin,
    From,
    Moment,
    Numbered,
    NumberedFrom,
    OfPriority,
    OnClock,
    Shows,
    Tagged,
    Timed,
    Trait,
)
from supportcli.domain.query.spans import Ends, ends_of
from supportcli.domain.tickets.ticket import AUTOMATIC, NO_REPLIES, Direction, SlaState
from supportcli.storage import tables
from supportcli.storage.engine import rows
from supportcli.storage.people import seen
from supportcli.storage.tables import (
    NOTES,
    CustomerRow,
    MessageRow,
    TargetRow,
    TicketRow,
    TicketTagRow,
)

_TICKET = rows.table_of(TicketRow)
_TAG = rows.table_of(TicketTagRow)
_TARGET = rows.table_of(TargetRow)
_CUSTOMER = rows.table_of(CustomerRow)
_MESSAGE = rows.table_of(MessageRow)


def labelled(
    term: Numbered | NumberedFrom | Tagged | OfPriority | From, *, probing: bool
) -> ColumnElement[bool]:
    """Whether a ticket's own fields and tags are as a term asks. `probing` asks each ticket:
    else SQLite finds all tickets with a tag, or such a number, before it looks at one."""
    match term:
        case Numbered(number):
            return _TICKET.c.number == number
        case NumberedFrom(first, last):
            asked = _TICKET.c.number >= first
            both = asked if last is None else and_(asked, _TICKET.c.number <= last)
            return _holds(both, probing=probing)
        case Tagged(tags):
            tagged = select(_TAG.c.ticket_number).where(_TAG.c.tag.in_(tags))
            if probing:
                of_ticket = tagged.where(_TAG.c.ticket_number == _TICKET.c.number)
                return exists(of_ticket.correlate(_TICKET))
            return _TICKET.c.number.in_(tagged)
        case OfPriority(priorities):
            return _TICKET.c.priority.in_(sorted(priorities))
        case From(parts):
            return _TICKET.c.customer_id.in_(
                select(_CUSTOMER.c.id).where(or_(*map(_is_from, parts)))
            )
    assert_never(term)


def _is_from(part: str) -> ColumnElement[bool]:
    address = _CUSTOMER.c.address
    return (
        address.endswith(part, autoescape=True)
        if part.startswith("@")
        else address.contains(part, autoescape=True)
    )


def timed(term: Timed, now: datetime, zone: tzinfo, *, probing: bool) -> ColumnElement[bool]:
    """Whether a ticket's moments and clocks are as a term asks at `now` in `zone`."""
    match term:
        case OnClock(states):
            return or_(*(_stands(state, now, probing=probing) for state in sorted(states)))
        case DueWithin(seconds):
            return _holds(_TICKET.c.due_at < now + timedelta(seconds=seconds), probing=probing)
        case Dated(moment, spans):
            ends = (ends_of(span, now, zone) for span in spans)
            return or_(*(_holds(_in(MOMENTS[moment], one), probing=probing) for one in ends))
    assert_never(term)


MOMENTS = {
    Moment.CREATED: _TICKET.c.created_at,
    Moment.UPDATED: _TICKET.c.updated_at,
    Moment.SOLVED: _TICKET.c.solved_at,
    Moment.DUE: _TICKET.c.due_at,
}
"""The column of each moment."""


def _in(at: ColumnElement[datetime], ends: Ends) -> ColumnElement[bool]:
    since, until = ends
    return and_(true() if since is None else at >= since, true() if until is None else at < until)


def _holds(asked: ColumnElement[bool], *, probing: bool) -> ColumnElement[bool]:
    """Whether something holds of a ticket's columns. Without `probing` their index is read first:
    by itself, SQLite reads all tickets in the order of the list."""
    if probing:
        return never_null(asked)
    return _TICKET.c.number.in_(select(_TICKET.c.number).where(asked).correlate(None))


def never_null(asked: ColumnElement[bool]) -> ColumnElement[bool]:
    """False where a column has no value, so that NOT turns it round."""
    return func.coalesce(asked, false())


def _stands(state: SlaState, now: datetime, *, probing: bool) -> ColumnElement[bool]:
    """How a ticket's targets stand (`domain.tickets.ticket.SlaStatus` says the same of a line)."""
    match state:
        case SlaState.BREACHED:
            return _targets(_BREACHED)
        case SlaState.OVERDUE:
            return _holds(_TICKET.c.due_at <= now, probing=probing)
        case SlaState.RUNNING:
            return _TICKET.c.due_at.is_not(None)
        case SlaState.PAUSED:
            return and_(_TICKET.c.due_at.is_(None), _targets(_OPEN))
        case SlaState.MET:
            return and_(_targets(_MET), not_(_targets(or_(_OPEN, _BREACHED))))
        case SlaState.NOT_NEEDED:
            return and_(_targets(true()), not_(_targets(or_(_OPEN, _BREACHED, _MET))))
        case SlaState.NONE:
            return not_(_targets(true()))


_OPEN = and_(_TARGET.c.met_at.is_(None), _TARGET.c.cancelled_at.is_(None))
_MET, _BREACHED = _TARGET.c.met_at.is_not(None), _TARGET.c.breached_at.is_not(None)


def _targets(asked: ColumnElement[bool]) -> ColumnElement[bool]:
    return _TICKET.c.number.in_(select(_TARGET.c.ticket_number).where(asked))


def inside(term: Shows | Came, now: datetime, me: int | None) -> ColumnElement[bool]:
    """Whether something belongs to a ticket, by asking that for its tickets; for the agent `me` (an
    id)."""
    field, found = _what_says_it(term, now, me, probing=False)
    return or_(false(), field, *(_TICKET.c.number.in_(one) for one in found))


def each_inside(term: Shows | Came, now: datetime, me: int | None) -> ColumnElement[bool]:
    """The same by asking each ticket: quicker where few tickets are asked."""
    field, found = _what_says_it(term, now, me, probing=True)
    here = (one.where(one.selected_columns[0] == _TICKET.c.number) for one in found)
    return or_(false(), field, *(exists(one.correlate(_TICKET)) for one in here))


def _what_says_it(
    term: Shows | Came, now: datetime, me: int | None, *, probing: bool
) -> tuple[ColumnElement[bool], list[Select[tuple[int]]]]:
    """A condition on the ticket itself, and numbers of tickets, some several times: each of them
    says that it is so."""
    if isinstance(term, Came):
        return false(), [_messages().where(_MESSAGE.c.channel.in_(sorted(term.channels)))]
    match term.trait:
        case Trait.UNANSWERED:
            return _TICKET.c.waiting_since.is_not(None), []
        case Trait.SNOOZED:
            return _holds(_TICKET.c.snoozed_until > now, probing=probing), []
        case Trait.LINK | Trait.TAG | Trait.DRAFT:
            return false(), _rows_of(term.trait)
        case Trait.VIP:
            profile = rows.table_of(tables.CustomerProfileRow).c
            vips = select(profile.customer_id).where(profile.vip)
            return _TICKET.c.customer_id.in_(vips), []
        case Trait.UNREAD:
            return false(), [seen.tickets_unread_by(me)]
        case Trait.ATTACHMENT | Trait.NOTE | Trait.REPLY:
            return false(), [_messages_with(term.trait)]


def _rows_of(trait: Literal[Trait.LINK, Trait.TAG, Trait.DRAFT]) -> list[Select[tuple[int]]]:
    """The tickets of all links, tags or drafts."""
    if trait is Trait.LINK:
        linked = rows.table_of(tables.TicketLinkRow).c
        return [select(linked.ticket_number), select(linked.other_number)]
    there = TicketTagRow if trait is Trait.TAG else tables.DraftRow
    return [select(rows.table_of(there).c.ticket_number)]


def answered() -> Select[tuple[int]]:
    """The tickets in which an agent sent a reply."""
    return _messages_with(Trait.REPLY).where(_MESSAGE.c.agent_id.is_not(None))


def sent_from(agents: Sequence[int]) -> Select[tuple[int]]:
    """The tickets from which one of these agents (by their ids) sent a reply or a forward."""
    out = _MESSAGE.c.direction == Direction.OUT.value
    return _messages().where(out, _MESSAGE.c.channel != AUTOMATIC, _MESSAGE.c.agent_id.in_(agents))


_IS_NOTE = text(f"message.{NOTES}")
"""Not bound: a prepared statement would not use the index of notes."""


def _messages() -> Select[tuple[int]]:
    """The ticket of each message that was not taken back."""
    return select(_MESSAGE.c.ticket_number).where(_MESSAGE.c.retracted_at.is_(None))


def _messages_with(
    trait: Literal[Trait.ATTACHMENT, Trait.NOTE, Trait.REPLY],
) -> Select[tuple[int]]:
    match trait:
        case Trait.ATTACHMENT:
            file = rows.table_of(tables.AttachmentRow)
            return _messages().join(file, file.c.message_id == _MESSAGE.c.id)
        case Trait.NOTE:
            return _messages().where(_IS_NOTE)
        case Trait.REPLY:
            out = _MESSAGE.c.direction == Direction.OUT.value
            return _messages().where(out, _MESSAGE.c.channel.not_in(NO_REPLIES))
