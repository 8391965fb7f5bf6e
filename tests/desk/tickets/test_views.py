"""Saved views on both engines, and what their tabs count."""

from supportcli.desk import Desk
from supportcli.desk.setup import teams, views
from supportcli.domain.people import Role
from supportcli.domain.tickets.saved_views import (
    EVERYONES,
    SavedView,
    ViewChanges,
    ViewOwner,
    ViewScope,
)
from supportcli.domain.tickets.ticket import Order
from supportcli.storage.setup import views as kept
from tests.desk.desks import ADA, BOB, as_agent, with_role, write_in


def saved(desk: Desk) -> list[SavedView]:
    with desk.db.read() as tx:
        return kept.tabs(tx, desk.me(tx).id)


def tabs(desk: Desk) -> list[tuple[str, str, int]]:
    return [(one.name, one.whose, one.place) for one in saved(desk)]


def test_each_agent_has_the_tabs_that_are_theirs(each_desk: Desk) -> None:
    with_role(each_desk, ADA, Role.ADMIN)
    bob = as_agent(each_desk, BOB)
    teams.add_team(each_desk, "billing", ["bob"])
    views.add_view(each_desk, SavedView("Late", "is:overdue", sort=Order.UPDATED), EVERYONES)
    of_team = ViewOwner(ViewScope.TEAM, "BILLING")
    views.add_view(each_desk, SavedView("Bills", "tag:bill"), of_team)
    views.add_view(each_desk, SavedView("Ada's", "tag:a", columns=("number", "due")))
    views.add_view(bob, SavedView("Bob's", "tag:b"))
    views.add_view(bob, SavedView("Paid", "tag:paid"), of_team, 1)
    assert tabs(each_desk) == [("Late", "everyone", 1), ("Ada's", "me", 1)]
    theirs = [("Paid", "team billing", 1), ("Bills", "team billing", 2)]
    assert tabs(bob) == [("Late", "everyone", 1), *theirs, ("Bob's", "me", 1)]
    hers = views.view(each_desk, "ada's")
    assert (hers.query, hers.columns, hers.asked) == ("tag:a", ("number", "due"), "tag:a")
    assert views.view(bob, "late").asked == "is:overdue sort:updated"
    teams.remove_team(each_desk, "billing")
    assert tabs(bob) == [("Late", "everyone", 1), ("Bob's", "me", 1)]
    known = [one.name for one in views.list_views(each_desk) if one.id]
    assert known == ["Late", "Paid", "Bills", "Ada's"]


def test_a_view_that_cannot_be_read_spoils_no_other_count(each_desk: Desk) -> None:
    with_role(each_desk, ADA, Role.ADMIN)
    teams.add_team(each_desk, "billing")
    write_in(each_desk)
    views.add_view(each_desk, SavedView("Bills", "team:billing"))
    views.add_view(each_desk, SavedView("Every", "status:any"))
    teams.edit_team(each_desk, "billing", rename="money")
    counted = views.counts(each_desk, saved(each_desk))
    assert counted.found == {"status:any": 1}
    gone = "Column 6 of the query: “billing” is not a team of this desk."
    assert counted.problems == {"team:billing": gone}
    views.edit_view(each_desk, "bills", ViewChanges(place=2, sort=None))
    views.edit_view(each_desk, "bills", ViewChanges(query="team:money"))
    assert views.counts(each_desk, saved(each_desk)).problems == {}
