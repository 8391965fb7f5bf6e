"""Tickets in the database: reading one's state, creating one, changing its fields."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Select,
    Update,
    bindparam,
    delete,
    func,
    literal,
    null,
    select,
    text,
    union_all,
    update,
)
from sqlmodel import Session

from supportcli.domain.custom_fields import PREFIX, FieldKind, FieldValue
from supportcli.domain.tickets.ticket import (
    RELATED,
    SETTLED,
    Link,
    Priority,
    Status,
    TicketState,
)
from supportcli.errors.names import NotFound, Thing
from supportcli.storage import tables
from supportcli.storage.engine import rows
from supportcli.storage.engine.among import among
from supportcli.storage.setup import fields as custom_fields
from supportcli.storage.setup import teams
from supportcli.storage.tables import (
    CustomFieldRow,
    TeamRow,
    TicketFieldRow,
    TicketRow,
    TicketTagRow,
)
from supportcli.storage.tickets import search_index

_TICKET = rows.table_of(TicketRow)
_TAG = rows.table_of(TicketTagRow)
_TEAM = rows.table_of(TeamRow)
_FIELD, _VALUE = rows.table_of(CustomFieldRow), rows.table_of(TicketFieldRow)

_COUNT_ON = text(
    "SELECT setval(pg_get_serial_sequence('ticket', 'number'), (SELECT max(number) FROM ticket))"
)
_STATE = (
    select(_TICKET, _TEAM.c.name.label("team"))
    .outerjoin(_TEAM, _TEAM.c.id == _TICKET.c.team_id)
    .where(_TICKET.c.number == bindparam("of_ticket"))
)
_OVER = (
    select(_TICKET.c.number)
    .where(_TICKET.c.snoozed_until.is_not(None), _TICKET.c.snoozed_until <= bindparam("now"))
    .order_by(_TICKET.c.snoozed_until)
    .limit(bindparam("most"))
)
_INTO = select(_TICKET.c.number, _TICKET.c.merged_into).where(
    among(_TICKET.c.number, "numbers"), _TICKET.c.merged_into.is_not(None)
)
_LABELS = union_all(
    select(
        _TAG.c.ticket_number,
        _TAG.c.tag.label("name"),
        null().label("title"),
        null().label("kind"),
        null().label("text"),
        literal(0).label("place"),
    ).where(_TAG.c.ticket_number.in_(bindparam("numbers", expanding=True))),
    select(
        _VALUE.c.ticket_number,
        _FIELD.c.name,
        _FIELD.c.title,
        _FIELD.c.kind,
        _VALUE.c.value,
        _FIELD.c.id,
    )
    .join(_FIELD, _FIELD.c.id == _VALUE.c.field_id)
    .where(_VALUE.c.ticket_number.in_(bindparam("numbers", expanding=True)), _FIELD.c.active),
).order_by("place", "name")
"""The tags of tickets and the values of their custom fields, in one statement."""


class TicketMarks(NamedTuple):
    """The tags of a ticket, sorted, and the values of its custom fields, in the order of those."""

    tags: tuple[str, ...] = ()
    fields: tuple[FieldValue, ...] = ()


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What `create` writes."""

    subject: str
    customer_id: int
    mailbox_id: int
    created_at: datetime
    status: Status = Status.NEW
    priority: Priority = Priority.NORMAL
    assignee_id: int | None = None
    waiting_since: datetime | None = None
    number: int | None = None
    """The ticket's number if it has to be a certain one, which is free."""

    @property
    def solved_at(self) -> datetime | None:
        """When it was solved, if it comes in so."""
        return self.created_at if self.status in SETTLED else None

    def updated_at(self, now: datetime) -> datetime:
        """When it was last changed: now, if somebody waits; one from the past changed then."""
        return max(self.created_at, now) if self.waiting_since else self.created_at


