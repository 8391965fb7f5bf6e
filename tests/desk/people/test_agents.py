"""Agents who change, leave or are away."""

from dataclasses import replace

import pytest

from supportcli.desk import Desk
from supportcli.desk.people import agents
from supportcli.desk.people.agent_edits import AgentChanges, edit_agent
from supportcli.desk.people.colleagues import list_agents
from supportcli.desk.setup import founding, teams
from supportcli.desk.tickets import lists, reading, verbs
from supportcli.desk.tickets.handing import hand_to
from supportcli.desk.undo import undo
from supportcli.domain.mail import Address
from supportcli.domain.people import Role
from supportcli.domain.tickets.ticket import Status
from supportcli.errors import NotAllowed
from supportcli.errors.names import NameTaken, NotFound
from supportcli.errors.people import (
    AddressIsTaken,
    AgentHasTickets,
    AgentNameless,
    LastAdmin,
    NotAway,
    OwnStandIn,
)
from supportcli.errors.replies import SignatureFaulty, TimePast, TimeUnreadable
from supportcli.errors.setup import RoleForbids
from supportcli.errors.tickets import AgentUnknown
from supportcli.storage.people import agents as rows
from supportcli.storage.tickets import people
from tests.desk.desks import ADA, BOB, StandingClock, as_agent, with_role, write_in
from tests.desk.fake_channel import FakeServers, take_in
from tests.desk.letters import letter

BEA = "bea@shop.test"


@pytest.fixture
def team(each_desk: Desk) -> Desk:
    """A desk with the admin Ada, and Bob, who has #1 and #2, the second one solved; #3 is free."""
    for _ in range(3):
        write_in(each_desk)
    with each_desk.db.write() as tx:
        rows.change(tx, 1, {"role": Role.ADMIN.value})
        people.add_agent(tx, "Bea Lund", BEA, Role.AGENT, now=each_desk.now())
    verbs.assign(each_desk, [1, 2], BOB)
    verbs.solve(each_desk, [2])
    return each_desk


def assignees(desk: Desk) -> dict[int, str | None]:
    lines = lists.lines(desk, [1, 2, 3])
    return {one.number: one.assignee.address if one.assignee else None for one in lines}


def test_who_leaves_hands_open_tickets_over_and_stays_in_the_history(team: Desk) -> None:
    with pytest.raises(AgentHasTickets, match="1 open ticket"):
        agents.remove_agent(team, BOB)
    with pytest.raises(OwnStandIn):
        agents.remove_agent(team, BOB, "bob")
    done = agents.remove_agent(team, BOB, "bea")
    assert done.sentence == "Bob Lee has left. Assigned to Bea Lund: #1."
    assert assignees(team) == {1: BEA, 2: BOB, 3: None}
    with pytest.raises(AgentUnknown):
        verbs.note(as_agent(team, BOB), 1, "Still here?")
    with pytest.raises(NotFound):
        verbs.assign(team, [3], BOB)
    with pytest.raises(NotFound):
        agents.remove_agent(team, BOB)
    back = founding.add_agent(team, Address("Bob Lee", BOB), Role.LIGHT_AGENT)
    assert (back.id, back.role, back.active) == (2, Role.LIGHT_AGENT, True)
    undo(team, 1)
    assert assignees(team)[1] == BOB


def test_no_ticket_comes_back_to_who_has_left(team: Desk) -> None:
    verbs.assign(team, [3], BOB)
    verbs.assign(team, [3], BEA)
    agents.remove_agent(team, BOB, "bea")
    verbs.reopen(team, [2])
    assert assignees(team) == {1: BEA, 2: None, 3: BEA}
    undo(team, 1)
    undo(team, 3)
    assert assignees(team) == {1: None, 2: None, 3: None}


