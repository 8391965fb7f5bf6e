"""A ticket belongs to a team, beside or instead of an agent."""

import pytest

from supportcli.desk import Desk, undo
from supportcli.desk.setup import teams
from supportcli.desk.tickets import lists, reading, ticket_json, verbs
from supportcli.desk.tickets.handing import hand_to
from supportcli.domain.people import Role
from supportcli.domain.tickets.news import Sight
from supportcli.domain.tickets.ticket import Status
from supportcli.errors import NotAllowed
from supportcli.errors.names import NameTaken, NotFound
from supportcli.errors.setup import TeamHasTickets, TeamNameInvalid
from supportcli.errors.tickets import ChangedMeanwhile, UndoRefused
from tests.desk.desks import ADA, BOB, as_agent, with_role, write_in


@pytest.fixture
def desk(each_desk: Desk) -> Desk:
    """A desk on each engine, where Ada is an admin and Bob is in the team billing."""
    with_role(each_desk, ADA, Role.ADMIN)
    teams.add_team(each_desk, "billing", ["bob"])
    return each_desk


def held(desk: Desk, number: int) -> tuple[str | None, str | None]:
    """The team and the agent of a ticket."""
    line = lists.lines(desk, [number])[0]
    return line.team, line.assignee.address if line.assignee else None


def test_a_team_has_a_ticket_instead_of_an_agent_or_beside_one(desk: Desk) -> None:
    number = write_in(desk)
    assert hand_to(desk, [number], "Billing").sentence == "Assigned to the team billing: #1."
    assert held(desk, number) == ("billing", None)
    assert lists.lines(desk, [number])[0].status is Status.NEW
    done = hand_to(desk, [number], "billing", "me")
    assert done.sentence == "Assigned to Ada Byron, the team billing: #1."
    assert held(desk, number) == ("billing", ADA)
    verbs.assign(desk, [number], None)
    assert held(desk, number) == ("billing", None)
    assert hand_to(desk, [number], "none").sentence == "Assigned to no team: #1."
    assert held(desk, number) == (None, None)
    again = hand_to(desk, [number], "none")
    assert (again.sentence, again.numbers) == (
        "Nothing changed: already assigned to no team.",
        (),
    )


def test_only_an_agent_of_the_team_keeps_the_ticket(desk: Desk) -> None:
    ours, theirs = write_in(desk), write_in(desk)
    verbs.assign(desk, [ours], "me")
    verbs.assign(desk, [theirs], "bob")
    hand_to(desk, [ours, theirs], "billing")
    assert (held(desk, ours), held(desk, theirs)) == (("billing", None), ("billing", BOB))
    hand_to(desk, [theirs], "none")
    assert held(desk, theirs) == (None, BOB)
    hand_to(desk, [theirs], "billing", "none")
    assert held(desk, theirs) == ("billing", None)


def test_undo_gives_the_ticket_back_and_refuses_where_somebody_gave_it_away_since(
    desk: Desk,
) -> None:
    number = write_in(desk)
    verbs.assign(desk, [number], "me")
    before = ticket_json.ticket(reading.ticket(desk, number), desk.now())
    hand_to(desk, [number], "billing")
    undo.undo(desk)
    after = ticket_json.ticket(reading.ticket(desk, number), desk.now())
    assert after == before | {"updated_at": after["updated_at"]}
    hand_to(desk, [number], "billing")
    hand_to(as_agent(desk, BOB), [number], "none")
    with pytest.raises(UndoRefused, match="the team has since been changed"):
        undo.undo(desk)
    verbs.tag(desk, [number], ["mine"])
    verbs.tag(as_agent(desk, BOB), [number], ["theirs"])
    with pytest.raises(UndoRefused, match="the tags have since been changed"):
        undo.undo(desk)


def test_what_others_did_meanwhile_is_not_overlooked(desk: Desk) -> None:
    number = write_in(desk)
    seen = Sight(reading.ticket(desk, number).last_event)
    hand_to(as_agent(desk, BOB), [number], "billing")
    with pytest.raises(ChangedMeanwhile):
        hand_to(desk, [number], "none", sight=seen)


def test_teams_change(desk: Desk) -> None:
    number = write_in(desk)
    hand_to(desk, [number], "billing")
    changed = teams.edit_team(desk, "BILLING", rename="invoices", add=["ada"], remove=["bob"])
    assert (changed.name, [one.address for one in changed.members]) == ("invoices", [ADA])
    assert held(desk, number) == ("invoices", None)
    with pytest.raises(UndoRefused):  # what it restores is not what is there under that name
        undo.undo(desk)
    with pytest.raises(NameTaken):
        teams.add_team(desk, "Invoices")
    teams.add_team(desk, "second line")
    with pytest.raises(NameTaken):
        teams.edit_team(desk, "second  line", rename="INVOICES")
    assert teams.edit_team(desk, "invoices", rename="Invoices").name == "Invoices"
    for name in ("", "none", "a,b", "x" * 41, "-a", "a\x1b"):
        with pytest.raises(TeamNameInvalid):
            teams.add_team(desk, name)


def test_a_team_with_unsolved_tickets_stays_and_a_removed_one_comes_back(desk: Desk) -> None:
    number = write_in(desk)
    hand_to(desk, [number], "billing")
    with pytest.raises(TeamHasTickets, match="has 1 ticket that is not solved"):
        teams.remove_team(desk, "billing")
    verbs.solve(desk, [number])
    teams.remove_team(desk, "billing")
    assert (teams.list_teams(desk), held(desk, number)) == ([], ("billing", None))
    undo.undo(desk)
    assert held(desk, number) == (None, None), "of a team that is not there"
    verbs.solve(desk, [number])
    with pytest.raises(NotFound):
        hand_to(desk, [number], "billing")
    assert teams.add_team(desk, "Billing").name == "Billing"
    assert held(desk, number) == (None, None)


def test_only_an_admin_changes_teams(desk: Desk) -> None:
    bob = as_agent(desk, BOB)
    with pytest.raises(NotAllowed):
        teams.add_team(bob, "mine")
    with pytest.raises(NotAllowed):
        teams.edit_team(bob, "billing", rename="mine")
    with pytest.raises(NotAllowed):
        teams.remove_team(bob, "billing")
    assert [one.name for one in teams.list_teams(bob)] == ["billing"]