def create(tx: Session, new: NewTicket, now: datetime) -> int:
    """Create a ticket and index its subject; returns its number."""
    number = rows.add(
        tx,
        TicketRow,
        ({} if new.number is None else {"number": new.number})
        | {
            "subject": new.subject,
            "status": new.status.value,
            "priority": new.priority,
            "customer_id": new.customer_id,
            "mailbox_id": new.mailbox_id,
            "assignee_id": new.assignee_id,
            "created_at": new.created_at,
            "updated_at": new.updated_at(now),
            "solved_at": new.solved_at,
            "waiting_since": new.waiting_since,
            "message_count": 0,
            "version": 1,
        },
    )
    if (
        new.number is not None and tx.connection().dialect.name != "sqlite"
    ):  # SQLite counts on from the highest number by itself
        tx.connection().execute(_COUNT_ON)
    search_index.index_ticket(tx, number, new.subject)
    return number


def state(tx: Session, number: int) -> TicketState | None:
    """A ticket's fields now; None if no ticket has the number."""
    row = tx.connection().execute(_STATE, {"of_ticket": number}).first()
    if row is None:
        return None
    labels = labels_of(tx, [number]).get(number, TicketMarks())
    return TicketState(
        number=row.number,
        subject=row.subject,
        status=Status(row.status),
        priority=row.priority,
        customer_id=row.customer_id,
        mailbox_id=row.mailbox_id,
        assignee_id=row.assignee_id,
        tags=labels.tags,
        created_at=row.created_at,
        updated_at=row.updated_at,
        solved_at=row.solved_at,
        waiting_since=row.waiting_since,
        message_count=row.message_count,
        version=row.version,
        merged_into=row.merged_into,
        snoozed_until=row.snoozed_until,
        team=row.team,
        fields=labels.fields,
    )


def snoozed_over(tx: Session, now: datetime, limit: int) -> list[int]:
    """Tickets whose time to wake has come by `now`, and nobody has noted it."""
    return list(tx.connection().execute(_OVER, {"now": now, "most": limit}).scalars())


def solved_at(tx: Session, numbers: Sequence[int]) -> dict[int, datetime]:
    """When tickets were solved; one that is not is missing."""
    statement = select(_TICKET.c.number, _TICKET.c.solved_at).where(
        _TICKET.c.number.in_(list(numbers)), _TICKET.c.solved_at.is_not(None)
    )
    return {row.number: row.solved_at for row in tx.connection().execute(statement)}


def merged_into(tx: Session, numbers: Sequence[int]) -> dict[int, int]:
    """The ticket that each of these was merged into itself; one that was not is missing.
    (`ends_of_merges` names the last one of a chain.)"""
    statement = select(_TICKET.c.number, _TICKET.c.merged_into).where(
        _TICKET.c.number.in_(list(numbers)), _TICKET.c.merged_into.is_not(None)
    )
    return {row.number: row.merged_into for row in tx.connection().execute(statement)}


def ends_of_merges(tx: Session, numbers: Collection[int]) -> dict[int, int]:
    """Where the messages of merged tickets are: the last ticket of each chain of merges, by number.
    A ticket that was not merged is missing. A statement for each link of the longest chain."""
    step: dict[int, int] = {}
    wanted = set(numbers)
    while wanted:
        answer = tx.connection().execute(_INTO, {"numbers": sorted(wanted)})
        found = dict(answer.all())
        step |= found
        wanted = set(found.values()) - step.keys()
    ends: dict[int, int] = {}
    for number in set(numbers) & step.keys():
        last = number
        while last in step:
            last = step[last]
        ends[number] = last
    return ends


def change(tx: Session, number: int, fields: Mapping[str, Any], now: datetime) -> None:
    """Set columns of a ticket; `updated_at` and `version` change each time, `tags` (an iterable)
    are replaced. `team` is the name of one; NotFound if there is none. `field:plan` is a
    custom one; None takes its value away."""
    columns = {
        name: value.value if isinstance(value, Status) else value
        for name, value in fields.items()
        if name not in _ELSEWHERE and not name.startswith(PREFIX)
    }
    if "team" in fields:
        columns["team_id"] = _team_id(tx, fields["team"])
    columns["updated_at"] = now
    values = {f"new_{name}": value for name, value in columns.items()}
    rows.change(tx, _change(tuple(columns)), {"of_ticket": number, **values})
    if "subject" in fields:
        search_index.index_ticket_again(tx, number, fields["subject"])
    if "tags" in fields:
        _set_tags(tx, number, fields["tags"])
    if own := {name: value for name, value in fields.items() if name.startswith(PREFIX)}:
        custom_fields.put(tx, number, {name.removeprefix(PREFIX): own[name] for name in own})


