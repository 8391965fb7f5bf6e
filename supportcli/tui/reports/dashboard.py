"""The dashboard: the figures of the desk, or of my day, over the inbox. They are read in a thread
and refreshed while on screen; each leads to its tickets, and `esc` back to where one was."""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from supportcli.errors import SupportError
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.filtering import Filtering
from supportcli.tui.views import View
from supportcli.tui.widgets.ticket_list import Stand

if TYPE_CHECKING:
    from supportcli.domain.reports.dashboard.desk_day import DeskDay
    from supportcli.domain.reports.dashboard.my_day import MyDay
    from supportcli.rendering.reports.spots import Spot

_OLD = timedelta(minutes=1)
"""After this time numbers are read again even if nobody changed anything: waiting times grow by
themselves."""

_DUE = 30
"""So many tickets are listed at most that are due next."""


class Dashboard:
    """Opens and closes it, keeps it fresh, and follows its figures to their tickets."""

    def __init__(self, context: InboxContext, browse: Browse, filtering: Filtering) -> None:
        self._context = context
        self._browse = browse
        self._filtering = filtering
        self._asked_at: datetime | None = None
        self._mine = False
        self._followed: View | None = None

    def open(self, *, mine: bool = False) -> None:
        """Show it, with the last figures until new ones are there."""
        self._show(mine=mine)
        self._context.dashboard.open()

    def turn(self) -> None:
        """From the desk to my day, and back."""
        self._show(mine=not self._mine)

    def _show(self, *, mine: bool) -> None:
        if mine is not self._mine:
            self._context.dashboard.show(None)
        self._mine = mine
        self._context.mode = Mode.DASHBOARD
        self._context.relabel(Mode.DASHBOARD, "dashboard_turn", "the desk" if mine else "my day")
        self.read()

    def close(self) -> None:
        """Back to the tickets."""
        self._context.dashboard.close()
        self._context.go_home()

    def read(self) -> None:
        """Read the numbers, if they are on screen."""
        if self._context.mode is not Mode.DASHBOARD:
            return
        self._asked_at = self._context.now()
        read, slot = self._context.work.read, "dashboard"
        if self._mine:
            read(slot, lambda client: client.my_day(_DUE), self._mine_came, self._failed, last=True)
        else:
            read(slot, lambda client: client.desk_day(_DUE), self._came, self._failed, last=True)

    def tick(self) -> None:
        """Read them again once they are old."""
        if self._asked_at is not None and self._context.now() - self._asked_at >= _OLD:
            self.read()

    def _came(self, shown: "DeskDay") -> None:
        from supportcli.rendering.reports.dashboard import page  # noqa: PLC0415  # brings the reports, which the first frame does not need

        if not self._mine:
            self._context.dashboard.show(partial(page, shown))

    def _mine_came(self, shown: "MyDay") -> None:
        from supportcli.rendering.reports.my_day import page  # noqa: PLC0415  # as above

        if self._mine:
            now = self._context.now()
            self._context.dashboard.show(partial(page, shown, now=now))

    # From a figure to its tickets

    def follow(self) -> None:
        """Show the tickets behind the chosen figure. Keys wait for them."""
        spot = self._context.dashboard.chosen
        if spot is None:
            return
        if not spot.figure.numbers:
            self._context.dashboard.remark("There is no ticket behind it.")
            return
        figure = spot.figure
        self._context.wait_for(
            lambda client: client.query_of(figure), partial(self._list, spot), self._failed
        )

    def _failed(self, error: SupportError) -> None:
        self._context.dashboard.fail(error.sentence)

    def _list(self, spot: "Spot", query: str) -> None:
        self._context.dashboard.close()
        self._context.mode = Mode.LIST
        self._followed = View(spot.figure.title, query, "No ticket is behind it any more.")
        self._filtering.show(self._followed, Stand(spot.ticket, 0, 0) if spot.ticket else None)

    @property
    def is_followed(self) -> bool:
        """Whether the tickets of a figure are shown."""
        return self._followed is not None and self._browse.view == self._followed

    def return_to(self) -> None:
        """From the tickets of a figure back to it; the list of before is behind it again."""
        self._filtering.leave()
        self.open(mine=self._mine)
