"""The append-only history of mails that are in no ticket: who let one in, or put it away. Read by
`mail why`, and for undo."""

from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from supportcli.domain.history import known
from supportcli.domain.intake.ledger import MailEvent
from supportcli.domain.people import ActorKind
from supportcli.storage.engine import rows
from supportcli.storage.tables import MailEventRow

_EVENT = rows.table_of(MailEventRow)

UNDOABLE = ("accepted", "discarded", "retried")
"""The kinds that `undo` takes back."""


def record(tx: Session, event: MailEvent) -> None:
    """Append an event of an agent."""
    values = {
        "at": event.at,
        "actor_kind": ActorKind.AGENT.value,
        "actor": event.actor,
        "gesture": event.gesture,
        "kind": known("mail", event.kind),
    }
    rows.add(
        tx,
        MailEventRow,
        values
        | {
            "mail_id": event.mail,
            "before": event.before,
            "after": event.after,
            "undoes": event.undoes,
        },
    )


def of_mail(tx: Session, mail_id: int) -> tuple[MailEvent, ...]:
    """The history of a mail, oldest first."""
    return tuple(
        _event(row)
        for row in tx.connection().execute(
            select(_EVENT).where(_EVENT.c.mail_id == mail_id).order_by(_EVENT.c.id)
        )
    )


def of_gesture(tx: Session, gesture: str) -> list[MailEvent]:
    """Everything that one verb did to mails, oldest first."""
    return [
        _event(row)
        for row in tx.connection().execute(
            select(_EVENT).where(_EVENT.c.gesture == gesture).order_by(_EVENT.c.id)
        )
    ]


def undoable_gesture(
    tx: Session, actor: str, mail_id: int | None = None, gesture: str | None = None
) -> str | None:
    """The agent's last gesture that can be undone and has not been; restricted to one mail or to
    one gesture if given."""
    undone = select(_EVENT.c.undoes).where(_EVENT.c.undoes.is_not(None))
    statement = select(_EVENT.c.gesture).where(
        _EVENT.c.actor == actor, _EVENT.c.kind.in_(UNDOABLE), _EVENT.c.gesture.not_in(undone)
    )
    if mail_id is not None:
        statement = statement.where(_EVENT.c.mail_id == mail_id)
    if gesture is not None:
        statement = statement.where(_EVENT.c.gesture == gesture)
    return tx.connection().execute(statement.order_by(_EVENT.c.id.desc()).limit(1)).scalar()


def _event(row: Row[Any]) -> MailEvent:
    return MailEvent(
        row.at, row.actor, row.gesture, row.kind, row.mail_id, row.before, row.after, row.undoes
    )
