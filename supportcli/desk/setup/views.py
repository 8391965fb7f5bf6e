"""Views: the built-in ones, and those that somebody saved. A view stays if its query names what is
not there any more: it finds nothing then, and says why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import authorize
from supportcli.desk.tickets.counting import KeptCounts
from supportcli.desk.tickets.handing import team_there
from supportcli.desk.tickets.lists import asking
from supportcli.domain.people import Action, Agent, Role
from supportcli.domain.query.parse import order_asked, parse
from supportcli.domain.text.words import nearest
from supportcli.domain.tickets.saved_views import (
    BUILT_IN,
    MINE,
    SavedView,
    ViewChanges,
    ViewOwner,
    ViewScope,
    placed,
    view_called,
    view_name,
)
from supportcli.errors.names import NameTaken, NotFound, Thing
from supportcli.errors.setup import ViewBuiltIn
from supportcli.storage.setup import teams, views
from supportcli.storage.tickets import search


@dataclass(frozen=True, slots=True)
class ViewCounts:
    """How many tickets views find, by their queries; and of those that find none because they
    cannot be read any more, why."""

    found: Mapping[str, int]
    problems: Mapping[str, str]


def list_views(desk: Desk) -> list[SavedView]:
    """The built-in views, then those that I can name, in order; an admin names those of each
    team."""
    with desk.db.read() as tx:
        return [*BUILT_IN, *_known(tx, desk.me(tx))]


def my_tabs(desk: Desk) -> list[SavedView]:
    """The saved views that are tabs of my inbox, in order."""
    with desk.db.read() as tx:
        return views.tabs(tx, desk.me(tx).id)


def view(desk: Desk, name: str) -> SavedView:
    """The view that I mean by a name; NotFound."""
    with desk.db.read() as tx:
        return _there(tx, desk.me(tx), name)


def narrowed(desk: Desk, name: str, query: str) -> SavedView:
    """The view that I mean by a name, with those of its tickets alone that a query finds too, and
    sorted as that says. NotFound; QueryError if the query cannot be read."""
    found = view(desk, name)
    parse(query)
    if not query.strip():
        return found
    order = order_asked(query)
    beside = f"{found.query} {query}" if order else f"{found.query} ({query})"
    return replace(found, query=beside, sort=None if order else found.sort)


def counts(desk: Desk, wanted: Sequence[SavedView]) -> ViewCounts:
    """How many tickets these views find now."""
    counted = KeptCounts(desk).of([one.asked for one in wanted])
    return ViewCounts(counted.by_query, counted.problems)


def add_view(
    desk: Desk, new: SavedView, owner: ViewOwner = MINE, place: int | None = None
) -> SavedView:
    """Save a view, at this place among those of its owner, else behind them.

    ViewNameInvalid, NameTaken, QueryError, NotFound for a team; NotAllowed if I may not save views,
    am not of the team, or am no admin where it is everybody's."""
    named = replace(new, name=view_name(new.name), query=new.query.strip())
    with desk.db.write() as tx:
        me = desk.me(tx)
        owned = _given(tx, me, named, owner)
        authorize(me, Action.SAVE_VIEWS)
        _refuse_unreadable(desk, tx, owned)
        _refuse_taken(tx, me, owned)
        made = views.add(tx, owned, desk.now())
        _place(tx, replace(owned, id=made), place)
        return _by_id(tx, me, made)


def edit_view(desk: Desk, which: str | int, changes: ViewChanges) -> SavedView:
    """Change a view, by its name or its id. NotFound; the errors of `add_view`, also for the owner
    whose it was."""
    with desk.db.write() as tx:
        me = desk.me(tx)
        before = _mine_to_change(tx, me, which)
        authorize(me, Action.SAVE_VIEWS)
        after = _changed(before, changes)
        if changes.owner is not None:
            after = _given(tx, me, after, changes.owner)
        moves = (after.scope, after.scope_id) != (before.scope, before.scope_id)
        if after.asked != before.asked:
            _refuse_unreadable(desk, tx, after)
        _refuse_taken(tx, me, after)
        views.change(tx, after)
        if moves or changes.place is not None:
            _place(tx, after, changes.place)
        return _by_id(tx, me, after.id)


