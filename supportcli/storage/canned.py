"""Canned responses in the database: their versions, their files, their uses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, distinct, func, select, update
from sqlmodel import Session

from supportcli.domain.canned.responses import (
    Body,
    Canned,
    Enclosed,
    Macro,
    Scope,
    StoredResponse,
    Usage,
)
from supportcli.domain.tickets.ticket import Priority, Status
from supportcli.storage.engine import rows
from supportcli.storage.setup import teams
from supportcli.storage.tables import (
    AgentRow,
    CannedFileRow,
    CannedRow,
    CannedUseRow,
    CannedVersionRow,
    EventRow,
    TeamMemberRow,
    TeamRow,
)

_CANNED, _VERSION = rows.table_of(CannedRow), rows.table_of(CannedVersionRow)
_FILE, _USE = rows.table_of(CannedFileRow), rows.table_of(CannedUseRow)
_AGENT, _EVENT = rows.table_of(AgentRow), rows.table_of(EventRow)
_TEAM, _MEMBER = rows.table_of(TeamRow), rows.table_of(TeamMemberRow)

_LATER = _VERSION.alias("later")
_NEWEST = (
    select(func.max(_LATER.c.number))
    .where(_LATER.c.canned_id == _CANNED.c.id)
    .correlate(_CANNED)
    .scalar_subquery()
)
_EVERY = (
    select(
        _CANNED.c.id,
        _CANNED.c.shortcut,
        _CANNED.c.scope,
        _CANNED.c.created_at.label("begun"),
        _VERSION.c.number,
        _VERSION.c.definition,
        _VERSION.c.created_at,
        _AGENT.c.address.label("by"),
        _TEAM.c.name.label("team"),
    )
    .join(_VERSION, _VERSION.c.canned_id == _CANNED.c.id)
    .outerjoin(_AGENT, _AGENT.c.id == _VERSION.c.agent_id)
    .outerjoin(_TEAM, and_(_CANNED.c.scope == Scope.TEAM.value, _TEAM.c.id == _CANNED.c.scope_id))
)
_NEAREST = (
    case({Scope.ME.value: 0, Scope.TEAM.value: 1}, value=_CANNED.c.scope, else_=2),
    func.lower(_TEAM.c.name),
)
"""The order of responses with one shortcut: mine, my teams', everybody's."""


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a canned response. `marks` are the marks of its files and macro that the text had;
    `applied`: nobody edited it."""

    canned_id: int
    ticket: int
    gesture: str
    marks: tuple[str, ...]
    applied: bool


def visible(tx: Session, agent_id: int) -> list[StoredResponse]:
    """The responses that an agent may use, by shortcut; of several with one shortcut their own
    comes first, then those of their teams."""
    statement = _EVERY.where(_seen_by(agent_id), _VERSION.c.number == _NEWEST)
    return _all_of(tx, statement.order_by(_CANNED.c.shortcut, *_NEAREST))


def _seen_by(agent_id: int) -> ColumnElement[bool]:
    mine = (_CANNED.c.scope == Scope.ME.value) & (_CANNED.c.scope_id == agent_id)
    teams = select(_MEMBER.c.team_id).where(_MEMBER.c.agent_id == agent_id)
    of_team = _TEAM.c.active & _TEAM.c.id.in_(teams)
    return _CANNED.c.removed_at.is_(None) & ((_CANNED.c.scope == Scope.ALL.value) | mine | of_team)


def find(
    tx: Session, shortcut: str, agent_id: int, whose: tuple[Scope, str] | None = None
) -> StoredResponse | None:
    """The response for a shortcut: an agent's own before that of a team of theirs and everybody's,
    or the one that has these readers (`Canned.whose`)."""
    statement = _EVERY.where(
        _seen_by(agent_id), _CANNED.c.shortcut == shortcut, _VERSION.c.number == _NEWEST
    ).order_by(*_NEAREST)
    return next(
        (kept for kept in _all_of(tx, statement) if whose in {None, kept.canned.whose}), None
    )


