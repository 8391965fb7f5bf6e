"""The docks that do something to tickets which they ask for: by a choice, or line by line."""

from supportcli.tui.context import InboxContext
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.docks.calling import CallDocks
from supportcli.tui.tickets.docks.choice_docks import ChoiceDocks
from supportcli.tui.tickets.docks.linking import LinkDock
from supportcli.tui.tickets.docks.new_ticket import NewTicketDocks
from supportcli.tui.tickets.verbs import TicketVerbs


class TicketDocks:
    """One of each."""

    def __init__(self, context: InboxContext, browse: Browse, verbs: TicketVerbs) -> None:
        self.choices = ChoiceDocks(verbs)
        self.calling = CallDocks(context, verbs)
        self.linking = LinkDock(context, verbs)
        self.new_ticket = NewTicketDocks(context, browse, verbs)
