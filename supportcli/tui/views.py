"""The tabs of the inbox: queries with a name, built-in ones and saved ones. Their keys are in
`keys`."""

from collections.abc import Iterable
from dataclasses import dataclass

from supportcli.domain.tickets.saved_views import FOLLOWING as FOLLOWED
from supportcli.domain.tickets.saved_views import SNOOZED as ASLEEP
from supportcli.domain.tickets.saved_views import TABS, SavedView, ViewScope
from supportcli.domain.tickets.ticket import Status


@dataclass(frozen=True, slots=True)
class View:
    """A query with a name; `empty` is shown when nothing is found, `{take}` in it is the key of
    that action. `saved` is the view that somebody saved, if one is behind it."""

    name: str
    query: str
    empty: str
    saved: SavedView | None = None


TO_DO = (Status.NEW, Status.OPEN)
"""What waits for us; the first view."""

_EMPTY = (
    "Nothing to do: every customer has an answer.",
    "You have no open tickets. Take one with {take}.",
    "Every open ticket is assigned.",
    "No ticket is waiting for a customer.",
    "No ticket is solved yet.",
    "There are no tickets yet.",
)

VIEWS = tuple(View(tab.name, tab.query, empty) for tab, empty in zip(TABS, _EMPTY, strict=True))
"""The built-in tabs."""

FOLLOWING = View(
    FOLLOWED.name, FOLLOWED.query, "You are not following any tickets. Follow one with {follow}."
)
"""What I follow; reached by `g f`, and left as a filter is."""


MENTIONS = View(
    "Mentions", "mentions:me", "No note mentions you. A colleague does with @ and your name."
)
"""The tickets with a note that mentions me; reached by `g m`, and left as a filter is."""


SENT = View(
    "What I sent",
    "answered:me status:any sort:updated",
    "You have not sent a reply or a forward yet.",
)
"""The tickets from which I sent a reply or a forward; reached by `g a`, and left as a filter is."""

BEGUN = View("Drafts", "has:draft status:any sort:updated", "Nobody has begun to write.")
"""The tickets with a draft; reached by `g w`, and left as a filter is."""

SNOOZED = View(ASLEEP.name, ASLEEP.query, "No ticket is snoozed. Snooze one with {snooze}.")
"""What comes back by itself; reached by `g s`, and left as a filter is."""


FILTERED = "Filter"
"""The name of a view that the agent typed."""


def filtered(query: str) -> View:
    """The view of a query that the agent typed."""
    return View(FILTERED, query, "No ticket matches the filter.")


class Tabs:
    """The built-in views, then the saved ones as they are now."""

    def __init__(self) -> None:
        self.views = VIEWS

    def put(self, saved: Iterable[SavedView]) -> bool:
        """These are the saved ones now; False if they were."""
        views = (*VIEWS, *map(_of_saved, saved))
        changed, self.views = views != self.views, views
        return changed

    def __contains__(self, view: View) -> bool:
        return view in self.views

    def now(self, view: View) -> View | None:
        """A tab as it is now; None if it is none, or none any more."""
        if view.saved is None:
            return view if view in self.views else None
        return next(
            (one for one in self.views if one.saved and one.saved.id == view.saved.id), None
        )


def _of_saved(saved: SavedView) -> View:
    return View(saved.name, saved.asked, f"No ticket is in {saved.name}.", saved)


def belongs(saved: SavedView) -> str:
    """Whose a view is, to read behind its name: “yours”, “everybody's”, “team billing”."""
    if saved.scope is ViewScope.TEAM:
        return saved.whose
    return "yours" if saved.scope is ViewScope.ME else "everybody's"
