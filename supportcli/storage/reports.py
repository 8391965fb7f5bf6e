"""What reports count, from the event log and the messages: the lives of tickets one by one, by
nine queries.

Rows stream in the order of the tickets, so that memory holds one ticket at a time. Undone events
are left out, and so is a ticket whose creation was undone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby, takewhile
from math import inf
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    and_,
    not_,
    null,
    or_,
    select,
    union,
    union_all,
)
from sqlmodel import Session

from supportcli.domain.people import ActorKind
from supportcli.domain.query.nodes import Node
from supportcli.domain.reports.ticket_life import (
    Course,
    Life,
    LifeStep,
    TargetLife,
    TicketLabels,
)
from supportcli.domain.sla.clock_runs import MOVED
from supportcli.domain.sla.policy import TargetKind
from supportcli.domain.tickets.merged_clocks import AWAITS, MISSED
from supportcli.domain.tickets.news import AUTO_REPLIED
from supportcli.domain.tickets.ticket import UNSOLVED, Direction, Status
from supportcli.storage.engine import rows
from supportcli.storage.tables import (
    AgentRow,
    CustomFieldRow,
    EventRow,
    MailboxRow,
    MailRow,
    MessageRow,
    PolicyRow,
    PolicyVersionRow,
    RegroupingRow,
    TargetRow,
    TeamRow,
    TicketFieldRow,
    TicketRow,
    TicketTagRow,
)
from supportcli.storage.tickets import search
from supportcli.storage.tickets.events import IMPORTED
from supportcli.storage.tickets.search import Asker

T = TypeVar("T")

_TICKET, _TAG, _EVENT = (
    rows.table_of(TicketRow),
    rows.table_of(TicketTagRow),
    rows.table_of(EventRow),
)
_MESSAGE, _MAIL, _TARGET = (
    rows.table_of(MessageRow),
    rows.table_of(MailRow),
    rows.table_of(TargetRow),
)
_MOVED = rows.table_of(RegroupingRow)
_AGENT, _MAILBOX = rows.table_of(AgentRow), rows.table_of(MailboxRow)
_TEAM = rows.table_of(TeamRow)
_FIELD, _VALUE = rows.table_of(CustomFieldRow), rows.table_of(TicketFieldRow)
_POLICY, _VERSION = rows.table_of(PolicyRow), rows.table_of(PolicyVersionRow)

_ROWS = 2_000
"""The rows that are fetched at a time."""

_MARGIN = timedelta(days=1)
"""How far apart the clocks of two machines may be."""

_NO_STEPS = ("undone", "delivery", "bounced", "warned", "breached", AUTO_REPLIED)
"""Kinds of events that are not an action on a ticket; other events hold the same information."""

_BROUGHT = frozenset({"created", "received", "phoned"})
"""Kinds of events that bring a customer's message, unless it was split off another ticket: there it
is counted."""

_END = (inf,)
"""A row behind the last ticket's."""
_STATUSES = {status.value: status for status in Status}

