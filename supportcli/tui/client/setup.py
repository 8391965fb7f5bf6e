"""What is set up, and the views that an agent saves."""

from collections.abc import Sequence

from supportcli.desk.canned import responses
from supportcli.desk.people import agents, colleagues
from supportcli.desk.setup import desk_info, founding, sign_ins, teams, views
from supportcli.desk.sla import calendars, policies
from supportcli.desk.tickets import filling_in
from supportcli.domain.tickets.saved_views import SavedView, ViewChanges, ViewOwner
from supportcli.rendering.settings import DeskSettings
from supportcli.tui.client.own_desk import OwnDesk


class DeskSetup:
    """What is set up."""

    def __init__(self, own: OwnDesk) -> None:
        self._own = own

    def about(self) -> DeskSettings:
        """What is set up."""
        desk, boxes = self._own.desk, founding.list_mailboxes(self._own.desk)
        return DeskSettings(
            desk_info.about(desk),
            desk.settings.agent,
            boxes,
            {box.address: sign_ins.shown_sign_in(desk, box.address) for box in boxes},
            colleagues.list_agents(desk),
            agents.absences(desk),
            teams.list_teams(desk),
            policies.list_policies(desk),
            calendars.list_calendars(desk),
            responses.list_canned(desk),
            filling_in.list_fields(desk),
            views.list_views(desk),
            desk.settings.inbox,
            desk.settings.path,
        )

    def my_tabs(self) -> Sequence[SavedView]:
        """See `desk.setup.views.my_tabs`."""
        return views.my_tabs(self._own.desk)

    def save_view(self, new: SavedView, owner: ViewOwner) -> SavedView:
        """See `desk.setup.views.add_view`."""
        return views.add_view(self._own.desk, new, owner)

    def edit_view(self, which: int, changes: ViewChanges) -> SavedView:
        """See `desk.setup.views.edit_view`."""
        return views.edit_view(self._own.desk, which, changes)

    def remove_view(self, which: int) -> SavedView:
        """See `desk.setup.views.remove_view`."""
        return views.remove_view(self._own.desk, which)
