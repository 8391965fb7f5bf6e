"""Views that were saved, in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, or_, select, update
from sqlmodel import Session

from supportcli.domain.tickets.saved_views import SavedView, ViewScope, in_order
from supportcli.domain.tickets.ticket import Order
from supportcli.storage.engine import rows
from supportcli.storage.tables import SavedViewRow, TeamMemberRow, TeamRow

_VIEW, _TEAM = rows.table_of(SavedViewRow), rows.table_of(TeamRow)
_MEMBER = rows.table_of(TeamMemberRow)

_OF_TEAM = _VIEW.c.scope == ViewScope.TEAM.value
_ALL = select(_VIEW, _TEAM.c.name.label("team")).outerjoin(
    _TEAM, and_(_OF_TEAM, _TEAM.c.id == _VIEW.c.scope_id)
)
_MINE = and_(_VIEW.c.scope == ViewScope.ME.value, _VIEW.c.scope_id == bindparam("me"))
_OF_EVERYONE = _VIEW.c.scope == ViewScope.EVERYONE.value
_TEAMS = select(_MEMBER.c.team_id).where(_MEMBER.c.agent_id == bindparam("me"))
_TABS = _ALL.where(
    or_(_MINE, _OF_EVERYONE, and_(_OF_TEAM, _TEAM.c.active, _VIEW.c.scope_id.in_(_TEAMS)))
)
_KNOWN = _ALL.where(or_(_MINE, _OF_EVERYONE, _OF_TEAM))
_OWNERS = (
    select(_VIEW.c.id)
    .where(_VIEW.c.scope == bindparam("scope"), _VIEW.c.scope_id == bindparam("owner"))
    .order_by(_VIEW.c.place, _VIEW.c.id)
)


def tabs(tx: Session, me: int) -> list[SavedView]:
    """The views of this agent, of their teams, and of everybody, in order."""
    return _views(tx, _TABS, me)


def known(tx: Session, me: int) -> list[SavedView]:
    """The same, with those of all teams, removed ones too: what an admin changes."""
    return _views(tx, _KNOWN, me)


def _views(tx: Session, statement: Any, me: int) -> list[SavedView]:  # noqa: ANN401
    return in_order(map(_view, tx.connection().execute(statement, {"me": me})))


def _view(row: Row[Any]) -> SavedView:
    return SavedView(
        row.name,
        row.query,
        ViewScope(row.scope),
        row.scope_id,
        row.team or "",
        row.place,
        tuple(row.columns),
        Order(row.sort) if row.sort else None,
        row.id,
    )


def of_owner(tx: Session, scope: ViewScope, owner: int) -> list[int]:
    """The ids of an owner's views in order."""
    asked = {"scope": scope.value, "owner": owner}
    return list(tx.connection().execute(_OWNERS, asked).scalars())


def add(tx: Session, new: SavedView, now: datetime) -> int:
    """Save a view; returns its id (that of `new` is ignored). IntegrityError if its owner has one
    of exactly this name."""
    return rows.add(tx, SavedViewRow, {**_values(new), "created_at": now})


def change(tx: Session, wanted: SavedView) -> None:
    """Write down a view as it is to be."""
    statement = update(_VIEW).where(_VIEW.c.id == wanted.id)
    tx.connection().execute(statement.values(_values(wanted)))


def _values(view: SavedView) -> dict[str, Any]:
    return {
        "name": view.name,
        "query": view.query,
        "scope": view.scope.value,
        "scope_id": view.scope_id,
        "place": view.place,
        "columns": list(view.columns),
        "sort": view.sort.value if view.sort else None,
    }


def place(tx: Session, ids: Sequence[int]) -> None:
    """Put an owner's views in this order."""
    for at, one in enumerate(ids, 1):
        tx.connection().execute(update(_VIEW).where(_VIEW.c.id == one).values(place=at))


def remove(tx: Session, view: int) -> None:
    """Remove a view."""
    tx.connection().execute(delete(_VIEW).where(_VIEW.c.id == view))
