"""What the team decided about senders, and the append-only history of that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select
from sqlmodel import Session

from supportcli.domain.senders import Block, Judgement, SenderRule, Senders
from supportcli.storage.engine import rows
from supportcli.storage.mail.mail_events import UNDOABLE
from supportcli.storage.tables import MailEventRow, SenderEventRow, SenderRow

_SENDER = rows.table_of(SenderRow)
_EVENT = rows.table_of(SenderEventRow)
_MAIL_EVENT = rows.table_of(MailEventRow)
_LOOKED_AT = 500
"""So many of an agent's last decisions may be undone and done again in turn."""

REDOES = "redoes"
"""What `after` says of a decision that was made again: the gesture of its undo."""


@dataclass(frozen=True, slots=True)
class SenderEvent:
    """What an agent decided about a sender. `before` and `after` have `judged` and `blocked`, or
    are empty if nothing was decided."""

    at: datetime
    actor: str
    gesture: str
    who: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    undoes: str | None = None


def every(tx: Session) -> Senders:
    """All rules."""
    found = tx.connection().execute(select(_SENDER).order_by(_SENDER.c.who))
    return Senders({row.who: _rule(row) for row in found})


def put(tx: Session, rule: SenderRule) -> None:
    """Write a rule, or remove it if it says nothing."""
    tx.connection().execute(delete(_SENDER).where(_SENDER.c.who == rule.who))
    if rule.is_empty:
        return
    values = {
        "who": rule.who,
        "judged": rule.judged,
        "blocked": rule.blocked,
        "changed_by": rule.by,
        "changed_at": rule.at,
    }
    rows.add_missing(tx, SenderRow, [values])


def record(tx: Session, event: SenderEvent) -> None:
    """Append an event."""
    values = {
        "at": event.at,
        "actor": event.actor,
        "gesture": event.gesture,
        "who": event.who,
        "before": dict(event.before),
        "after": dict(event.after),
        "undoes": event.undoes,
    }
    rows.add(tx, SenderEventRow, values)


def of_gesture(tx: Session, gesture: str) -> list[SenderEvent]:
    """All that one verb decided, in its order."""
    every = select(_EVENT).where(_EVENT.c.gesture == gesture).order_by(_EVENT.c.id)
    return [_event(one) for one in tx.connection().execute(every)]


def redoable(tx: Session, actor: str) -> tuple[SenderEvent | None, datetime | None]:
    """The last event of the agent's last undo of a decision that was not redone, and when they
    decided something last."""
    newest = select(_EVENT).where(_EVENT.c.actor == actor).order_by(_EVENT.c.id.desc())
    redone: set[str] = set()
    undo = None
    for one in map(_event, tx.connection().execute(newest.limit(_LOOKED_AT))):
        if again := one.after.get(REDOES):
            redone.add(again)
        elif one.undoes is None:
            return undo, one.at
        elif undo is None and one.gesture not in redone:
            undo = one
    return undo, None


def undoable(tx: Session, actor: str, gesture: str | None = None) -> list[SenderEvent]:
    """The agent's last decision about senders that is not undone, an event for each of them, if
    they have decided nothing about held mail since; or that of this gesture, whenever it was."""
    wanted = () if gesture is None else (_EVENT.c.gesture == gesture,)
    undone = select(_EVENT.c.undoes).where(_EVENT.c.undoes.is_not(None))
    row = (
        tx.connection()
        .execute(
            select(_EVENT)
            .where(_EVENT.c.actor == actor, _EVENT.c.undoes.is_(None), *wanted)
            .where(_EVENT.c.gesture.not_in(undone))
            .order_by(_EVENT.c.id.desc())
            .limit(1)
        )
        .first()
    )
    if row is None:
        return []
    if gesture is not None:
        return of_gesture(tx, gesture)
    taken_back = select(_MAIL_EVENT.c.undoes).where(_MAIL_EVENT.c.undoes.is_not(None))
    later = (
        tx.connection()
        .execute(
            select(func.max(_MAIL_EVENT.c.at)).where(
                _MAIL_EVENT.c.actor == actor,
                _MAIL_EVENT.c.kind.in_(UNDOABLE),
                _MAIL_EVENT.c.gesture.not_in(taken_back),
            )
        )
        .scalar()
    )
    if later is not None and later > row.at:
        return []
    return of_gesture(tx, row.gesture)


def _rule(row: Row[Any]) -> SenderRule:
    return SenderRule(
        row.who,
        Judgement(row.judged) if row.judged else None,
        Block(row.blocked) if row.blocked else None,
        row.changed_by,
        row.changed_at,
    )


def _event(row: Row[Any]) -> SenderEvent:
    return SenderEvent(row.at, row.actor, row.gesture, row.who, row.before, row.after, row.undoes)