def test_what_a_customer_opens_again_is_nobodys_if_its_agent_or_team_is_gone(
    team: Desk, servers: FakeServers
) -> None:
    take_in(team, servers, letter("one"))
    teams.add_team(team, "billing", ["bob"])
    hand_to(team, [4], "billing", "bob")
    verbs.solve(team, [4])
    teams.remove_team(team, "billing")
    agents.remove_agent(team, BOB, agents.NOBODY)
    take_in(team, servers, letter("two", references=["one"]))
    ticket = reading.ticket(team, 4)
    assert (ticket.line.status, ticket.line.assignee, ticket.line.team) == (Status.OPEN, None, None)
    assert ticket.events[-1].before["assignee_id"] == BOB


def test_no_ticket_goes_to_who_may_not_work_on_tickets(team: Desk) -> None:
    with_role(team, BEA, Role.READ_ONLY)
    why = "Bea Lund has the role read-only here and may not"
    with pytest.raises(RoleForbids, match=why):
        verbs.assign(team, [3], "bea")
    with pytest.raises(RoleForbids, match=why):
        agents.remove_agent(team, BOB, "bea")
    with pytest.raises(RoleForbids, match=why):
        agents.go_away(team, BOB, "mon", "bea")
    assert assignees(team) == {1: BOB, 2: BOB, 3: None}


def test_open_tickets_can_be_left_to_nobody(team: Desk) -> None:
    agents.remove_agent(team, BOB, agents.NOBODY)
    assert assignees(team) == {1: None, 2: BOB, 3: None}


