"""Business calendars in the database, with all their versions. A version never changes: an edit
adds another."""

from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from supportcli.domain.sla.calendar import (
    Calendar,
    CalendarHistory,
    CalendarVersion,
    of_definition,
    to_definition,
)
from supportcli.storage.engine import rows
from supportcli.storage.tables import AgentRow, CalendarRow, CalendarVersionRow

_CALENDAR = rows.table_of(CalendarRow)
_VERSION = rows.table_of(CalendarVersionRow)
_AGENT = rows.table_of(AgentRow)

_ALL = (
    select(
        _VERSION.c.id,
        _VERSION.c.calendar_id,
        _VERSION.c.since,
        _VERSION.c.definition,
        _CALENDAR.c.name,
        _AGENT.c.name.label("author"),
    )
    .join_from(_VERSION, _CALENDAR, _CALENDAR.c.id == _VERSION.c.calendar_id)
    .outerjoin(_AGENT, _AGENT.c.id == _VERSION.c.agent_id)
    .order_by(_CALENDAR.c.name, _CALENDAR.c.id, _VERSION.c.since, _VERSION.c.id)
)


def add_calendar(tx: Session, calendar: Calendar, *, agent_id: int | None, now: datetime) -> int:
    """Add a calendar that holds from now on; returns its id. IntegrityError if its name is
    taken."""
    calendar_id = rows.add(tx, CalendarRow, {"name": calendar.name, "created_at": now})
    add_version(tx, calendar_id, calendar, since=now, agent_id=agent_id, now=now)
    return calendar_id


def add_version(
    tx: Session,
    calendar_id: int,
    calendar: Calendar,
    *,
    since: datetime,
    agent_id: int | None,
    now: datetime,
) -> int:
    """Add a version of a calendar, for targets that start at `since` or later; returns its id. If
    two start at the same moment, the later one counts."""
    values = {
        "calendar_id": calendar_id,
        "since": since,
        "definition": to_definition(calendar),
        "agent_id": agent_id,
        "created_at": now,
    }
    return rows.add(tx, CalendarVersionRow, values)


def calendars(tx: Session) -> list[CalendarHistory]:
    """All calendars by name, each with all its versions, in one query."""
    by_calendar = groupby(
        tx.connection().execute(_ALL), key=lambda row: (row.calendar_id, row.name)
    )
    return [
        CalendarHistory(number, name, tuple(_version(row) for row in found))
        for (number, name), found in by_calendar
    ]


def _version(row: Row[*tuple[Any, ...]]) -> CalendarVersion:
    return CalendarVersion(row.id, row.since, of_definition(row.name, row.definition), row.author)