_UNDONE = select(_EVENT.c.undoes).where(_EVENT.c.undoes.is_not(None))
_TICKETS = (
    select(
        _TICKET.c.number,
        _TICKET.c.priority,
        _TICKET.c.status,
        _TICKET.c.created_at,
        _TICKET.c.solved_at,
        _AGENT.c.address.label("assignee"),
        _MAILBOX.c.address.label("mailbox"),
        _TEAM.c.name.label("team"),
    )
    .join(_MAILBOX, _MAILBOX.c.id == _TICKET.c.mailbox_id)
    .outerjoin(_AGENT, _AGENT.c.id == _TICKET.c.assignee_id)
    .outerjoin(_TEAM, _TEAM.c.id == _TICKET.c.team_id)
    .order_by(_TICKET.c.number)
)
_STEPS = (
    select(
        _EVENT.c.ticket_number,
        _EVENT.c.at,
        _EVENT.c.kind,
        _EVENT.c.actor_kind,
        _EVENT.c.actor,
        _EVENT.c.gesture,
        _EVENT.c.before,
        _EVENT.c.after,
        _MESSAGE.c.direction,
        _MESSAGE.c.created_at.label("written_at"),
        _MESSAGE.c.ticket_number.label("stands_in"),
        _MAIL.c.historic,
    )
    .outerjoin(_MESSAGE, _MESSAGE.c.id == _EVENT.c.message_id)
    .outerjoin(_MAIL, _MAIL.c.id == _MESSAGE.c.mail_id)
    .where(_EVENT.c.kind.not_in(_NO_STEPS), _EVENT.c.gesture.not_in(_UNDONE))
    .order_by(_EVENT.c.ticket_number, _EVENT.c.id)
)
_BROUGHT_FROM = (
    select(_MESSAGE.c.ticket_number.label("into"), _EVENT.c.ticket_number.label("source"))
    .join(_EVENT, _EVENT.c.message_id == _MESSAGE.c.id)
    .where(
        _EVENT.c.ticket_number.in_(
            select(_MOVED.c.ticket_number).where(_MOVED.c.undone.is_(False))
        ),
        _EVENT.c.ticket_number != _MESSAGE.c.ticket_number,
    )
    .distinct()
    .subquery()
)
"""Tickets with messages that a merge or a split has put there, and the tickets whose history says
when those came."""

_MERGES = (
    select(_TICKET.c.number.label("source"), _TICKET.c.merged_into.label("into"))
    .where(_TICKET.c.merged_into.is_not(None))
    .cte("merges", recursive=True)
)
_MERGES = _MERGES.union(
    select(_MERGES.c.source, _TICKET.c.merged_into)
    .join(_TICKET, _TICKET.c.number == _MERGES.c.into)
    .where(_TICKET.c.merged_into.is_not(None))
)
"""Each merged ticket with every ticket that it was merged into, directly or in turn."""

_MUCH_HAPPENED = union(
    select(_EVENT.c.ticket_number).where(
        _EVENT.c.kind.not_in((*_NO_STEPS, "created")) | (_EVENT.c.gesture == IMPORTED)
    ),
    select(_BROUGHT_FROM.c.into),
    select(_MERGES.c.into),
)
"""The tickets that have more history than that they came in."""

_ARRIVALS = (
    _TICKETS.with_only_columns(
        _TICKET.c.created_at,
        _TICKET.c.number,
        _MAILBOX.c.address.label("mailbox"),
        _TICKET.c.priority,
        _AGENT.c.address.label("assignee"),
        _TEAM.c.name.label("team"),
        *(one for one in _STEPS.selected_columns if one.name != "before"),
    )
    .join(
        _EVENT,
        and_(
            _EVENT.c.ticket_number == _TICKET.c.number,
            _EVENT.c.kind == "created",
            _EVENT.c.gesture.not_in(_UNDONE),
        ),
    )
    .outerjoin(_MESSAGE, _MESSAGE.c.id == _EVENT.c.message_id)
    .outerjoin(_MAIL, _MAIL.c.id == _MESSAGE.c.mail_id)
)
"""Tickets with the event that created them, for those in whose history there is nothing else: when
each was created, its labels (up to column `_LABELS`), and its step without what it changed."""

_LABELS = 6
_NOTHING: Mapping[str, Any] = {}