def versions(tx: Session, canned_id: int) -> list[StoredResponse]:
    """All versions of a response, oldest first."""
    return _all_of(tx, _EVERY.where(_CANNED.c.id == canned_id).order_by(_VERSION.c.number))


def _all_of(tx: Session, statement: "Select[Any]") -> list[StoredResponse]:
    return [_kept(row) for row in tx.connection().execute(statement)]


def add(tx: Session, canned: Canned, agent_id: int | None, now: datetime) -> int:
    """Add a response, written by an agent or (None) supplied with the desk; returns its id. One
    that was removed comes back with its versions and uses."""
    key = _key(tx, canned, agent_id)
    known = _at(tx, key)
    if known is None:
        known = rows.add(tx, CannedRow, {**key, "created_at": now, "removed_at": None})
    else:
        tx.connection().execute(
            update(_CANNED).where(_CANNED.c.id == known).values(removed_at=None)
        )
    add_version(tx, known, canned, agent_id, now)
    return int(known)


def move(tx: Session, canned_id: int, canned: Canned, agent_id: int) -> bool:
    """Give a response the shortcut and scope of `canned`; False if another has them, even a removed
    one."""
    key = _key(tx, canned, agent_id)
    if _at(tx, key) is not None:
        return False
    tx.connection().execute(update(_CANNED).where(_CANNED.c.id == canned_id).values(key))
    return True


def _key(tx: Session, canned: Canned, agent_id: int | None) -> dict[str, Any]:
    """The columns that identify a response of this agent."""
    team = teams.id_of(tx, canned.team) if canned.scope is Scope.TEAM else None
    owners = {Scope.ME: agent_id, Scope.TEAM: team, Scope.ALL: 0}
    return {
        "shortcut": canned.shortcut,
        "scope": canned.scope.value,
        "scope_id": owners[canned.scope] or 0,
    }


def _at(tx: Session, key: dict[str, Any]) -> int | None:
    statement = select(_CANNED.c.id).where(
        *(_CANNED.c[name] == value for name, value in key.items())
    )
    found: int | None = tx.connection().execute(statement).scalar()
    return found


def add_version(
    tx: Session, canned_id: int, canned: Canned, agent_id: int | None, now: datetime
) -> None:
    """Add a version of a response. Its shortcut and scope stay (`move`)."""
    last = (
        tx.connection()
        .execute(select(func.max(_VERSION.c.number)).where(_VERSION.c.canned_id == canned_id))
        .scalar()
        or 0
    )
    new = {
        "canned_id": canned_id,
        "number": last + 1,
        "definition": _definition(canned),
        "agent_id": agent_id,
        "created_at": now,
    }
    rows.add(tx, CannedVersionRow, new)


def remove(tx: Session, canned_id: int, now: datetime) -> None:
    """Stop offering a response."""
    tx.connection().execute(update(_CANNED).where(_CANNED.c.id == canned_id).values(removed_at=now))


def keep_file(tx: Session, sha256: str, content: bytes) -> None:
    """Keep the bytes of a file, unless they are here already."""
    rows.add_missing(tx, CannedFileRow, [{"sha256": sha256, "content": content}])


def file(tx: Session, sha256: str) -> bytes | None:
    """The bytes of a file."""
    found: bytes | None = (
        tx.connection().execute(select(_FILE.c.content).where(_FILE.c.sha256 == sha256)).scalar()
    )
    return found


def files_there(tx: Session, wanted: Iterable[str]) -> frozenset[str]:
    """Which of these files have their bytes here."""
    return frozenset(
        tx.connection()
        .execute(select(_FILE.c.sha256).where(_FILE.c.sha256.in_(list(wanted))))
        .scalars()
    )


# Uses


