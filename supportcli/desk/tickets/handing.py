"""Handing tickets to a team, beside or instead of an agent."""

from collections.abc import Sequence

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import Done, Gesture, sentence
from supportcli.desk.tickets import unseen
from supportcli.desk.tickets.verbs import agent_to_work
from supportcli.domain.people import Agent
from supportcli.domain.teams import AgentTeam, team_called
from supportcli.domain.text.words import nearest
from supportcli.domain.tickets.news import Sight
from supportcli.domain.tickets.ticket import TicketState, after_assigning, after_handing
from supportcli.errors.names import NotFound, Thing
from supportcli.storage.setup import teams
from supportcli.storage.tickets import people

NONE = "none"


def hand_to(
    desk: Desk,
    numbers: Sequence[int],
    team: str,
    who: str | None = None,
    *,
    sight: Sight | None = None,
) -> Done:
    """Assign tickets to a team (“none”: to no team), and to the agent `who` as `assign` takes it
    (“none”: to nobody). Without `who` an agent of the team keeps a ticket, and from any other it is
    taken (`after_handing`). `sight` as in `solve`.

    NotFound, NameAmbiguous."""
    agent = agent_to_work(desk, who) if who not in {None, NONE} else None
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx)
        found = team_or_none(tx, team)
        inside = members(tx, found)
        with gesture.together():
            for number in dict.fromkeys(numbers):
                unseen.refuse(gesture, number, sight)
                state = gesture.state(number)
                given = handed(state, found, inside)
                if who is not None:
                    given |= after_assigning(state.status, agent.id if agent else None)
                gesture.change(state, "assigned", given)
        named = _named(found, who, agent)
        already = f"Nothing changed: already assigned to {named}."
        return gesture.done(sentence(f"Assigned to {named}:", gesture.numbers, already))


def team_or_none(tx: Session, name: str) -> AgentTeam | None:
    """The team of this name; None for “none”. NotFound."""
    return None if name.strip().lower() == NONE else team_there(tx, name)


def team_there(tx: Session, name: str) -> AgentTeam:
    """The team of this name, in any case; NotFound."""
    there = teams.teams(tx)
    found = team_called(name, there)
    if found is None:
        near = nearest(name.lower(), [one.name for one in there])
        raise NotFound(Thing.TEAM, name, nearest=near)
    return found


def members(tx: Session, team: AgentTeam | None) -> set[int]:
    """The ids of the agents in a team; none for no team."""
    return {one.id for one in people.agents(tx) if team is not None and team.has(one.address)}


def handed(state: TicketState, team: AgentTeam | None, inside: set[int]) -> dict[str, object]:
    """The fields of a ticket that is handed to a team with these members (`after_handing`)."""
    name, assignee = after_handing(
        state.assignee_id, team.name if team else None, belongs=state.assignee_id in inside
    )
    return {"team": name, "assignee_id": assignee}


def _named(team: AgentTeam | None, who: str | None, agent: Agent | None) -> str:
    """“the team billing”, “Bob Lee, the team billing”, “no team”."""
    called = f"the team {team.name}" if team else "no team"
    if who is None:
        return called
    return f"{agent.name if agent else 'nobody'}, {called}"
