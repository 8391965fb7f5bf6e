"""The append-only history of customers and organisations."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlmodel import Session

from supportcli.domain.history import known
from supportcli.domain.people.history import PeopleEvent
from supportcli.storage.engine import rows
from supportcli.storage.tables import PeopleEventRow

_EVENT = rows.table_of(PeopleEventRow)
UNDONE = "undone"
"""The kind of the events by which something is taken back."""


def record(tx: Session, event: PeopleEvent) -> None:
    """Append an event; its id is ignored."""
    values = {
        "at": event.at,
        "actor": event.actor,
        "gesture": event.gesture,
        "kind": known("people", event.kind),
        "customer_id": event.customer,
        "organisation_id": event.organisation,
        "before": dict(event.before),
        "after": dict(event.after),
        "undoes": event.undoes,
    }
    rows.add(tx, PeopleEventRow, values)


def of_customer(tx: Session, customer: int) -> list[PeopleEvent]:
    """The history of a customer, oldest first."""
    return _read(tx, _EVENT.c.customer_id == customer)


def of_organisation(tx: Session, organisation: int) -> list[PeopleEvent]:
    """The history of an organisation, oldest first, without that of its members."""
    theirs = _EVENT.c.organisation_id == organisation
    return _read(tx, theirs & _EVENT.c.customer_id.is_(None))


def of_gesture(tx: Session, gesture: str) -> list[PeopleEvent]:
    """All that one verb did, oldest first."""
    return _read(tx, _EVENT.c.gesture == gesture)


def redoable(tx: Session, actor: str) -> PeopleEvent | None:
    """The last event of the undo that the agent can do again: it was not redone, and they have
    done nothing else about people since."""
    redone = select(_EVENT.c.undoes).where(_EVENT.c.undoes.is_not(None))
    mine = _EVENT.c.actor == actor
    newest = select(func.max(_EVENT.c.id)).where(
        mine, _EVENT.c.kind == UNDONE, _EVENT.c.gesture.not_in(redone)
    )
    found = _read(tx, _EVENT.c.id == newest.scalar_subquery())
    if not found or _read(tx, mine & (_EVENT.c.id > found[0].id) & _EVENT.c.undoes.is_(None)):
        return None
    return found[0]


def last_verb_at(tx: Session, actor: str) -> datetime | None:
    """When the agent changed something about people last; undo and redo are no changes."""
    found = select(func.max(_EVENT.c.at)).where(_EVENT.c.actor == actor, _EVENT.c.undoes.is_(None))
    return tx.connection().execute(found).scalar()


def undoable(tx: Session, actor: str, gesture: str | None = None) -> str | None:
    """The agent's last verb about people that is not undone; restricted to one gesture if given."""
    undone = select(_EVENT.c.undoes).where(_EVENT.c.undoes.is_not(None))
    statement = (
        select(_EVENT.c.gesture)
        .where(_EVENT.c.actor == actor, _EVENT.c.kind != UNDONE)
        .where(_EVENT.c.gesture.not_in(undone))
        .where(*(() if gesture is None else (_EVENT.c.gesture == gesture,)))
        .order_by(_EVENT.c.id.desc())
        .limit(1)
    )
    found: str | None = tx.connection().execute(statement).scalar()
    return found


def _read(tx: Session, condition: ColumnElement[bool]) -> list[PeopleEvent]:
    found = tx.connection().execute(select(_EVENT).where(condition).order_by(_EVENT.c.id))
    return [_event(row) for row in found]


def _event(row: Row[Any]) -> PeopleEvent:
    return PeopleEvent(
        id=row.id,
        at=row.at,
        actor=row.actor,
        gesture=row.gesture,
        kind=row.kind,
        customer=row.customer_id,
        organisation=row.organisation_id,
        before=row.before,
        after=row.after,
        undoes=row.undoes,
    )
