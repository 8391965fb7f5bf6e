"""What everybody did, from all histories: of tickets, held mail, senders and people."""

from typing import Any

from sqlalchemy import Row, Select, Table, false, select
from sqlmodel import Session

from supportcli.domain.history import HistoryEntry, HistoryQuestion
from supportcli.domain.people import Actor, ActorKind
from supportcli.storage.engine import rows
from supportcli.storage.tables import EventRow, MailEventRow, PeopleEventRow, SenderEventRow

_TABLES = {
    "ticket": rows.table_of(EventRow),
    "mail": rows.table_of(MailEventRow),
    "sender": rows.table_of(SenderEventRow),
    "people": rows.table_of(PeopleEventRow),
}


def entries(tx: Session, asked: HistoryQuestion, most: int) -> list[HistoryEntry]:
    """The newest `most` entries, the oldest of them first."""
    found = [
        (row.at, row.id, _entry(about, row))
        for about, table in _TABLES.items()
        if asked.ticket is None or about == "ticket"
        for row in tx.connection().execute(_asked(table, asked).limit(most))
    ]
    found.sort(key=lambda one: one[:2])
    return [entry for _, _, entry in found[-most:]]


def _asked(table: Table, asked: HistoryQuestion) -> Select[Any]:
    statement = select(table).where(table.c.at >= asked.since, table.c.at < asked.until)
    if asked.ticket is not None:
        statement = statement.where(table.c.ticket_number == asked.ticket)
    if asked.by is not None and "actor_kind" in table.c:
        statement = statement.where(table.c.actor_kind == asked.by.kind.value)
    elif asked.by is not None and asked.by.kind is not ActorKind.AGENT:
        statement = statement.where(false())  # only agents are in these
    if asked.by is not None and asked.by.address:
        statement = statement.where(table.c.actor == asked.by.address)
    return statement.order_by(table.c.at.desc(), table.c.id.desc())


def _entry(about: str, row: Row[Any]) -> HistoryEntry:
    fields = row._mapping  # noqa: SLF001  # SQLAlchemy's documented name
    kind = ActorKind(fields.get("actor_kind", ActorKind.AGENT.value))
    return HistoryEntry(
        row.at,
        Actor(kind, row.actor),
        fields.get("kind", "changed"),
        about,
        _which(about, fields),
        row.gesture,
        row.before,
        row.after,
        row.undoes,
    )


def _which(about: str, fields: Any) -> str:  # noqa: ANN401  # a row's mapping has no public type
    match about:
        case "ticket":
            return str(fields["ticket_number"])
        case "mail":
            return str(fields["mail_id"])
        case "sender":
            return str(fields["who"])
        case _:
            return str(fields["customer_id"] or fields["organisation_id"] or "")
