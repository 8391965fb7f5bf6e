"""Agents who leave or are away: nobody's tickets are forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.gestures import Done, Gesture, authorize, sentence
from supportcli.desk.tickets.verbs import agent_known, agent_named, agent_to_work
from supportcli.domain.people import Absence, Action, Agent, Role, may
from supportcli.domain.text.moments import moment_of
from supportcli.domain.tickets.ticket import after_assigning
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.people import AgentHasTickets, LastAdmin, NotAway, OwnStandIn
from supportcli.storage.people import agents
from supportcli.storage.setup import teams
from supportcli.storage.tickets import events, people

NOBODY = "none"
"""Who gets the tickets if they are to be unassigned."""


def remove_agent(desk: Desk, who: str, hand_over: str | None = None) -> Done:
    """Let an agent leave: they may do nothing more, leave their teams, and the history keeps them.
    Their open tickets go to `hand_over`, or with “none” to nobody. `agent add` brings them back.

    NotFound; AgentHasTickets if they have open tickets and nobody is named; LastAdmin; OwnStandIn;
    NotAllowed if I am not an admin."""
    to = None if hand_over in {None, NOBODY} else agent_to_work(desk, hand_over or "")
    agent = agent_known(desk, who)
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, Action.SET_UP)
        if not agent.active:
            raise NotFound(Thing.AGENT, who, hint=f"{agent.name} has left already.")
        refuse_to_lose(tx, agent)
        _refuse_self(agent, to)
        open_ones = agents.unsolved(tx, agent.id)
        if open_ones and hand_over is None:
            raise AgentHasTickets(agent.name, agent.address, len(open_ones))
        _hand(gesture, open_ones, to)
        agents.change(tx, agent.id, {"active": False})
        agents.come_back(tx, agent.id)
        for team in teams.teams(tx):
            teams.put(tx, team.id, [agent.id], belong=False)
        return gesture.done(_said(f"{agent.name} has left.", gesture, to))


def refuse_to_lose(tx: Session, agent: Agent) -> None:
    """LastAdmin if nobody could set the desk up without this agent."""
    others = (one for one in people.agents(tx) if one.active and one.id != agent.id)
    if agent.role is Role.ADMIN and not any(one.role is Role.ADMIN for one in others):
        raise LastAdmin(agent.name)


def _refuse_self(agent: Agent, to: Agent | None) -> None:
    if to is not None and to.id == agent.id:
        raise OwnStandIn(agent.name)


def go_away(desk: Desk, who: str, until: str, hand_over: str | None = None) -> Done:
    """Note that an agent is away until a moment in plain words; their open tickets go to
    `hand_over`, with “none” to nobody, or stay. Who is away already may say so again: what was
    handed over stays there, unless `hand_over` names somebody else.

    NotFound; TimeUnreadable, TimePast; OwnStandIn; NotAllowed unless it is me or I am an admin, and
    for who may not work on tickets but names `hand_over`."""
    to = None if hand_over in {None, NOBODY} else agent_to_work(desk, hand_over or "")
    agent = agent_named(desk, who)
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, Action.READ)
        _authorize(gesture.agent, agent, Action.READ if hand_over is None else Action.WORK)
        _refuse_self(agent, to)
        back = moment_of(until, gesture.now)
        before = agents.absences(tx).get(agent.id)
        absence = Absence(back, to.id if to else None, gesture.id)
        if hand_over is not None:
            _hand(gesture, _handed_over(tx, before), agent)  # so that one verb has them all
            _hand(gesture, agents.unsolved(tx, agent.id), to)
        elif before is not None:
            absence = replace(before, until=back)
        agents.go_away(tx, agent.id, absence)
        stays = f"{agent.name} is away until {back.astimezone():%a %Y-%m-%d %H:%M}."
        return gesture.done(_said(stays, gesture, to))


def come_back(desk: Desk, who: str) -> Done:
    """End an agent's absence: tickets that were handed over then, and are still open and with whom
    got them, are theirs again, unless they may not work on tickets by now.

    NotFound; NotAway; NotAllowed unless it is me or I am an admin."""
    agent = agent_named(desk, who)
    with desk.db.write() as tx:
        gesture = Gesture.begin(desk, tx, Action.READ)
        _authorize(gesture.agent, agent, Action.READ)
        absence = agents.absences(tx).get(agent.id)
        if absence is None:
            raise NotAway(agent.name)
        if may(agent.role, Action.WORK):
            _hand(gesture, _handed_over(tx, absence), agent)
        agents.come_back(tx, agent.id)
        return gesture.done(_said(f"{agent.name} is back.", gesture, agent))


def _authorize(me: Agent, agent: Agent, own: Action) -> None:
    """NotAllowed unless my role allows `own` for myself, or setting up for somebody else."""
    authorize(me, own if me.id == agent.id else Action.SET_UP)


def _handed_over(tx: Session, absence: Absence | None) -> list[int]:
    """The open tickets that an absence gave to somebody, or to nobody, who has them still."""
    if absence is None:
        return []
    moved = {event.ticket for event in events.of_gesture(tx, absence.gesture)}
    if not moved:
        return []
    if absence.stand_in is not None:
        return sorted(moved.intersection(agents.unsolved(tx, absence.stand_in)))
    return sorted(moved.intersection(agents.unassigned(tx)))


def _hand(gesture: Gesture, numbers: Sequence[int], to: Agent | None) -> None:
    for number in numbers:
        state = gesture.state(number)
        fields = after_assigning(state.status, to.id if to else None)
        gesture.change(state, "assigned", fields)


def _said(first: str, gesture: Gesture, to: Agent | None) -> str:
    if not gesture.numbers:
        return first
    verb = f"Assigned to {to.name if to else 'nobody'}:"
    return f"{first} {sentence(verb, gesture.numbers, '')}"


def absences(desk: Desk) -> Mapping[int, Absence]:
    """Who is away now, by the id of the agent."""
    with desk.db.read() as tx:
        return away(tx, desk.now())


def away(tx: Session, now: datetime) -> dict[int, Absence]:
    """Who is away at `now`, by the id of the agent."""
    return {who: one for who, one in agents.absences(tx).items() if one.until > now}