def remove_view(desk: Desk, which: str | int) -> SavedView:
    """Remove a view; its tickets stay. NotFound; NotAllowed as for `edit_view`."""
    with desk.db.write() as tx:
        me = desk.me(tx)
        gone = _mine_to_change(tx, me, which)
        authorize(me, Action.SAVE_VIEWS)
        views.remove(tx, gone.id)
        return gone


def _known(tx: Session, me: Agent) -> list[SavedView]:
    return views.known(tx, me.id) if me.role is Role.ADMIN else views.tabs(tx, me.id)


def _there(tx: Session, me: Agent, which: str | int) -> SavedView:
    there = [*BUILT_IN, *_known(tx, me)]
    if isinstance(which, int):
        found = next((one for one in there if one.id == which), None)
    else:
        found = view_called(which, there)
    if found is None:
        names, typed = {one.name.lower(): one.name for one in there}, str(which)
        raise NotFound(Thing.VIEW, typed, nearest=names.get(nearest(typed.lower(), names), ""))
    return found


def _by_id(tx: Session, me: Agent, wanted: int) -> SavedView:
    return next(one for one in _known(tx, me) if one.id == wanted)


def _mine_to_change(tx: Session, me: Agent, which: str | int) -> SavedView:
    """A view, if I may change it."""
    found = _there(tx, me, which)
    if found.is_built_in:
        raise ViewBuiltIn(found.name)
    _authorize(tx, me, found)
    return found


def _authorize(tx: Session, me: Agent, one: SavedView) -> None:
    """NotAllowed if a view of this owner is not mine to save: everybody's is an admin's, a team's
    its members'."""
    if one.scope is ViewScope.EVERYONE:
        authorize(me, Action.SET_UP)
    elif one.scope is ViewScope.TEAM:
        authorize(me, Action.SAVE_VIEWS, own=_is_member(tx, me, one.scope_id))


def _is_member(tx: Session, me: Agent, team: int) -> bool:
    return any(one.id == team and one.has(me.address) for one in teams.teams(tx, removed=True))


def _given(tx: Session, me: Agent, one: SavedView, owner: ViewOwner) -> SavedView:
    """A view as its new owner's, if I may do that."""
    if owner.scope is ViewScope.TEAM:
        team = team_there(tx, owner.team)
        given = replace(one, scope=owner.scope, scope_id=team.id, team=team.name)
    else:
        of = me.id if owner.scope is ViewScope.ME else 0
        given = replace(one, scope=owner.scope, scope_id=of, team="")
    _authorize(tx, me, given)
    return given


def _changed(before: SavedView, changes: ViewChanges) -> SavedView:
    return replace(
        before,
        name=before.name if changes.name is None else view_name(changes.name),
        query=before.query if changes.query is None else changes.query.strip(),
        columns=before.columns if changes.columns is None else tuple(changes.columns),
        sort=None if changes.unsorted else changes.sort or before.sort,
    )


def _refuse_unreadable(desk: Desk, tx: Session, wanted: SavedView) -> None:
    """QueryError if a view's query cannot be read, or names what is not there."""
    search.condition(tx, parse(wanted.asked), asking(desk, tx))


def _refuse_taken(tx: Session, me: Agent, wanted: SavedView) -> None:
    """NameTaken if the owner of a view has another one of its name."""
    theirs = [
        one
        for one in _known(tx, me)
        if (one.scope, one.scope_id) == (wanted.scope, wanted.scope_id) and one.id != wanted.id
    ]
    if view_called(wanted.name, theirs) is not None:
        raise NameTaken(Thing.VIEW, wanted.name)


def _place(tx: Session, one: SavedView, place: int | None) -> None:
    views.place(tx, placed(views.of_owner(tx, one.scope, one.scope_id), one.id, place))
