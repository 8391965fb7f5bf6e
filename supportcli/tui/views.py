"""The tabs of the inbox: queries with a name. Their keys stand in `keys`."""

from dataclasses import dataclass

from supportcli.domain.tickets.ticket import Status


@dataclass(frozen=True, slots=True)
class View:
    """A query with a name; `empty` is what stands there when nothing is found."""

    name: str
    query: str
    empty: str


TO_DO = (Status.NEW, Status.OPEN)
"""What waits for us; the first view."""

VIEWS = (
    View("To do", "status:new,open", "Nothing to do: every customer has an answer."),
    View("Mine", "assignee:me status:new,open", "Nothing of yours is open. Take a ticket with i."),
    View("Free", "assignee:none status:new,open", "Somebody has every open ticket."),
    View("Waiting", "status:pending,on-hold", "No ticket waits for a customer."),
    View("Solved", "status:solved,closed", "No ticket is solved yet."),
    View("All", "", "There is no ticket yet."),
)


FOLLOWING = View("Following", "following:me", "You follow no ticket. Follow one with f.")
"""What I follow; reached by `g f`, and left as a filter is."""


def filtered(query: str) -> View:
    """The view of a query that the agent typed."""
    return View("Filter", query, "No ticket fits the filter.")
