"""Temporary."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from supportcli.storage import rows
from supportcli.storage.tables import CalendarRow, CalendarVersionRow


@dataclass(frozen=True, slots=True)
class V:
    id: int
    since: datetime
    definition: dict[str, Any]


@dataclass(frozen=True, slots=True)
class C:
    name: str
    versions: tuple[V, ...]


def calendars(tx: Session) -> list[C]:
    c, v = rows.table_of(CalendarRow), rows.table_of(CalendarVersionRow)
    vs = tx.connection().execute(select(v).order_by(v.c.since, v.c.id)).all()
    return [C(r.name, tuple(V(x.id, x.since, x.definition) for x in vs if x.calendar_id == r.id)) for r in tx.connection().execute(select(c))]