def add_use(tx: Session, use: Use, agent_id: int, now: datetime) -> None:
    """Record that a response was used."""
    values = {
        "canned_id": use.canned_id,
        "agent_id": agent_id,
        "ticket_number": use.ticket,
        "gesture": use.gesture,
        "at": now,
    }
    rows.add(tx, CannedUseRow, {**values, "applied": use.applied, "marks": list(use.marks)})


def uses_of(tx: Session, gesture: str, ticket: int) -> list[Use]:
    """The responses that one verb used on a ticket."""
    found = tx.connection().execute(
        select(_USE)
        .where(_USE.c.gesture == gesture, _USE.c.ticket_number == ticket)
        .order_by(_USE.c.id)
    )
    return [
        Use(row.canned_id, row.ticket_number, row.gesture, tuple(row.marks), row.applied)
        for row in found
    ]


def _still_done() -> ColumnElement[bool]:
    return _USE.c.gesture.not_in(select(_EVENT.c.undoes).where(_EVENT.c.undoes.is_not(None)))


def last_used(tx: Session, agent_id: int) -> dict[int, datetime]:
    """When an agent used each response last, by its id."""
    statement = select(_USE.c.canned_id, func.max(_USE.c.at).label("last_at")).where(
        _USE.c.agent_id == agent_id, _still_done()
    )
    return {
        row.canned_id: row.last_at
        for row in tx.connection().execute(statement.group_by(_USE.c.canned_id))
    }


def usage(tx: Session, agent_id: int, since: datetime | None) -> list[Usage]:
    """How often each response that this agent sees was used, by anybody; most used first."""
    ever = select(
        _USE.c.canned_id,
        func.count().label("uses"),
        func.count(distinct(_USE.c.ticket_number)).label("tickets"),
        func.count(distinct(_USE.c.agent_id)).label("agents"),
        func.max(_USE.c.at).label("last_at"),
    )
    ever = ever.where(_still_done()).group_by(_USE.c.canned_id)
    last = {row.canned_id: row.last_at for row in tx.connection().execute(ever)}
    counted = {
        row.canned_id: row
        for row in tx.connection().execute(ever.where(_USE.c.at >= since) if since else ever)
    }
    found = []
    for kept in visible(tx, agent_id):
        row = counted.get(kept.id)
        uses, used_in, used_by = (row.uses, row.tickets, row.agents) if row else (0, 0, 0)
        found.append(Usage(kept, uses, used_in, used_by, last.get(kept.id)))
    return sorted(found, key=lambda one: (-one.uses, one.kept.canned.shortcut))


# A response as JSON


def _definition(canned: Canned) -> dict[str, Any]:
    macro = canned.macro
    return {
        "title": canned.title,
        "bodies": [[body.language, body.text] for body in canned.bodies],
        "mailbox": canned.mailbox,
        "files": [[one.name, one.size, one.sha256] for one in canned.files],
        "macro": {
            "status": macro.status.value if macro.status else None,
            "add": list(macro.add),
            "remove": list(macro.remove),
            "assignee": macro.assignee,
            "priority": str(macro.priority) if macro.priority is not None else None,
            "team": macro.team,
            "fields": dict(macro.fields),
        },
    }


def _kept(row: Row[Any]) -> StoredResponse:
    said, scope = row.definition, Scope(row.scope)
    canned = Canned(
        row.shortcut,
        said["title"],
        tuple(Body(language, text) for language, text in said["bodies"]),
        scope,
        said["mailbox"],
        _macro(said["macro"]),
        tuple(Enclosed(*one) for one in said["files"]),
        row.team or "",
    )
    return StoredResponse(
        row.id, canned, row.number, row.created_at, row.by or "", scope is Scope.ME, row.begun
    )


def _macro(said: dict[str, Any]) -> Macro:
    status, priority = said["status"], said["priority"]
    return Macro(
        Status(status) if status else None,
        tuple(said["add"]),
        tuple(said["remove"]),
        said["assignee"],
        Priority.of(priority) if priority else None,
        said.get("team"),
        tuple(sorted(said.get("fields", {}).items())),
    )