def test_an_admin_stays_and_only_an_admin_sends_others_away(team: Desk) -> None:
    with pytest.raises(LastAdmin):
        agents.remove_agent(team, ADA)
    for refused in (
        lambda: agents.remove_agent(as_agent(team, BOB), BEA),
        lambda: edit_agent(as_agent(team, BOB), BEA, AgentChanges(name="B")),
        lambda: edit_agent(as_agent(team, BOB), BOB, AgentChanges(address="b@shop.test")),
        lambda: agents.go_away(as_agent(team, BOB), BEA, "mon"),
        lambda: agents.come_back(as_agent(team, BOB), BEA),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert (
        edit_agent(as_agent(team, BOB), BOB, AgentChanges(name="Robert Lee")).name == "Robert Lee"
    )


def test_an_edit_that_is_refused_in_part_changes_nothing(team: Desk) -> None:
    before = list_agents(team)
    for changes, error in (
        (AgentChanges(name="A", role=Role.AGENT), LastAdmin),
        (AgentChanges(name="A", role=Role.ADMIN, joins=("billing",)), NotFound),
        (AgentChanges(name="A", signature="x\n-- \ny"), SignatureFaulty),
        (AgentChanges(signature="Ada", address=BEA), NameTaken),
    ):
        with pytest.raises(error):
            edit_agent(team, "me", changes)
        assert list_agents(team) == before
    with pytest.raises(NotAllowed):
        edit_agent(as_agent(team, BOB), "me", AgentChanges(name="B", role=Role.ADMIN))
    assert list_agents(team) == before


def test_an_agent_is_meant_by_name_or_as_me(team: Desk) -> None:
    assert edit_agent(team, "bob", AgentChanges(name="Robert")).address == BOB
    assert edit_agent(as_agent(team, BOB), "me", AgentChanges(signature="Rob")).signature == "Rob"
    agents.remove_agent(team, "bea")
    assert not verbs.agent_known(team, BEA).active
    with pytest.raises(NotFound, match="no agent"):
        agents.remove_agent(team, "carl")


def test_another_address_keeps_tickets_history_and_undo(team: Desk) -> None:
    renamed = edit_agent(team, BOB, AgentChanges(name=" Robert  Lee ", address="Robert@shop.test"))
    assert (renamed.id, renamed.name, renamed.address) == (2, "Robert Lee", "robert@shop.test")
    assert assignees(team)[1] == "robert@shop.test"
    verbs.assign(team, [1], "bea")
    undo(team, 1)
    assert assignees(team)[1] == "robert@shop.test"
    undo(team, 2)
    undo(team, 1)
    assert assignees(team) == {1: None, 2: None, 3: None}
    with pytest.raises(NameTaken):
        edit_agent(team, "robert@shop.test", AgentChanges(address=ADA))
    with pytest.raises(AddressIsTaken):
        edit_agent(team, "robert@shop.test", AgentChanges(address="help@shop.test"))
    with pytest.raises(AgentNameless):
        edit_agent(team, ADA, AgentChanges(name=" "))
    edit_agent(team, "robert@shop.test", AgentChanges(address=BOB))
    assert verbs.agent_named(team, "robert").address == BOB


def test_who_is_away_gets_back_what_is_still_there(team: Desk, clock: StandingClock) -> None:
    verbs.assign(team, [3], BOB)
    bob = as_agent(team, BOB)
    with pytest.raises(TimeUnreadable):
        agents.go_away(bob, "me", "soonish", "bea")
    with pytest.raises(TimePast):
        agents.go_away(bob, "me", "2020-01-01", "bea")
    assert assignees(team) == {1: BOB, 2: BOB, 3: BOB}
    agents.go_away(bob, "me", "2026-03-09 09:00", "bea")
    assert assignees(team) == {1: BEA, 2: BOB, 3: BEA}
    assert set(agents.absences(team)) == {2}
    verbs.solve(as_agent(team, BEA), [3])
    clock.tick(days=8)
    assert agents.absences(team) == {}
    done = agents.come_back(bob, "me")
    assert done.sentence == "Bob Lee is back. Assigned to Bob Lee: #1."
    assert assignees(team) == {1: BOB, 2: BOB, 3: BEA}
    with pytest.raises(NotAway):
        agents.come_back(bob, "me")
    agents.go_away(team, BOB, "3d")
    assert assignees(team)[1] == BOB


def test_who_only_reads_may_be_away_but_hands_no_tickets_over(team: Desk) -> None:
    bob = as_agent(team, BOB)
    with_role(team, BOB, Role.READ_ONLY)
    with pytest.raises(NotAllowed):
        agents.go_away(bob, "me", "3d", BEA)
    assert agents.absences(team) == {}
    agents.go_away(bob, "me", "3d")
    assert set(agents.absences(team)) == {2}
    agents.go_away(team, BOB, "3d", BEA)
    assert assignees(team)[1] == BEA, "an admin may hand them over"
    assert agents.come_back(bob, "me").sentence == "Bob Lee is back."
    assert assignees(team)[1] == BEA


def test_an_absence_is_not_shown_as_another_person(team: Desk) -> None:
    agents.go_away(team, BOB, "3d", agents.NOBODY)
    assert assignees(team)[1] is None
    agents.come_back(replace(team), BOB)
    assert assignees(team)[1] == BOB


def test_an_absence_that_grows_longer_keeps_what_was_handed_over(team: Desk) -> None:
    bob = as_agent(team, BOB)
    agents.go_away(bob, "me", "3d", "bea")
    agents.go_away(bob, "me", "9d")
    assert assignees(team)[1] == BEA
    verbs.assign(team, [3], BOB)
    agents.go_away(bob, "me", "9d", "ada")
    assert assignees(team) == {1: ADA, 2: BOB, 3: ADA}
    agents.come_back(bob, "me")
    assert assignees(team) == {1: BOB, 2: BOB, 3: BOB}
    agents.go_away(bob, "me", "3d", "bea")
    handed = agents.go_away(bob, "me", "9d", "ada")
    undo(bob, gesture_id=handed.gesture)
    assert assignees(team) == {1: BEA, 2: BOB, 3: BEA}


@pytest.mark.parametrize("role", [Role.LIGHT_AGENT, Role.READ_ONLY])
def test_who_may_not_work_says_that_they_are_away_and_moves_no_ticket(
    team: Desk, role: Role
) -> None:
    bob = as_agent(team, BOB)
    with_role(team, BOB, role)
    with pytest.raises(NotAllowed, match="may not work on tickets"):
        agents.go_away(bob, "me", "3d", "bea")
    assert (agents.absences(team), assignees(team)[1]) == ({}, BOB)
    agents.go_away(bob, "me", "3d")
    agents.go_away(team, BOB, "3d", "bea")
    agents.come_back(bob, "me")
    assert (agents.absences(team), assignees(team)[1]) == ({}, BEA)
