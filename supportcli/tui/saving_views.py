"""Saving the filter as a view, changing and removing saved views, and going to any view."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.people import Action, Role, may
from supportcli.domain.tickets.saved_views import (
    EVERYONES,
    MINE,
    SavedView,
    ViewChanges,
    ViewOwner,
    ViewScope,
    view_name,
)
from supportcli.errors import SupportError
from supportcli.errors.setup import ViewNameInvalid
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.verbs import TicketVerbs
from supportcli.tui.views import View, belongs
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from supportcli.tui.client.desk_client import DeskClient

_BUILT_IN = "This view is built in. Find tickets with {filter}, then save the filter with {view}."
_NEW_NAME = "a name of up to 30 characters"


class SavingViews:
    """The docks for views."""

    def __init__(self, context: InboxContext, browse: Browse, verbs: TicketVerbs) -> None:
        self._context = context
        self._browse = browse
        self._verbs = verbs

    @property
    def label(self) -> str:
        """What the footer calls the key; "" if it does nothing here."""
        me, view = self._verbs.me, self._browse.view
        if me is not None and not may(me.role, Action.SAVE_VIEWS):
            return ""
        if view not in self._context.tabs:
            return "save view"
        return "view" if view.saved else ""

    # Which views there are

    def reload(self) -> None:
        """Ask which views are saved now."""
        self._context.work.read(
            "views", lambda client: client.setup.my_tabs(), self._learn, self._context.notices.fail
        )

    def _learn(self, saved: Sequence[SavedView]) -> None:
        if self._context.tabs.put(saved):
            self._browse.tabs_changed()

    def go(self) -> None:
        """Choose a view by its name."""
        self._context.go_home()
        views = self._context.tabs.views
        choices = [
            Choice(str(place), view.name, belongs(view.saved) if view.saved else "")
            for place, view in enumerate(views)
        ]
        self._verbs.choosing.open("View", choices, lambda place: self._browse.go(int(place)))

    # What is done to one

    def open(self) -> None:
        """Save what is shown as a view, or change the saved view that is shown."""
        view = self._browse.view
        if view not in self._context.tabs:
            self._ask_name(view)
        elif view.saved is None:
            self._verbs.choosing.refuse("View", self._context.keymap.told(_BUILT_IN))
        else:
            self._offer(view.saved)

    def _ask_name(self, view: View) -> None:
        """The name of a new view, or which saved one gets this query."""
        if not view.query:
            self._verbs.choosing.refuse("Save view", "There is no filter to save: type one with /.")
            return
        mine = {one.name: one for one in self._saved() if not self._why_not(one)}
        choices = [
            Choice(one.name, one.name, f"{belongs(one)}: use this filter") for one in mine.values()
        ]
        self._verbs.choosing.open(
            "Save view as",
            choices,
            lambda name: self._named(view, name, mine.get(name)),
            new=partial(_would_be, "new"),
            asks=_NEW_NAME,
        )

    def _named(self, view: View, name: str, there: SavedView | None) -> None:
        if there is not None:
            self._change(
                there, f"{clean(there.name)} finds this now.", ViewChanges(query=view.query)
            )
            return
        self._ask_owner(
            f"{clean(name)} is for",
            lambda owner: self._do(
                lambda client: client.setup.save_view(SavedView(name, view.query), owner),
                f"Saved the view {clean(name)}.",
            ),
        )

    def _offer(self, saved: SavedView) -> None:
        why_not = self._why_not(saved)
        done = {
            "rename": "another name",
            "give": f"it is {belongs(saved)}",
            "earlier": "one place to the left",
            "later": "one place to the right",
            "remove": "its tickets stay",
        }
        self._verbs.choosing.open(
            f"View {clean(saved.name)}",
            [Choice(word, word, remark, why_not) for word, remark in done.items()],
            partial(self._chosen, saved),
        )

    def _chosen(self, saved: SavedView, word: str) -> None:
        name = clean(saved.name)
        if word == "rename":
            self._verbs.choosing.open(
                f"Rename {name}",
                (),
                lambda typed: self._change(saved, f"{name} is {typed} now.", ViewChanges(typed)),
                new=partial(_would_be, "its new name"),
                asks=_NEW_NAME,
            )
        elif word == "give":
            self._ask_owner(
                f"{name} is for",
                lambda owner: self._change(
                    saved, f"Changed the view {name}.", ViewChanges(owner=owner)
                ),
            )
        elif word == "remove":
            self._do(
                lambda client: client.setup.remove_view(saved.id),
                f"Removed the view {name}. {self._context.key('view')} saves what is shown again.",
            )
        else:
            place = saved.place + (1 if word == "later" else -1)
            self._change(saved, f"Moved the view {name}.", ViewChanges(place=max(place, 1)))

    def _ask_owner(self, title: str, then: Callable[[ViewOwner], None]) -> None:
        """Whose a view is to be, if there is a choice."""
        me = self._verbs.me
        is_admin = me is not None and me.role is Role.ADMIN
        owners = {"me": MINE}
        for team in self._verbs.teams:
            if is_admin or (me is not None and team.has(me.address)):
                owners[f"team {team.name}"] = ViewOwner(ViewScope.TEAM, team.name)
        if is_admin:
            owners["everyone"] = EVERYONES
        if len(owners) == 1:
            then(MINE)
            return
        choices = [Choice(word, word) for word in owners]
        self._verbs.choosing.open(title, choices, lambda word: then(owners[word]))

    def _why_not(self, saved: SavedView) -> str:
        """Why I may not change a view; "" if I may."""
        me = self._verbs.me
        if saved.scope is ViewScope.EVERYONE and me is not None and me.role is not Role.ADMIN:
            return "only an admin changes what is everybody's"
        return ""

    def _saved(self) -> list[SavedView]:
        return [view.saved for view in self._context.tabs.views if view.saved]

    def _change(self, saved: SavedView, said: str, changes: ViewChanges) -> None:
        self._do(lambda client: client.setup.edit_view(saved.id, changes), said)

    def _do(self, run: "Callable[[DeskClient], SavedView]", said: str) -> None:
        """Do something to a view; the tabs follow. Keys wait for them: a digit typed at once is
        meant for the view as it is then."""

        def done(_: SavedView) -> None:
            self._context.notices.say(said)
            self._context.work.read("", lambda client: client.setup.my_tabs(), learned, failed)

        def learned(saved: Sequence[SavedView]) -> None:
            self._learn(saved)
            self._context.release_keys()

        def failed(error: SupportError) -> None:
            self._context.notices.fail(error)
            self._context.release_keys()

        self._context.hold_keys()
        self._context.work.in_turn(run, done, failed)


def _would_be(what: str, typed: str) -> str:
    """What a text would be as a view's name; "" if it cannot be one."""
    try:
        view_name(typed)
    except ViewNameInvalid:
        return ""
    return what