_ELSEWHERE = frozenset({"tags", "team"})
"""The fields that are no columns of the ticket's row."""


def _team_id(tx: Session, name: str | None) -> int | None:
    if name is None:
        return None
    found = teams.id_of(tx, name)
    if found is None:
        raise NotFound(Thing.TEAM, name)
    return found


@cache
def _change(columns: tuple[str, ...]) -> Update:
    values = {name: bindparam(f"new_{name}", type_=_TICKET.c[name].type) for name in columns}
    return (
        update(_TICKET)
        .where(_TICKET.c.number == bindparam("of_ticket"))
        .values(**values, version=_TICKET.c.version + 1)
    )


def _set_tags(tx: Session, number: int, wanted: Iterable[str]) -> None:
    tx.connection().execute(delete(_TAG).where(_TAG.c.ticket_number == number))
    rows.add_missing(
        tx, TicketTagRow, [{"ticket_number": number, "tag": tag} for tag in sorted(set(wanted))]
    )


def labels_of(tx: Session, numbers: Sequence[int]) -> dict[int, TicketMarks]:
    """The tags and custom fields of several tickets; a ticket without any is missing."""
    found: dict[int, TicketMarks] = {}
    rows_ = tx.connection().execute(_LABELS, {"numbers": list(numbers)})
    for number, name, title, kind, value, _ in rows_:
        tags, fields = found.get(number, TicketMarks())
        if kind is None:
            found[number] = TicketMarks((*tags, name), fields)
        else:
            found[number] = TicketMarks(
                tags, (*fields, FieldValue(name, title, FieldKind(kind), value))
            )
    return found


def tags_in_use(tx: Session) -> tuple[str, ...]:
    """All tags, the most used first."""
    statement = select(_TAG.c.tag).group_by(_TAG.c.tag).order_by(func.count().desc(), _TAG.c.tag)
    return tuple(tx.connection().execute(statement).scalars())


def link(tx: Session, number: int, other: int, kind: str, reason: str) -> None:
    """Link a ticket to another one, with the reason shown to agents."""
    rows.add_missing(
        tx,
        tables.TicketLinkRow,
        [{"ticket_number": number, "other_number": other, "kind": kind, "reason": reason}],
    )


def unlink(tx: Session, number: int) -> None:
    """Remove the links of a ticket that is taken back."""
    linked = rows.table_of(tables.TicketLinkRow)
    tx.connection().execute(delete(linked).where(linked.c.ticket_number == number))


def part(tx: Session, number: int, other: int) -> bool:
    """Remove the link between two tickets that agents made, whichever they linked to the other;
    False if there is none."""
    linked = rows.table_of(tables.TicketLinkRow)
    here, there = linked.c.ticket_number, linked.c.other_number
    both = ((here == number) & (there == other)) | ((here == other) & (there == number))
    done = tx.connection().execute(delete(linked).where(both, linked.c.kind == RELATED))
    return done.rowcount > 0


def links(tx: Session, number: int) -> list[Link]:
    """The tickets linked to this one, in both directions."""
    found = tx.connection().execute(_links(), {"of_ticket": number})
    return [
        Link(
            number=row.other_number if row.ticket_number == number else row.ticket_number,
            kind=row.kind,
            reason=row.reason,
        )
        for row in found
    ]


@cache
def _links() -> Select[Any]:
    linked = rows.table_of(tables.TicketLinkRow)
    number: BindParameter[int] = bindparam("of_ticket")
    here, there = linked.c.ticket_number, linked.c.other_number
    return select(linked).where((here == number) | (there == number)).order_by(here, there)


def origin(tx: Session, number: int) -> Link | None:
    """The other ticket named by the mail that opened this one; None if it named none."""
    linked = rows.table_of(tables.TicketLinkRow)
    statement = select(linked).where(
        linked.c.ticket_number == number, linked.c.kind.in_(("claims", "follow-up"))
    )
    found = tx.connection().execute(statement).first()
    return Link(found.other_number, found.kind, found.reason) if found is not None else None
