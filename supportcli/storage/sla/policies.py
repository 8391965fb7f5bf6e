"""Service-level policies in the database, each with all its versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session

from supportcli.storage.engine import rows
from supportcli.storage.tables import CalendarVersionRow, PolicyRow, PolicyVersionRow

_POLICY = rows.table_of(PolicyRow)
_VERSION = rows.table_of(PolicyVersionRow)
_CALENDAR_VERSION = rows.table_of(CalendarVersionRow)

_ALL = select(_POLICY).order_by(_POLICY.c.position, _POLICY.c.id)
_VERSIONS = select(_VERSION).order_by(_VERSION.c.since, _VERSION.c.id)
_NEWEST = select(
    select(func.max(_VERSION.c.id)).scalar_subquery(),
    select(func.max(_CALENDAR_VERSION.c.id)).scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class KeptPolicy:
    """A policy's row."""

    id: int
    name: str
    position: int
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version's row; `definition` is what `domain.sla.policy_text` writes and reads."""

    id: int
    policy_id: int
    since: datetime
    definition: Mapping[str, Any]
    created_at: datetime


def policies(tx: Session) -> tuple[KeptPolicy, ...]:
    """All policies, in the order in which they apply."""
    found = tx.connection().execute(_ALL)
    return tuple(
        KeptPolicy(row.id, row.name, row.position, row.valid_from, row.valid_to) for row in found
    )


def versions(tx: Session) -> list[KeptVersion]:
    """The versions of all policies, oldest first."""
    found = tx.connection().execute(_VERSIONS)
    return [
        KeptVersion(row.id, row.policy_id, row.since, row.definition, row.created_at)
        for row in found
    ]


def newest(tx: Session) -> tuple[int, int]:
    """The ids of the newest version of any policy and of any calendar; 0 if there are none.
    Versions never change, so these show whether what was read before still holds."""
    row = tx.connection().execute(_NEWEST).one()
    return row[0] or 0, row[1] or 0


def add(tx: Session, policy: KeptPolicy, now: datetime) -> int:
    """Add a policy without a version; returns its id."""
    fields = {
        "name": policy.name,
        "position": policy.position,
        "valid_from": policy.valid_from,
        "valid_to": policy.valid_to,
        "created_at": now,
    }
    return rows.add(tx, PolicyRow, fields)


def change(tx: Session, policy_id: int, **fields: object) -> None:
    """Set columns of a policy."""
    if fields:
        tx.connection().execute(update(_POLICY).where(_POLICY.c.id == policy_id).values(**fields))


def add_version(tx: Session, version: KeptVersion, agent_id: int | None) -> int:
    """Add a version of a policy; returns its id."""
    fields = {
        "policy_id": version.policy_id,
        "since": version.since,
        "definition": dict(version.definition),
        "agent_id": agent_id,
        "created_at": version.created_at,
    }
    return rows.add(tx, PolicyVersionRow, fields)
