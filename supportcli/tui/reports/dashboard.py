"""The dashboard: the figures of the desk, or of my day, over the inbox. They are read in a thread
and refreshed while on screen; each leads to its tickets, and `esc` back to where one was."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from supportcli.errors import SupportError
from supportcli.rendering.reports.ticket_panel import meanwhile
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.filtering import Filtering
from supportcli.tui.views import View
from supportcli.tui.widgets.dashboard import Layout
from supportcli.tui.widgets.ticket_list import Stand

if TYPE_CHECKING:
    from supportcli.domain.reports.dashboard.desk_day import DeskDay
    from supportcli.domain.reports.dashboard.my_day import MyDay
    from supportcli.domain.tickets.ticket import TicketLine
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
        self._reading: set[bool] = set()
        self._rests_until = context.now()
        self._is_stale = False

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
        self.read(at_once=True)

    @property
    def possible(self) -> Mapping[str, str]:
        """What the footer calls the key that turns it."""
        return {"dashboard_turn": "the desk" if self._mine else "my day"}

    def close(self) -> None:
        """Back to the tickets."""
        self._context.dashboard.close()
        self._context.go_home()

    @property
    def reads(self) -> bool:
        """Whether figures are read just now."""
        return bool(self._reading)

    def read(self, *, at_once: bool = False) -> None:
        """Read the figures, if they are on screen. On a large desk that takes seconds: it is done
        in a thread of its own, and not again until the inbox had twice that time to itself, unless
        the agent waits for them."""
        if self._context.mode is not Mode.DASHBOARD:
            return
        now = self._context.now()
        if self._mine in self._reading or (now < self._rests_until and not at_once):
            self._is_stale = True
            return
        self._is_stale, self._asked_at = False, now
        self._reading.add(self._mine)
        if not self._context.dashboard.has_figures:
            self._wait_with_due()
        aside = self._context.work.aside
        if self._mine:
            aside(
                lambda client: client.reports.my_day(_DUE),
                partial(self._mine_came, now),
                self._failed,
            )
        else:
            aside(
                lambda client: client.reports.desk_day(_DUE), partial(self._came, now), self._failed
            )

    def _wait_with_due(self) -> None:
        """Show what is due next while the figures of a large desk are counted."""
        mine = self._mine
        self._context.work.aside(
            lambda client: client.reports.next_due(_DUE, mine=mine),
            partial(self._due_came, mine=mine),
            _unheard,
        )

    def _due_came(self, due: Sequence["TicketLine"], *, mine: bool) -> None:
        if mine is self._mine:
            self._context.dashboard.wait_with(partial(meanwhile, due, now=self._context.now()))

    def tick(self) -> None:
        """Read them again once they are old."""
        old = self._asked_at is not None and self._context.now() - self._asked_at >= _OLD
        if old or self._is_stale:
            self.read()

    def _came(self, asked_at: datetime, shown: "DeskDay") -> None:
        from supportcli.rendering.reports.dashboard import page  # noqa: PLC0415  # brings the reports, which the first frame does not need

        self._read_once(asked_at, partial(page, shown), mine=False)

    def _mine_came(self, asked_at: datetime, shown: "MyDay") -> None:
        from supportcli.rendering.reports.my_day import page  # noqa: PLC0415  # as above

        self._read_once(asked_at, partial(page, shown, now=self._context.now()), mine=True)

    def _read_once(self, asked_at: datetime, layout: Layout, *, mine: bool) -> None:
        now = self._context.now()
        self._reading.discard(mine)
        self._rests_until = now + 2 * (now - asked_at)
        if mine is self._mine:
            self._context.dashboard.show(layout)
        if self._is_stale:
            self.read()

    def _failed(self, error: SupportError) -> None:
        self._reading.clear()
        self._context.dashboard.fail(error.sentence)

    # From a figure to its tickets

    def follow(self) -> None:
        """Show the tickets behind the chosen figure. Keys wait for them."""
        spot = self._context.dashboard.chosen
        if spot is None:
            return
        figure = spot.figure
        self._context.wait_for(
            lambda client: client.reports.query_of(figure),
            partial(self._list, spot),
            self._not_followed,
        )

    def _not_followed(self, error: SupportError) -> None:
        self._context.dashboard.fail(error.sentence)

    def _list(self, spot: "Spot", found: tuple[str, int]) -> None:
        query, count = found
        if not query:
            self._context.dashboard.remark("There is no ticket behind it.")
            return
        self._context.dashboard.close()
        self._context.mode = Mode.LIST
        self._followed = View(spot.figure.title, query, "No ticket is behind it any more.")
        self._filtering.show(self._followed, Stand(spot.ticket, 0, 0) if spot.ticket else None)
        if query.startswith("number:") and query.count(",") + 1 < count:
            self._context.notices.warn(f"These are the newest of {count:,} tickets.")

    @property
    def is_followed(self) -> bool:
        """Whether the tickets of a figure are shown."""
        return self._followed is not None and self._browse.view == self._followed

    def return_to(self) -> None:
        """From the tickets of a figure back to it; the list of before is behind it again."""
        self._filtering.leave()
        self.open(mine=self._mine)


def _unheard(_: SupportError) -> None:
    """The figures say what keeps them from being read."""
