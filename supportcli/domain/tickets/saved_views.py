"""Views: queries with a name. Some come with the program; others are saved, by an agent for
themselves, for a team or for everybody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from supportcli.domain.tickets.ticket import Order
from supportcli.errors.setup import ViewNameInvalid

_LONGEST = 30


class ViewScope(StrEnum):
    """Whose a view is: it comes with the program, or is everybody's, a team's or an agent's."""

    BUILT_IN = "built-in"
    EVERYONE = "everyone"
    TEAM = "team"
    ME = "me"


@dataclass(frozen=True, slots=True)
class SavedView:
    """A query with a name. `scope_id` is the agent or the team whose it is (0: neither), `team` its
    name, `place` counts from 1 among the views of the same owner.

    `columns` are those of `ticket list` (none: the usual ones). Without a `sort`, tickets stand as
    the query's own `sort:` says."""

    name: str
    query: str
    scope: ViewScope = ViewScope.ME
    scope_id: int = 0
    team: str = ""
    place: int = 1
    columns: tuple[str, ...] = ()
    sort: Order | None = None
    id: int = 0

    @property
    def asked(self) -> str:
        """The query, with the view's sort in it."""
        return f"{self.query} sort:{self.sort}".strip() if self.sort else self.query

    @property
    def whose(self) -> str:
        """“me”, “team billing”, “everyone”, “built-in”."""
        return f"team {self.team}" if self.scope is ViewScope.TEAM else self.scope.value

    @property
    def is_built_in(self) -> bool:
        """Whether it comes with the program, so that nobody changes it."""
        return self.scope is ViewScope.BUILT_IN


@dataclass(frozen=True, slots=True)
class ViewOwner:
    """Whose a view is to be: mine, that of the `team` of this name, or everybody's."""

    scope: ViewScope = ViewScope.ME
    team: str = ""


MINE, EVERYONES = ViewOwner(), ViewOwner(ViewScope.EVERYONE)


@dataclass(frozen=True, slots=True)
class ViewChanges:
    """What to change of a view; None changes nothing. `unsorted` takes its sort away, and empty
    `columns` give it the usual ones."""

    name: str | None = None
    query: str | None = None
    owner: ViewOwner | None = None
    columns: Sequence[str] | None = None
    sort: Order | None = None
    unsorted: bool = False
    place: int | None = None


def _built_in(name: str, query: str) -> SavedView:
    return SavedView(name, query, ViewScope.BUILT_IN)


_AT_WORK = "status:new,open -is:snoozed"

TABS = (
    _built_in("To do", _AT_WORK),
    _built_in("Mine", f"assignee:me {_AT_WORK}"),
    _built_in("Free", f"assignee:none {_AT_WORK}"),
    _built_in("Waiting", "status:pending,on-hold"),
    _built_in("Solved", "status:solved,closed"),
    _built_in("All", ""),
)
"""The built-in views that are tabs of the inbox, in order."""

FOLLOWING = _built_in("Following", "following:me")
SNOOZED = _built_in("Snoozed", "is:snoozed")
BUILT_IN = (*TABS, FOLLOWING, SNOOZED)
"""All built-in views."""

_TAKEN = frozenset({"held", "filter", *(view.name.casefold() for view in BUILT_IN)})
"""Names that mean something else in the inbox."""


def view_name(typed: str) -> str:
    """The name of a view as it is kept: as typed, with single spaces. ViewNameInvalid."""
    name = " ".join(typed.split())
    if not 0 < len(name) <= _LONGEST or not name.isprintable() or name.startswith("-"):
        raise ViewNameInvalid(typed)
    if name.casefold() in _TAKEN:
        raise ViewNameInvalid(typed)
    return name


_FIRST = (ViewScope.ME, ViewScope.TEAM, ViewScope.EVERYONE, ViewScope.BUILT_IN)
"""Where several views have a name, the first of these is meant."""


def view_called(name: str, views: Iterable[SavedView]) -> SavedView | None:
    """The view of this name in any case: mine before a team's, a team's before everybody's; None if
    there is none."""
    wanted = " ".join(name.split()).casefold()
    found = [view for view in views if view.name.casefold() == wanted]
    return min(found, key=lambda view: _FIRST.index(view.scope), default=None)


def in_order(views: Iterable[SavedView]) -> list[SavedView]:
    """Views as the inbox's tabs show them: everybody's, those of teams, mine; each as placed."""
    scopes = list(ViewScope)
    return sorted(
        views, key=lambda view: (scopes.index(view.scope), view.team.casefold(), view.place)
    )


def placed(there: Sequence[int], view: int, place: int | None) -> list[int]:
    """The ids of an owner's views in order once a view stands at a `place` from 1: None is the
    last, and so is one behind it."""
    others = [one for one in there if one != view]
    at = len(others) if place is None else min(max(place, 1) - 1, len(others))
    return [*others[:at], view, *others[at:]]
