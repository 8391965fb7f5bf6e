"""The tabs of the inbox: queries with a name. Their keys are in `keys`."""

from dataclasses import dataclass

from supportcli.domain.tickets.ticket import Status


@dataclass(frozen=True, slots=True)
class View:
    """A query with a name; `empty` is shown when nothing is found."""

    name: str
    query: str
    empty: str


TO_DO = (Status.NEW, Status.OPEN)
"""What waits for us; the first view."""

_AT_WORK = "status:new,open -is:snoozed"

VIEWS = (
    View("To do", _AT_WORK, "Nothing to do: every customer has an answer."),
    View("Mine", f"assignee:me {_AT_WORK}", "You have no open tickets. Take one with i."),
    View("Free", f"assignee:none {_AT_WORK}", "Every open ticket is assigned."),
    View("Waiting", "status:pending,on-hold", "No ticket is waiting for a customer."),
    View("Solved", "status:solved,closed", "No ticket is solved yet."),
    View("All", "", "There are no tickets yet."),
)


FOLLOWING = View(
    "Following", "following:me", "You are not following any tickets. Follow one with f."
)
"""What I follow; reached by `g f`, and left as a filter is."""


MENTIONS = View(
    "Mentions", "mentions:me", "No note mentions you. A colleague does with @ and your name."
)
"""The tickets with a note that mentions me; reached by `g m`, and left as a filter is."""


SNOOZED = View("Snoozed", "is:snoozed", "No ticket is snoozed. Snooze one with s.")
"""What comes back by itself; reached by `g s`, and left as a filter is."""


def filtered(query: str) -> View:
    """The view of a query that the agent typed."""
    return View("Filter", query, "No ticket matches the filter.")
