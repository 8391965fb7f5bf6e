"""The append-only history: written with each change, read as activity, for undo, and as the change
log of other processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlmodel import Session, col

from supportcli.domain.history import known
from supportcli.domain.people import Actor, ActorKind
from supportcli.domain.tickets.standing import taken_back
from supportcli.domain.tickets.ticket import SETTLED, Event, Status
from supportcli.storage.engine import rows
from supportcli.storage.tables import EventRow

_EVENT = rows.table_of(EventRow)
_OF_TICKETS = (
    select(_EVENT)
    .where(_EVENT.c.ticket_number.in_(bindparam("numbers", expanding=True)))
    .order_by(_EVENT.c.id)
)
_OF_TICKET = (
    select(_EVENT).where(_EVENT.c.ticket_number == bindparam("of_ticket")).order_by(_EVENT.c.id)
)
_LAST = select(func.max(_EVENT.c.id))
_TOUCHED = (
    select(_EVENT.c.ticket_number)
    .where(_EVENT.c.id > bindparam("after"), _EVENT.c.id <= bindparam("upto"))
    .distinct()
)
_GIVEN = (
    select(_EVENT)
    .where(_EVENT.c.ticket_number == bindparam("of_ticket"))
    .where(_EVENT.c.kind.in_(("edited", "undone")))
    .order_by(_EVENT.c.id)
)
_REOPENED = select(_EVENT.c.ticket_number, _EVENT.c.before, _EVENT.c.after).where(
    _EVENT.c.ticket_number.in_(bindparam("numbers", expanding=True)),
    _EVENT.c.kind.in_(("received", "phoned", "reopened")),
)

IMPORTED = "import"
"""The gesture of everything imported: nobody did it here, and nobody can undo it."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What `record` writes: one entry of a ticket's history."""

    at: datetime
    actor: Actor
    gesture: str
    kind: str
    ticket: int
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    message_id: int | None = None
    undoes: str | None = None


def record(tx: Session, event: NewEvent) -> int:
    """Append an event; returns its id."""
    return rows.add(
        tx,
        EventRow,
        {
            "at": event.at,
            "actor_kind": event.actor.kind.value,
            "actor": event.actor.address,
            "gesture": event.gesture,
            "kind": known("ticket", event.kind),
            "ticket_number": event.ticket,
            "before": dict(event.before),
            "after": dict(event.after),
            "message_id": event.message_id,
            "undoes": event.undoes,
        },
    )


def _event(row: Row[Any]) -> Event:
    return Event(
        id=row.id,
        at=row.at,
        actor_kind=row.actor_kind,
        actor=row.actor,
        gesture=row.gesture,
        kind=row.kind,
        ticket=row.ticket_number,
        before=row.before,
        after=row.after,
        message_id=row.message_id,
        undoes=row.undoes,
    )


def of_ticket(tx: Session, number: int) -> list[Event]:
    """The history of a ticket, oldest first."""
    return list(map(_event, tx.connection().execute(_OF_TICKET, {"of_ticket": number})))


def of_tickets(tx: Session, numbers: Sequence[int]) -> dict[int, list[Event]]:
    """The history of tickets by number, each oldest first; a ticket without any is missing."""
    found: dict[int, list[Event]] = {}
    for row in tx.connection().execute(_OF_TICKETS, {"numbers": list(numbers)}):
        found.setdefault(row.ticket_number, []).append(_event(row))
    return found


def of_gesture(tx: Session, gesture: str) -> list[Event]:
    """Everything that one verb wrote, oldest first."""
    return [
        _event(row)
        for row in tx.connection().execute(
            select(_EVENT).where(_EVENT.c.gesture == gesture).order_by(_EVENT.c.id)
        )
    ]


def that_wrote(tx: Session, message_id: int) -> Event | None:
    """The event by which an agent wrote a message, in whichever ticket that was."""
    found = select(_EVENT).where(
        _EVENT.c.message_id == message_id,
        _EVENT.c.kind.in_(("replied", "scheduled", "forwarded")),
    )
    row = tx.connection().execute(found.order_by(_EVENT.c.id).limit(1)).first()
    return _event(row) if row is not None else None


def last_id(tx: Session, number: int | None = None) -> int:
    """The id of the last event, of one ticket or of all; 0 if there is none."""
    statement = _LAST
    if number is not None:
        statement = statement.where(_EVENT.c.ticket_number == number)
    return tx.connection().execute(statement).scalar() or 0


def tickets_after(tx: Session, event_id: int) -> tuple[int, list[int]]:
    """The last event's id, and the numbers of the tickets that events after `event_id` touched."""
    newest = tx.connection().execute(_LAST).scalar() or 0
    if newest == event_id:
        return newest, []
    found = tx.connection().execute(_TOUCHED, {"after": event_id, "upto": newest})
    return newest, list(found.scalars())