_GOALS = (
    select(
        _TARGET.c.ticket_number,
        _TARGET.c.kind,
        _TARGET.c.started_at,
        _TARGET.c.due_at,
        _TARGET.c.met_at,
        _TARGET.c.breached_at,
        _TARGET.c.cancelled_at,
        _TARGET.c.cancelled_because,
        _TARGET.c.excused_at,
        _POLICY.c.valid_to,
        _EVENT.c.actor_kind,
        _EVENT.c.actor,
    )
    .join(_VERSION, _VERSION.c.id == _TARGET.c.policy_version_id)
    .join(_POLICY, _POLICY.c.id == _VERSION.c.policy_id)
    .outerjoin(_EVENT, _EVENT.c.id == _TARGET.c.ended_event)
    .order_by(_TARGET.c.ticket_number, _TARGET.c.id)
)
_RESPONSES = ("first-response", "next-response")
_FIRST = TargetKind.FIRST_RESPONSE.value


def lives(tx: Session, node: Node, asker: Asker, since: datetime) -> Iterator[Life]:
    """The lives of the tickets that a query finds, as of the asker's now: first of those that only
    came in, then of the others, each by number. Tickets that ended before `since` are skipped, so
    that the numbers of a day need not read all years.

    Read them within the transaction. QueryError if the query names an unknown agent or mailbox."""
    meant = and_(search.condition(tx, node, asker), _alive(since - _MARGIN))
    much = _TICKET.c.number.in_(_MUCH_HAPPENED)
    yield from _short_lives(tx, and_(meant, not_(much)), asker.now)
    yield from _long_lives(tx, and_(meant, much), asker.now)


def _short_lives(tx: Session, meant: ColumnElement[bool], now: datetime) -> Iterator[Life]:
    """The lives of tickets that only came in: most of a large backlog. One statement has what takes
    two elsewhere, and nothing is looked for that a longer history brings."""
    wanted = select(_TICKET.c.number).where(meant)
    marks = _of_each(tx, _marks(wanted), _mark)
    goals = _of_each(tx, _GOALS.where(_TARGET.c.ticket_number.in_(wanted)), partial(_goal, now))
    arrivals: Iterator[Sequence[Any]] = _streamed(tx, _ARRIVALS.where(meant))
    for row in arrivals:
        first = _step((*row[_LABELS:-5], _NOTHING, *row[-5:]))
        step, number = first.step, row[1]
        yield Life(
            _labels(row[1:_LABELS], marks(number)),
            row[0],
            first.historic,
            (step,),
            tuple(goals(number)),
            untouched=step.agent is None and (step.status is None or step.status in UNSOLVED),
        )


def _long_lives(tx: Session, meant: ColumnElement[bool], now: datetime) -> Iterator[Life]:
    wanted = select(_TICKET.c.number).where(meant)
    marks = _of_each(tx, _marks(wanted), _mark)
    steps = _of_each(tx, _STEPS.where(_EVENT.c.ticket_number.in_(wanted)), _step)
    goals = _of_each(tx, _GOALS.where(_TARGET.c.ticket_number.in_(wanted)), partial(_goal, now))
    brought = _of_each(tx, _brought_steps(wanted), _brought_step)
    decided = _of_each(tx, _brought_goals(wanted), partial(_goal, now))
    for row in _streamed(tx, _TICKETS.where(meant)):
        history = steps(row.number)
        if history and history[0].step.kind == "created":
            yield Life(
                _labels(
                    (row.number, row.mailbox, row.priority, row.assignee, row.team),
                    marks(row.number),
                ),
                row.created_at,
                _is_silent(history[0]),
                tuple(_steps_of(history, row.status, row.solved_at)),
                tuple(_goals_of(row.status, goals(row.number), decided(row.number))),
                tuple(_courses(brought(row.number))),
            )


def _labels(fields: Sequence[Any], marks: Sequence[tuple[str, str | None]]) -> TicketLabels:
    """The labels of a ticket: its number, mailbox, priority, assignee and team, and its marks."""
    number, mailbox, priority, assignee, team = fields
    if not marks:
        return TicketLabels(number, mailbox, priority, assignee, (), team)
    tags = tuple(name for name, value in marks if value is None)
    filled = {name: value for name, value in marks if value is not None}
    return TicketLabels(number, mailbox, priority, assignee, tags, team, filled)


