"""The figures of the dashboard."""

from collections.abc import Sequence

from supportcli.desk import reports
from supportcli.domain.reports.dashboard.desk_day import DeskDay
from supportcli.domain.reports.dashboard.figures import Figure
from supportcli.domain.reports.dashboard.my_day import MyDay
from supportcli.domain.tickets.ticket import TicketLine
from supportcli.tui.client.own_desk import OwnDesk


class DeskReports:
    """Reports."""

    def __init__(self, own: OwnDesk) -> None:
        self._own = own

    def desk_day(self, most: int) -> DeskDay:
        """See `desk.reports.desk_day`."""
        return reports.desk_day(self._own.desk, most)

    def my_day(self, most: int) -> MyDay:
        """See `desk.reports.of_me`."""
        return reports.of_me(self._own.desk, most)

    def next_due(self, most: int, *, mine: bool) -> Sequence[TicketLine]:
        """See `desk.reports.next_due`."""
        return reports.next_due(self._own.desk, most, mine=mine)

    def query_of(self, figure: Figure) -> tuple[str, int]:
        """See `desk.reports.query_of`."""
        return reports.query_of(self._own.desk, figure)