def newest_after(tx: Session, event_id: int, most: int) -> list[Event]:
    """The last `most` events after one, in all tickets, oldest first."""
    newest = select(_EVENT).where(_EVENT.c.id > event_id).order_by(_EVENT.c.id.desc()).limit(most)
    return [_event(row) for row in tx.connection().execute(newest)][::-1]


def after(tx: Session, number: int, event_id: int) -> list[Event]:
    """What happened in a ticket after an event, oldest first."""
    statement = (
        select(_EVENT)
        .where(_EVENT.c.ticket_number == number, _EVENT.c.id > event_id)
        .order_by(_EVENT.c.id)
    )
    return [_event(row) for row in tx.connection().execute(statement)]


def undoable_gesture(
    tx: Session,
    actor: str,
    kinds: Sequence[str],
    number: int | None = None,
    gesture: str | None = None,
) -> str | None:
    """The agent's last gesture that can be undone and has not been; restricted to one ticket or to
    one gesture if given."""
    undone = select(col(EventRow.undoes)).where(col(EventRow.undoes).is_not(None))
    by_hand = (
        _EVENT.c.actor == actor,
        _EVENT.c.actor_kind == ActorKind.AGENT.value,
        _EVENT.c.gesture != IMPORTED,
    )
    statement = select(_EVENT.c.gesture).where(
        *by_hand, _EVENT.c.kind.in_(kinds), _EVENT.c.gesture.not_in(undone)
    )
    if number is not None:
        statement = statement.where(_EVENT.c.ticket_number == number)
    if gesture is not None:
        statement = statement.where(_EVENT.c.gesture == gesture)
    return tx.connection().execute(statement.order_by(_EVENT.c.id.desc()).limit(1)).scalar()


def reopenings(tx: Session, numbers: Sequence[int]) -> dict[int, int]:
    """How often tickets were opened again after they were solved, by an agent or by a mail; one
    that never was is missing."""
    found: dict[int, int] = {}
    for number, was, now_is in tx.connection().execute(_REOPENED, {"numbers": list(numbers)}):
        if was.get("status") in SETTLED and now_is.get("status") == Status.OPEN:
            found[number] = found.get(number, 0) + 1
    return found


def redoable_gesture(
    tx: Session, actor: str, number: int | None = None, gesture: str | None = None
) -> str | None:
    """The gesture with which the agent undid something last that was not redone since; restricted
    to one ticket or to one gesture if given. None if they have done anything else since."""
    by_hand = _EVENT.c.actor == actor, _EVENT.c.actor_kind == ActorKind.AGENT.value
    here = () if number is None else (_EVENT.c.ticket_number == number,)
    redone = select(_EVENT.c.undoes).where(_EVENT.c.undoes.is_not(None))
    statement = select(_EVENT.c.id, _EVENT.c.gesture).where(
        *by_hand, *here, _EVENT.c.kind == "undone", _EVENT.c.gesture.not_in(redone)
    )
    if gesture is not None:
        statement = statement.where(_EVENT.c.gesture == gesture)
    found = tx.connection().execute(statement.order_by(_EVENT.c.id.desc()).limit(1)).first()
    if found is None:
        return None
    later = select(_EVENT.c.id).where(
        *by_hand,
        *here,
        _EVENT.c.id > found.id,
        _EVENT.c.undoes.is_(None),
        _EVENT.c.gesture != found.gesture,
    )
    is_past = tx.connection().execute(later.limit(1)).first() is not None
    return None if is_past else str(found.gesture)


def last_verb_at(tx: Session, actor: str, besides: str) -> datetime | None:
    """When the agent did something last to a ticket that was no undo, except by the gesture
    `besides`."""
    found = select(func.max(_EVENT.c.at)).where(
        _EVENT.c.actor == actor, _EVENT.c.undoes.is_(None), _EVENT.c.gesture != besides
    )
    return tx.connection().execute(found).scalar()


def customers_before(tx: Session, number: int) -> dict[int, datetime]:
    """Who was the customer of a ticket before agents named others, by id, and until when; without
    what was taken back."""
    found = tx.connection().execute(_GIVEN, {"of_ticket": number})
    given = [_event(row) for row in found]
    gone = taken_back(given)
    return {
        one.before["customer_id"]: one.at
        for one in given
        if one.kind == "edited" and "customer_id" in one.before and one.gesture not in gone
    }


def last_change_of(tx: Session, number: int, fields: Sequence[str], event_id: int) -> Event | None:
    """The last event after `event_id` that changed one of these fields of a ticket."""
    return next(
        (
            event
            for event in reversed(after(tx, number, event_id))
            if any(name in event.after for name in fields)
        ),
        None,
    )