def _mark(row: Sequence[Any]) -> tuple[str, str | None]:
    _, name, value = row
    return name, value


def _marks(wanted: Select[tuple[int]]) -> CompoundSelect[Any]:
    """The tags of tickets, and their custom fields with a value."""
    return union_all(
        select(_TAG.c.ticket_number, _TAG.c.tag.label("name"), null().label("value")).where(
            _TAG.c.ticket_number.in_(wanted)
        ),
        select(_VALUE.c.ticket_number, _FIELD.c.name, _VALUE.c.value)
        .join(_FIELD, _FIELD.c.id == _VALUE.c.field_id)
        .where(_VALUE.c.ticket_number.in_(wanted), _FIELD.c.active),
    ).order_by("ticket_number", "name")


def _brought_steps(wanted: Select[tuple[int]]) -> Select[Any]:
    """The histories of other tickets that brought messages into these, each in its order."""
    columns = [one for one in _STEPS.selected_columns if one.name != "ticket_number"]
    return (
        _STEPS.with_only_columns(
            _BROUGHT_FROM.c.into.label("ticket_number"), _BROUGHT_FROM.c.source, *columns
        )
        .join(_BROUGHT_FROM, _BROUGHT_FROM.c.source == _EVENT.c.ticket_number)
        .where(_BROUGHT_FROM.c.into.in_(wanted))
        .order_by(None)
        .order_by(_BROUGHT_FROM.c.into, _BROUGHT_FROM.c.source, _EVENT.c.id)
    )


def _brought_goals(wanted: Select[tuple[int]]) -> Select[Any]:
    """The responses that were owed in tickets which were merged into these."""
    columns = [one for one in _GOALS.selected_columns if one.name != "ticket_number"]
    return (
        _GOALS.with_only_columns(_MERGES.c.into.label("ticket_number"), *columns)
        .join(_MERGES, _MERGES.c.source == _TARGET.c.ticket_number)
        .where(_MERGES.c.into.in_(wanted), _TARGET.c.kind.in_(_RESPONSES))
        .order_by(None)
        .order_by(_MERGES.c.into, _TARGET.c.ticket_number, _TARGET.c.id)
    )


def _goals_of(
    status: Status, own: Sequence[TargetLife], brought: Sequence[TargetLife]
) -> Iterator[TargetLife]:
    """The targets that count in a ticket: its own, and the responses of those merged into it. Those
    of a ticket that is merged itself count in the last one."""
    if status != Status.MERGED:
        yield from (*own, *brought)
    else:
        yield from (one for one in own if one.kind not in _RESPONSES)


def _courses(found: Sequence[tuple[int, "_HistoryStep"]]) -> Iterator[Course]:
    for _, history in groupby(found, key=lambda one: one[0]):
        steps = [step for _, step in history]
        yield Course(_is_silent(steps[0]), tuple(one.step for one in steps))


def _alive(since: datetime) -> ColumnElement[bool]:
    """Whether anything in a ticket can matter to a period that begins then."""
    ends = (_TARGET.c.met_at, _TARGET.c.breached_at, _TARGET.c.cancelled_at)
    decided = select(_TARGET.c.ticket_number).where(
        or_(
            *(moment >= since for moment in (*ends, _TARGET.c.excused_at)),
            and_(*(end.is_(None) for end in ends)),
        )
    )
    touched = (
        time >= since for time in (_TICKET.c.updated_at, _TICKET.c.created_at, _TICKET.c.solved_at)
    )  # an imported file may have odd values for these
    return or_(*touched, _TICKET.c.status.in_(sorted(UNSOLVED)), _TICKET.c.number.in_(decided))


def _streamed(tx: Session, statement: Select[Any] | CompoundSelect[Any]) -> Iterator[Row[Any]]:
    return iter(tx.connection().execute(statement.execution_options(yield_per=_ROWS)))


def _of_each(
    tx: Session, statement: Select[Any] | CompoundSelect[Any], made: Callable[[Sequence[Any]], T]
) -> Callable[[int], list[T]]:
    """A function that returns a ticket's rows, converted by `made`; the first column is its number.
    Ask it for tickets in the order of their numbers."""
    found = _streamed(tx, statement)
    row = next(found, _END)

    def of_ticket(wanted: int) -> list[T]:
        nonlocal row
        while row[0] < wanted:
            row = next(found, _END)
        made_of: list[T] = []
        while row[0] == wanted:
            made_of.append(made(row))
            row = next(found, _END)
        return made_of

    return of_ticket


class _HistoryStep(NamedTuple):
    """A step; whether it came in silently, and from a file; the status before it, if it changed
    that."""

    step: LifeStep
    historic: bool
    imported: bool
    status_before: Status | None


def _is_silent(first: _HistoryStep) -> bool:
    return first.historic or first.imported


def _step(row: Sequence[Any], *, brought: bool = False) -> _HistoryStep:
    """A step, counted in its `number` (or in what was brought into that): the columns of
    `_STEPS`."""
    number, at, kind, actor_kind, actor, gesture, before, after, *message = row
    direction, written_at, stands_in, historic = message
    since = after.get("waiting_since")
    step = LifeStep(
        at,
        kind,
        actor if actor_kind == ActorKind.AGENT else None,
        _STATUSES.get(after.get("status")),
        "waiting_since" in after,
        datetime.fromisoformat(since) if since else None,
        written_at
        if kind in _BROUGHT and direction == Direction.IN and "from_ticket" not in after
        else None,
        stands_in != number and (brought or stands_in is not None),
        (AWAITS in after or MISSED in after) and _FIRST in _awaited(after),
    )
    return _HistoryStep(
        step, bool(historic), gesture == IMPORTED, _STATUSES.get(before.get("status"))
    )


def _brought_step(row: Sequence[Any]) -> tuple[int, _HistoryStep]:
    number, source, *rest = row
    return source, _step((number, *rest), brought=True)


def _awaited(after: Mapping[str, Any]) -> set[str]:
    """The kinds of responses that a merge brought."""
    return {*after.get(AWAITS, ()), *(one["target"] for one in after.get(MISSED, ()))}


def _steps_of(
    history: Sequence[_HistoryStep], status: Status, solved_at: datetime | None
) -> Iterator[LifeStep]:
    """The steps of a ticket. An imported ticket begins in the status in which the first person to
    work on it here found it, or in its present one: the steps on the way there were nobody's."""
    imported_steps = list(takewhile(lambda one: one.imported, history))
    yield from (one.step._replace(status=None) for one in imported_steps)
    rest = history[len(imported_steps) :]
    if imported_steps:
        last, found = (
            max(one.step.at for one in imported_steps),
            next((one.status_before for one in rest if one.status_before is not None), None),
        )
        yield LifeStep(
            max(solved_at or last, last) if found is None else last, "filed", status=found or status
        )
    yield from (one.step for one in rest)


def _goal(now: datetime, row: Sequence[Any]) -> TargetLife:
    """A target, updated for the time since it was last written: the breach, or the end of the
    policy before that."""
    _, kind, started_at, due_at, met_at, breached_at, cancelled_at, *more = row
    cancelled_because, excused_at, valid_to, actor_kind, actor = more
    if breached_at is None and cancelled_at is None and met_at is None:
        ends = valid_to if valid_to is not None and valid_to <= now else None
        if due_at is not None and due_at <= now and (ends is None or due_at < ends):
            breached_at = due_at
        else:
            cancelled_at = ends
    return TargetLife(
        kind,
        started_at,
        met_at,
        breached_at,
        cancelled_at,
        excused_at is not None,
        actor if actor_kind == ActorKind.AGENT else None,
        cancelled_because in MOVED,
        due_at,
    )
